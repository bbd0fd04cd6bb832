//! The connector: what a statement may say, and what it then gets.

use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};

use super::config::{Config, OPTIONS};
use super::source::NexmarkSource;
use crate::connectors::settings::Settings;
use crate::dataflow::{Connector, OptionSpec, Source, SourceSpec};
use crate::types::Result;

/// `connector = 'nexmark'`.
pub struct Nexmark;

impl Connector for Nexmark {
    fn name(&self) -> &'static str {
        "nexmark"
    }

    fn options(&self) -> &'static [OptionSpec] {
        OPTIONS
    }

    fn columns(&self, spec: &SourceSpec) -> Result<Option<SchemaRef>> {
        let config = Config::new(Settings(&spec.options))?;
        Ok(Some(Arc::new(Schema::new(config.table.fields()))))
    }

    fn source(&self, spec: &SourceSpec) -> Result<Arc<dyn Source>> {
        Ok(Arc::new(NexmarkSource::new(spec)?))
    }
}
