//! `EXPLAIN ANALYZE MATERIALIZED VIEW mv`: the operators that run, and what each
//! has done so far.

use datafusion::sql::sqlparser::ast::ObjectName;
use serde_json::Value;

use crate::catalog::ObjectKind;
use crate::coordinator::Progress;
use crate::dataflow::Reading;
use crate::plan::explain::{Remarks, Root, stream_tree};
use crate::plan::stream::StreamNode;
use crate::session::conversation::DATABASE;
use crate::session::names::RelationName;
use crate::session::{Outcome, Session};
use crate::sql::ExplainOptions;
use crate::types::{Error, ObjectId, Result, SqlState};

impl Session {
    /// The plan of a running view or sink, with what each operator has done.
    pub(super) async fn run_explain_running(
        &mut self,
        name: &ObjectName,
        options: &ExplainOptions,
    ) -> Result<Outcome> {
        let object = RelationName::read(name, DATABASE)?.resolve(&self.catalog())?;
        let meters = self.db.handle.shared().meters.read().get(&object.id).cloned();
        let Some(meters) = meters else {
            let message =
                format!("{} \"{}\" is not kept up to date by operators", object.kind_name(), object.name);
            return Err(Error::new(SqlState::WRONG_OBJECT_TYPE, message)
                .with_hint("Name a materialized view or a sink."));
        };
        let is_view = matches!(object.kind, ObjectKind::MaterializedView(_));
        let held = if is_view { self.rows_held(object.id).await? } else { None };
        let name = if is_view { "Materialize" } else { "Sink" };
        let root = Root { name, object: object.name.clone(), remarks: held };
        let timing = options.timing;
        let remarks = |node: &StreamNode| meters.of(node).map(|meter| done(&meter.read(), timing));
        let tree = stream_tree(meters.plan(), root, options.verbose, &remarks);
        self.explained(&tree, &[], options)
    }

    /// The rows of a view, as they are stored.
    async fn rows_held(&self, view: ObjectId) -> Result<Option<Remarks>> {
        let progress = self.interrupt.race(self.db.handle.progress()).await?;
        let held = |p: &Progress| {
            let (rows, bytes) = (p.held_rows, p.held_bytes);
            let facts = vec![("State Rows", Value::from(rows)), ("State Bytes", Value::from(bytes))];
            Remarks { facts, line: format!("holds {rows} rows in {bytes} bytes") }
        };
        Ok(progress.iter().find(|p| p.object == view).map(held))
    }
}

/// What an operator has done.
fn done(reading: &Reading, timing: bool) -> Remarks {
    let Reading { rows_in, rows_out, busy, state_rows, state_bytes } = *reading;
    let mut facts = vec![
        ("Rows In", Value::from(rows_in)),
        ("Rows Out", Value::from(rows_out)),
        ("State Rows", Value::from(state_rows)),
        ("State Bytes", Value::from(state_bytes)),
    ];
    let mut line = format!("{rows_in} rows in, {rows_out} rows out");
    if timing {
        let millis = busy.as_secs_f64() * 1e3;
        facts.push(("Busy Time", Value::from((millis * 1000.0).round() / 1000.0)));
        line.push_str(&format!(", {millis:.3} ms busy"));
    }
    if state_rows > 0 || state_bytes > 0 {
        line.push_str(&format!(", holds {state_rows} rows in {state_bytes} bytes"));
    }
    Remarks { facts, line }
}
