//! What a join's conditions say about time: which rows can be forgotten, and
//! which columns of the output follow a watermark.
//!
//! `x >= y + c`, with `y` a column of the other side that follows a watermark,
//! lets a row be forgotten once `x` is below the least `y` still to come, plus
//! `c`. That only holds where neither side ever takes a row back.

use std::sync::atomic::{AtomicU32, Ordering};

use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{Between, BinaryExpr, Expr, Operator};

use super::event_time::interval_micros;
use super::join::{Input, is_time};
use crate::plan::stream::{EventTime, JoinExpiry, JoinKind, JoinSpec, JoinWatermark, Monotone, TimeBound};
use crate::types::ObjectId;

/// What the conditions say: `x >= y + micros`, of columns on different sides.
#[derive(Debug, Default)]
pub(super) struct TimeBounds(Vec<LowerBound>);

#[derive(Clone, Copy, Debug)]
struct LowerBound {
    /// Is `x` on the left?
    of_left: bool,
    x: usize,
    y: usize,
    micros: i64,
}

/// A time column of one side, moved by a constant.
#[derive(Clone, Copy)]
struct Moved {
    left: bool,
    column: usize,
    micros: i64,
}

impl TimeBounds {
    /// Of equal keys and of everything else that must hold.
    pub fn of(on: &[(usize, usize)], filter: Option<&Expr>, left: &Input<'_>, right: &Input<'_>) -> Self {
        let mut found = TimeBounds::default();
        for (l, r) in on.iter().filter(|(l, _)| is_time(left.node.schema.field(*l).data_type())) {
            found.0.push(LowerBound { of_left: true, x: *l, y: *r, micros: 0 });
            found.0.push(LowerBound { of_left: false, x: *r, y: *l, micros: 0 });
        }
        for condition in filter.map(split_conjunction).unwrap_or_default() {
            match condition {
                Expr::BinaryExpr(BinaryExpr { left: a, op, right: b }) => {
                    let sides = (moved(a, left, right), moved(b, left, right));
                    match op {
                        Operator::Gt | Operator::GtEq => found.add(sides.0, sides.1),
                        Operator::Lt | Operator::LtEq => found.add(sides.1, sides.0),
                        _ => {}
                    }
                }
                Expr::Between(Between { expr, negated: false, low, high }) => {
                    let between = moved(expr, left, right);
                    found.add(between, moved(low, left, right));
                    found.add(moved(high, left, right), between);
                }
                _ => {}
            }
        }
        found
    }

    /// `more >= less`
    fn add(&mut self, more: Option<Moved>, less: Option<Moved>) {
        if let (Some(x), Some(y)) = (more, less)
            && x.left != y.left
            && let Some(micros) = y.micros.checked_sub(x.micros)
        {
            self.0.push(LowerBound { of_left: x.left, x: x.column, y: y.column, micros });
        }
    }
}

/// A time column, perhaps with an interval added or taken off.
fn moved(expr: &Expr, left: &Input<'_>, right: &Input<'_>) -> Option<Moved> {
    match expr {
        Expr::Column(column) => {
            let place = |input: &Input<'_>, left: bool| {
                let index = input.schema.maybe_index_of_column(column)?;
                let is_time = is_time(input.schema.field(index).data_type());
                is_time.then_some(Moved { left, column: index, micros: 0 })
            };
            place(left, true).or_else(|| place(right, false))
        }
        Expr::Cast(cast) if is_time(cast.field.data_type()) => moved(&cast.expr, left, right),
        Expr::BinaryExpr(BinaryExpr { left: time, op, right: interval }) => {
            let Expr::Literal(interval, _) = interval.as_ref() else { return None };
            let micros = interval_micros(interval)?;
            let micros = match op {
                Operator::Plus => micros,
                Operator::Minus => micros.checked_neg()?,
                _ => return None,
            };
            let time = moved(time, left, right)?;
            Some(Moved { micros: time.micros.checked_add(micros)?, ..time })
        }
        _ => None,
    }
}

/// Which rows of the left and of the right can be forgotten.
pub(super) fn expiries(bounds: &TimeBounds, left: &Input<'_>, right: &Input<'_>) -> [Option<JoinExpiry>; 2] {
    if !left.node.properties.append_only || !right.node.properties.append_only {
        return [None, None];
    }
    [(true, right), (false, left)].map(|(of_left, other)| {
        let of_side = bounds.0.iter().filter(|b| b.of_left == of_left);
        let followed = of_side.filter_map(|bound| {
            let times = &other.node.properties.event_times;
            let time = times.iter().find(|t| t.column == bound.y)?;
            Some((bound, time))
        });
        let (bound, time) = followed.max_by_key(|(bound, _)| bound.micros)?;
        Some(JoinExpiry {
            column: bound.x,
            source: time.source,
            bound: moved_bound(&last_bound(time), bound.micros),
        })
    })
}

/// The least value still to come, late rows that are allowed among them.
pub(super) fn last_bound(time: &EventTime) -> TimeBound {
    if time.lateness == 0 {
        return time.bound.clone();
    }
    let allowing = Monotone::Add(time.lateness.saturating_neg());
    TimeBound([allowing].into_iter().chain(time.bound.0.iter().copied()).collect())
}

fn moved_bound(bound: &TimeBound, micros: i64) -> TimeBound {
    if micros == 0 { bound.clone() } else { bound.then(Monotone::Add(micros)) }
}

/// The output's columns that follow a watermark. A row that comes out has a row
/// that has just come and one that could still be met, so its times are no
/// lower than the least of both bounds; that is a watermark of the join's own.
pub(super) fn output_event_times(spec: &mut JoinSpec, left: &Input<'_>, right: &Input<'_>) -> Vec<EventTime> {
    let mut found = vec![];
    let right_told = spec.kind == JoinKind::Inner;
    for (of_left, told) in [(true, spec.kind != JoinKind::Full), (false, right_told)] {
        let (input, side) = if of_left { (left, &spec.left) } else { (right, &spec.right) };
        let Some(expiry) = side.expiry.clone().filter(|_| told) else { continue };
        let own = input.node.properties.event_times.iter().find(|t| t.column == expiry.column);
        let place = if of_left { expiry.column } else { left.width() + expiry.column };
        let column = spec.output.iter().position(|o| *o == place);
        if let (Some(own), Some(column)) = (own, column) {
            found.push(least(&mut spec.watermarks, own, &expiry, column));
        }
    }
    found
}

/// The column follows the lesser of its own watermark and of what is forgotten.
pub(super) fn least(
    watermarks: &mut Vec<JoinWatermark>,
    own: &EventTime,
    expiry: &JoinExpiry,
    column: usize,
) -> EventTime {
    let last = last_bound(own);
    if expiry.source == own.source && expiry.bound == last {
        return EventTime { column, ..own.clone() };
    }
    let mut terms = vec![(own.source, last), (expiry.source, expiry.bound.clone())];
    terms.sort_by_key(|(source, bound)| (*source, format!("{bound:?}")));
    let name = match watermarks.iter().find(|w| w.terms == terms) {
        Some(same) => same.name,
        None => {
            let name = next_name();
            watermarks.push(JoinWatermark { name, terms });
            name
        }
    };
    EventTime { column, source: name, bound: TimeBound::default(), lateness: 0 }
}

/// Names of watermarks that no source has: far above those of objects.
fn next_name() -> ObjectId {
    static NEXT: AtomicU32 = AtomicU32::new(0xf000_0000);
    ObjectId(NEXT.fetch_add(1, Ordering::Relaxed))
}
