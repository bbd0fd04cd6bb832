//! Scalar functions of ours: what DataFusion lacks, or does not do as
//! PostgreSQL does. One function a file.

pub mod arithmetic;
mod arrays;
mod binary;
pub mod bytea;
mod coalesce;
mod code;
mod cumulate;
mod date_field;
mod date_parse;
mod date_pattern;
mod date_trunc;
pub mod days;
pub mod declared;
mod format;
mod hop;
mod inspection;
mod interval;
mod length_of_time;
mod make_date;
mod math;
mod moment;
mod now;
mod number_pattern;
mod number_writing;
mod numeric;
pub mod numeric_operator;
mod over_columns;
mod pattern;
mod precise;
mod proctime;
pub mod read;
pub mod record;
mod regexp;
pub mod round_even;
mod same;
mod series;
pub mod shift;
pub mod single_row;
mod string;
pub mod text;
pub mod timezone;
mod to_char;
mod tumble;
pub mod undefined;
mod uuid;
mod window_bounds;
pub mod zoned;

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, LazyLock};

use datafusion::logical_expr::ScalarUDF;

pub use cumulate::CUMULATE_ENDS;
use declared::{Declared, Form};
pub use hop::HOP_STARTS;
pub use interval::micros as interval_micros;
pub use length_of_time::{length as interval_length, over as interval_over, range as interval_range};
pub use over_columns::over_columns;
pub use same::SAME;
pub use tumble::{TUMBLE_START, as_micros, window_type};

/// All of them. Where a name is also DataFusion's, ours replaces it.
pub fn scalar_functions() -> Vec<Arc<ScalarUDF>> {
    let mut all = vec![coalesce::udf(), now::udf(), proctime::udf(), tumble::udf()];
    all.extend([same::udf(), timezone::udf(), uuid::udf()]);
    all.extend(window_bounds::udfs());
    all.extend(crate::expr::json::functions::scalar_functions());
    let mut named: BTreeMap<String, Vec<Form>> = BTreeMap::new();
    for form in forms() {
        named.entry(form.name.clone()).or_default().push(form);
    }
    all.extend(named.into_values().map(Declared::udf));
    all
}

/// All declared forms, topic by topic.
pub fn forms() -> Vec<Form> {
    TOPICS.iter().flat_map(|(_, forms)| forms()).collect()
}

/// What the manual's sections are called, and the forms in each.
pub const TOPICS: &[(&str, fn() -> Vec<Form>)] = &[
    ("Text", string::forms),
    ("Characters, hashes and quoting", code::forms),
    ("Formatting", format::forms),
    ("Regular expressions", regexp::forms),
    ("Bytes", binary::forms),
    ("Floats and integers", math::forms),
    ("Numeric", numeric::forms),
    ("Fields of dates and times", date_field::forms),
    ("Rounding dates and times", date_trunc::forms),
    ("Making dates and times", make_date::forms),
    ("Intervals", length_of_time::forms),
    ("Values as text by a pattern", to_char::forms),
    ("Text as times and numbers by a pattern", date_parse::forms),
    ("Types and NULLs", inspection::forms),
    ("Series", series::forms),
    ("Arrays", arrays::forms),
];

/// Is this the name of a declared function?
pub fn is_declared(name: &str) -> bool {
    static NAMES: LazyLock<HashSet<String>> = LazyLock::new(|| forms().into_iter().map(|f| f.name).collect());
    NAMES.contains(name)
}

/// The declared function of a name. Operators are planned as such calls.
pub fn declared(name: &str) -> Arc<ScalarUDF> {
    let known = super::registry().scalar.get(name);
    known.expect("operators name declared functions").clone()
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use arrow::array::{ArrayRef, TimestampMicrosecondArray};
    use arrow::datatypes::{DataType, Field, IntervalMonthDayNano, TimeUnit};
    use datafusion::common::ScalarValue;
    use datafusion::common::config::ConfigOptions;
    use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs};

    use super::*;

    /// Not a test of correctness: prints how fast the functions are.
    #[test]
    #[ignore = "a measurement; run with --ignored --nocapture"]
    fn speed() {
        const ROWS: usize = 1 << 16;
        let time = DataType::Timestamp(TimeUnit::Microsecond, None);
        let times: ArrayRef =
            Arc::new(TimestampMicrosecondArray::from_iter_values((0..ROWS as i64).map(|i| i * 10_000)));
        let mixed: ArrayRef = Arc::new(TimestampMicrosecondArray::from_iter_values(
            (0..ROWS as i64).map(|i| (i * 7_919_000_003) % 86_400_000_000),
        ));
        let minute = IntervalMonthDayNano::new(0, 0, 60_000_000_000);
        let minute = ColumnarValue::Scalar(ScalarValue::IntervalMonthDayNano(Some(minute)));
        let text = |t: &str| ColumnarValue::Scalar(ScalarValue::from(t));
        let int = |n: i64| ColumnarValue::Scalar(ScalarValue::from(n));
        let parts: ArrayRef = Arc::new(arrow::array::StringArray::from_iter_values(
            (0..ROWS).map(|i| format!("https://www.nexmark.com/{i}/item.htm?query=1")),
        ));
        let split = crate::expr::registry().scalar["split_part"].clone();
        let list = DataType::List(Arc::new(Field::new_list_field(time.clone(), true)));
        let [hop, _] = window_bounds::udfs();
        for (name, function, result, rest, times) in [
            ("tumble", tumble::udf(), time.clone(), vec![minute.clone()], &times),
            ("tumble, any order", tumble::udf(), time.clone(), vec![minute.clone()], &mixed),
            ("shift", shift::udf(60_000_000), time.clone(), vec![], &times),
            ("hop", hop, list, vec![minute.clone(), minute.clone()], &times),
            ("to_char day", declared("to_char"), DataType::Utf8, vec![text("YYYY-MM-DD")], &times),
            (
                "to_char second",
                declared("to_char"),
                DataType::Utf8,
                vec![text("YYYY-MM-DD HH24:MI:SS")],
                &mixed,
            ),
            ("text", super::text::udf(), DataType::Utf8, vec![], &mixed),
            ("split_part", split, DataType::Utf8, vec![text("/"), int(4)], &parts),
        ] {
            let mut args = vec![ColumnarValue::Array(times.clone())];
            args.extend(rest);
            let fields =
                args.iter().map(|a| Arc::new(Field::new("", a.data_type(), true))).collect::<Vec<_>>();
            let mut best = f64::MAX;
            for _ in 0..50 {
                let call = ScalarFunctionArgs {
                    args: args.clone(),
                    arg_fields: fields.clone(),
                    number_rows: ROWS,
                    return_field: Arc::new(Field::new("", result.clone(), true)),
                    config_options: Arc::new(ConfigOptions::default()),
                };
                let started = Instant::now();
                function.invoke_with_args(call).unwrap();
                best = best.min(started.elapsed().as_secs_f64());
            }
            println!("{name}: {:.0} million rows/s", ROWS as f64 / best / 1e6);
        }
    }
}
