//! An epoch that is absorbed as it comes gives what it gives as a whole.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::AggregateOperator;
use crate::dataflow::operator::{EpochContext, Operator};
use crate::dataflow::watermark::WatermarkBoard;
use crate::delta::Delta;
use crate::expr::row_text;
use crate::plan::stream::{AggregateCall, AggregateKind, AggregateSpec};
use crate::types::Epoch;

fn schema(names: &[&str]) -> SchemaRef {
    let fields = names.iter().map(|name| Field::new(*name, DataType::Int64, true));
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// `SELECT k, count(*), sum(v), max(v), count(DISTINCT v) … GROUP BY k`, or all of
/// it in one group.
fn operator(keys: &[usize]) -> AggregateOperator {
    let call = |function, arguments: &[usize], distinct, name: &str| AggregateCall {
        function,
        arguments: arguments.to_vec(),
        argument_types: vec![DataType::Int64; arguments.len()],
        filter: None,
        distinct,
        field: Arc::new(Field::new(name, DataType::Int64, true)),
    };
    let mut names = vec!["k"; keys.len()];
    names.extend(["n", "s", "m", "d"]);
    let spec = AggregateSpec {
        keys: keys.to_vec(),
        calls: vec![
            call(AggregateKind::Count, &[], false, "n"),
            call(AggregateKind::Sum, &[1], false, "s"),
            call(AggregateKind::Max, &[1], false, "m"),
            call(AggregateKind::Count, &[1], true, "d"),
        ],
        append_only: false,
        event_times: vec![],
        emit_on_window_close: false,
        schema: schema(&names),
    };
    AggregateOperator::new(Arc::new(spec)).unwrap()
}

/// Changes that take away only what is there.
fn changes(random: &mut StdRng, there: &mut Vec<(i64, i64)>) -> Delta {
    let (mut keys, mut values, mut diffs) = (vec![], vec![], vec![]);
    for _ in 0..random.random_range(0..12) {
        let take = !there.is_empty() && random.random_bool(0.5);
        let (key, value) = match take {
            true => there.swap_remove(random.random_range(0..there.len())),
            false => (random.random_range(0..4), random.random_range(-3..9)),
        };
        if !take {
            there.push((key, value));
        }
        keys.push(key);
        values.push(value);
        diffs.push(if take { -1 } else { 1 });
    }
    let columns: Vec<ArrayRef> = vec![Arc::new(Int64Array::from(keys)), Arc::new(Int64Array::from(values))];
    let rows = RecordBatch::try_new(schema(&["k", "v"]), columns).unwrap();
    Delta::new(rows, Some(Int64Array::from(diffs)))
}

/// How often each row is told.
fn told(deltas: &[Delta]) -> BTreeMap<String, i64> {
    let mut told = BTreeMap::new();
    for delta in deltas {
        for row in 0..delta.num_rows() {
            let diff = delta.diffs().map_or(1, |d| d.value(row));
            *told.entry(row_text(delta.rows(), row).unwrap()).or_insert(0) += diff;
        }
    }
    told.retain(|_, diff| *diff != 0);
    told
}

#[test]
fn absorbed_rows_count_as_those_of_the_step() {
    let watermarks = WatermarkBoard::default();
    for seed in 0..200 {
        let keys: &[usize] = if seed % 4 == 0 { &[] } else { &[0] };
        let mut random = StdRng::seed_from_u64(seed);
        let (mut whole, mut parts) = (operator(keys), operator(keys));
        assert_eq!(told(&whole.initial().unwrap()), told(&parts.initial().unwrap()));
        let mut there = vec![];
        for epoch in 1..20 {
            let cx = EpochContext { epoch: Epoch(epoch), as_of: Epoch(0), watermarks: &watermarks };
            let deltas: Vec<Delta> =
                (0..random.random_range(0..5)).map(|_| changes(&mut random, &mut there)).collect();
            let absorbed = random.random_range(0..=deltas.len());
            for delta in &deltas[..absorbed] {
                let waiting = parts.absorb(vec![vec![delta.clone()]]).unwrap();
                assert!(waiting.iter().all(Vec::is_empty), "nothing has to wait");
            }
            let rest = deltas[absorbed..].to_vec();
            let (one, other) = (whole.step(&cx, vec![deltas]), parts.step(&cx, vec![rest]));
            assert_eq!(told(&one.unwrap()), told(&other.unwrap()), "seed {seed}, epoch {epoch}");
            assert_eq!(whole.state_rows(), parts.state_rows());
        }
    }
}
