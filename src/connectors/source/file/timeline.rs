//! The order in which a source's bytes are read, decided once for all readers.
//!
//! It is a list of stretches: "now read this file up to here". It only grows,
//! at its end, and only by what was found then; so a reader that starts over
//! passes through the same stretches. A stretch may end inside a record: what
//! is left over is read with the file's next stretch.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::offset::Progress;
use super::pattern::Pattern;
use super::store::{Found, Store};
use crate::connectors::format::Encoding;
use crate::types::{Error, Result, SqlState};

/// How often files are looked at.
pub const LOOK_EVERY: Duration = Duration::from_millis(200);

/// A file whose writer was quiet for so long is taken as it is, whole or not.
const QUIET: Duration = Duration::from_secs(5);

/// "Read this file up to here."
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Index of the file in the order of discovery.
    pub file: usize,
    /// In bytes from the beginning of the file.
    pub end: u64,
}

/// Shared by all readers of a source.
#[derive(Debug)]
pub struct Timeline {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    paths: Vec<String>,
    index: HashMap<String, usize>,
    /// Up to where each file has been dealt out.
    ends: Vec<u64>,
    stretches: Vec<Stretch>,
    looked: Option<Instant>,
    /// A reader has been opened, so that what was dealt out stays.
    started: bool,
}

impl Timeline {
    /// What was there at first, in the order of names.
    pub fn new(files: &[Found]) -> Self {
        let mut state = State::default();
        for file in files {
            state.extend(&file.path, file.size);
        }
        Timeline { state: Mutex::new(state) }
    }

    /// The stretch at `index`, and whether it is the last one yet, so that it
    /// may still get longer.
    pub fn stretch(&self, index: usize) -> Option<(Stretch, bool)> {
        let state = self.state.lock();
        let stretch = state.stretches.get(index)?;
        Some((*stretch, index + 1 == state.stretches.len()))
    }

    /// The path of a file.
    pub fn path(&self, file: usize) -> String {
        self.state.lock().paths[file].clone()
    }

    /// The index of a file, known or not yet.
    pub fn file(&self, path: &str) -> usize {
        self.state.lock().file(path)
    }

    /// Called when a reader starts, with what an earlier run has read: that
    /// comes before everything else, if this is the first reader.
    pub fn start(&self, read: &[Progress]) {
        let mut state = self.state.lock();
        if std::mem::replace(&mut state.started, true) || read.is_empty() {
            return;
        }
        let there = std::mem::take(&mut state.stretches);
        let ends = state.ends.clone();
        let paths = state.paths.clone();
        *state = State { started: true, ..State::default() };
        for progress in read {
            state.extend(&progress.path, progress.position);
        }
        for stretch in there {
            state.extend(&paths[stretch.file], ends[stretch.file]);
        }
    }

    /// Looks for growth and new files, unless that was done just now. Says when
    /// to look again.
    pub fn look(
        &self,
        store: &Store,
        pattern: &Pattern,
        encoding: &Encoding,
        clause: bool,
    ) -> Result<Instant> {
        let mut state = self.state.lock();
        let now = Instant::now();
        if let Some(looked) = state.looked.filter(|looked| now < *looked + LOOK_EVERY) {
            return Ok(looked + LOOK_EVERY);
        }
        state.looked = Some(now);
        let only = (!clause).then_some(encoding);
        let files = store.list(pattern, only)?;
        // Known files first, in the order of discovery, then new ones by name.
        let mut files: Vec<(usize, Found)> =
            files.into_iter().map(|f| (state.index.get(&f.path).copied().unwrap_or(usize::MAX), f)).collect();
        files.sort_by_key(|(index, _)| *index);
        for (_, file) in files {
            let end = state.end(&file.path);
            if file.size < end && encoding.is_text() {
                return Err(shrunk(&file, end));
            }
            // A Parquet file is of use only when it is whole.
            let ready = match encoding.is_text() {
                true => file.size > end,
                false => end == 0 && file.size > 0 && (file.age > QUIET || is_whole(store, &file)),
            };
            if ready {
                state.extend(&file.path, file.size);
            }
        }
        Ok(now + LOOK_EVERY)
    }
}

impl State {
    fn file(&mut self, path: &str) -> usize {
        if let Some(index) = self.index.get(path) {
            return *index;
        }
        self.index.insert(path.to_string(), self.paths.len());
        self.paths.push(path.to_string());
        self.ends.push(0);
        self.paths.len() - 1
    }

    fn end(&self, path: &str) -> u64 {
        self.index.get(path).map_or(0, |file| self.ends[*file])
    }

    fn extend(&mut self, path: &str, end: u64) {
        let file = self.file(path);
        if end <= self.ends[file] {
            return;
        }
        self.ends[file] = end;
        match self.stretches.last_mut() {
            Some(last) if last.file == file => last.end = end,
            _ => self.stretches.push(Stretch { file, end }),
        }
    }
}

fn is_whole(store: &Store, file: &Found) -> bool {
    let tail = file.size.saturating_sub(4)..file.size;
    store.read(&file.path, tail).is_ok_and(|magic| magic.as_ref() == b"PAR1")
}

fn shrunk(file: &Found, end: u64) -> Error {
    Error::new(
        SqlState::DATA_CORRUPTED,
        format!("file \"{}\" became shorter while it was followed", file.path),
    )
    .with_detail(format!("It had {end} bytes and now has {}.", file.size))
    .with_hint("A followed file may only grow; write new data to a new file, then create the source again.")
}
