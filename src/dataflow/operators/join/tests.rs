//! The join against recomputing it from nothing, under random changes.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, AsArray, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use datafusion::common::DFSchema;
use datafusion::logical_expr::{Expr, col};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::{JoinOperator, NullAwareOperator};
use crate::dataflow::operator::{EpochContext, Operator};
use crate::dataflow::watermark::WatermarkBoard;
use crate::delta::Delta;
use crate::expr::{Program, Step};
use crate::plan::incremental::ExpressionBuilder;
use crate::plan::stream::{JoinExpiry, JoinKind, JoinResidual, JoinSide, JoinSpec, Monotone, TimeBound};
use crate::types::{Epoch, ObjectId};

/// A row of either input: key, number, text.
type Row = (Option<i64>, Option<i64>, String);
/// How often each row is there.
type Bag = BTreeMap<Row, i64>;

/// What a join under test is.
#[derive(Clone, Copy, Debug)]
struct Case {
    kind: JoinKind,
    /// Key columns besides the first: the text.
    wide_key: bool,
    keyless: bool,
    nulls_equal: bool,
    null_aware: bool,
    residual: bool,
    append_only: (bool, bool),
}

fn schema() -> SchemaRef {
    let field = |name: &str, data_type: DataType| Field::new(name, data_type, true);
    Arc::new(Schema::new(vec![
        field("k", DataType::Int64),
        field("v", DataType::Int64),
        field("t", DataType::Utf8),
    ]))
}

fn batch(rows: &[Row]) -> RecordBatch {
    let k: Int64Array = rows.iter().map(|r| r.0).collect();
    let v: Int64Array = rows.iter().map(|r| r.1).collect();
    let t: StringArray = rows.iter().map(|r| Some(r.2.clone())).collect();
    RecordBatch::try_new(schema(), vec![Arc::new(k), Arc::new(v), Arc::new(t)]).unwrap()
}

fn delta(changes: &[(Row, i64)]) -> Delta {
    let rows: Vec<Row> = changes.iter().map(|(row, _)| row.clone()).collect();
    let diffs: Int64Array = changes.iter().map(|(_, diff)| Some(*diff)).collect();
    let once = changes.iter().all(|(_, diff)| *diff == 1);
    Delta::new(batch(&rows), (!once).then_some(diffs))
}

/// `left.v < right.v`
fn residual() -> Arc<JoinResidual> {
    let pair = Arc::new(Schema::new(vec![
        Field::new("lv", DataType::Int64, true),
        Field::new("rv", DataType::Int64, true),
    ]));
    let condition: Expr = col("lv").lt(col("rv"));
    let named = DFSchema::try_from(pair.as_ref().clone()).unwrap();
    let mut builder = ExpressionBuilder::default();
    let step = Step::Filter(builder.build(&condition, &named).unwrap());
    Arc::new(JoinResidual {
        columns: vec![1, 4],
        schema: pair,
        program: Program::new(vec![step], builder.clock()),
    })
}

fn spec(case: Case) -> Arc<JoinSpec> {
    let side = |append_only| JoinSide { append_only, unique: false, key: None, expiry: None };
    let output: Vec<usize> = match case.kind {
        JoinKind::Inner | JoinKind::Left | JoinKind::Full => (0..6).collect(),
        JoinKind::Semi | JoinKind::Anti => (0..3).collect(),
        JoinKind::Mark => (0..4).collect(),
    };
    let mut fields: Vec<Field> =
        schema().fields().iter().chain(schema().fields()).map(|f| f.as_ref().clone()).collect();
    if case.kind == JoinKind::Mark {
        fields[3] = Field::new("mark", DataType::Boolean, true);
    }
    let on = match (case.keyless, case.wide_key) {
        (true, _) => vec![],
        (_, false) => vec![(0, 0)],
        (_, true) => vec![(0, 0), (2, 2)],
    };
    Arc::new(JoinSpec {
        kind: case.kind,
        on,
        null_equals_null: case.nulls_equal,
        null_aware: case.null_aware,
        as_of_now: false,
        residual: case.residual.then(residual),
        left: side(case.append_only.0),
        right: side(case.append_only.1),
        schema: Arc::new(Schema::new(fields[..output.len()].to_vec())),
        output,
        watermarks: vec![],
    })
}

/// One output row as text.
fn text(left: Option<&Row>, right: Option<&Row>, mark: Option<Option<bool>>) -> String {
    format!("{left:?} {right:?} {mark:?}")
}

fn is_match(case: Case, left: &Row, right: &Row) -> bool {
    let equal =
        |l: &Option<i64>, r: &Option<i64>| if case.nulls_equal { l == r } else { l.is_some() && l == r };
    let key = case.keyless || (equal(&left.0, &right.0) && (!case.wide_key || left.2 == right.2));
    key && (!case.residual || matches!((left.1, right.1), (Some(l), Some(r)) if l < r))
}

/// The join by definition.
fn model(case: Case, left: &Bag, right: &Bag) -> BTreeMap<String, i64> {
    let mut out: BTreeMap<String, i64> = BTreeMap::new();
    let mut add = |text: String, count: i64| *out.entry(text).or_default() += count;
    let is_in = |l: &Row| {
        if right.is_empty() {
            Some(false)
        } else if l.0.is_some() && right.keys().any(|r| r.0 == l.0) {
            Some(true)
        } else if l.0.is_none() || right.keys().any(|r| r.0.is_none()) {
            None
        } else {
            Some(false)
        }
    };
    for (l, count) in left {
        let pairs: Vec<(&Row, &i64)> = right.iter().filter(|(r, _)| is_match(case, l, r)).collect();
        let matched = if case.null_aware { is_in(l) } else { Some(!pairs.is_empty()) };
        match case.kind {
            JoinKind::Inner | JoinKind::Left | JoinKind::Full => {
                pairs.iter().for_each(|(r, n)| add(text(Some(l), Some(r), None), count * **n));
                if pairs.is_empty() && case.kind != JoinKind::Inner {
                    add(text(Some(l), None, None), *count);
                }
            }
            JoinKind::Semi if matched == Some(true) => add(text(Some(l), None, None), *count),
            JoinKind::Anti if matched == Some(false) => add(text(Some(l), None, None), *count),
            JoinKind::Mark => add(text(Some(l), None, Some(matched)), *count),
            _ => {}
        }
    }
    if case.kind == JoinKind::Full {
        for (r, count) in right.iter().filter(|(r, _)| !left.keys().any(|l| is_match(case, l, r))) {
            add(text(None, Some(r), None), *count);
        }
    }
    out
}

fn row(rows: &RecordBatch, at: usize, from: usize) -> Option<Row> {
    let number = |c: usize| {
        let column = rows.column(from + c).as_primitive::<Int64Type>();
        column.is_valid(at).then(|| column.value(at))
    };
    let t = rows.column(from + 2).as_string::<i32>();
    t.is_valid(at).then(|| (number(0), number(1), t.value(at).to_string()))
}

fn add_output(case: Case, out: &[Delta], sum: &mut BTreeMap<String, i64>) {
    for delta in out {
        for at in 0..delta.num_rows() {
            let left = row(delta.rows(), at, 0);
            let right = (delta.rows().num_columns() == 6).then(|| row(delta.rows(), at, 3)).flatten();
            let mark = (case.kind == JoinKind::Mark).then(|| {
                let marks = delta.column(3).as_boolean();
                marks.is_valid(at).then(|| marks.value(at))
            });
            *sum.entry(text(left.as_ref(), right.as_ref(), mark)).or_default() += delta.diff(at);
        }
    }
    sum.retain(|_, count| *count != 0);
}

/// Random changes that leave no count negative.
fn changes(rng: &mut StdRng, bag: &mut Bag, append_only: bool) -> Vec<(Row, i64)> {
    let mut changes = vec![];
    for _ in 0..rng.random_range(0..12) {
        let there = bag.len();
        if !append_only && there > 0 && rng.random_bool(0.45) {
            let (row, count) = bag.iter().nth(rng.random_range(0..there)).unwrap();
            let (row, gone) = (row.clone(), rng.random_range(1..=*count));
            *bag.get_mut(&row).unwrap() -= gone;
            changes.push((row, -gone));
        } else {
            let number = |rng: &mut StdRng, most: i64| Some(rng.random_range(0..most)).filter(|v| *v > 0);
            let row = (number(rng, 5), number(rng, 4), ["", "x", "yy"][rng.random_range(0..3)].to_string());
            let count = if rng.random_bool(0.2) { 2 } else { 1 };
            *bag.entry(row.clone()).or_default() += count;
            changes.push((row, count));
        }
        bag.retain(|_, count| *count != 0);
    }
    changes
}

fn drive(
    operator: &mut dyn Operator,
    board: &WatermarkBoard,
    epoch: u64,
    inputs: [Vec<Delta>; 2],
) -> Vec<Delta> {
    let cx = EpochContext { epoch: Epoch(epoch), as_of: Epoch(0), watermarks: board };
    let mut out = operator.step(&cx, inputs.to_vec()).unwrap();
    while let Some(part) = operator.more(&cx).unwrap() {
        assert!(part.iter().map(Delta::num_rows).sum::<usize>() <= 8, "two times the limit at most");
        out.extend(part);
    }
    out
}

fn check(case: Case, seed: u64) {
    let mut rng = StdRng::seed_from_u64(seed);
    let (spec, schema) = (spec(case), schema());
    let mut operator: Box<dyn Operator> = if case.null_aware {
        Box::new(NullAwareOperator::with_limit(spec, &schema, &schema, 4).unwrap())
    } else {
        Box::new(JoinOperator::with_limit(spec, &schema, &schema, 4).unwrap())
    };
    let board = WatermarkBoard::default();
    let (mut left, mut right, mut sum) = (Bag::new(), Bag::new(), BTreeMap::new());
    for epoch in 1..25 {
        let l = changes(&mut rng, &mut left, case.append_only.0);
        let r = changes(&mut rng, &mut right, case.append_only.1);
        let split = l.len() / 2;
        let out = drive(
            operator.as_mut(),
            &board,
            epoch,
            [vec![delta(&l[..split]), delta(&l[split..])], vec![delta(&r)]],
        );
        add_output(case, &out, &mut sum);
        assert_eq!(sum, model(case, &left, &right), "{case:?}, seed {seed}, epoch {epoch}");
    }
}

#[test]
fn every_kind_equals_its_definition() {
    use JoinKind::*;
    let mut seed = 0;
    for kind in [Inner, Left, Full, Semi, Anti, Mark] {
        for flags in 0..64 {
            let bit = |b: u32| flags & (1 << b) != 0;
            let case = Case {
                kind,
                wide_key: bit(0),
                keyless: bit(0) && bit(1),
                nulls_equal: bit(1) && !bit(0) || bit(2) && bit(0),
                null_aware: false,
                residual: bit(3),
                append_only: (bit(4), bit(5)),
            };
            seed += 1;
            check(case, seed);
        }
    }
}

#[test]
fn not_in_equals_its_definition() {
    for seed in 0..60 {
        let case = Case {
            kind: if seed % 2 == 0 { JoinKind::Anti } else { JoinKind::Mark },
            wide_key: false,
            keyless: false,
            nulls_equal: false,
            null_aware: true,
            residual: false,
            append_only: (seed % 4 < 2, seed % 8 < 4),
        };
        check(case, seed);
    }
}

#[test]
fn rows_are_forgotten_when_the_watermark_has_passed_them() {
    let case = Case {
        kind: JoinKind::Inner,
        wide_key: false,
        keyless: false,
        nulls_equal: false,
        null_aware: false,
        residual: true,
        append_only: (true, true),
    };
    let mut spec = Arc::unwrap_or_clone(spec(case));
    let source = ObjectId(1);
    // left.v < right.v: a left row is never too old for what comes, a right row is.
    let bound = TimeBound(vec![Monotone::Add(-5)]);
    spec.right.expiry = Some(JoinExpiry { column: 1, source, bound });
    let (spec, schema, board) = (Arc::new(spec), schema(), WatermarkBoard::default());
    let mut operator = JoinOperator::with_limit(spec, &schema, &schema, 8).unwrap();
    for v in 0..100 {
        board.record(source, Epoch(v as u64 + 1), Some(v));
        let row = (Some(1), Some(v), String::from("text"));
        let nothing = delta(&[]);
        drive(&mut operator, &board, v as u64 + 1, [vec![nothing], vec![delta(&[(row, 1)])]]);
        let (_, kept) = operator.rows_kept();
        assert!(kept <= 16, "{kept} rows at {v}");
    }
    // What is kept still meets what comes, once.
    let row = (Some(1), Some(96), String::new());
    let out = drive(&mut operator, &board, 200, [vec![delta(&[(row, 1)])], vec![]]);
    assert_eq!(out.iter().map(Delta::num_rows).sum::<usize>(), 3);
}
