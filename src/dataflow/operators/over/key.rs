//! A row as a key of one ordered map.
//!
//! A key is `0 | partition | order | other columns | copy | peers`, the middle
//! parts in Arrow's row format, so that the bytes of keys sort as the rows do:
//! by partition, in a partition by the order, among peers by all columns. `copy`
//! (four bytes) numbers equal rows; `peers` (four bytes) is the length of the
//! key up to and with the order: peers agree in so many bytes.
//!
//! The leading zero gives every range of keys an upper end. The row format
//! encodes column by column, so that parts encoded alone and put together are
//! the row encoded as a whole.

use arrow::array::{Array, ArrayRef, Int64Array, RecordBatch, RecordBatchOptions};
use arrow::compute::SortOptions;
use arrow::datatypes::SchemaRef;
use arrow::row::{RowConverter, Rows, SortField};

use crate::dataflow::operators::aggregate::{as_int64, from_int64};
use crate::plan::stream::OverSpec;
use crate::types::{Error, Result};

/// Bytes behind the row in a key.
const TRAILER: usize = 8;

/// How rows of one input become keys and come back.
pub struct KeyLayout {
    partition: Part,
    order: Part,
    rest: Part,
    whole: Part,
    /// For each column of the input, its place in `whole`.
    places: Vec<usize>,
    /// The column with the time by which rows are closed.
    time: Option<usize>,
    /// The first column of the order.
    first: Part,
    schema: SchemaRef,
}

/// A row encoded, not yet numbered.
pub struct EncodedRow {
    /// `0 | partition | order | other columns`
    pub bytes: Vec<u8>,
    /// Length of the partition's part.
    pub partition: usize,
    /// Length up to and with the order.
    pub peers: usize,
    /// Its time, if a watermark closes it.
    pub time: Option<i64>,
}

impl KeyLayout {
    /// The layout of rows with this schema.
    pub fn new(spec: &OverSpec, schema: &SchemaRef) -> Result<Self> {
        // As an ORDER BY without options.
        let plain = |c: usize| (c, SortOptions { descending: false, nulls_first: false });
        let mut taken: Vec<usize> = spec.partition.clone();
        // What is in the partition is equal in all its rows.
        let mut order = vec![];
        for (column, options) in &spec.order {
            if !taken.contains(column) {
                taken.push(*column);
                order.push((*column, *options));
            }
        }
        let rest: Vec<_> = (0..schema.fields().len()).filter(|c| !taken.contains(c)).map(plain).collect();
        let partition: Vec<_> = spec.partition.iter().copied().map(plain).collect();
        let whole: Vec<_> = partition.iter().chain(&order).chain(&rest).copied().collect();
        let place = |c: usize| whole.iter().position(|(w, _)| *w == c);
        let places = (0..schema.fields().len()).map(place).collect::<Option<Vec<_>>>();
        Ok(KeyLayout {
            places: places.ok_or_else(|| Error::internal("a column without a place in the key"))?,
            time: spec.closing.as_ref().map(|closing| closing.column),
            first: Part::new(order.iter().take(1).copied().collect(), schema)?,
            partition: Part::new(partition, schema)?,
            order: Part::new(order, schema)?,
            rest: Part::new(rest, schema)?,
            whole: Part::new(whole, schema)?,
            schema: schema.clone(),
        })
    }

    /// Every row of a batch, encoded.
    pub fn encode(&self, rows: &RecordBatch) -> Result<Vec<EncodedRow>> {
        let partition = self.partition.encode(rows)?;
        let order = self.order.encode(rows)?;
        let rest = self.rest.encode(rows)?;
        let times = self.time.map(|column| as_int64(rows.column(column))).transpose()?;
        let one = |row: usize| {
            let mut bytes = vec![0];
            append(&mut bytes, partition.as_ref(), row);
            let partition = bytes.len();
            append(&mut bytes, order.as_ref(), row);
            let peers = bytes.len();
            append(&mut bytes, rest.as_ref(), row);
            let time = times.as_ref().filter(|t| t.is_valid(row)).map(|t| t.value(row));
            EncodedRow { bytes, partition, peers, time }
        };
        Ok((0..rows.num_rows()).map(one).collect())
    }

    /// The rows of these keys.
    pub fn decode(&self, keys: &[&[u8]]) -> Result<RecordBatch> {
        let columns = self.whole.decode(keys.iter().map(|key| &key[1..key.len() - TRAILER]))?;
        let columns = self.places.iter().map(|place| columns[*place].clone()).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(keys.len()));
        Ok(RecordBatch::try_new_with_options(self.schema.clone(), columns, &options)?)
    }

    /// The first order column of a key whose partition has so many bytes, and
    /// its peers so many.
    pub fn order_value(&self, key: &[u8], partition: usize, peers: usize) -> Result<ArrayRef> {
        let columns = self.order.decode(std::iter::once(&key[partition..peers]))?;
        columns.into_iter().next().ok_or_else(|| Error::internal("an offset without an order"))
    }

    /// The bytes of a value of the first order column.
    pub fn encode_order(&self, value: ArrayRef) -> Result<Vec<u8>> {
        let converter = self.first.converter.as_ref();
        let converter = converter.ok_or_else(|| Error::internal("an offset without an order"))?;
        Ok(converter.convert_columns(&[value])?.row(0).data().to_vec())
    }

    /// The bytes of a time in the first order column.
    pub fn encode_time(&self, time: i64) -> Result<Vec<u8>> {
        let column = self.first.columns.first().map_or(0, |(column, _)| *column);
        self.encode_order(from_int64(Int64Array::from(vec![time]), self.schema.field(column).data_type())?)
    }

    /// The time of a key whose partition has so many bytes, where the order is by time.
    pub fn time_of(&self, key: &[u8], partition: usize) -> Result<Option<i64>> {
        let times = as_int64(&self.order_value(key, partition, peers_of(key).len())?)?;
        Ok(times.is_valid(0).then(|| times.value(0)))
    }

    /// Does the order descend?
    pub fn descends(&self) -> bool {
        self.order.columns.first().is_some_and(|(_, options)| options.descending)
    }
}

/// The key of the copy `copy` of a row.
pub fn numbered(row: &EncodedRow, copy: u32) -> Box<[u8]> {
    let mut key = Vec::with_capacity(row.bytes.len() + TRAILER);
    key.extend_from_slice(&row.bytes);
    key.extend_from_slice(&copy.to_be_bytes());
    key.extend_from_slice(&(row.peers as u32).to_be_bytes());
    key.into_boxed_slice()
}

/// The number of a key among equal rows.
pub fn copy_of(key: &[u8]) -> u32 {
    let at = key.len() - TRAILER;
    u32::from_be_bytes([key[at], key[at + 1], key[at + 2], key[at + 3]])
}

/// The part of a key that all its peers share.
pub fn peers_of(key: &[u8]) -> &[u8] {
    let at = key.len() - 4;
    let length = u32::from_be_bytes([key[at], key[at + 1], key[at + 2], key[at + 3]]);
    &key[..length as usize]
}

/// The least bytes above all that begin with `prefix`.
pub fn end_of(prefix: &[u8]) -> Vec<u8> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if last < u8::MAX {
            end.push(last + 1);
            return end;
        }
    }
    // Every key begins with a zero.
    vec![1]
}

/// The least bytes above `key`.
pub fn after(key: &[u8]) -> Vec<u8> {
    let mut next = key.to_vec();
    next.push(0);
    next
}

/// Some columns in the row format.
struct Part {
    columns: Vec<(usize, SortOptions)>,
    /// `None` without columns.
    converter: Option<RowConverter>,
}

impl Part {
    fn new(columns: Vec<(usize, SortOptions)>, schema: &SchemaRef) -> Result<Self> {
        let field = |(c, options): &(usize, SortOptions)| {
            SortField::new_with_options(schema.field(*c).data_type().clone(), *options)
        };
        let converter = match columns.is_empty() {
            true => None,
            false => Some(RowConverter::new(columns.iter().map(field).collect())?),
        };
        Ok(Part { columns, converter })
    }

    fn encode(&self, rows: &RecordBatch) -> Result<Option<Rows>> {
        let columns: Vec<ArrayRef> = self.columns.iter().map(|(c, _)| rows.column(*c).clone()).collect();
        Ok(match &self.converter {
            Some(converter) => Some(converter.convert_columns(&columns)?),
            None => None,
        })
    }

    fn decode<'a>(&self, rows: impl Iterator<Item = &'a [u8]>) -> Result<Vec<ArrayRef>> {
        let Some(converter) = &self.converter else {
            return Ok(vec![]);
        };
        let parser = converter.parser();
        let rows: Vec<_> = rows.map(|row| parser.parse(row)).collect();
        Ok(converter.convert_rows(rows)?)
    }
}

fn append(bytes: &mut Vec<u8>, rows: Option<&Rows>, row: usize) {
    if let Some(rows) = rows {
        bytes.extend_from_slice(rows.row(row).data());
    }
}
