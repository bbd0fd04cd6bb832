//! Files as objects: listing them and reading ranges of bytes.
//!
//! Calls block for as long as the disk takes; a range is at most some megabytes.

use std::io::{self, ErrorKind};
use std::ops::Range;
use std::path::Path as FilePath;
use std::time::Duration;

use bytes::Bytes;
use chrono::Utc;
use futures::StreamExt;
use futures::executor::block_on;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt};

use super::pattern::Pattern;
use crate::connectors::access::file_error;
use crate::connectors::format::Encoding;
use crate::types::{Error, Result, SqlState};

/// A file as it was when it was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The absolute path.
    pub path: String,
    /// In bytes.
    pub size: u64,
    /// How long ago it was last written.
    pub age: Duration,
}

/// The local file system.
#[derive(Debug)]
pub struct Store {
    objects: LocalFileSystem,
}

impl Store {
    /// The file system from its root.
    pub fn new() -> Self {
        Store { objects: LocalFileSystem::new() }
    }

    /// The files of a pattern, sorted by path.
    pub fn list(&self, pattern: &Pattern, only: Option<&Encoding>) -> Result<Vec<Found>> {
        if let Some(file) = pattern.file() {
            return Ok(self.file(file)?.into_iter().collect());
        }
        let folder = pattern.folder();
        std::fs::read_dir(folder).map_err(|e| file_error(&folder.display().to_string(), &e))?;
        let prefix = location(folder)?;
        let objects: Vec<ObjectMeta> = match pattern.is_deep() {
            // What cannot be looked into while listing is skipped, as a shell does.
            true => block_on(self.objects.list(Some(&prefix)).filter_map(async |o| o.ok()).collect()),
            false => block_on(self.objects.list_with_delimiter(Some(&prefix))).map_err(object_error)?.objects,
        };
        let files = objects.into_iter().map(found).filter(|f| pattern.takes(&f.path, only));
        let mut files: Vec<Found> = files.collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(files)
    }

    /// One file, if it is there.
    pub fn file(&self, path: &FilePath) -> Result<Option<Found>> {
        match block_on(self.objects.head(&location(path)?)) {
            Ok(meta) => Ok(Some(found(meta))),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(object_error(error)),
        }
    }

    /// The bytes of a range, all of which must be there.
    pub fn read(&self, path: &str, range: Range<u64>) -> Result<Bytes> {
        if range.is_empty() {
            return Ok(Bytes::new());
        }
        let location = location(FilePath::new(path))?;
        block_on(self.objects.get_range(&location, range)).map_err(object_error)
    }
}

fn location(path: &FilePath) -> Result<Path> {
    Path::from_absolute_path(path).map_err(|e| {
        Error::new(SqlState::IO_ERROR, format!("could not use the path \"{}\"", path.display()))
            .with_detail(e.to_string())
    })
}

fn found(meta: ObjectMeta) -> Found {
    let age = Utc::now().signed_duration_since(meta.last_modified).to_std().unwrap_or_default();
    Found { path: format!("/{}", meta.location), size: meta.size, age }
}

fn object_error(error: object_store::Error) -> Error {
    match error {
        object_store::Error::NotFound { path, .. } => {
            file_error(&path, &io::Error::from(ErrorKind::NotFound))
        }
        object_store::Error::PermissionDenied { path, .. } => {
            file_error(&path, &io::Error::from(ErrorKind::PermissionDenied))
        }
        other => Error::new(SqlState::IO_ERROR, "could not read a file").with_detail(other.to_string()),
    }
}
