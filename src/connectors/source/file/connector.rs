//! The connector: what a statement may say, and what it then gets.

use std::path::Path;
use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};

use super::pattern::Pattern;
use super::source::{FileSource, Shared};
use super::store::{Found, Store};
use super::timeline::Timeline;
use crate::connectors::access::file_error;
use crate::connectors::format::Encoding;
use crate::connectors::settings::Settings;
use crate::dataflow::{Connector, OptionSpec, Source, SourceSpec};
use crate::types::{Error, Result, SqlState};

/// How much of a file is looked at for its columns.
const SAMPLE_BYTES: u64 = 1 << 20;

/// `connector = 'file'`.
pub struct File;

impl Connector for File {
    fn name(&self) -> &'static str {
        "file"
    }

    fn options(&self) -> &'static [OptionSpec] {
        &[
            OptionSpec { name: "path", about: "a file, a folder, or a glob such as /data/*.csv" },
            OptionSpec { name: "follow", about: "go on with what is appended and with new files (false)" },
        ]
    }

    fn columns(&self, spec: &SourceSpec) -> Result<Option<SchemaRef>> {
        let there = There::new(spec)?;
        let Some(first) = there.files.first() else {
            return Err(Error::new(
                SqlState::INVALID_TABLE_DEFINITION,
                format!("there is no file in \"{}\" yet to take columns from", there.pattern.text()),
            )
            .with_hint("Declare the columns in the statement."));
        };
        let head = there.store.read(&first.path, 0..first.size.min(SAMPLE_BYTES))?;
        let fields = there.encoding.infer(Path::new(&first.path), &head)?;
        Ok(Some(Arc::new(Schema::new(fields))))
    }

    fn source(&self, spec: &SourceSpec) -> Result<Arc<dyn Source>> {
        if let Some((name, _)) = spec.include.first() {
            return Err(Error::unsupported(format!("INCLUDE {name} with connector 'file'")));
        }
        let there = There::new(spec)?;
        there.check(&spec.schema)?;
        let timeline = match (there.follow, there.encoding.is_text()) {
            // Followed Parquet files are taken as they turn out to be whole.
            (true, false) => Timeline::new(&[]),
            _ => Timeline::new(&there.files),
        };
        Ok(Arc::new(FileSource(Arc::new(Shared {
            store: there.store,
            pattern: there.pattern,
            encoding: there.encoding,
            clause: spec.format.is_some(),
            follow: there.follow,
            schema: spec.schema.clone(),
            timeline,
        }))))
    }
}

/// What a statement's path leads to.
struct There {
    store: Store,
    pattern: Pattern,
    encoding: Encoding,
    follow: bool,
    files: Vec<Found>,
}

impl There {
    fn new(spec: &SourceSpec) -> Result<Self> {
        let settings = Settings(&spec.options);
        let follow = settings.flag("follow", false)?;
        let pattern = Pattern::new(settings.required("path")?)?;
        let store = Store::new();
        let mut files = store.list(&pattern, None)?;
        let encoding = match &spec.format {
            Some(clause) => Encoding::of_clause(clause)?,
            None => {
                let named = files.iter().find_map(|f| Encoding::of_name(&f.path));
                let encoding =
                    Encoding::of_name(pattern.text()).or(named).ok_or_else(|| unknown(&pattern))?;
                files.retain(|f| pattern.takes(&f.path, Some(&encoding)));
                encoding
            }
        };
        if files.is_empty() && !follow {
            return Err(Error::new(
                SqlState::UNDEFINED_FILE,
                format!("there is no file in \"{}\"", pattern.text()),
            )
            .with_hint("With follow = 'true' the source waits for files to appear."));
        }
        for file in &files {
            std::fs::File::open(&file.path).map_err(|e| file_error(&file.path, &e))?;
        }
        Ok(There { store, pattern, encoding, follow, files })
    }

    /// The first file must fit the declared columns; later ones are rejected when
    /// they do not.
    fn check(&self, schema: &SchemaRef) -> Result<()> {
        let all: Vec<usize> = (0..schema.fields().len()).collect();
        match self.files.first().filter(|f| f.size > 0) {
            None => Ok(()),
            Some(first) if self.encoding.is_text() => {
                let head = self.store.read(&first.path, 0..first.size.min(SAMPLE_BYTES))?;
                if self.encoding.beginning(&head, !self.follow).is_some() {
                    self.encoding.decoder(schema, &all, &first.path, &head)?;
                }
                Ok(())
            }
            Some(_) if self.follow => Ok(()),
            Some(first) => self.encoding.rows(schema, &all, Path::new(&first.path), 0).map(drop),
        }
    }
}

fn unknown(pattern: &Pattern) -> Error {
    Error::new(
        SqlState::INVALID_PARAMETER_VALUE,
        format!("the format of \"{}\" does not follow from its name", pattern.text()),
    )
    .with_hint("Add FORMAT PLAIN ENCODE JSON, CSV or PARQUET to the statement.")
}
