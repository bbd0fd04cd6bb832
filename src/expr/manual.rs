//! The page of the manual that lists all functions, made from the registry.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::aggregates::ordered_sets;
use super::functions::TOPICS;
use super::registry;

const HEAD: &str = "# Functions

This page is made from the registry of functions; `UPDATE_GOLDEN=1 cargo test --lib expr::manual` writes it anew.
Each function gives what PostgreSQL 15 gives, compared expression by expression by `tests/expressions/check.py`;
where it does not, [the list of differences](../../tests/expressions/known.txt) says why. A function of NULL is NULL
unless its line says otherwise. Operators are the same functions under another name.
";

/// Functions of ours that are not declared by a signature.
const OURS: &[(&[&str], &str)] = &[
    (&["sum"], "Sum: of integers a bigint or a numeric, of numerics exact"),
    (&["avg"], "Average: of integers and numerics a numeric"),
    (&["jsonb_agg", "json_agg"], "A group's values as a JSON array"),
    (&["jsonb_object_agg", "json_object_agg"], "A group's keys and values as a JSON object"),
    (&["to_json", "to_jsonb", "row_to_json", "array_to_json"], "A value as JSON"),
    (&["json_build_array", "jsonb_build_array"], "The arguments as a JSON array"),
    (&["json_build_object", "jsonb_build_object"], "Keys and values in turn as a JSON object"),
    (&["jsonb_object", "json_object"], "Arrays of text as a JSON object"),
    (&["json_array_length", "jsonb_array_length"], "The number of a JSON array's elements"),
    (&["json_array_elements", "jsonb_array_elements"], "A JSON array's elements, a row each"),
    (&["json_array_elements_text", "jsonb_array_elements_text"], "Likewise, as text"),
    (&["json_object_keys", "jsonb_object_keys"], "A JSON object's keys, a row each"),
    (&["json_extract_path", "jsonb_extract_path"], "What stands at a path of keys, as `#>`"),
    (&["json_extract_path_text", "jsonb_extract_path_text"], "Likewise, as text, as `#>>`"),
    (&["json_typeof", "jsonb_typeof"], "What kind of JSON value it is"),
    (&["json_strip_nulls", "jsonb_strip_nulls"], "Without the fields that are null"),
    (&["jsonb_set"], "With another value at a path"),
    (&["jsonb_insert"], "With one more value at a path"),
    (&["jsonb_pretty"], "As indented text"),
    (&["jsonb_path_exists"], "Does a path give anything"),
    (&["jsonb_path_match"], "The truth of a path's predicate"),
    (&["jsonb_path_query"], "What a path gives, a row each"),
    (&["jsonb_path_query_array"], "What a path gives, as a JSON array"),
    (&["jsonb_path_query_first"], "The first that a path gives"),
    (&["gen_random_uuid"], "A random UUID, version 4"),
    (&["timezone"], "The time of an instant in a zone, or the reverse, as `AT TIME ZONE`"),
    (
        &["now", "current_timestamp", "transaction_timestamp", "statement_timestamp"],
        "The time of the statement",
    ),
    (&["proctime"], "The time at which a row is processed"),
];

/// The page as Markdown.
pub fn page() -> String {
    let mut out = HEAD.to_string();
    let mut shown: Vec<String> = vec![];
    for (topic, forms) in TOPICS {
        let mut lines: BTreeMap<(String, &str), Vec<String>> = BTreeMap::new();
        // A form without a line is what an operator becomes.
        for form in forms().into_iter().filter(|form| !form.about.is_empty()) {
            shown.push(form.name.clone());
            lines.entry((form.name.clone(), form.about)).or_default().push(form.signature);
        }
        if lines.is_empty() {
            continue;
        }
        table(&mut out, topic);
        for ((name, about), signatures) in lines {
            let calls: Vec<String> = signatures.iter().map(|s| format!("`{name}{s}`")).collect();
            row(&mut out, &calls.join("<br>"), about);
        }
    }
    table(&mut out, "Aggregates of ordered sets");
    for (function, about) in ordered_sets() {
        row(&mut out, &format!("`{}(…) WITHIN GROUP (ORDER BY …)`", function.name()), about);
    }
    others(&mut out, &shown);
    out
}

fn table(out: &mut String, topic: &str) {
    write!(out, "\n## {topic}\n\n| call | result |\n|---|---|\n").expect("writing to a string cannot fail");
}

fn row(out: &mut String, call: &str, about: &str) {
    writeln!(out, "| {call} | {} |", about.replace('|', "\\|")).expect("writing to a string cannot fail");
}

/// What DataFusion brings along, by the first sentence that it has about each.
fn others(out: &mut String, shown: &[String]) {
    let first = |text: &str| text.split(['.', '\n']).next().unwrap_or_default().trim().to_string();
    let ours = |name: &str| {
        let found = OURS.iter().find(|(names, _)| names.contains(&name));
        found.map_or(String::new(), |(_, about)| (*about).to_string())
    };
    let registry = registry();
    let mut scalar: BTreeMap<&str, String> = BTreeMap::new();
    for (name, function) in &registry.scalar {
        let hidden = name.starts_with("ms_") || shown.contains(name);
        if !hidden {
            scalar
                .insert(name, function.documentation().map_or_else(|| ours(name), |d| first(&d.description)));
        }
    }
    let mut aggregate: BTreeMap<&str, String> = BTreeMap::new();
    for (name, function) in &registry.aggregate {
        aggregate
            .insert(name, function.documentation().map_or_else(|| ours(name), |d| first(&d.description)));
    }
    let mut window: BTreeMap<&str, String> = BTreeMap::new();
    for (name, function) in &registry.window {
        window.insert(name, function.documentation().map_or_else(|| ours(name), |d| first(&d.description)));
    }
    for (topic, functions) in
        [("Aggregates", aggregate), ("Window functions", window), ("Further functions", scalar)]
    {
        table(out, topic);
        for (name, about) in functions {
            row(out, &format!("`{name}`"), &about);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// `docs/sql/functions.md` is what the registry gives.
    #[test]
    fn the_page_is_up_to_date() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/sql/functions.md");
        let page = super::page();
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&path, &page).expect("the page can be written");
        }
        let found = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(found == page, "docs/sql/functions.md is old; run with UPDATE_GOLDEN=1");
    }
}
