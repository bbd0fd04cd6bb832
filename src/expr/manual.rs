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
    let registry = registry();
    let mut scalar: BTreeMap<&str, String> = BTreeMap::new();
    for (name, function) in &registry.scalar {
        let hidden = name.starts_with("ms_") || shown.contains(name);
        if !hidden {
            scalar.insert(name, function.documentation().map_or(String::new(), |d| first(&d.description)));
        }
    }
    let mut aggregate: BTreeMap<&str, String> = BTreeMap::new();
    for (name, function) in &registry.aggregate {
        aggregate.insert(name, function.documentation().map_or(String::new(), |d| first(&d.description)));
    }
    let mut window: BTreeMap<&str, String> = BTreeMap::new();
    for (name, function) in &registry.window {
        window.insert(name, function.documentation().map_or(String::new(), |d| first(&d.description)));
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
