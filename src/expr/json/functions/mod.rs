//! Functions and operators of `jsonb` and `json`, one value a row.

mod arguments;
mod build;
mod change;
mod function;
mod look;
mod paths;

use std::sync::Arc;

use datafusion::logical_expr::ScalarUDF;

/// Those that users call by name; the operators begin with `ms_json`.
pub fn scalar_functions() -> Vec<Arc<ScalarUDF>> {
    let all = [look::FUNCTIONS, change::FUNCTIONS, build::FUNCTIONS, paths::FUNCTIONS];
    all.into_iter().flatten().map(|f| f.udf()).collect()
}

/// Functions that give several rows; they give a list, which is unnested.
pub const SETS: [&str; 7] = [
    "jsonb_array_elements",
    "jsonb_array_elements_text",
    "json_array_elements",
    "json_array_elements_text",
    "jsonb_object_keys",
    "json_object_keys",
    "jsonb_path_query",
];
