//! Which format a file has, and what follows from it.

use std::collections::BTreeMap;
use std::path::Path;

use arrow::datatypes::{Field, Fields, SchemaRef};

use super::csv::{self, Csv, CsvDecoder};
use super::decoder::{Decoder, Wanted};
use super::json::{self, JsonDecoder};
use super::parquet::{self, ParquetRows};
use super::split::lines;
use crate::dataflow::FormatSpec;
use crate::expr::nearest;
use crate::types::{Error, Result, SqlState};

/// A format with its options.
#[derive(Clone, Debug)]
pub enum Encoding {
    Json,
    Csv(Csv),
    Parquet,
}

impl Encoding {
    /// What a `FORMAT … ENCODE …` clause says.
    pub fn of_clause(clause: &FormatSpec) -> Result<Self> {
        if clause.format != "PLAIN" {
            return Err(Error::unsupported(format!("FORMAT {} of a file", clause.format)));
        }
        match clause.encode.as_str() {
            "JSON" => check(clause, &[]).map(|()| Encoding::Json),
            "PARQUET" => check(clause, &[]).map(|()| Encoding::Parquet),
            "CSV" => {
                let known: Vec<&str> = csv::OPTIONS.iter().map(|o| o.name).collect();
                check(clause, &known)?;
                Ok(Encoding::Csv(Csv::new(&clause.options)?))
            }
            other => Err(Error::unsupported(format!("ENCODE {other} of a file"))),
        }
    }

    /// What the ending of a file's name says.
    pub fn of_name(name: &str) -> Option<Self> {
        let ending = Path::new(name).extension()?.to_str()?.to_ascii_lowercase();
        match ending.as_str() {
            "json" | "ndjson" | "jsonl" => Some(Encoding::Json),
            "csv" => Csv::new(&BTreeMap::new()).ok().map(Encoding::Csv),
            "parquet" => Some(Encoding::Parquet),
            _ => None,
        }
    }

    /// The same format, whatever the options.
    pub fn is_same(&self, other: &Encoding) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }

    /// Read row by row out of text, or as a whole by its own structure.
    pub fn is_text(&self) -> bool {
        !matches!(self, Encoding::Parquet)
    }

    /// How long the beginning of a text file is from which a decoder can be
    /// made: its first record. `None` when more of the file is needed to tell.
    pub fn beginning(&self, head: &[u8], at_end: bool) -> Option<usize> {
        let chunk = match self {
            Encoding::Csv(csv) => csv.split(head, 1, at_end),
            Encoding::Json | Encoding::Parquet => lines(head, 1, at_end),
        };
        (at_end || !chunk.records.is_empty()).then_some(chunk.bytes)
    }

    /// What stands before the first record of a text file: bytes and line ends.
    pub fn header_end(&self, head: &[u8], at_end: bool) -> (usize, u32) {
        match self {
            Encoding::Csv(csv) => csv.header_end(head, at_end),
            Encoding::Json | Encoding::Parquet => (0, 0),
        }
    }

    /// A decoder for the text file `name`, which begins with `head`.
    pub fn decoder(
        &self,
        schema: &SchemaRef,
        projection: &[usize],
        name: &str,
        head: &[u8],
    ) -> Result<Box<dyn Decoder>> {
        let wanted = Wanted { schema: schema.clone(), projection: projection.to_vec() };
        Ok(match self {
            Encoding::Json => Box::new(JsonDecoder::new(wanted, head)?),
            Encoding::Csv(csv) => Box::new(CsvDecoder::new(csv.clone(), wanted, name, head)?),
            Encoding::Parquet => return Err(Error::internal("Parquet is not read as text")),
        })
    }

    /// A Parquet file from row `from` on.
    pub fn rows(
        &self,
        schema: &SchemaRef,
        projection: &[usize],
        path: &Path,
        from: u64,
    ) -> Result<ParquetRows> {
        let wanted = Wanted { schema: schema.clone(), projection: projection.to_vec() };
        ParquetRows::open(path, wanted, from)
    }

    /// The columns of a file: from its own schema, or from what it begins with.
    /// Names are folded to lower case, as SQL does, unless two would be one.
    pub fn infer(&self, path: &Path, head: &[u8]) -> Result<Fields> {
        let fields = match self {
            Encoding::Json => json::infer(head)?,
            Encoding::Csv(csv) => csv.infer(head)?,
            Encoding::Parquet => parquet::infer(path)?,
        };
        let mut names: Vec<String> = fields.iter().map(|f| f.name().to_lowercase()).collect();
        names.sort();
        names.dedup();
        if names.len() < fields.len() {
            return Ok(fields);
        }
        Ok(fields.iter().map(|f| Field::new(f.name().to_lowercase(), f.data_type().clone(), true)).collect())
    }
}

fn check(clause: &FormatSpec, known: &[&str]) -> Result<()> {
    let Some(name) = clause.options.keys().find(|name| !known.contains(&name.as_str())) else {
        return Ok(());
    };
    let error = Error::new(
        SqlState::INVALID_PARAMETER_VALUE,
        format!("unknown option \"{name}\" of ENCODE {}", clause.encode),
    );
    Err(match nearest(name, known.iter().copied()) {
        Some(near) => error.with_hint(format!("Did you mean \"{near}\"?")),
        None if known.is_empty() => error.with_hint("This format takes no options."),
        None => error.with_hint(format!("Known options: {}.", known.join(", "))),
    })
}
