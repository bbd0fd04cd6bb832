//! `EXPLAIN`: how a query would be run, or how a view would be kept.

use arrow::datatypes::SchemaRef;
use datafusion::sql::sqlparser::ast::ObjectName;

use super::listing::{text_rows, text_schema};
use crate::coordinator::definition::{Running, define_sink, define_view};
use crate::dataflow::Reading;
use crate::plan::stream::StreamNode;
use crate::plan::{explain_running, explain_stream};
use crate::session::conversation::{DATABASE, Statement};
use crate::session::names::RelationName;
use crate::session::plan_cache::{Bound, bind};
use crate::session::{Outcome, Session};
use crate::sql::{CreateSink, CreateView, Explain, Statement as Syntax};
use crate::types::{Error, Result, SqlState};

/// The one column of the answer.
pub(super) fn schema() -> SchemaRef {
    text_schema(&["QUERY PLAN"])
}

impl Session {
    pub(super) async fn run_explain(&mut self, statement: &Statement, explain: &Explain) -> Result<Outcome> {
        if explain.analyze {
            return Err(Error::unsupported("EXPLAIN ANALYZE of a query").with_hint(
                "EXPLAIN shows the plan; EXPLAIN ANALYZE MATERIALIZED VIEW shows a running view.",
            ));
        }
        if explain.format != "TEXT" {
            return Err(Error::unsupported(format!("EXPLAIN (FORMAT {})", explain.format)));
        }
        let text = match &explain.statement {
            Syntax::CreateView(view) if view.materialized => {
                self.view_plan(statement, view, explain.verbose)?
            }
            Syntax::CreateSink(sink) => self.sink_plan(statement, sink, explain.verbose)?,
            other => self.query_plan(statement, other, explain.verbose).await?,
        };
        let rows: Vec<_> = text.lines().map(|line| vec![Some(line.to_string())]).collect();
        Ok(Outcome::Rows(self.outgoing_batch(text_rows(&schema(), &rows)?, "EXPLAIN")))
    }

    /// The plan of a running view or sink, with what each operator has done.
    pub(super) fn run_explain_running(&mut self, name: &ObjectName, verbose: bool) -> Result<Outcome> {
        let object = RelationName::read(name, DATABASE)?.resolve(&self.catalog())?;
        let meters = self.db.handle.shared().meters.read().get(&object.id).cloned();
        let Some(meters) = meters else {
            let message =
                format!("{} \"{}\" is not kept up to date by operators", object.kind_name(), object.name);
            return Err(Error::new(SqlState::WRONG_OBJECT_TYPE, message)
                .with_hint("Name a materialized view or a sink."));
        };
        let remark = |node: &StreamNode| meters.of(node).map(|meter| shown(&meter.read()));
        let text = explain_running(meters.plan(), verbose, &remark);
        let rows: Vec<_> = text.lines().map(|line| vec![Some(line.to_string())]).collect();
        Ok(Outcome::Rows(self.outgoing_batch(text_rows(&schema(), &rows)?, "EXPLAIN")))
    }

    fn view_plan(&self, statement: &Statement, view: &CreateView, verbose: bool) -> Result<String> {
        let definition =
            define_view(view, &statement.text, &self.db.handle.catalog(), self.db.handle.shared())?;
        match &definition.running {
            Running::MaterializedView(plan) => Ok(explain_stream(plan, verbose)),
            _ => Err(Error::internal("a materialized view without a plan")),
        }
    }

    fn sink_plan(&self, statement: &Statement, sink: &CreateSink, verbose: bool) -> Result<String> {
        let definition =
            define_sink(sink, &statement.text, &self.db.handle.catalog(), self.db.handle.shared())?;
        match &definition.running {
            Running::Sink(plan, _) => Ok(explain_stream(plan, verbose)),
            _ => Err(Error::internal("a sink without a plan")),
        }
    }

    async fn query_plan(&mut self, statement: &Statement, syntax: &Syntax, verbose: bool) -> Result<String> {
        let catalog = self.catalog();
        let binder = self.binder(&catalog).with_text(statement.text.clone());
        let bound = match syntax {
            Syntax::Declare { query, .. } | Syntax::CreateTableAs { query, .. } => {
                Bound::Query(binder.bind_query(query, &[])?)
            }
            Syntax::CreateView(view) => Bound::Query(binder.bind_query(&view.query, &[])?),
            Syntax::Execute { name, .. } => {
                let prepared = self.prepared(name)?.statement.clone();
                let plan = self.plan(&prepared, None)?;
                return self.explained(&plan.bound, verbose).await;
            }
            Syntax::Query(_) | Syntax::Insert(_) | Syntax::Update(_) | Syntax::Delete(_) => {
                bind(&binder, &catalog, syntax, &[])?
            }
            _ => return Err(Error::unsupported("EXPLAIN of this statement")),
        };
        self.explained(&bound, verbose).await
    }

    async fn explained(&self, bound: &Bound, verbose: bool) -> Result<String> {
        let text = self.interrupt.race(self.db.engine.explain(bound.query(), verbose)).await?;
        let change = match bound {
            Bound::Query(_) => return Ok(text),
            Bound::Insert(insert) => format!("Insert on {}", insert.table.name),
            Bound::Update(update) => format!("Update on {}", update.table.name),
            Bound::Delete(delete) => format!("Delete on {}", delete.table.name),
        };
        let indented: Vec<String> = text.lines().map(|line| format!("  {line}")).collect();
        Ok(format!("{change}\n{}", indented.join("\n")))
    }
}

fn shown(reading: &Reading) -> String {
    let held =
        if reading.state_rows > 0 { format!(", holds {} rows", reading.state_rows) } else { String::new() };
    format!(
        "{} rows in, {} rows out, {:.3} ms busy{held}",
        reading.rows_in,
        reading.rows_out,
        reading.busy.as_secs_f64() * 1e3
    )
}
