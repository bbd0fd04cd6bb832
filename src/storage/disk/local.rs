//! A folder of the operating system.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::{Disk, DiskFile};
use crate::storage::StorageError;

/// Files in one folder.
pub struct LocalDisk {
    folder: PathBuf,
}

impl LocalDisk {
    /// Opens the folder, making it if need be.
    pub fn open(folder: &Path) -> Result<Self, StorageError> {
        let place = folder.display().to_string();
        if !folder.is_dir() {
            let made = fs::create_dir_all(folder).and_then(|()| match folder.parent() {
                Some(parent) => File::open(parent)?.sync_all(),
                None => Ok(()),
            });
            made.map_err(StorageError::io("create", place))?;
        }
        Ok(LocalDisk { folder: folder.to_path_buf() })
    }
}

impl Disk for LocalDisk {
    fn place(&self) -> String {
        self.folder.display().to_string()
    }

    fn names(&self) -> io::Result<Vec<String>> {
        fs::read_dir(&self.folder)?
            .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect()
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(LocalFile(File::create(self.folder.join(name))?)))
    }

    fn resume(&self, name: &str, length: u64) -> io::Result<Box<dyn DiskFile>> {
        let mut file = OpenOptions::new().write(true).open(self.folder.join(name))?;
        if file.metadata()?.len() != length {
            file.set_len(length)?;
            file.sync_all()?;
        }
        file.seek(SeekFrom::Start(length))?;
        Ok(Box::new(LocalFile(file)))
    }

    fn read(&self, name: &str) -> io::Result<Box<dyn Read>> {
        Ok(Box::new(io::BufReader::with_capacity(1 << 20, File::open(self.folder.join(name))?)))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.folder.join(from), self.folder.join(to))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.folder.join(name))
    }

    fn sync(&self) -> io::Result<()> {
        File::open(&self.folder)?.sync_all()
    }
}

struct LocalFile(File);

impl DiskFile for LocalFile {
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.0.sync_data()
    }
}
