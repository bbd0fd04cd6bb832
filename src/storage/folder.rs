//! The data folder: who may use it, and what is in it.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::StorageError;
use super::catalog::{CatalogStore, MemoryCatalog, SledCatalog};
use super::disk::{Disk, LocalDisk};
use super::lock::{FolderLock, LOCK};
use super::wal::{FileLog, Log, MemoryLog};
use crate::types::Result;

/// The file that says that the folder is ours, and its layout.
const FORMAT: &str = "FORMAT";
/// The layout this code writes, and the newest that it reads.
const VERSION: u32 = 1;

/// Where a database lives. Keep it for as long as what it opened.
#[derive(Debug)]
pub struct DataFolder {
    place: Option<(PathBuf, FolderLock)>,
}

impl DataFolder {
    /// Opens a folder, making it if need be, for this process alone.
    pub fn open(path: impl AsRef<Path>) -> Result<DataFolder> {
        let path = path.as_ref();
        let place = path.display().to_string();
        fs::create_dir_all(path).map_err(StorageError::io("create", &place))?;
        let path = path.canonicalize().map_err(StorageError::io("open", &place))?;
        refuse_foreign(&path)?;
        let lock = FolderLock::take(&path)?;
        check_format(&path)?;
        Ok(DataFolder { place: Some((path, lock)) })
    }

    /// A database that ends with the process.
    pub fn in_memory() -> DataFolder {
        DataFolder { place: None }
    }

    /// Where it is, unless in memory.
    pub fn path(&self) -> Option<&Path> {
        self.place.as_ref().map(|(path, _)| path.as_path())
    }

    /// Opens the catalog.
    pub fn catalog(&self) -> Result<Box<dyn CatalogStore>> {
        Ok(match self.path() {
            Some(path) => Box::new(SledCatalog::open(&path.join("catalog"))?),
            None => Box::new(MemoryCatalog::default()),
        })
    }

    /// Opens the write-ahead log. It must be replayed before it takes changes.
    pub fn log(&self) -> Result<Box<dyn Log>> {
        Ok(match self.path() {
            Some(path) => Box::new(FileLog::new(Arc::new(LocalDisk::open(&path.join("log"))?))),
            None => Box::new(MemoryLog::default()),
        })
    }
}

/// Nothing is written into a folder that holds somebody else's files.
fn refuse_foreign(path: &Path) -> Result<(), StorageError> {
    let place = path.display().to_string();
    let mut others = false;
    for entry in fs::read_dir(path).map_err(StorageError::io("read", &place))? {
        let name = entry.map_err(StorageError::io("read", &place))?.file_name();
        match name.to_str() {
            Some(FORMAT) => return Ok(()),
            Some(LOCK | "FORMAT.new" | "lost+found") => {}
            _ => others = true,
        }
    }
    if others { Err(StorageError::Foreign(place)) } else { Ok(()) }
}

fn check_format(path: &Path) -> Result<(), StorageError> {
    let format = path.join(FORMAT);
    let place = format.display().to_string();
    let text = match fs::read_to_string(&format) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return write_format(path),
        other => other.map_err(StorageError::io("read", &place))?,
    };
    match text.trim().strip_prefix("millstream ").and_then(|version| version.parse().ok()) {
        Some(VERSION) => Ok(()),
        Some(found) => Err(StorageError::Newer { place: path.display().to_string(), found, known: VERSION }),
        None => Err(StorageError::Foreign(path.display().to_string())),
    }
}

fn write_format(path: &Path) -> Result<(), StorageError> {
    let disk = LocalDisk::open(path)?;
    let mut file = disk.create("FORMAT.new").map_err(StorageError::io("create", FORMAT))?;
    let mut text = Vec::new();
    writeln!(text, "millstream {VERSION}").expect("memory takes any text");
    let written = file.write_all(&text).and_then(|()| file.sync());
    let written = written.and_then(|()| disk.rename("FORMAT.new", FORMAT)).and_then(|()| disk.sync());
    written.map_err(StorageError::io("write", path.join(FORMAT).display().to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{Epoch, SqlState};

    #[test]
    fn a_folder_is_made_and_opened_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a/b");
        drop(DataFolder::open(&path).unwrap());
        let folder = DataFolder::open(&path).unwrap();
        let mut log = folder.log().unwrap();
        assert_eq!(log.replay(&mut |_, _| unreachable!("it is empty")).unwrap(), Epoch::ZERO);
        assert!(folder.catalog().unwrap().load().unwrap().objects.is_empty());
    }

    #[test]
    fn two_at_once_are_refused_with_the_owner() {
        let dir = tempfile::tempdir().unwrap();
        let _first = DataFolder::open(dir.path()).unwrap();
        let error = DataFolder::open(dir.path()).unwrap_err();
        assert_eq!(error.code(), SqlState::OBJECT_IN_USE);
        assert!(error.message().contains(&format!("process {}", std::process::id())), "{error}");
        assert!(error.message().contains(dir.path().file_name().unwrap().to_str().unwrap()), "{error}");
        assert!(error.hint().unwrap().contains("--data-dir"));
    }

    #[test]
    fn other_folders_are_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("thesis.tex"), "x").unwrap();
        let error = DataFolder::open(dir.path()).unwrap_err();
        assert_eq!(error.code(), SqlState::INVALID_PARAMETER_VALUE);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "nothing was written");
    }

    #[test]
    fn later_formats_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        drop(DataFolder::open(dir.path()).unwrap());
        fs::write(dir.path().join(FORMAT), "millstream 7\n").unwrap();
        let error = DataFolder::open(dir.path()).unwrap_err();
        assert!(error.message().contains("newer version"), "{error}");
    }

    #[test]
    fn a_folder_without_rights_is_refused_with_a_hint() {
        let error = DataFolder::open("/proc/self/millstream").unwrap_err();
        assert!(
            matches!(error.code(), SqlState::INSUFFICIENT_PRIVILEGE | SqlState::UNDEFINED_FILE),
            "{error:?}"
        );
        let denied = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
        let error = crate::types::Error::from(StorageError::io("create", "/data")(denied));
        assert_eq!(error.code(), SqlState::INSUFFICIENT_PRIVILEGE);
        assert!(error.hint().unwrap().contains("--data-dir"));
    }
}
