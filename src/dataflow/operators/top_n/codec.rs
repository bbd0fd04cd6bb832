//! Rows as bytes whose order is the order of the partition.
//!
//! A row's bytes are its order columns, then its other columns, in Arrow's row
//! format. Where rows that are equal in the order columns share a rank, four
//! more bytes say how many of them the order columns take; the row format is
//! free of prefixes, so they never decide a comparison.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, UInt32Array};
use arrow::compute::{SortOptions, take_arrays};
use arrow::datatypes::DataType;
use arrow::row::{RowConverter, Rows, SortField};

use crate::plan::stream::{RankKind, TopNSpec};
use crate::types::Result;

/// Between columns and bytes.
pub struct RowCodec {
    /// The input's columns in the order of the bytes.
    places: Vec<usize>,
    /// For each column of the input, where it is in the bytes.
    columns: Vec<usize>,
    /// Of all columns.
    whole: RowConverter,
    /// Of the first order column alone, if there is an order: most rows that are
    /// not among the best show it there.
    lead: Option<RowConverter>,
    /// Of the order columns, where ranks are shared.
    order: Option<(usize, RowConverter)>,
    /// The first column begins with one byte for NULL, then a number.
    number_first: bool,
    /// That number has sixteen bytes.
    wide_first: bool,
}

/// The row format flips the signs of numbers.
const SIGN: u64 = 1 << 63;
const SIGN_WIDE: u128 = 1 << 127;

/// Some rows of one batch, as bytes.
pub struct EncodedRows {
    rows: Rows,
    order: Option<Rows>,
}

impl RowCodec {
    /// The bytes of rows of `types`, as `spec` orders them.
    pub fn new(spec: &TopNSpec, types: &[DataType]) -> Result<Self> {
        let order = effective_order(spec, types.len());
        let plain = SortOptions { descending: false, nulls_first: false };
        let rest = (0..types.len()).filter(|c| order.iter().all(|(o, _)| o != c)).map(|c| (c, plain));
        let all: Vec<(usize, SortOptions)> = order.iter().copied().chain(rest).collect();
        let field =
            |(c, options): &(usize, SortOptions)| SortField::new_with_options(types[*c].clone(), *options);
        let fields: Vec<SortField> = all.iter().map(field).collect();
        let places: Vec<usize> = all.iter().map(|(c, _)| *c).collect();
        let place = |column| places.iter().position(|p| *p == column).expect("every column has a place");
        let shared = spec.rank != RankKind::RowNumber;
        let lead = (!order.is_empty()).then(|| RowConverter::new(vec![fields[0].clone()])).transpose()?;
        let order_fields = fields.iter().take(order.len()).cloned().collect();
        Ok(RowCodec {
            columns: (0..types.len()).map(place).collect(),
            wide_first: all.first().is_some_and(|(c, _)| types[*c].primitive_width() == Some(16)),
            number_first: all.first().is_some_and(|(c, _)| is_number(&types[*c])),
            lead,
            order: shared.then(|| RowConverter::new(order_fields)).transpose()?.map(|c| (order.len(), c)),
            whole: RowConverter::new(fields)?,
            places,
        })
    }

    /// The first order column of each row; none if there is no order.
    pub fn lead(&self, rows: &RecordBatch) -> Result<Option<Rows>> {
        let Some((lead, first)) = self.lead.as_ref().zip(self.places.first()) else {
            return Ok(None);
        };
        Ok(Some(lead.convert_columns(std::slice::from_ref(rows.column(*first)))?))
    }

    /// The bytes of the rows at `chosen`, or of all.
    pub fn encode(&self, rows: &RecordBatch, chosen: Option<&UInt32Array>) -> Result<EncodedRows> {
        let columns: Vec<ArrayRef> = self.places.iter().map(|c| rows.column(*c).clone()).collect();
        let columns = match chosen {
            Some(chosen) => take_arrays(&columns, chosen, None)?,
            None => columns,
        };
        let encoded = if columns.is_empty() {
            self.whole.empty_rows(0, 0)
        } else {
            self.whole.convert_columns(&columns)?
        };
        let order = match &self.order {
            Some((0, converter)) => Some(converter.empty_rows(0, 0)),
            Some((count, converter)) => Some(converter.convert_columns(&columns[..*count])?),
            None => None,
        };
        Ok(EncodedRows { rows: encoded, order })
    }

    /// The columns of rows that were encoded, in the input's order.
    pub fn decode<'a>(&self, rows: impl Iterator<Item = &'a [u8]>) -> Result<Vec<ArrayRef>> {
        if self.places.is_empty() {
            return Ok(Vec::new());
        }
        let parser = self.whole.parser();
        let tail = if self.order.is_some() { TAIL } else { 0 };
        let decoded = self.whole.convert_rows(rows.map(|row| parser.parse(&row[..row.len() - tail])))?;
        Ok(self.columns.iter().map(|place| Arc::clone(&decoded[*place])).collect())
    }

    /// Eight bytes that never contradict the order: rows whose prefixes differ
    /// are in the order of those.
    pub fn prefix(&self, row: &[u8]) -> u64 {
        let number = match row {
            [1, number @ ..] if self.number_first => number,
            [0, ..] if self.number_first => return 0,
            [_, ..] if self.number_first => return u64::MAX,
            row => row,
        };
        if let (Some(wide), true) = (number.first_chunk::<16>(), self.number_first && self.wide_first) {
            // Most numbers of sixteen bytes are small: the upper half says nothing.
            let number = (u128::from_be_bytes(*wide) ^ SIGN_WIDE) as i128;
            let narrow = number.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64;
            return narrow as u64 ^ SIGN;
        }
        let mut bytes = [0; 8];
        let length = number.len().min(8);
        bytes[..length].copy_from_slice(&number[..length]);
        u64::from_be_bytes(bytes)
    }

    /// The bytes of the order columns, where ranks are shared.
    pub fn order_of<'a>(&self, row: &'a [u8]) -> &'a [u8] {
        let Some(tail) = self.order.as_ref().and_then(|_| row.last_chunk::<TAIL>()) else {
            return row;
        };
        &row[..u32::from_le_bytes(*tail) as usize]
    }
}

/// The bytes that say how long the order columns are.
const TAIL: usize = 4;

impl EncodedRows {
    /// Puts the bytes of one row in the place of those in `buffer`.
    pub fn copy(&self, row: usize, buffer: &mut Vec<u8>) {
        buffer.clear();
        if self.rows.num_rows() > 0 {
            buffer.extend_from_slice(self.rows.row(row).data());
        }
        if let Some(order) = &self.order {
            let length = if order.num_rows() > 0 { order.row(row).data().len() as u32 } else { 0 };
            buffer.extend_from_slice(&length.to_le_bytes());
        }
    }

    /// The bytes of one row, where no rank is shared.
    pub fn bytes(&self, row: usize) -> &[u8] {
        if self.rows.num_rows() > 0 { self.rows.row(row).data() } else { &[] }
    }
}

/// The order without columns that say nothing: repeated ones, and those that
/// are the same throughout a partition. Without an order, that of all columns.
fn effective_order(spec: &TopNSpec, columns: usize) -> Vec<(usize, SortOptions)> {
    let mut order: Vec<(usize, SortOptions)> = Vec::with_capacity(spec.order.len());
    for (column, options) in &spec.order {
        if !spec.partition.contains(column) && order.iter().all(|(c, _)| c != column) {
            order.push((*column, *options));
        }
    }
    if order.is_empty() && spec.rank == RankKind::RowNumber {
        let plain = SortOptions { descending: false, nulls_first: false };
        order.extend((0..columns).filter(|c| !spec.partition.contains(c)).map(|c| (c, plain)));
    }
    order
}

/// Types that the row format writes as one byte for NULL and then at least
/// eight of the number.
fn is_number(data_type: &DataType) -> bool {
    matches!(data_type.primitive_width(), Some(8..)) && !matches!(data_type, DataType::Interval(_))
}

/// Is a row that begins with `lead` behind one that is `kept`, whatever else
/// is in it?
pub fn is_behind(lead: &[u8], kept: &[u8]) -> bool {
    lead > &kept[..lead.len().min(kept.len())]
}

#[cfg(test)]
mod tests {
    use arrow::array::{Decimal128Array, Int64Array, StringArray};

    use super::*;
    use crate::dataflow::operators::ordered::Key;

    fn columns() -> Vec<ArrayRef> {
        let wide = [i128::MIN, -(1 << 90), -7, 0, 1, 1 << 62, (1 << 62) + 1, i128::MAX];
        let wide = wide.into_iter().map(Some).chain([None]).collect::<Decimal128Array>();
        let whole = [i64::MIN, -256, -1, 0, 1, 7, 8, 255, 256, i64::MAX].into_iter().map(Some).chain([None]);
        let texts = [Some(""), Some("a"), Some("ab"), Some("abcdefgh"), Some("abcdefgi"), Some("ÿ"), None];
        vec![
            Arc::new(wide.with_data_type(DataType::Decimal128(38, 2))),
            Arc::new(whole.collect::<Int64Array>()),
            Arc::new(StringArray::from_iter(texts)),
        ]
    }

    fn ordered(options: SortOptions) -> TopNSpec {
        TopNSpec {
            partition: vec![],
            order: vec![(0, options)],
            rank: RankKind::RowNumber,
            offset: 0,
            limit: None,
            with_rank: false,
            append_only: false,
            event_times: vec![],
            emit_on_window_close: false,
            schema: Arc::new(arrow::datatypes::Schema::empty()),
        }
    }

    #[test]
    fn prefixes_never_contradict_the_order() {
        let mut told = 0;
        for column in columns() {
            for descending in [false, true] {
                for nulls_first in [false, true] {
                    let options = SortOptions { descending, nulls_first };
                    let spec = ordered(options);
                    let codec = RowCodec::new(&spec, &[column.data_type().clone()]).unwrap();
                    let rows = codec.whole.convert_columns(std::slice::from_ref(&column)).unwrap();
                    for (a, b) in rows.iter().flat_map(|a| rows.iter().map(move |b| (a, b))) {
                        let (a, b) = (a.data(), b.data());
                        for (l, r) in
                            [(codec.prefix(a), codec.prefix(b)), (Key::of(a).prefix, Key::of(b).prefix)]
                        {
                            assert!(l == r || l.cmp(&r) == a.cmp(b), "{column:?}: {a:?} {b:?}");
                            told += usize::from(l != r);
                        }
                    }
                }
            }
        }
        assert!(told > 1_500, "{told} pairs were told apart");
    }
}
