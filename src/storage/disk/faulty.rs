//! A disk in memory that fails when told to, and that can be crashed.

use std::collections::{BTreeMap, HashMap};
use std::io::{Cursor, Error, ErrorKind, Read, Result};
use std::sync::Arc;

use parking_lot::Mutex;
use rand::RngExt;
use rand::rngs::StdRng;

use super::{Disk, DiskFile};

/// Clones share the disk.
#[derive(Clone, Default)]
pub struct FaultyDisk {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// What a running process sees.
    names: BTreeMap<String, u64>,
    /// What is left of the names after a crash, at least.
    durable: BTreeMap<String, u64>,
    /// Changes of names since the folder was synced; each is whole or not at all.
    unsynced: Vec<NameChange>,
    files: HashMap<u64, Content>,
    next_file: u64,
    /// How many more steps succeed, and whether all fail after that.
    until_failure: Option<(u64, bool)>,
}

/// Names with the file that each has now, if any.
type NameChange = Vec<(String, Option<u64>)>;

#[derive(Default)]
struct Content {
    bytes: Vec<u8>,
    synced: usize,
}

impl FaultyDisk {
    /// The step after `steps` more (writes, syncs, changes of names) fails, and
    /// if it is `lasting` so does every later one.
    pub fn fail_after(&self, steps: u64, lasting: bool) {
        self.state.lock().until_failure = Some((steps, lasting));
    }

    /// Fails no more: what a process that is killed leaves to the next one.
    pub fn heal(&self) {
        self.state.lock().until_failure = None;
    }

    /// What the disk may look like after the machine stops now: of each file
    /// the synced bytes and any number of those after them, of the changes of
    /// names the synced ones and any of those after them.
    pub fn crash(&self, rng: &mut StdRng) -> FaultyDisk {
        let state = self.state.lock();
        let mut after = State { next_file: state.next_file, ..State::default() };
        after.names = state.durable.clone();
        for change in &state.unsynced {
            if rng.random_bool(0.5) {
                apply(&mut after.names, change);
            }
        }
        after.durable = after.names.clone();
        for file in after.names.values() {
            let content = &state.files[file];
            let length = rng.random_range(content.synced..=content.bytes.len());
            let mut bytes = content.bytes[..length].to_vec();
            if length > content.synced && rng.random_bool(0.2) {
                let spoiled = rng.random_range(content.synced..length);
                bytes[spoiled..].fill(0);
            }
            after.files.insert(*file, Content { bytes, synced: length });
        }
        FaultyDisk { state: Arc::new(Mutex::new(after)) }
    }

    /// Changes one byte of a file.
    pub fn spoil(&self, name: &str, at: usize) {
        let mut state = self.state.lock();
        let file = state.names[name];
        state.files.get_mut(&file).unwrap().bytes[at] ^= 0x40;
    }

    /// The length of a file.
    pub fn length(&self, name: &str) -> usize {
        let state = self.state.lock();
        state.files[&state.names[name]].bytes.len()
    }

    fn change_names(&self, change: impl FnOnce(&mut State) -> Result<NameChange>) -> Result<()> {
        let mut state = self.state.lock();
        state.step()?;
        let change = change(&mut state)?;
        apply(&mut state.names, &change);
        state.unsynced.push(change);
        Ok(())
    }
}

fn apply(names: &mut BTreeMap<String, u64>, change: &NameChange) {
    for (name, file) in change {
        match file {
            Some(file) => names.insert(name.clone(), *file),
            None => names.remove(name),
        };
    }
}

impl State {
    fn step(&mut self) -> Result<()> {
        match &mut self.until_failure {
            Some((0, lasting)) => {
                if !*lasting {
                    self.until_failure = None;
                }
                Err(Error::other("injected"))
            }
            Some((left, _)) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn file(&self, name: &str) -> Result<u64> {
        self.names.get(name).copied().ok_or_else(|| ErrorKind::NotFound.into())
    }
}

impl Disk for FaultyDisk {
    fn place(&self) -> String {
        "memory".to_string()
    }

    fn names(&self) -> Result<Vec<String>> {
        Ok(self.state.lock().names.keys().cloned().collect())
    }

    fn create(&self, name: &str) -> Result<Box<dyn DiskFile>> {
        self.change_names(|state| {
            let file = state.next_file;
            state.next_file += 1;
            state.files.insert(file, Content::default());
            Ok(vec![(name.to_string(), Some(file))])
        })?;
        let file = self.state.lock().file(name)?;
        Ok(Box::new(FaultyFile { disk: self.clone(), file }))
    }

    fn resume(&self, name: &str, length: u64) -> Result<Box<dyn DiskFile>> {
        let mut state = self.state.lock();
        state.step()?;
        let file = state.file(name)?;
        let content = state.files.get_mut(&file).unwrap();
        if content.bytes.len() != length as usize {
            content.bytes.truncate(length as usize);
            content.synced = content.bytes.len();
        }
        Ok(Box::new(FaultyFile { disk: self.clone(), file }))
    }

    fn read(&self, name: &str) -> Result<Box<dyn Read>> {
        let state = self.state.lock();
        Ok(Box::new(Cursor::new(state.files[&state.file(name)?].bytes.clone())))
    }

    fn rename(&self, from: &str, to: &str) -> Result<()> {
        self.change_names(|state| {
            Ok(vec![(from.to_string(), None), (to.to_string(), Some(state.file(from)?))])
        })
    }

    fn remove(&self, name: &str) -> Result<()> {
        self.change_names(|state| {
            state.file(name)?;
            Ok(vec![(name.to_string(), None)])
        })
    }

    fn sync(&self) -> Result<()> {
        let mut state = self.state.lock();
        state.step()?;
        state.durable = state.names.clone();
        state.unsynced.clear();
        Ok(())
    }
}

struct FaultyFile {
    disk: FaultyDisk,
    file: u64,
}

impl DiskFile for FaultyFile {
    fn write_all(&mut self, bytes: &[u8]) -> Result<()> {
        let mut state = self.disk.state.lock();
        let result = state.step();
        let written = if result.is_ok() { bytes.len() } else { bytes.len() / 2 };
        state.files.get_mut(&self.file).unwrap().bytes.extend_from_slice(&bytes[..written]);
        result
    }

    fn sync(&mut self) -> Result<()> {
        let mut state = self.disk.state.lock();
        state.step()?;
        let content = state.files.get_mut(&self.file).unwrap();
        content.synced = content.bytes.len();
        Ok(())
    }
}
