//! `DROP`.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::sql::sqlparser::ast::ObjectName;

use crate::catalog::{Object, Snapshot};
use crate::session::conversation::DATABASE;
use crate::session::names::RelationName;
use crate::session::{Outcome, Session};
use crate::sql::DropKind;
use crate::types::{Error, ObjectId, Result, SqlState};

impl Session {
    pub(super) async fn run_drop(
        &mut self,
        kind: DropKind,
        names: &[ObjectName],
        if_exists: bool,
        cascade: bool,
    ) -> Result<Outcome> {
        let command = format!("DROP {}", kind_name(kind).to_ascii_uppercase());
        self.begin_ddl(&command).await?;
        match kind {
            DropKind::Schema => self.drop_schemas(names, if_exists, cascade).await?,
            _ => self.drop_objects(kind, names, if_exists, cascade).await?,
        }
        Ok(Outcome::Command(command))
    }

    async fn drop_objects(
        &mut self,
        kind: DropKind,
        names: &[ObjectName],
        if_exists: bool,
        cascade: bool,
    ) -> Result<()> {
        let catalog = self.db.handle.catalog();
        let mut targets = vec![];
        for name in names {
            targets.extend(self.target(&catalog, kind, name, if_exists)?);
        }
        let dependents = dependents(&catalog, &targets);
        if !dependents.is_empty() && !cascade {
            return Err(still_needed(&catalog, &targets, &dependents));
        }
        self.report_cascade(dependents.iter().map(|o| describe(o)).collect());
        // An object is younger than what it reads: the youngest goes first.
        targets.sort_by_key(|o| std::cmp::Reverse(o.id));
        targets.dedup_by_key(|o| o.id);
        let mut gone = BTreeSet::new();
        for target in targets {
            if gone.contains(&target.id) {
                continue;
            }
            gone.extend(catalog.dependents(target.id).iter().map(|o| o.id));
            self.interrupt.race(self.db.handle.drop_object(target.id, cascade)).await?;
        }
        Ok(())
    }

    /// The object of this name and kind; `None` if it may be missing and is.
    fn target(
        &self,
        catalog: &Snapshot,
        kind: DropKind,
        name: &ObjectName,
        if_exists: bool,
    ) -> Result<Option<Arc<Object>>> {
        let name = RelationName::read(name, DATABASE)?;
        let Some(object) = name.find(catalog) else {
            let message = format!("{} \"{name}\" does not exist", kind_name(kind));
            let code =
                if kind == DropKind::Index { SqlState::UNDEFINED_OBJECT } else { SqlState::UNDEFINED_TABLE };
            if if_exists {
                self.notices.add("NOTICE", Error::new(SqlState("00000"), format!("{message}, skipping")));
                return Ok(None);
            }
            return Err(Error::new(code, message));
        };
        if object.kind_name() == kind_name(kind) {
            return Ok(Some(object.clone()));
        }
        let message = format!("\"{}\" is not {} {}", object.name, article(kind), kind_name(kind));
        let hint = format!(
            "Use DROP {} to remove a {}.",
            object.kind_name().to_ascii_uppercase(),
            object.kind_name()
        );
        Err(Error::new(SqlState::WRONG_OBJECT_TYPE, message).with_hint(hint))
    }

    async fn drop_schemas(&mut self, names: &[ObjectName], if_exists: bool, cascade: bool) -> Result<()> {
        for name in names {
            let catalog = self.db.handle.catalog();
            let name = RelationName::read(name, DATABASE)?.name;
            if !catalog.has_schema(&name) {
                let message = format!("schema \"{name}\" does not exist");
                if !if_exists {
                    return Err(Error::new(SqlState::INVALID_SCHEMA_NAME, message));
                }
                self.notices.notice(format!("{message}, skipping"));
                continue;
            }
            let inside: Vec<Arc<Object>> = catalog.objects().filter(|o| o.schema == name).cloned().collect();
            if !inside.is_empty() && !cascade {
                let detail: Vec<String> =
                    inside.iter().map(|o| format!("{} depends on schema {name}", describe(o))).collect();
                let message = format!("cannot drop schema {name} because other objects depend on it");
                return Err(needed(message, detail));
            }
            let mut also = inside.clone();
            also.extend(dependents(&catalog, &inside));
            self.report_cascade(also.iter().map(|o| describe(o)).collect());
            self.interrupt.race(self.db.handle.drop_schema(&name, cascade)).await?;
        }
        Ok(())
    }

    /// Says what else goes away, in PostgreSQL's words.
    pub(super) fn report_cascade(&self, others: Vec<String>) {
        match others.as_slice() {
            [] => {}
            [one] => self.notices.notice(format!("drop cascades to {one}")),
            several => {
                let message = format!("drop cascades to {} other objects", several.len());
                let lines: Vec<String> = several.iter().map(|o| format!("drop cascades to {o}")).collect();
                let notice = Error::new(SqlState("00000"), message).with_detail(lines.join("\n"));
                self.notices.add("NOTICE", notice);
            }
        }
    }
}

/// What reads one of `targets` and is not itself among them.
pub(super) fn dependents(catalog: &Snapshot, targets: &[Arc<Object>]) -> Vec<Arc<Object>> {
    let named: BTreeSet<ObjectId> = targets.iter().map(|t| t.id).collect();
    let mut found: Vec<Arc<Object>> = targets.iter().flat_map(|t| catalog.dependents(t.id)).collect();
    found.sort_by_key(|o| o.id);
    found.dedup_by_key(|o| o.id);
    found.retain(|o| !named.contains(&o.id));
    found
}

pub(super) fn still_needed(catalog: &Snapshot, targets: &[Arc<Object>], dependents: &[Arc<Object>]) -> Error {
    let on = |object: &Object| {
        let known = object.depends_on.iter().filter_map(|id| catalog.get(*id));
        let near = { known }.find(|o| targets.iter().chain(dependents).any(|t| t.id == o.id));
        near.map_or_else(String::new, |o| describe(o))
    };
    let detail = dependents.iter().map(|o| format!("{} depends on {}", describe(o), on(o))).collect();
    let message = match targets {
        [one] => format!("cannot drop {} because other objects depend on it", describe(one)),
        _ => "cannot drop desired object(s) because other objects depend on them".to_string(),
    };
    needed(message, detail)
}

fn needed(message: String, detail: Vec<String>) -> Error {
    Error::new(SqlState::DEPENDENT_OBJECTS_STILL_EXIST, message)
        .with_detail(detail.join("\n"))
        .with_hint("Use DROP ... CASCADE to drop the dependent objects too.")
}

/// `materialized view v`, with the schema if it is not `public`.
pub(super) fn describe(object: &Object) -> String {
    match object.schema.as_str() {
        "public" => format!("{} {}", object.kind_name(), object.title()),
        schema => format!("{} {schema}.{}", object.kind_name(), object.title()),
    }
}

fn kind_name(kind: DropKind) -> &'static str {
    match kind {
        DropKind::Table => "table",
        DropKind::Source => "source",
        DropKind::View => "view",
        DropKind::MaterializedView => "materialized view",
        DropKind::Sink => "sink",
        DropKind::Index => "index",
        DropKind::Schema => "schema",
    }
}

fn article(kind: DropKind) -> &'static str {
    if kind == DropKind::Index { "an" } else { "a" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{ObjectKind, TableProperties, ViewProperties};

    fn object(id: u32, name: &str, reads: &[u32]) -> Arc<Object> {
        let view = ViewProperties { query: String::new(), emit_on_window_close: false };
        let kind = match reads {
            [] => ObjectKind::Table(TableProperties::default()),
            _ => ObjectKind::MaterializedView(view),
        };
        Arc::new(Object {
            id: ObjectId(id),
            schema: "public".to_string(),
            name: name.to_string(),
            kind,
            columns: vec![],
            sql: String::new(),
            depends_on: reads.iter().map(|r| ObjectId(*r)).collect(),
            created_at: 0,
            comment: None,
        })
    }

    #[test]
    fn what_still_needs_it_is_told_line_by_line() {
        let (t, v, w) = (object(1, "t", &[]), object(2, "v", &[1]), object(3, "w", &[2]));
        let mut catalog = Snapshot::default();
        [&t, &v, &w].into_iter().for_each(|o| catalog.insert(o.clone()));
        let found = dependents(&catalog, &[t.clone()]);
        let error = still_needed(&catalog, &[t.clone()], &found);
        assert_eq!(error.message(), "cannot drop table t because other objects depend on it");
        assert_eq!(
            error.detail().unwrap(),
            "materialized view v depends on table t\nmaterialized view w depends on materialized view v"
        );
        assert_eq!(error.code().0, "2BP01");
        assert!(
            dependents(&catalog, &[t, v, w]).is_empty(),
            "what is named itself does not stand in the way"
        );
    }
}
