//! An opened set of files, shared by its readers.

use std::sync::Arc;
use std::time::Instant;

use arrow::datatypes::SchemaRef;

use super::offset;
use super::pattern::Pattern;
use super::reader::FileReader;
use super::store::Store;
use super::timeline::Timeline;
use crate::connectors::format::Encoding;
use crate::dataflow::{Source, SourceReader, Wake};
use crate::types::{Error, Result};

/// The files that one statement asked for.
pub struct FileSource(pub Arc<Shared>);

/// What all readers of a source share.
pub struct Shared {
    pub store: Store,
    pub pattern: Pattern,
    pub encoding: Encoding,
    /// The format was given by a `FORMAT` clause, not by a file's name.
    pub clause: bool,
    pub follow: bool,
    pub schema: SchemaRef,
    pub timeline: Timeline,
}

impl Shared {
    /// Looks for growth and new files. Says when to look again.
    pub fn look(&self) -> Result<Instant> {
        self.timeline.look(&self.store, &self.pattern, &self.encoding, self.clause)
    }
}

impl Source for FileSource {
    fn partitions(&self) -> usize {
        1
    }

    fn is_finite(&self) -> bool {
        !self.0.follow
    }

    fn open(
        &self,
        partition: usize,
        from: Option<&str>,
        projection: &[usize],
        _wake: Wake,
    ) -> Result<Box<dyn SourceReader>> {
        if partition != 0 {
            return Err(Error::internal(format!("a file source has one partition, not {partition}")));
        }
        let read = from.map(offset::decode).transpose()?.unwrap_or_default();
        self.0.timeline.start(&read);
        let mut reader = FileReader {
            shared: self.0.clone(),
            projection: projection.to_vec(),
            stretch: 0,
            progress: Vec::new(),
            opened: None,
        };
        for progress in read {
            let file = self.0.timeline.file(&progress.path);
            reader.touch(file);
            reader.progress[file] = progress;
        }
        Ok(Box::new(reader))
    }
}
