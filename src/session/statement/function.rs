//! `CREATE FUNCTION` and `DROP FUNCTION`.

use std::sync::Arc;

use super::drop::{dependents, describe, still_needed};
use crate::catalog::{Object, ObjectKind, Snapshot};
use crate::coordinator::definition::define_function;
use crate::expr::sql_name;
use crate::session::conversation::{DATABASE, Statement};
use crate::session::names::RelationName;
use crate::session::{Outcome, Session};
use crate::sql::{CreateFunction, FunctionName, arrow_type};
use crate::types::{Error, Result, SqlState};

impl Session {
    pub(super) async fn create_function(
        &mut self,
        statement: &Statement,
        function: &CreateFunction,
    ) -> Result<Outcome> {
        const COMMAND: &str = "CREATE FUNCTION";
        self.begin_ddl(COMMAND).await?;
        let catalog = self.db.handle.catalog();
        let definition = define_function(function, &statement.text, &catalog)?;
        let create = self.db.handle.create(definition, false, function.or_replace);
        self.interrupt.race(create).await?;
        Ok(Outcome::Command(COMMAND.to_string()))
    }

    pub(super) async fn drop_functions(
        &mut self,
        names: &[FunctionName],
        if_exists: bool,
        cascade: bool,
    ) -> Result<Outcome> {
        const COMMAND: &str = "DROP FUNCTION";
        self.begin_ddl(COMMAND).await?;
        let catalog = self.db.handle.catalog();
        let mut targets: Vec<Arc<Object>> = vec![];
        for name in names {
            targets.extend(self.function(&catalog, name, if_exists)?);
        }
        targets.sort_by_key(|o| std::cmp::Reverse(o.id));
        targets.dedup_by_key(|o| o.id);
        let dependents = dependents(&catalog, &targets);
        if !dependents.is_empty() && !cascade {
            return Err(still_needed(&catalog, &targets, &dependents));
        }
        if let Some(table) = dependents.iter().find(|o| matches!(o.kind, ObjectKind::Table(_))) {
            let part = format!("DROP FUNCTION … CASCADE of a function that {} uses", describe(table));
            return Err(Error::unsupported(part).with_hint("Drop the table first."));
        }
        self.report_cascade(dependents.iter().map(|o| describe(o)).collect());
        for target in targets {
            if self.db.handle.catalog().get(target.id).is_some() {
                self.interrupt.race(self.db.handle.drop_object(target.id, cascade)).await?;
            }
        }
        Ok(Outcome::Command(COMMAND.to_string()))
    }

    /// The function of this name and these types; `None` if it may be missing and is.
    fn function(
        &self,
        catalog: &Snapshot,
        function: &FunctionName,
        if_exists: bool,
    ) -> Result<Option<Arc<Object>>> {
        let name = RelationName::read(&function.name, DATABASE)?;
        let found = catalog.functions(name.schema.as_deref(), &name.name);
        let Some(arguments) = &function.arguments else {
            return match found.as_slice() {
                [one] => Ok(Some(one.clone())),
                [] => self.missing(format!("{name}()"), format!("\"{name}\""), if_exists),
                _ => {
                    let message = format!("function name \"{name}\" is not unique");
                    Err(Error::new(SqlState::AMBIGUOUS_FUNCTION, message)
                        .with_hint("Specify the argument list to select the function unambiguously."))
                }
            };
        };
        let types = arguments.iter().map(arrow_type).collect::<Result<Vec<_>>>()?;
        match found.into_iter().find(|o| o.function().is_some_and(|f| f.types() == types)) {
            Some(found) => Ok(Some(found)),
            None => {
                let types: Vec<String> = types.iter().map(sql_name).collect();
                let title = format!("{name}({})", types.join(", "));
                self.missing(format!("{name}({})", types.join(",")), title, if_exists)
            }
        }
    }

    fn missing(&self, skipped: String, name: String, if_exists: bool) -> Result<Option<Arc<Object>>> {
        if if_exists {
            self.notices.notice(format!("function {skipped} does not exist, skipping"));
            return Ok(None);
        }
        let message = match name.starts_with('"') {
            true => format!("could not find a function named {name}"),
            false => format!("function {name} does not exist"),
        };
        Err(Error::new(SqlState::UNDEFINED_FUNCTION, message))
    }
}
