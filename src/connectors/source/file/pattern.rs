//! What `path` means: a file, a folder or a glob.

use std::path::{Path, PathBuf};

use regex::Regex;

use crate::connectors::access::file_error;
use crate::connectors::format::Encoding;
use crate::connectors::settings::invalid;
use crate::types::{Error, Result, SqlState};

/// Which files belong to a source.
#[derive(Debug)]
pub struct Pattern {
    /// As typed.
    text: String,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    File(PathBuf),
    /// Every file directly in the folder whose name does not begin with `.` or `_`.
    Folder(PathBuf),
    /// Every file under the folder whose whole path matches.
    Glob(PathBuf, Regex),
}

impl Pattern {
    /// Looks at what is there. A glob's files may still be missing, its folder
    /// may not.
    pub fn new(text: &str) -> Result<Self> {
        let plain = text.strip_prefix("file://").unwrap_or(text);
        if plain.is_empty() {
            return Err(invalid("path", text, "a file, a folder or a glob such as '/data/*.csv'"));
        }
        let path = std::path::absolute(plain).map_err(|e| file_error(plain, &e))?;
        let kind = match path.metadata() {
            Ok(found) if found.is_dir() => Kind::Folder(path),
            Ok(_) => Kind::File(path),
            Err(_) if plain.contains(['*', '?', '[']) => Self::glob(&path, text)?,
            Err(error) => return Err(file_error(plain, &error)),
        };
        let pattern = Pattern { text: text.to_string(), kind };
        if pattern.file().is_none() {
            let folder = pattern.folder();
            std::fs::read_dir(folder).map_err(|e| file_error(&folder.display().to_string(), &e))?;
        }
        Ok(pattern)
    }

    /// As typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The only file there can be, if so.
    pub fn file(&self) -> Option<&Path> {
        match &self.kind {
            Kind::File(path) => Some(path),
            _ => None,
        }
    }

    /// The folder under which all files are.
    pub fn folder(&self) -> &Path {
        match &self.kind {
            Kind::File(path) => path.parent().unwrap_or(path),
            Kind::Folder(path) | Kind::Glob(path, _) => path,
        }
    }

    /// Files may be in folders below.
    pub fn is_deep(&self) -> bool {
        matches!(&self.kind, Kind::Glob(..))
    }

    /// Whether a file belongs to the source. In a folder read without a `FORMAT` clause
    /// only files of one format do, which is then given as `only`.
    pub fn takes(&self, path: &str, only: Option<&Encoding>) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        match &self.kind {
            Kind::File(file) => file.as_os_str() == path,
            Kind::Glob(_, regex) => regex.is_match(path),
            Kind::Folder(_) => {
                let fits = |only: &Encoding| Encoding::of_name(name).is_some_and(|e| e.is_same(only));
                !name.starts_with(['.', '_']) && only.is_none_or(fits)
            }
        }
    }

    fn glob(path: &Path, text: &str) -> Result<Kind> {
        let path = path.to_str().ok_or_else(|| invalid("path", text, "valid Unicode"))?;
        let wild = path.find(['*', '?', '[']).unwrap_or(path.len());
        let folder = path[..wild].rfind('/').map_or("/", |slash| &path[..slash.max(1)]);
        let regex = Regex::new(&expression(path)).map_err(|_| {
            Error::new(SqlState::INVALID_PARAMETER_VALUE, format!("invalid glob '{text}' in option \"path\""))
                .with_hint("In a glob, * and ? stand for parts of a name, ** for folders, [ab] for a or b.")
        })?;
        Ok(Kind::Glob(PathBuf::from(folder), regex))
    }
}

/// A glob as a regular expression over whole paths.
fn expression(glob: &str) -> String {
    let mut out = String::from("^");
    let mut rest = glob.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '*' if rest.next_if_eq(&'*').is_some() => match rest.next_if_eq(&'/') {
                Some(_) => out.push_str("(?:.*/)?"),
                None => out.push_str(".*"),
            },
            '*' => out.push_str("[^/]*"),
            '?' => out.push_str("[^/]"),
            '[' => {
                out.push('[');
                if rest.next_if(|c| matches!(c, '!' | '^')).is_some() {
                    out.push('^');
                }
                for c in rest.by_ref() {
                    match c {
                        ']' => break,
                        '-' => out.push('-'),
                        c => out.push_str(&regex::escape(&c.to_string())),
                    }
                }
                out.push(']');
            }
            c => out.push_str(&regex::escape(&c.to_string())),
        }
    }
    out.push('$');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_match_whole_names() {
        let matches = |glob: &str, path: &str| Regex::new(&expression(glob)).unwrap().is_match(path);
        assert!(matches("/d/*.csv", "/d/a.csv") && !matches("/d/*.csv", "/d/x/a.csv"));
        assert!(!matches("/d/*.csv", "/d/a.csv.gz") && !matches("/d/*.csv", "/d/axcsv"));
        assert!(matches("/d/**/a?.csv", "/d/x/y/ab.csv") && matches("/d/**/a?.csv", "/d/ab.csv"));
        assert!(matches("/d/[a-c]1", "/d/b1") && !matches("/d/[!a-c]1", "/d/b1"));
    }
}
