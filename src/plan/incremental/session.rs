//! Session windows, and the changelog of a relation.

use std::sync::Arc;

use datafusion::common::DFSchema;
use datafusion::logical_expr::{Expr, Extension, UserDefinedLogicalNode, UserDefinedLogicalNodeCore};

use super::asof::plan_asof;
use super::planner::{Planner, in_view, nullable};
use crate::plan::stream::{
    ChangelogSpec, EventTime, Monotone, Properties, SessionSpec, StreamNode, StreamOperator,
};
use crate::sql::binder::AsofJoin;
use crate::sql::{Changelog, SessionWindow};
use crate::types::{Error, Result};

/// Plans a node that is ours.
pub fn plan_extension(planner: &Planner<'_>, extension: &Extension) -> Result<StreamNode> {
    let node: &dyn UserDefinedLogicalNode = extension.node.as_ref();
    if let Some(session) = node.as_any().downcast_ref::<SessionWindow>() {
        return plan_session(planner, session);
    }
    if let Some(changelog) = node.as_any().downcast_ref::<Changelog>() {
        return plan_changelog(planner, changelog);
    }
    if let Some(asof) = node.as_any().downcast_ref::<AsofJoin>() {
        return plan_asof(planner, asof);
    }
    Err(in_view(node.name()))
}

/// What is told stays, whatever becomes of the row.
fn plan_changelog(planner: &Planner<'_>, changelog: &Changelog) -> Result<StreamNode> {
    let input = planner.node(&changelog.input)?;
    let known = &input.properties;
    let schema = nullable(UserDefinedLogicalNodeCore::schema(changelog));
    let spec =
        ChangelogSpec { key: known.key.clone(), append_only: known.append_only, schema: schema.clone() };
    let properties = Properties {
        append_only: true,
        event_times: if known.append_only { known.event_times.clone() } else { vec![] },
        key: known.key.clone().filter(|_| known.append_only),
    };
    let operator = StreamOperator::Changelog(Arc::new(spec));
    Ok(StreamNode { operator, inputs: vec![input], schema, properties })
}

fn plan_session(planner: &Planner<'_>, session: &SessionWindow) -> Result<StreamNode> {
    let input = planner.node(&session.input)?;
    let column = |e: &Expr| column_index(e, session.input.schema());
    let time = column(&session.time)?;
    let event_time = input.properties.event_times.iter().find(|e| e.column == time).cloned();
    let spec = SessionSpec {
        partition: session.partition.iter().map(column).collect::<Result<_>>()?,
        time,
        gap: session.gap,
        append_only: input.properties.append_only,
        emit_on_window_close: planner.emit_on_window_close && event_time.is_some(),
        event_time,
        schema: nullable(UserDefinedLogicalNodeCore::schema(session)),
    };
    let properties = properties_of(&spec, &input.properties);
    let schema = spec.schema.clone();
    Ok(StreamNode {
        operator: StreamOperator::Session(Arc::new(spec)),
        inputs: vec![input],
        schema,
        properties,
    })
}

/// A session that is still to change ends after the watermark. Its rows may be
/// from long before.
fn properties_of(spec: &SessionSpec, input: &Properties) -> Properties {
    let end = spec.schema.fields().len() - 1;
    let final_when_told = spec.event_time.as_ref().is_some_and(|t| t.lateness == 0);
    let ends = |time: &EventTime| EventTime {
        column: end,
        bound: time.bound.then(Monotone::Add(1)),
        ..time.clone()
    };
    Properties {
        append_only: spec.append_only && spec.emit_on_window_close && final_when_told,
        event_times: spec.event_time.iter().map(ends).collect(),
        key: input.key.clone(),
    }
}

fn column_index(expr: &Expr, schema: &DFSchema) -> Result<usize> {
    let index = match expr {
        Expr::Column(column) => schema.maybe_index_of_column(column),
        _ => None,
    };
    index.ok_or_else(|| Error::internal(format!("{expr} is not a column of a session's input")))
}
