//! The connector: what a statement may say, and what it then gets.

use std::sync::Arc;

use super::field::OPTIONS;
use super::source::DatagenSource;
use crate::dataflow::{Connector, OptionSpec, Source, SourceSpec};
use crate::types::Result;

/// `connector = 'datagen'`.
pub struct Datagen;

impl Connector for Datagen {
    fn name(&self) -> &'static str {
        "datagen"
    }

    fn options(&self) -> &'static [OptionSpec] {
        OPTIONS
    }

    fn source(&self, spec: &SourceSpec) -> Result<Arc<dyn Source>> {
        Ok(Arc::new(DatagenSource::new(spec)?))
    }
}
