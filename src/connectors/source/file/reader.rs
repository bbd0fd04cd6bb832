//! A source's files being read along its timeline.

use std::sync::Arc;

use super::offset::{self, Progress};
use super::opened::{Opened, Want};
use super::source::Shared;
use super::timeline::Stretch;
use crate::dataflow::{SourceBatch, SourcePoll, SourceReader};
use crate::types::Result;

/// Reads the stretches of the timeline one after the other.
pub struct FileReader {
    pub shared: Arc<Shared>,
    pub projection: Vec<usize>,
    /// The stretch being read.
    pub stretch: usize,
    /// How far each file was read, by its index in the timeline.
    pub progress: Vec<Progress>,
    /// The file of the stretch, once it was opened.
    pub opened: Option<(usize, Opened)>,
}

impl FileReader {
    /// Makes sure that there is progress for the file at `index`.
    pub fn touch(&mut self, index: usize) {
        while self.progress.len() <= index {
            let path = self.shared.timeline.path(self.progress.len());
            self.progress.push(Progress { path, ..Progress::default() });
        }
    }

    fn read(&mut self, stretch: Stretch, limit: usize) -> Result<Option<SourceBatch>> {
        self.touch(stretch.file);
        let shared = self.shared.clone();
        let progress = &mut self.progress[stretch.file];
        let want = Want {
            store: &shared.store,
            encoding: &shared.encoding,
            schema: &shared.schema,
            projection: &self.projection,
            ends: !shared.follow,
        };
        if want.encoding.is_text() && progress.position >= stretch.end {
            return Ok(None);
        }
        let opened = match self.opened.take() {
            Some((file, opened)) if file == stretch.file => opened,
            _ => Opened::new(&want, progress),
        };
        let (_, opened) = self.opened.insert((stretch.file, opened));
        opened.read(&want, progress, stretch.end, limit)
    }
}

impl SourceReader for FileReader {
    fn poll(&mut self, max_rows: usize) -> Result<SourcePoll> {
        loop {
            let (stretch, is_last) = match self.shared.timeline.stretch(self.stretch) {
                Some((stretch, is_last)) => (Some(stretch), is_last),
                None => (None, true),
            };
            if let Some(stretch) = stretch
                && let Some(batch) = self.read(stretch, max_rows)?
            {
                return Ok(SourcePoll::Batch(batch));
            }
            // The last stretch may still get longer, so it is not left behind.
            if !is_last {
                self.stretch += 1;
                continue;
            }
            if !self.shared.follow {
                return Ok(SourcePoll::Finished);
            }
            let again = self.shared.look()?;
            if self.shared.timeline.stretch(self.stretch) == stretch.map(|s| (s, is_last)) {
                return Ok(SourcePoll::Idle(Some(again)));
            }
        }
    }

    fn offset(&self) -> String {
        offset::encode(&self.progress)
    }
}
