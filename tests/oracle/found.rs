//! Differences found before, kept as SQL scripts and run again each time.

use std::fs;
use std::path::PathBuf;

use crate::check::{Difference, check};
use crate::options::Options;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/found")
}

/// Runs every kept script: (runs, failed runs).
pub fn replay(runtime: &tokio::runtime::Runtime, options: &Options) -> (usize, usize) {
    let entries = fs::read_dir(folder()).map(|e| e.flatten().collect::<Vec<_>>()).unwrap_or_default();
    let mut paths: Vec<PathBuf> =
        entries.iter().map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "sql")).collect();
    paths.sort();
    let (mut runs, mut failed) = (0, 0);
    for path in paths {
        let text = fs::read_to_string(&path).unwrap_or_default();
        runs += 1;
        let verdict = runtime.block_on(check(&statements(&text), &options.workers));
        if let Some(Difference { workers, report, .. }) = verdict.difference {
            failed += 1;
            println!("oracle: {} with {workers} workers:\n{report}", path.display());
        }
    }
    (runs, failed)
}

/// Writes a script with a comment on what is wrong; gives its path.
pub fn keep(seed: u64, script: &[String], difference: &Difference) -> String {
    let mut text = format!("-- scenario {seed}, {} workers\n", difference.workers);
    for line in difference.report.lines() {
        text.push_str(&format!("-- {line}\n"));
    }
    for statement in script {
        text.push_str(&format!("{statement};\n"));
    }
    let path = folder().join(format!("scenario_{seed}.sql"));
    if let Err(error) = fs::create_dir_all(folder()).and_then(|()| fs::write(&path, text)) {
        return format!("no file: {error}");
    }
    path.display().to_string()
}

/// One statement ends with `;` at the end of a line; lines of `--` are comments.
fn statements(text: &str) -> Vec<String> {
    let code: Vec<&str> = text.lines().filter(|line| !line.starts_with("--")).collect();
    let code = format!("{}\n", code.join("\n"));
    code.split(";\n").map(str::trim).filter(|s| !s.is_empty()).map(str::to_string).collect()
}
