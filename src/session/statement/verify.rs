//! `VERIFY MATERIALIZED VIEW`: is the view what its query gives? (promise P1)
//!
//! The query runs as batch at the epoch at which the view is read, and the two
//! are compared as bags. The answer lists what differs; no rows: they agree.
//! Sources are read once more, as far as they had been read at that epoch and
//! without the rows that were ruled out then. Of a view with EMIT ON WINDOW CLOSE
//! the rows are compared whose windows were closed by the watermark of that epoch.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, RecordBatchOptions, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Float64Type, Schema, SchemaRef};
use chrono::DateTime;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::logical_expr::LogicalPlan;
use datafusion::sql::sqlparser::ast::{self, ObjectName};

use super::window_close::WindowClose;
use crate::catalog::{Column, Object, ObjectKind, Snapshot};
use crate::coordinator::ReadTicket;
use crate::dataflow::SourceCut;
use crate::delta::{Delta, consolidate};
use crate::expr::row_text;
use crate::session::conversation::DATABASE;
use crate::session::names::RelationName;
use crate::session::snapshot::EpochSnapshots;
use crate::session::{Outcome, Session};
use crate::sql::binder::{AsOfNow, Changelog};
use crate::sql::{BoundQuery, Statement as Syntax, parse};
use crate::types::{Error, ObjectId, Result, SqlState};

/// What sources had delivered, by their ids.
pub(super) type Cuts = HashMap<ObjectId, Arc<SourceCut>>;

/// Differences listed; there may be more.
const ROWS_MAX: usize = 1000;

/// Floating-point values are the same up to this relative difference: a sum
/// kept by changes adds up in another order than one from scratch.
const TOLERANCE: f64 = 1e-9;

/// The columns of the answer.
pub(super) fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("only_in", DataType::Utf8, true),
        Field::new("times", DataType::Int64, true),
        Field::new("row", DataType::Utf8, true),
    ]))
}

impl Session {
    pub(super) async fn run_verify(&mut self, name: &ObjectName) -> Result<Outcome> {
        let catalog = self.catalog();
        let view = RelationName::read(name, DATABASE)?.resolve(&catalog)?;
        let (stored, query) = self.sides(&catalog, &view)?;
        let closing = self.closing(&view)?;
        let mut relations = query.relations.clone();
        relations.push(view.clone());
        self.settle_own_changes(&catalog, &relations).await?;
        let ticket = self.ticket(&catalog, &relations).await?.ok_or_else(no_epoch)?;
        let cuts = self.cuts(&ticket, &query, closing.as_ref()).await?;
        let stored = self.rows_at(&ticket, &stored, HashMap::new()).await?;
        let mut wanted = match self.rows_at(&ticket, &query, cuts.clone()).await {
            Ok(wanted) => wanted,
            Err(error) => return Err(self.with_view_errors(&view, error).await),
        };
        if let Some(closing) = &closing {
            wanted = wanted.iter().map(|rows| closing.closed(rows, &cuts)).collect::<Result<_>>()?;
        }
        let count = |rows: &[RecordBatch]| rows.iter().map(RecordBatch::num_rows).sum::<usize>();
        let compared = format!("{} rows compared with {} of the query", count(&stored), count(&wanted));
        let rows = differences(&view.arrow_schema(), stored, wanted)?;
        let result = if rows.num_rows() == 0 { "equals its query" } else { "differs from its query" };
        self.notices.notice(format!("materialized view \"{}\" {result}: {compared}", view.name));
        Ok(Outcome::Rows(self.outgoing_batch(rows, "VERIFY")))
    }

    /// The view as it is kept, and its query.
    fn sides(&self, catalog: &Arc<Snapshot>, view: &Object) -> Result<(BoundQuery, BoundQuery)> {
        let ObjectKind::MaterializedView(properties) = &view.kind else {
            let message = format!("\"{}\" is not a materialized view", view.name);
            return Err(Error::new(SqlState::WRONG_OBJECT_TYPE, message));
        };
        let name = ObjectName::from(vec![
            ast::Ident::with_quote('"', &view.schema),
            ast::Ident::with_quote('"', &view.name),
        ]);
        let stored = self.bound_text(catalog, &format!("SELECT * FROM {name}"))?;
        let query = self.bound_text(catalog, &properties.query)?;
        refuse_moments(&query)?;
        Ok((stored, query))
    }

    /// A batch query fails as a whole where a view leaves out the rows whose
    /// expressions fail: then that is what there is to say.
    async fn with_view_errors(&self, view: &Object, error: Error) -> Error {
        let data = ["21", "22"].iter().any(|class| error.code().0.starts_with(class));
        let faults = match data {
            true => self.interrupt.race(self.db.handle.faults(view.id)).await.unwrap_or_default(),
            false => vec![],
        };
        let count: i64 = faults.iter().map(|fault| fault.diff).sum();
        if count == 0 {
            return error;
        }
        let errors = if count == 1 { "1 error".to_string() } else { format!("{count} errors") };
        Error::unsupported(format!("VERIFY of a view with errors (\"{}\" has {errors})", view.name))
            .with_detail(format!("Its query as batch fails: {}.", error.message()))
            .with_hint(format!("See them: SELECT * FROM view_errors('{}')", view.name.replace('\'', "''")))
    }

    /// By what the rows of a view with EMIT ON WINDOW CLOSE are told.
    fn closing(&self, view: &Object) -> Result<Option<WindowClose>> {
        match &view.kind {
            ObjectKind::MaterializedView(properties) if properties.emit_on_window_close => {}
            _ => return Ok(None),
        }
        let meters = self.db.handle.shared().meters.read().get(&view.id).cloned();
        let meters = meters.ok_or_else(|| Error::internal("a materialized view that does not run"))?;
        WindowClose::of_plan(meters.plan()).map(Some)
    }

    /// How far the sources of a query, and the watermarks by which its windows
    /// close, were at the ticket's epoch.
    async fn cuts(
        &self,
        ticket: &ReadTicket,
        query: &BoundQuery,
        closing: Option<&WindowClose>,
    ) -> Result<Cuts> {
        let sources = query.relations.iter().filter(|r| matches!(r.kind, ObjectKind::Source(_)));
        let mut wanted: Vec<ObjectId> = sources.map(|r| r.id).collect();
        wanted.extend(closing.iter().flat_map(|c| c.sources()));
        let mut cuts = Cuts::new();
        for id in wanted {
            if !cuts.contains_key(&id) {
                let cut = self.interrupt.race(self.db.handle.cut(id, ticket.epoch)).await?;
                cuts.insert(id, Arc::new(cut));
            }
        }
        Ok(cuts)
    }

    fn bound_text(&self, catalog: &Arc<Snapshot>, text: &str) -> Result<BoundQuery> {
        match parse(text)?.pop().map(|parsed| parsed.statement) {
            Some(Syntax::Query(query)) => {
                self.binder(catalog).with_text(text.to_string()).bind_query(&query, &[])
            }
            _ => Err(Error::internal("a view's query is not a query")),
        }
    }

    /// The rows of a query as of the ticket's epoch, which is also its `now()`.
    async fn rows_at(
        &mut self,
        ticket: &Arc<ReadTicket>,
        query: &BoundQuery,
        cuts: Cuts,
    ) -> Result<Vec<RecordBatch>> {
        let own = self.transaction.lock().changes();
        let now = DateTime::from_timestamp_micros(ticket.epoch.as_micros()).unwrap_or(self.now);
        let snapshots = EpochSnapshots::new(Some(ticket.clone()), self.db.handle.clone(), now);
        let snapshots = Arc::new(snapshots.with_changes(own).with_cuts(cuts));
        let (_, rows) = self.interrupt.race(self.db.engine.execute(query, snapshots, &[], now)).await?;
        self.collect(rows).await
    }
}

fn no_epoch() -> Error {
    Error::internal("a materialized view that is not stored")
}

/// What tells of the moment at which something was read cannot be computed again.
fn refuse_moments(query: &BoundQuery) -> Result<()> {
    for source in query.relations.iter().filter(|r| matches!(r.kind, ObjectKind::Source(_))) {
        let of_reading = |c: &&Column| {
            c.generated.as_ref().is_some_and(|text| text.to_ascii_lowercase().contains("proctime"))
        };
        if let Some(column) = source.columns.iter().find(of_reading) {
            let part =
                format!("VERIFY of a view over source \"{}\" with column \"{}\"", source.name, column.name);
            return Err(Error::unsupported(part)
                .with_hint("The column says when a row was read; read again, it says something else."));
        }
    }
    let (mut as_of_now, mut changes) = (false, false);
    query.plan.apply_with_subqueries(|node| {
        as_of_now |= AsOfNow::marked(node).is_some();
        changes |= matches!(node, LogicalPlan::Extension(e) if e.node.as_any().is::<Changelog>());
        Ok(TreeNodeRecursion::Continue)
    })?;
    if changes {
        let message = "a view of a changelog cannot be verified";
        return Err(Error::new(SqlState::FEATURE_NOT_SUPPORTED, message)
            .with_detail("Its rows tell which changes happened, and a relation as it is now does not say how it became so.")
            .with_hint("VERIFY the views that the changelog reads."));
    }
    match as_of_now {
        false => Ok(()),
        true => Err(Error::unsupported("VERIFY of a view with FOR SYSTEM_TIME AS OF PROCTIME()")
            .with_hint("Its rows depend on when they came, which cannot be computed again.")),
    }
}

/// What is in one and not in the other, and how often.
fn differences(
    schema: &SchemaRef,
    stored: Vec<RecordBatch>,
    wanted: Vec<RecordBatch>,
) -> Result<RecordBatch> {
    let mut sides = vec![];
    for batch in stored {
        sides.push(Delta::insert(conform(&batch, schema)?));
    }
    for batch in wanted {
        sides.push(Delta::retract(conform(&batch, schema)?));
    }
    let rest = consolidate(&Delta::concat(schema, &sides)?)?;
    let mut left: Vec<Difference> =
        (0..rest.num_rows()).map(|row| Difference::of(&rest, row)).collect::<Result<_>>()?;
    cancel_near(&mut left);
    left.retain(|d| d.times != 0);
    left.truncate(ROWS_MAX);
    let side = |d: &Difference| if d.times > 0 { "view" } else { "query" };
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values(left.iter().map(side))),
        Arc::new(Int64Array::from_iter_values(left.iter().map(|d| d.times.abs()))),
        Arc::new(StringArray::from_iter_values(left.iter().map(|d| &d.row))),
    ];
    Ok(RecordBatch::try_new(self::schema(), columns)?)
}

/// The batch under the view's names and types.
fn conform(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
    let columns = batch.columns().iter().zip(schema.fields()).map(|(c, f)| Ok(cast(c, f.data_type())?));
    let nullable: Vec<Field> =
        schema.fields().iter().map(|f| f.as_ref().clone().with_nullable(true)).collect();
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    let columns = columns.collect::<Result<Vec<_>>>()?;
    Ok(RecordBatch::try_new_with_options(Arc::new(Schema::new(nullable)), columns, &options)?)
}

/// A row that one side has more often than the other.
struct Difference {
    row: String,
    /// All but the floating-point values.
    exact: String,
    floats: Vec<f64>,
    /// How much more often the view has it; negative: how much less.
    times: i64,
}

impl Difference {
    fn of(delta: &Delta, row: usize) -> Result<Self> {
        let rows = delta.rows();
        let is_float = |i: &usize| rows.column(*i).data_type().is_floating();
        let (floats, exact): (Vec<usize>, Vec<usize>) = (0..rows.num_columns()).partition(is_float);
        let mut values = Vec::with_capacity(floats.len());
        for column in floats {
            let column = cast(&rows.column(column).slice(row, 1), &DataType::Float64)?;
            let column = column.as_primitive::<Float64Type>();
            values.push(if column.is_null(0) { f64::NEG_INFINITY } else { column.value(0) });
        }
        Ok(Difference {
            row: row_text(rows, row)?,
            exact: row_text(&rows.project(&exact)?, row)?,
            floats: values,
            times: delta.diff(row),
        })
    }

    fn is_near(&self, other: &Difference) -> bool {
        let near = |(a, b): (&f64, &f64)| a == b || (a - b).abs() <= TOLERANCE * a.abs().max(b.abs());
        !self.floats.is_empty()
            && self.exact == other.exact
            && self.floats.iter().zip(&other.floats).all(near)
    }
}

/// Takes away pairs that differ in the last digits only.
fn cancel_near(differences: &mut [Difference]) {
    for i in 0..differences.len() {
        for j in i + 1..differences.len() {
            let (first, rest) = differences.split_at_mut(j);
            let (one, other) = (&mut first[i], &mut rest[0]);
            if one.times.signum() * other.times.signum() < 0 && one.is_near(other) {
                let common = one.times.abs().min(other.times.abs());
                one.times -= common * one.times.signum();
                other.times -= common * other.times.signum();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::Float64Array;

    use super::*;

    fn batch(keys: &[i64], values: &[f64]) -> RecordBatch {
        let keys: ArrayRef = Arc::new(Int64Array::from(keys.to_vec()));
        let values: ArrayRef = Arc::new(Float64Array::from(values.to_vec()));
        RecordBatch::try_from_iter_with_nullable([("k", keys, true), ("v", values, true)]).unwrap()
    }

    #[test]
    fn the_last_digits_do_not_count_but_rows_do() {
        let stored = batch(&[1, 2, 3], &[0.1 + 0.2, 1.0, 5.0]);
        let wanted = batch(&[1, 2, 2], &[0.3, 1.0, 1.0]);
        let rows = differences(&stored.schema(), vec![stored.clone()], vec![wanted]).unwrap();
        let side = rows.column(0).as_string::<i32>();
        let text = rows.column(2).as_string::<i32>();
        let found: Vec<(&str, &str)> = side.iter().flatten().zip(text.iter().flatten()).collect();
        assert_eq!(found, [("query", "(2,1)"), ("view", "(3,5)")]);
    }
}
