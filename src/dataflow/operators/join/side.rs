//! One input of a join: what is kept of it, and how its rows are made ready.

use arrow::array::{ArrayRef, Int64Array, RecordBatch};
use arrow::datatypes::{DataType, SchemaRef};

use crate::delta::{Delta, consolidate};
use crate::plan::stream::JoinSide;
use crate::state::rows::{KeyShape, Keys, Layout, RowStore, Values, encoded};
use crate::types::{Error, Result};

/// One input of a join on one worker.
pub struct Side {
    /// The input's columns.
    pub schema: SchemaRef,
    /// The rows that are kept.
    pub store: RowStore,
    /// The input's columns that are kept.
    kept: Vec<usize>,
    /// The input's columns that are the key.
    key: Vec<usize>,
    shape: KeyShape,
    /// Of each key one row is kept, and nothing but the key.
    once: bool,
    changing: bool,
}

/// What a side is made for.
pub struct SideNeeds<'a> {
    /// What is known of the input.
    pub known: &'a JoinSide,
    /// The columns that are looked at again once a row is kept.
    pub columns: Vec<usize>,
    /// The key's columns.
    pub key: Vec<usize>,
    /// NULL is a key like others.
    pub nulls_equal: bool,
    /// Whether there is a row of a key is all that matters.
    pub once: bool,
    /// Each row has a count of its matches.
    pub counted: bool,
    /// Rows are taken out one by one, even if none is retracted.
    pub linked: bool,
}

/// The rows that came on one side in one epoch.
pub struct Arrived {
    /// The rows; of a side kept once the key alone.
    pub rows: RecordBatch,
    /// Their counts, unless all are one.
    pub diffs: Option<Int64Array>,
    /// Their keys.
    pub keys: Keys,
}

impl Arrived {
    /// The count of one row.
    #[inline]
    pub fn diff(&self, row: usize) -> i64 {
        self.diffs.as_ref().map_or(1, |d| d.value(row))
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.rows.num_rows()
    }
}

impl Side {
    /// Without rows.
    pub fn new(schema: &SchemaRef, needs: SideNeeds<'_>) -> Side {
        let SideNeeds { known, columns, key, nulls_equal, once, counted, linked } = needs;
        let mut kept: Vec<usize> = if once { key.clone() } else { columns };
        kept.extend(key.iter().chain(known.expiry.iter().map(|e| &e.column)));
        kept.sort_unstable();
        kept.dedup();
        let changing = !known.append_only;
        let place = |column: &usize| kept.iter().position(|k| k == column);
        let mut types: Vec<DataType> = kept.iter().map(|c| schema.field(*c).data_type().clone()).collect();
        let mut key_places = key.iter().map(|c| place(c).expect("the key is kept")).collect::<Vec<_>>();
        let shape = KeyShape::lay_out(&mut types, &mut key_places, nulls_equal);
        let identity = known.key.as_ref().and_then(|k| k.iter().map(place).collect::<Option<Vec<_>>>());
        let layout = Layout {
            types,
            key: key_places,
            shape: shape.clone(),
            changing,
            unique: known.unique,
            once,
            identity,
            linked: linked || changing || known.expiry.is_some(),
            counted,
            time: known.expiry.as_ref().and_then(|e| place(&e.column)),
        };
        Side { schema: schema.clone(), store: RowStore::new(layout), kept, key, shape, once, changing }
    }

    /// The rows of an epoch, made ready; `None` if there are none.
    pub fn arrived(&self, deltas: &[Delta]) -> Result<Option<Arrived>> {
        if deltas.iter().all(|d| d.num_rows() == 0) {
            return Ok(None);
        }
        let mut delta = Delta::concat(&self.schema, deltas)?;
        if self.once {
            delta = delta.with_rows(delta.rows().project(&self.kept)?);
        }
        if self.changing && delta.diffs().is_some() {
            delta = consolidate(&delta)?;
        }
        let (rows, diffs, _) = delta.into_parts();
        if rows.num_rows() == 0 {
            return Ok(None);
        }
        let key = self.key.iter().map(|c| rows.column(self.arrived_column(*c)).clone());
        let keys = self.shape.keys(&key.collect::<Vec<_>>(), rows.num_rows())?;
        Ok(Some(Arrived { rows, diffs, keys }))
    }

    /// Where an input column is in the rows that have arrived.
    fn arrived_column(&self, column: usize) -> usize {
        if self.once { self.kept.iter().position(|k| *k == column).unwrap_or(column) } else { column }
    }

    /// What is stored of rows that have arrived.
    pub fn values(&self, rows: &RecordBatch) -> Result<Vec<Values>> {
        let kept = self.kept.iter().map(|c| rows.column(self.arrived_column(*c)));
        let mut values: Vec<Values> = kept.map(Values::of).collect();
        for column in self.key.iter().map(|c| rows.column(self.arrived_column(*c))) {
            if KeyShape::is_encoded(column.data_type()) {
                values.push(Values::of(&encoded(column)?));
            }
        }
        Ok(values)
    }

    /// One of the input's columns, of these kept rows.
    pub fn gather(&self, column: usize, ids: &[u32]) -> Result<ArrayRef> {
        let place = self.kept.binary_search(&column);
        let place = place.map_err(|_| Error::internal("a join looks at a column that it did not keep"))?;
        self.store.gather(place, ids)
    }

    /// The keys of these kept rows.
    pub fn keys_of(&self, ids: &[u32]) -> Result<Keys> {
        let columns = self.key.iter().map(|c| self.gather(*c, ids)).collect::<Result<Vec<_>>>()?;
        self.shape.keys(&columns, ids.len())
    }
}
