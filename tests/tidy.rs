//! The rules of the house that a program can check: who imports whom, a page of
//! docs on each file, no file that nobody reaches, sizes as a ratchet, and no
//! `unwrap` outside tests. Each message names the place and what to do.
//!
//! It reads `src/` as text and links nothing of ours, so it also runs on a tree
//! that does not compile.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms, lowest first, and the rooms each may import besides `types`,
/// `delta` and `telemetry` (those three have their own rows).
const ROOMS: &[(&str, &[&str])] = &[
    ("types", &[]),
    ("delta", &[]),
    ("telemetry", &[]),
    ("storage", &[]),
    ("expr", &[]),
    ("state", &["storage", "expr"]),
    ("catalog", &["storage", "expr"]),
    ("sql", &["catalog", "expr"]),
    ("plan", &["sql", "catalog", "expr"]),
    ("dataflow", &["plan", "expr", "state"]),
    ("query", &["sql", "catalog", "plan", "expr", "state"]),
    ("connectors", &["dataflow", "expr"]),
    ("coordinator", &["storage", "expr", "state", "catalog", "sql", "plan", "dataflow", "query"]),
    ("session", &["coordinator", "dataflow", "catalog", "sql", "plan", "query", "state", "expr"]),
    ("server", &["session", "expr"]),
    ("embedded", &["session", "coordinator", "connectors", "dataflow", "plan", "query", "sql", "storage"]),
    ("command", &["embedded", "server", "session", "dataflow", "sql", "expr"]),
];

/// What a room of rank 0 may import of the other two; every higher room may import all three.
const FOUNDATION: &[(&str, &[&str])] = &[("types", &[]), ("delta", &["types"]), ("telemetry", &["types"])];

/// Crates that live in a few rooms only; `lib` and `main` stand for the two roots.
const OWNED_CRATES: &[(&str, &[&str])] = &[
    (
        "tokio",
        &["server", "session", "coordinator", "query", "connectors", "embedded", "command", "lib", "main"],
    ),
    (
        "tokio_util",
        &["server", "session", "coordinator", "query", "connectors", "embedded", "command", "lib", "main"],
    ),
    ("pgwire", &["server"]),
    ("arrow_pg", &["server"]),
    ("timely", &["dataflow", "delta"]),
    ("sled", &["storage"]),
];

/// Calls that end the process on bad luck, and left-overs of work in progress.
const BANNED: &[(&str, &str)] = &[
    (".unwrap()", "return an error, or use expect() with the invariant that makes it impossible"),
    ("panic!(", "return an error, or use expect() or unreachable!() with the broken invariant"),
    ("todo!(", "write it, or return Error::unsupported"),
    ("unimplemented!(", "write it, or return Error::unsupported"),
    ("dbg!(", "use tracing"),
];

/// File stems that say nothing about what is inside.
const EMPTY_NAMES: &[&str] = &["util", "utils", "common", "helper", "helpers", "manager", "misc", "shared"];

/// Lines a file may have.
const LINES_MAX: usize = 500;

/// Files over the limit and the size they had when they were let in. Entries
/// may only shrink or go.
const LARGE_FILES: &[(&str, usize)] = &[];

/// One source file, read once.
struct Source {
    /// Relative to the root of the repository, with `/`.
    path: String,
    /// As it stands.
    text: String,
    /// Comments, strings and test code blanked out, line breaks kept.
    code: String,
    /// The room, or `lib` or `main` for the roots.
    room: String,
}

impl Source {
    fn line_of(&self, offset: usize) -> usize {
        self.code[..offset].matches('\n').count() + 1
    }

    /// Depth of the file's own module below the crate: `src/a/b.rs` is 2.
    fn module_depth(&self) -> usize {
        let parts: Vec<&str> = self.path.trim_start_matches("src/").split('/').collect();
        match parts.last() {
            Some(&"mod.rs") => parts.len() - 1,
            Some(&"lib.rs" | &"main.rs") if parts.len() == 1 => 0,
            _ => parts.len(),
        }
    }
}

#[test]
fn rooms_import_downwards_only() {
    let mut wrong = vec![];
    for file in &sources() {
        if file.room == "lib" || file.room == "main" {
            continue;
        }
        let Some((_, named)) = ROOMS.iter().find(|(room, _)| *room == file.room) else {
            wrong.push(format!(
                "{}:1: `{}` is not a room of DESIGN.md section 3; move the file into one, or give the room a row \
                 there and in tests/tidy.rs",
                file.path, file.room
            ));
            continue;
        };
        let foundation: &[&str] = match FOUNDATION.iter().find(|(room, _)| *room == file.room) {
            Some((_, low)) => low,
            None => &["types", "delta", "telemetry"],
        };
        for (offset, target) in crate_paths(file) {
            let allowed = target == file.room
                || named.contains(&target.as_str())
                || foundation.contains(&target.as_str());
            if allowed {
                continue;
            }
            let advice = if ROOMS.iter().any(|(room, _)| *room == target) {
                format!(
                    "`{}` may not import `{target}`; pass the value in, or declare a trait in the lower room",
                    file.room
                )
            } else {
                format!("`crate::{target}` is not a room; rooms import rooms, never the roots")
            };
            wrong.push(format!("{}:{}: {advice}", file.path, file.line_of(offset)));
        }
    }
    report(wrong);
}

#[test]
fn crates_stay_in_their_rooms() {
    let mut wrong = vec![];
    for file in &sources() {
        for (name, owners) in OWNED_CRATES {
            if owners.contains(&file.room.as_str()) {
                continue;
            }
            if let Some(offset) = crate_use(&file.code, name) {
                wrong.push(format!(
                    "{}:{}: `{name}` belongs to {} only; hand in what is needed from there",
                    file.path,
                    file.line_of(offset),
                    owners.join(", ")
                ));
            }
        }
    }
    report(wrong);
}

#[test]
fn every_file_opens_with_its_page() {
    let wrong = sources()
        .iter()
        .filter(|file| !file.text.starts_with("//! "))
        .map(|file| format!("{}:1: begin with `//!`: what it is, the invariant it keeps", file.path))
        .collect();
    report(wrong);
}

#[test]
fn names_say_something() {
    let mut wrong = vec![];
    for file in &sources() {
        for part in file.path.trim_end_matches(".rs").split('/') {
            if EMPTY_NAMES.contains(&part) {
                wrong.push(format!("{}:1: `{part}` names nothing; name the noun it holds", file.path));
            }
        }
        for name in EMPTY_NAMES {
            if let Some(offset) = find_word(&file.code, &format!("mod {name}")) {
                let line = file.line_of(offset);
                wrong
                    .push(format!("{}:{line}: module `{name}` names nothing; name what it holds", file.path));
            }
        }
    }
    report(wrong);
}

#[test]
fn every_file_is_reached() {
    let files: BTreeSet<String> = rust_files().into_iter().collect();
    let mut reached = BTreeSet::new();
    for root in ["src/lib.rs", "src/main.rs"] {
        if files.contains(root) {
            reach(root, &files, &mut reached);
        }
    }
    let wrong = files
        .difference(&reached)
        .map(|path| format!("{path}:1: no `mod` leads here; declare it in its mod.rs or delete it"))
        .collect();
    report(wrong);
}

#[test]
fn files_stay_small() {
    let mut wrong = vec![];
    let mut left: BTreeMap<&str, usize> = LARGE_FILES.iter().copied().collect();
    for file in &sources() {
        let lines = file.text.lines().count();
        match left.remove(file.path.as_str()) {
            None if lines > LINES_MAX => {
                wrong
                    .push(format!("{}:1: {lines} lines, over {LINES_MAX}; split it by its nouns", file.path));
            }
            Some(limit) if lines > limit => wrong.push(format!(
                "{}:1: {lines} lines, over its exception of {limit}; split it, exceptions only shrink",
                file.path
            )),
            Some(_) if lines <= LINES_MAX => {
                wrong.push(format!("tests/tidy.rs: {} now has {lines} lines; drop its exception", file.path));
            }
            Some(limit) if lines + 25 < limit => wrong.push(format!(
                "tests/tidy.rs: {} now has {lines} lines; lower its exception from {limit}",
                file.path
            )),
            _ => {}
        }
    }
    wrong.extend(left.keys().map(|path| format!("tests/tidy.rs: {path} is gone; drop its exception")));
    report(wrong);
}

#[test]
fn nothing_panics_outside_tests() {
    let mut wrong = vec![];
    for file in &sources() {
        for (call, advice) in BANNED {
            for (offset, _) in file.code.match_indices(call) {
                let before = file.code[..offset].chars().next_back();
                let part_of_a_name =
                    !call.starts_with('.') && before.is_some_and(|c| c.is_alphanumeric() || c == '_');
                if !part_of_a_name {
                    wrong.push(format!("{}:{}: `{call}`: {advice}", file.path, file.line_of(offset)));
                }
            }
        }
    }
    report(wrong);
}

fn report(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// Every file under `src/` that is not test code as a whole.
fn sources() -> Vec<Source> {
    let tests = test_files();
    rust_files()
        .into_iter()
        .filter(|path| !tests.contains(path))
        .map(|path| {
            let text = fs::read_to_string(root().join(&path)).expect("a listed file can be read");
            let code = without_tests(&without_text(&text));
            let rest = path.trim_start_matches("src/");
            let room = rest.split('/').next().unwrap_or(rest).trim_end_matches(".rs").to_string();
            Source { path, text, code, room }
        })
        .collect()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Paths of all `.rs` files under `src/`, sorted.
fn rust_files() -> Vec<String> {
    let mut found = vec![];
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("src can be listed") {
            let path = entry.expect("an entry of src can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let relative = path.strip_prefix(root()).expect("found under the root");
                found.push(relative.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    found.sort();
    found
}

/// Files that are modules under `#[cfg(test)]`.
fn test_files() -> BTreeSet<String> {
    let files: BTreeSet<String> = rust_files().into_iter().collect();
    let mut found = BTreeSet::new();
    for path in &files {
        let text = fs::read_to_string(root().join(path)).expect("a listed file can be read");
        let code = without_text(&text);
        for (offset, marker) in code.match_indices("#[cfg(test)]") {
            let item = code[offset + marker.len()..].trim_start();
            if let Some(name) = module_declared(item) {
                for child in children(path, name) {
                    if files.contains(&child) {
                        reach(&child, &files, &mut found);
                    }
                }
            }
        }
    }
    found
}

/// `mod name;` at the start of `item`.
fn module_declared(item: &str) -> Option<&str> {
    let rest = item.strip_prefix("pub ").or_else(|| item.strip_prefix("pub(crate) ")).unwrap_or(item);
    let rest = rest.strip_prefix("mod ")?.trim_start();
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_')?;
    rest[end..].trim_start().starts_with(';').then_some(&rest[..end])
}

/// Where `mod name;` in `path` may lead.
fn children(path: &str, name: &str) -> [String; 2] {
    let file = Path::new(path);
    let folder = file.parent().expect("a file has a folder").to_string_lossy().to_string();
    let stem = file.file_stem().expect("a file has a name").to_string_lossy().to_string();
    let base = match stem.as_str() {
        "mod" | "lib" | "main" => folder,
        _ => format!("{folder}/{stem}"),
    };
    [format!("{base}/{name}.rs"), format!("{base}/{name}/mod.rs")]
}

/// Adds `path` and everything its `mod` declarations lead to.
fn reach(path: &str, files: &BTreeSet<String>, reached: &mut BTreeSet<String>) {
    if !reached.insert(path.to_string()) {
        return;
    }
    let text = fs::read_to_string(root().join(path)).expect("a listed file can be read");
    let code = without_text(&text);
    for (offset, _) in code.match_indices("mod ") {
        let starts_word = !code[..offset].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        if let (true, Some(name)) = (starts_word, module_declared(&code[offset..])) {
            for child in children(path, name) {
                if files.contains(&child) {
                    reach(&child, files, reached);
                }
            }
        }
    }
}

/// First parts of the paths that begin at the crate: `crate::room::…`,
/// `crate::{a, b}` and chains of `super::` that climb out of the room.
fn crate_paths(file: &Source) -> Vec<(usize, String)> {
    let mut found = vec![];
    for (offset, marker) in file.code.match_indices("crate::") {
        if file.code[..offset].ends_with(['$', ':', '_']) || ends_in_word(&file.code[..offset]) {
            continue;
        }
        found.extend(heads(&file.code, offset + marker.len()));
    }
    for (offset, _) in file.code.match_indices("super::") {
        if ends_in_word(&file.code[..offset]) || file.code[..offset].ends_with("super::") {
            continue;
        }
        let chain = &file.code[offset..];
        let mut climbs = 0;
        while chain[climbs * 7..].starts_with("super::") {
            climbs += 1;
        }
        if climbs >= file.module_depth() {
            found.extend(heads(&file.code, offset + climbs * 7));
        }
    }
    found
}

fn ends_in_word(text: &str) -> bool {
    text.ends_with(|c: char| c.is_alphanumeric() || c == '_')
}

/// The identifiers that may follow at `offset`: one, or those of a `{…}` group.
fn heads(code: &str, offset: usize) -> Vec<(usize, String)> {
    let bytes = code.as_bytes();
    let mut found = vec![];
    if bytes.get(offset) != Some(&b'{') {
        let word = word_at(code, offset);
        if !word.is_empty() {
            found.push((offset, word.to_string()));
        }
        return found;
    }
    let mut depth = 0;
    let mut at_head = false;
    for (i, b) in bytes.iter().enumerate().skip(offset) {
        match b {
            b'{' => {
                depth += 1;
                at_head = depth == 1;
            }
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
            b',' => at_head = depth == 1,
            _ if b.is_ascii_whitespace() => {}
            _ if at_head => {
                found.push((i, word_at(code, i).to_string()));
                at_head = false;
            }
            _ => {}
        }
    }
    found
}

fn word_at(code: &str, offset: usize) -> &str {
    let rest = &code[offset..];
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    &rest[..end]
}

/// Where `name` is used as a crate: `name::…` or `use name;`, not part of a
/// longer path.
fn crate_use(code: &str, name: &str) -> Option<usize> {
    code.match_indices(name).map(|(offset, _)| offset).find(|&offset| {
        let before = &code[..offset];
        let after = &code[offset + name.len()..];
        let path_root = !ends_in_word(before) && (!before.ends_with("::") || before.ends_with(" ::"));
        path_root && (after.starts_with("::") || before.ends_with("use "))
    })
}

fn find_word(code: &str, words: &str) -> Option<usize> {
    code.match_indices(words).map(|(offset, _)| offset).find(|&offset| {
        let after = code[offset + words.len()..].chars().next();
        !ends_in_word(&code[..offset]) && !after.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

/// Comments, string and character literals as spaces; everything stays where it is.
fn without_text(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut i = 0;
    while i < bytes.len() {
        let end = literal_end(bytes, i);
        if end == i {
            i += 1;
            continue;
        }
        for b in &mut out[i..end] {
            if *b != b'\n' {
                *b = b' ';
            }
        }
        i = end;
    }
    String::from_utf8(out).expect("whole literals were replaced by ASCII")
}

/// The end of the comment or literal that begins at `i`; `i` itself if none does.
fn literal_end(bytes: &[u8], i: usize) -> usize {
    let rest = &bytes[i..];
    let in_word = i > 0 && (bytes[i - 1].is_ascii_alphanumeric() || bytes[i - 1] == b'_');
    if rest.starts_with(b"//") {
        i + rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len())
    } else if rest.starts_with(b"/*") {
        block_comment_end(bytes, i)
    } else if rest[0] == b'"' {
        string_end(bytes, i + 1)
    } else if !in_word && (rest.starts_with(b"r\"") || rest.starts_with(b"r#")) {
        raw_string_end(bytes, i + 1).unwrap_or(i)
    } else if !in_word && (rest.starts_with(b"br\"") || rest.starts_with(b"br#")) {
        raw_string_end(bytes, i + 2).unwrap_or(i)
    } else if rest[0] == b'\'' {
        char_end(bytes, i)
    } else {
        i
    }
}

fn block_comment_end(bytes: &[u8], start: usize) -> usize {
    let mut depth = 0;
    let mut i = start;
    while i < bytes.len() {
        if bytes[i..].starts_with(b"/*") {
            depth += 1;
            i += 2;
        } else if bytes[i..].starts_with(b"*/") {
            depth -= 1;
            i += 2;
            if depth == 0 {
                return i;
            }
        } else {
            i += 1;
        }
    }
    bytes.len()
}

fn string_end(bytes: &[u8], mut i: usize) -> usize {
    while i < bytes.len() {
        match bytes[i] {
            b'\\' => i += 2,
            b'"' => return i + 1,
            _ => i += 1,
        }
    }
    bytes.len()
}

/// `i` stands on the first `#` or `"`; `None` for a raw identifier.
fn raw_string_end(bytes: &[u8], i: usize) -> Option<usize> {
    let hashes = bytes[i..].iter().take_while(|b| **b == b'#').count();
    if bytes.get(i + hashes) != Some(&b'"') {
        return None;
    }
    let mut close = vec![b'"'];
    close.extend(std::iter::repeat_n(b'#', hashes));
    let body = i + hashes + 1;
    let length = bytes[body..].windows(close.len()).position(|w| w == close);
    Some(length.map_or(bytes.len(), |n| body + n + close.len()))
}

/// A character literal's end; a lifetime is no literal.
fn char_end(bytes: &[u8], i: usize) -> usize {
    match bytes.get(i + 1) {
        Some(b'\\') => {
            let close = bytes[i + 3..].iter().position(|b| *b == b'\'');
            close.map_or(bytes.len(), |n| i + 3 + n + 1)
        }
        Some(first) => {
            let width = match first {
                0..0x80 => 1,
                0x80..0xE0 => 2,
                0xE0..0xF0 => 3,
                _ => 4,
            };
            if bytes.get(i + 1 + width) == Some(&b'\'') { i + width + 2 } else { i }
        }
        None => i,
    }
}

/// Blanks the items under `#[cfg(test)]`.
fn without_tests(code: &str) -> String {
    let mut out = code.as_bytes().to_vec();
    for (offset, marker) in code.match_indices("#[cfg(test)]") {
        let mut depth = 0;
        let mut end = code.len();
        for (i, b) in code.bytes().enumerate().skip(offset + marker.len()) {
            match b {
                b'{' => depth += 1,
                b'}' => depth -= 1,
                _ => {}
            }
            if (b == b'}' || b == b';') && depth == 0 {
                end = i + 1;
                break;
            }
        }
        for b in &mut out[offset..end] {
            if *b != b'\n' {
                *b = b' ';
            }
        }
    }
    String::from_utf8(out).expect("whole items were replaced by ASCII")
}

#[test]
fn the_scanner_sees_code_only() {
    let text =
        "let a = \".unwrap()\"; // todo!()\nlet b = '\"'; let c: &'static str = r#\"dbg!(\"#;\nx.unwrap()";
    let code = without_text(text);
    assert_eq!(code.len(), text.len());
    assert_eq!(code.matches(".unwrap()").count(), 1);
    assert!(!code.contains("todo!") && !code.contains("dbg!"));
    let code = without_tests("fn a() {}\n#[cfg(test)]\nmod tests { fn b() { x.unwrap() } }\nfn c() {}");
    assert!(code.contains("fn a()") && code.contains("fn c()") && !code.contains("unwrap"));
}

#[test]
fn the_scanner_sees_every_way_to_name_a_room() {
    let source = |code: &str| Source {
        path: "src/sql/binder/scope.rs".into(),
        text: String::new(),
        code: code.into(),
        room: "sql".into(),
    };
    let rooms = |code: &str| crate_paths(&source(code)).into_iter().map(|(_, room)| room).collect::<Vec<_>>();
    assert_eq!(rooms("use crate::server::X;"), ["server"]);
    assert_eq!(rooms("use crate::{types::{A, B}, session::C};"), ["types", "session"]);
    assert_eq!(rooms("fn f(x: crate::plan::P) {}"), ["plan"]);
    assert_eq!(rooms("use super::super::super::state::S;"), ["state"]);
    assert!(rooms("use super::super::other;").is_empty());
    assert_eq!(crate_use("use tokio::sync;", "tokio"), Some(4));
    assert_eq!(crate_use("let x = pretokio::y; a::tokio::b", "tokio"), None);
}
