//! Parquet files: only the columns that are needed are read, and cast to the
//! declared types.
//!
//! Columns are found by name, if need be in another case. A value that does not
//! fit the declared type rejects its row.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, RecordBatch};
use arrow::compute::{can_cast_types, filter_record_batch};
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema, TimeUnit};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use super::decoder::{Wanted, shortened};
use super::typed::{Failures, leaves, missing_column};
use crate::connectors::shape;
use crate::dataflow::{Rejected, SourceBatch};
use crate::types::{Error, Result, SqlState};

/// Rows decoded at a time.
const BATCH_ROWS: usize = 8192;

/// One Parquet file being read.
pub struct ParquetRows {
    reader: ParquetRecordBatchReader,
    wanted: Wanted,
    /// For each declared column that is read, its place in a decoded batch.
    places: Vec<Option<usize>>,
    /// Decoded rows that were not handed out yet.
    pending: Option<RecordBatch>,
    /// Rows handed out, rejected ones too.
    row: u64,
}

impl ParquetRows {
    /// Opens a file at row `from`.
    pub fn open(path: &Path, wanted: Wanted, from: u64) -> Result<Self> {
        let file = File::open(path).map_err(|e| broken(path, e))?;
        let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| broken(path, e))?;
        let (mask, places) = chosen(builder.schema(), &wanted, path)?;
        let mask = ProjectionMask::roots(builder.parquet_schema(), mask);
        let reader = builder.with_projection(mask).with_batch_size(BATCH_ROWS).with_offset(from as usize);
        let reader = reader.build().map_err(|e| broken(path, e))?;
        Ok(ParquetRows { reader, wanted, places, pending: None, row: from })
    }

    /// The next rows, at most `limit`; `None` at the end of the file.
    pub fn read(&mut self, limit: usize, name: &str) -> Result<Option<SourceBatch>> {
        let pending = match self.pending.take() {
            Some(pending) => pending,
            None => match self.reader.next().transpose()? {
                Some(batch) => batch,
                None => return Ok(None),
            },
        };
        let count = pending.num_rows().min(limit);
        if count < pending.num_rows() {
            self.pending = Some(pending.slice(count, pending.num_rows() - count));
        }
        let batch = self.typed(&pending.slice(0, count), name)?;
        self.row += count as u64;
        Ok(Some(batch))
    }

    /// Rows handed out so far, from the beginning of the file.
    pub fn row(&self) -> u64 {
        self.row
    }

    fn typed(&self, batch: &RecordBatch, name: &str) -> Result<SourceBatch> {
        let mut failures = Failures::default();
        let mut columns: Vec<Option<ArrayRef>> = Vec::with_capacity(self.places.len());
        for (place, field) in self.places.iter().zip(self.wanted.schema.fields()) {
            columns.push(match place {
                None => None,
                Some(place) => {
                    let (target, column) = (field.data_type(), batch.column(*place));
                    Some(leaves(column, target, field.name(), &|row| row, &mut failures)?)
                }
            });
        }
        let wanted = self.wanted.projection.iter().filter_map(|c| columns[*c].clone()).collect();
        let schema = shape::projected(&self.wanted.schema, &self.wanted.projection);
        let mut rows = shape::batch(&schema, wanted, batch.num_rows())?;
        if !failures.reasons.is_empty() {
            let good = (0..batch.num_rows()).map(|row| Some(!failures.reasons.contains_key(&row)));
            rows = filter_record_batch(&rows, &good.collect::<BooleanArray>())?;
        }
        let rejected = |(row, reason): (usize, String)| Rejected {
            reason,
            raw: shown(batch, row),
            place: format!("{name}:row {}", self.row + row as u64 + 1),
        };
        Ok(SourceBatch { rows, rejected: failures.reasons.into_iter().map(rejected).collect() })
    }
}

/// The columns of a file, in the types that SQL knows.
pub fn infer(path: &Path) -> Result<Fields> {
    let file = File::open(path).map_err(|e| broken(path, e))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| broken(path, e))?;
    let field = |f: &FieldRef| Field::new(f.name(), declared(f.data_type()), true);
    Ok(builder.schema().fields().iter().map(field).collect())
}

fn declared(data_type: &DataType) -> DataType {
    let child = |field: &FieldRef| -> FieldRef {
        Arc::new(Field::new(field.name(), declared(field.data_type()), true))
    };
    match data_type {
        DataType::Timestamp(_, zone) => DataType::Timestamp(TimeUnit::Microsecond, zone.clone()),
        DataType::Int8 | DataType::UInt8 => DataType::Int16,
        DataType::UInt16 => DataType::Int32,
        DataType::UInt32 => DataType::Int64,
        DataType::UInt64 => DataType::Decimal128(20, 0),
        DataType::Float16 => DataType::Float32,
        DataType::LargeUtf8 | DataType::Utf8View => DataType::Utf8,
        DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => DataType::Binary,
        DataType::Date64 => DataType::Date32,
        DataType::Time32(_) | DataType::Time64(_) => DataType::Time64(TimeUnit::Microsecond),
        DataType::Dictionary(_, values) => declared(values),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(child).collect()),
        DataType::List(field) | DataType::LargeList(field) => DataType::List(child(field)),
        other => other.clone(),
    }
}

/// Which columns of the file to read: the wanted ones, and those whose cast
/// could reject a row.
fn chosen(file: &Schema, wanted: &Wanted, path: &Path) -> Result<(Vec<usize>, Vec<Option<usize>>)> {
    let fields = file.fields();
    let mut roots = Vec::new();
    for (index, field) in wanted.schema.fields().iter().enumerate() {
        let exact = fields.iter().position(|f| f.name() == field.name());
        let found = exact.or_else(|| fields.iter().position(|f| f.name().eq_ignore_ascii_case(field.name())));
        let name = path.display().to_string();
        let root = found.ok_or_else(|| missing_column(field.name(), &name))?;
        let (has, wants) = (fields[root].data_type(), field.data_type());
        if !can_cast_types(has, wants) {
            let text =
                format!("column \"{}\" of \"{name}\" is {has} and cannot be read as {wants}", field.name());
            return Err(Error::new(SqlState::DATATYPE_MISMATCH, text));
        }
        roots.push((wanted.projection.contains(&index) || has != wants).then_some(root));
    }
    let mut mask: Vec<usize> = roots.iter().flatten().copied().collect();
    mask.sort_unstable();
    mask.dedup();
    let places = roots.iter().map(|root| root.map(|root| mask.partition_point(|m| *m < root))).collect();
    Ok((mask, places))
}

fn shown(batch: &RecordBatch, row: usize) -> String {
    let options = FormatOptions::default();
    let value = |column: &ArrayRef| match ArrayFormatter::try_new(column, &options) {
        Ok(formatter) if column.is_valid(row) => formatter.value(row).to_string(),
        _ => String::new(),
    };
    let values: Vec<String> = batch.columns().iter().map(value).collect();
    shortened(format!("({})", values.join(",")).as_bytes())
}

fn broken(path: &Path, error: impl std::fmt::Display) -> Error {
    Error::new(SqlState::DATA_EXCEPTION, format!("could not read \"{}\" as Parquet", path.display()))
        .with_detail(error.to_string())
}
