//! One process to a data folder.
//!
//! The lock is the operating system's (`flock`), so it ends with the process,
//! however that ends. The pid in the file is for messages only.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use super::StorageError;

/// The file that is locked.
pub(super) const LOCK: &str = "LOCK";

/// Held while the folder is in use.
#[derive(Debug)]
pub(super) struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Takes the lock of `folder`, or says who has it.
    pub fn take(folder: &Path) -> Result<Self, StorageError> {
        let path = folder.join(LOCK);
        let place = path.display().to_string();
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = file.map_err(StorageError::io("open", &place))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(StorageError::InUse {
                    folder: folder.display().to_string(),
                    owner: owner(&mut file),
                });
            }
            Err(TryLockError::Error(error)) => return Err(StorageError::io("lock", place)(error)),
        }
        let written = file.set_len(0).and_then(|()| file.rewind());
        let written = written.and_then(|()| writeln!(file, "{}", std::process::id()));
        written.map_err(StorageError::io("write", place))?;
        Ok(FolderLock { _file: file })
    }
}

fn owner(file: &mut File) -> String {
    let mut pid = String::new();
    match file.read_to_string(&mut pid).map(|_| pid.trim().parse::<u32>()) {
        Ok(Ok(pid)) => format!("process {pid}"),
        _ => "another process".to_string(),
    }
}
