//! Scalar functions of ours: what DataFusion lacks, or does not do as
//! PostgreSQL does. One function a file.

pub mod arithmetic;
pub mod bytea;
mod cumulate;
mod date_pattern;
pub mod days;
mod hop;
mod interval;
mod now;
pub mod numeric_operator;
mod proctime;
pub mod record;
pub mod round_even;
mod same;
pub mod shift;
pub mod single_row;
pub mod text;
pub mod timestamp;
pub mod timezone;
mod to_char;
mod tumble;
pub mod typed;
pub mod undefined;
mod uuid;
pub mod zoned;

use std::sync::Arc;

use datafusion::logical_expr::ScalarUDF;

pub use cumulate::{CUMULATE_ENDS, cumulate_ends};
pub use hop::{HOP_STARTS, hop_starts};
pub use interval::micros as interval_micros;
pub use now::NOW;
pub use proctime::PROCTIME;
pub use same::SAME;
pub use tumble::{TUMBLE_START, as_micros, tumble_start, window_type};

/// All of them. Where a name is also DataFusion's, ours replaces it.
pub fn scalar_functions() -> Vec<Arc<ScalarUDF>> {
    let mut all =
        vec![cumulate::udf(), hop::udf(), now::udf(), proctime::udf(), to_char::udf(), tumble::udf()];
    all.extend([same::udf(), timezone::udf(), uuid::udf()]);
    all.extend(crate::expr::json::functions::scalar_functions());
    all
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
        for (name, function, result, rest, times) in [
            ("tumble", tumble::udf(), time.clone(), vec![minute.clone()], &times),
            ("tumble, any order", tumble::udf(), time.clone(), vec![minute.clone()], &mixed),
            ("shift", shift::udf(60_000_000), time.clone(), vec![], &times),
            ("hop", hop::udf(), list, vec![minute.clone(), minute.clone()], &times),
            ("to_char day", to_char::udf(), DataType::Utf8, vec![text("YYYY-MM-DD")], &times),
            ("to_char second", to_char::udf(), DataType::Utf8, vec![text("YYYY-MM-DD HH24:MI:SS")], &mixed),
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
