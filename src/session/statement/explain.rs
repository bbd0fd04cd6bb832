//! `EXPLAIN`: how a query would be run, or how a view would be kept; and
//! `EXPLAIN ANALYZE` of a query: run it, and tell what each operator did.

use std::sync::Arc;
use std::time::Instant;

use arrow::array::{ArrayRef, BinaryViewArray, RecordBatch};
use arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::common::ScalarValue;
use serde_json::Value;

use super::listing::{text_rows, text_schema};
use crate::coordinator::definition::{Running, define_sink, define_view};
use crate::plan::explain::{Fact, PlanTree, Root, dot, json, stream_tree, text};
use crate::plan::stream::StreamNode;
use crate::query::Shown;
use crate::session::conversation::Statement;
use crate::session::plan_cache::{Bound, bind};
use crate::session::{Outcome, Session};
use crate::sql::{BoundQuery, Explain, ExplainFormat, ExplainOptions, Statement as Syntax};
use crate::types::{Error, Result, logical};

/// The one column of the answer.
const COLUMN: &str = "QUERY PLAN";

/// The answer has one column: of text, or of one JSON value.
pub(super) fn schema(options: &ExplainOptions) -> SchemaRef {
    match options.format {
        ExplainFormat::Json => Arc::new(Schema::new(vec![Field::new(COLUMN, logical::json(), true)])),
        ExplainFormat::Text | ExplainFormat::Dot => text_schema(&[COLUMN]),
    }
}

impl Session {
    pub(super) async fn run_explain(&mut self, statement: &Statement, explain: &Explain) -> Result<Outcome> {
        let options = &explain.options;
        if options.analyze {
            return self.run_explain_analyze(statement, explain).await;
        }
        let tree = match &explain.statement {
            Syntax::CreateView(view) if view.materialized => {
                let (catalog, shared) = (self.db.handle.catalog(), self.db.handle.shared().clone());
                let definition = define_view(view, &statement.text, &catalog, &shared)?;
                let Running::MaterializedView(plan) = &definition.running else {
                    return Err(Error::internal("a materialized view without a plan"));
                };
                self.hint_growth(&definition.object, plan);
                kept_tree("Materialize", &definition.object.name, plan, options)
            }
            Syntax::CreateSink(sink) => {
                let (catalog, shared) = (self.db.handle.catalog(), self.db.handle.shared().clone());
                let definition = define_sink(sink, &statement.text, &catalog, &shared)?;
                let Running::Sink(plan, _) = &definition.running else {
                    return Err(Error::internal("a sink without a plan"));
                };
                self.hint_growth(&definition.object, plan);
                kept_tree("Sink", &definition.object.name, plan, options)
            }
            other => return self.explain_query(statement, other, options).await,
        };
        self.explained(&tree, &[], options)
    }

    /// Runs a query, throws its rows away, and tells what its operators did.
    async fn run_explain_analyze(&mut self, statement: &Statement, explain: &Explain) -> Result<Outcome> {
        let options = &explain.options;
        let begun = Instant::now();
        let (query, parameters) = self.analyzed_query(statement, &explain.statement).await?;
        let catalog = self.catalog();
        self.settle_own_changes(&catalog, &query.relations).await?;
        let ticket = self.ticket(&catalog, &query.relations).await?;
        let (snapshots, now) = (Arc::new(self.snapshots(ticket)), self.now);
        let planned = begun.elapsed();
        let shown = Shown { verbose: options.verbose, ran: true, timing: options.timing };
        let work = self.db.engine.analyze(&query, snapshots, &parameters, now, shown);
        let begun = Instant::now();
        let tree = self.interrupt.race(work).await?;
        let mut summary: Vec<Fact> = vec![];
        if options.summary {
            let millis = |d: std::time::Duration| Value::from((d.as_secs_f64() * 1e6).round() / 1e3);
            summary.push(("Planning Time", millis(planned)));
            summary.push(("Execution Time", millis(begun.elapsed())));
        }
        self.explained(&tree, &summary, options)
    }

    async fn analyzed_query(
        &mut self,
        statement: &Statement,
        syntax: &Syntax,
    ) -> Result<(BoundQuery, Vec<ScalarValue>)> {
        let part = match syntax {
            Syntax::Query(query) | Syntax::Declare { query, .. } => {
                let catalog = self.catalog();
                let binder = self.binder(&catalog).with_text(statement.text.clone());
                return Ok((binder.bind_query(query, &[])?, vec![]));
            }
            Syntax::Execute { name, values } => {
                let prepared = self.prepared(name)?;
                let (inner, types) = (prepared.statement.clone(), prepared.types.clone());
                let parameters = self.evaluate(values, &types).await?;
                match &self.plan(&inner, None)?.bound {
                    Bound::Query(query) => return Ok((query.clone(), parameters)),
                    _ => "EXPLAIN ANALYZE of a prepared change",
                }
            }
            Syntax::CreateView(view) if view.materialized => {
                let hint =
                    "Create it, then EXPLAIN ANALYZE MATERIALIZED VIEW shows what its operators have done.";
                return Err(Error::unsupported("EXPLAIN ANALYZE of a view that is not there").with_hint(hint));
            }
            Syntax::CreateSink(_) => "EXPLAIN ANALYZE of a sink that is not there",
            Syntax::Insert(_) => "EXPLAIN ANALYZE of INSERT",
            Syntax::Update(_) => "EXPLAIN ANALYZE of UPDATE",
            Syntax::Delete(_) => "EXPLAIN ANALYZE of DELETE",
            _ => "EXPLAIN ANALYZE of this statement",
        };
        Err(Error::unsupported(part).with_hint("EXPLAIN without ANALYZE shows its plan."))
    }

    async fn explain_query(
        &mut self,
        statement: &Statement,
        syntax: &Syntax,
        options: &ExplainOptions,
    ) -> Result<Outcome> {
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
                return self.explain_bound(&plan.bound, options).await;
            }
            Syntax::Query(_) | Syntax::Insert(_) | Syntax::Update(_) | Syntax::Delete(_) => {
                bind(&binder, &catalog, syntax, &[])?
            }
            _ => return Err(Error::unsupported("EXPLAIN of this statement")),
        };
        self.explain_bound(&bound, options).await
    }

    async fn explain_bound(&self, bound: &Bound, options: &ExplainOptions) -> Result<Outcome> {
        let change = match bound {
            Bound::Query(_) => None,
            Bound::Insert(insert) => Some(("Insert", &insert.table.name)),
            Bound::Update(update) => Some(("Update", &update.table.name)),
            Bound::Delete(delete) => Some(("Delete", &delete.table.name)),
        };
        if options.format != ExplainFormat::Text {
            let tree = self.interrupt.race(self.db.engine.plan_tree(bound.query(), options.verbose)).await?;
            let tree = match change {
                None => tree,
                Some((verb, table)) => changing(verb, table, tree),
            };
            return self.explained(&tree, &[], options);
        }
        let text = self.interrupt.race(self.db.engine.explain(bound.query(), options.verbose)).await?;
        let text = match change {
            None => text,
            Some((verb, table)) => {
                let indented: Vec<String> = text.lines().map(|line| format!("  {line}")).collect();
                format!("{verb} on {table}\n{}", indented.join("\n"))
            }
        };
        self.plan_lines(&text)
    }

    /// The plan in the form that was asked for.
    pub(super) fn explained(
        &self,
        tree: &PlanTree,
        summary: &[Fact],
        options: &ExplainOptions,
    ) -> Result<Outcome> {
        match options.format {
            ExplainFormat::Text => {
                let lines = summary.iter().map(|(name, value)| format!("\n{name}: {value} ms"));
                self.plan_lines(&(text(tree) + &lines.collect::<String>()))
            }
            ExplainFormat::Dot => self.plan_lines(&dot(tree)),
            ExplainFormat::Json => {
                let value = json(tree, summary);
                let column: ArrayRef = Arc::new(BinaryViewArray::from_iter_values([value.as_bytes()]));
                let rows = RecordBatch::try_new(schema(options), vec![column])?;
                Ok(Outcome::Rows(self.outgoing_batch(rows, "EXPLAIN")))
            }
        }
    }

    fn plan_lines(&self, text: &str) -> Result<Outcome> {
        let rows: Vec<_> = text.lines().map(|line| vec![Some(line.to_string())]).collect();
        Ok(Outcome::Rows(self.outgoing_batch(text_rows(&text_schema(&[COLUMN]), &rows)?, "EXPLAIN")))
    }
}

/// The plan of a view or sink that does not run.
fn kept_tree(name: &'static str, object: &str, plan: &StreamNode, options: &ExplainOptions) -> PlanTree {
    let root = Root { name, object: object.to_string(), remarks: None };
    stream_tree(plan, root, options.verbose, &|_| None)
}

/// A change of a table by the rows of a query.
fn changing(verb: &str, table: &str, mut query: PlanTree) -> PlanTree {
    fn renumber(tree: &mut PlanTree) {
        tree.id += 1;
        tree.inputs.iter_mut().for_each(renumber);
    }
    renumber(&mut query);
    let facts = vec![("Relation Name", Value::from(table))];
    let line = format!("{verb} on {table}");
    PlanTree { name: verb.to_string(), line, facts, inputs: vec![query], ..PlanTree::default() }
}
