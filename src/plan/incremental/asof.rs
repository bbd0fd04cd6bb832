//! `ASOF JOIN`: keys and times that are expressions get a projection below.

use std::sync::Arc;

use arrow::datatypes::DataType;
use arrow::row::{RowConverter, SortField};
use datafusion::logical_expr::UserDefinedLogicalNodeCore;

use super::join::{Input, is_time, keyed};
use super::join_time::{last_bound, least};
use super::planner::{Planner, nullable};
use crate::plan::stream::{
    AsofClosing, AsofSide, AsofSpec, EventTime, JoinExpiry, Properties, StreamNode, StreamOperator, TimeBound,
};
use crate::sql::binder::AsofJoin;
use crate::sql::type_name;
use crate::types::{Error, ObjectId, Result};

/// Plans an ASOF join.
pub fn plan_asof(planner: &Planner<'_>, asof: &AsofJoin) -> Result<StreamNode> {
    let (left, right) = (planner.node(&asof.left)?, planner.node(&asof.right)?);
    let mut inputs = [
        Input { schema: asof.left.schema(), node: left },
        Input { schema: asof.right.schema(), node: right },
    ];
    let pairs: Vec<_> = asof.on.iter().chain([&asof.times]).cloned().collect();
    let mut on = keyed(planner, &mut inputs, &pairs)?;
    let times = on.pop().ok_or_else(|| Error::internal("an ASOF join without times"))?;
    let [left, right] = &inputs;
    let mut spec = AsofSpec {
        times,
        nearest: asof.nearest,
        outer: asof.outer,
        left: side(left),
        right: side(right),
        closing: closing(asof, times, left, right),
        watermarks: vec![],
        on,
        schema: nullable(UserDefinedLogicalNodeCore::schema(asof)),
    };
    check_types(&spec, left, right)?;
    // A right row that comes late changes what left rows meet.
    let key = left.node.properties.key.clone().filter(|key| key.iter().all(|c| *c < spec.left.width));
    let properties = Properties { append_only: false, event_times: event_times(&mut spec, left), key };
    let schema = spec.schema.clone();
    let operator = StreamOperator::Asof(Arc::new(spec));
    Ok(StreamNode { operator, inputs: inputs.map(|input| input.node).into(), schema, properties })
}

fn side(input: &Input<'_>) -> AsofSide {
    let append_only = input.node.properties.append_only;
    AsofSide { append_only, width: input.schema.fields().len() }
}

/// Rows are kept as bytes in the order of their columns; keys are hashed.
fn check_types(spec: &AsofSpec, left: &Input<'_>, right: &Input<'_>) -> Result<()> {
    let unsupported = |what: &str, data_type: &DataType| {
        let name = type_name(data_type);
        Err(Error::unsupported(format!("ASOF JOIN {what} of type {name} in a materialized view"))
            .with_hint("Leave the column out in a subquery, or cast it to text."))
    };
    for (key, _) in &spec.on {
        let data_type = left.node.schema.field(*key).data_type();
        if data_type.is_nested() {
            return unsupported("by a key", data_type);
        }
    }
    for field in left.node.schema.fields().iter().chain(right.node.schema.fields()) {
        if !RowConverter::supports_fields(&[SortField::new(field.data_type().clone())]) {
            return unsupported("with a column", field.data_type());
        }
    }
    Ok(())
}

/// What watermarks let go, if both times follow one and no row is taken back.
fn closing(
    asof: &AsofJoin,
    times: (usize, usize),
    left: &Input<'_>,
    right: &Input<'_>,
) -> Option<AsofClosing> {
    let bound = |input: &Input<'_>, column: usize| -> Option<(ObjectId, TimeBound)> {
        let known = &input.node.properties;
        let time = known.event_times.iter().find(|time| time.column == column);
        let time = time.filter(|_| known.append_only && is_time(input.node.schema.field(column).data_type()));
        time.map(|time| (time.source, last_bound(time)))
    };
    if asof.nearest.later {
        return None;
    }
    Some(AsofClosing { left: bound(left, times.0)?, right: bound(right, times.1)? })
}

/// A left row is told when it comes, and again when a right row comes that is
/// not younger: its time follows the lesser of both watermarks.
fn event_times(spec: &mut AsofSpec, left: &Input<'_>) -> Vec<EventTime> {
    let column = spec.times.0;
    let Some(closing) = spec.closing.as_ref().filter(|_| column < spec.left.width) else {
        return vec![];
    };
    let (source, bound) = closing.right.clone();
    let expiry = JoinExpiry { column, source, bound };
    let known = left.node.properties.event_times.iter();
    let own = known.filter(|time| time.column == column && time.source == closing.left.0).take(1);
    own.map(|own| least(&mut spec.watermarks, own, &expiry, column)).collect()
}
