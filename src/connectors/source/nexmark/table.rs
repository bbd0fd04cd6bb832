//! The four shapes in which the events can be had.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Array, StructArray, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::{DataType, Field, Fields, TimeUnit};

use super::generator::Generator;
use super::lane::{AUCTIONS, BIDS, PEOPLE, ROUND};
use super::{auction, bid, person};
use crate::types::Result;

/// What `nexmark.table.type` chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// All events: `event_type` (0, 1, 2) and one struct of three is not null.
    Event,
    Person,
    Auction,
    Bid,
}

impl Table {
    /// The table of that name, in any case.
    pub fn named(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "person" => Some(Table::Person),
            "auction" => Some(Table::Auction),
            "bid" => Some(Table::Bid),
            _ => None,
        }
    }

    /// Its columns.
    pub fn fields(self) -> Fields {
        match self {
            Table::Person => person::fields(),
            Table::Auction => auction::fields(),
            Table::Bid => bid::fields(),
            Table::Event => Fields::from(vec![
                bigint("event_type"),
                Field::new("person", DataType::Struct(person::fields()), true),
                Field::new("auction", DataType::Struct(auction::fields()), true),
                Field::new("bid", DataType::Struct(bid::fields()), true),
            ]),
        }
    }

    /// Where its rows lie in a round of 50 events: the first, and how many.
    pub fn rows_in_round(self) -> (u64, u64) {
        match self {
            Table::Event => (0, ROUND),
            Table::Person => (0, PEOPLE),
            Table::Auction => (PEOPLE, AUCTIONS),
            Table::Bid => (PEOPLE + AUCTIONS, BIDS),
        }
    }

    /// One column for the given events.
    pub fn column(self, generator: &Generator, column: usize, events: &[u64]) -> Result<ArrayRef> {
        Ok(match self {
            Table::Person => person::column(generator, column, events),
            Table::Auction => auction::column(generator, column, events),
            Table::Bid => bid::column(generator, column, events),
            Table::Event => match column {
                0 => Arc::new(Int64Array::from_iter_values(events.iter().map(|n| kind(*n)))),
                1 => structs(Table::Person, generator, events)?,
                2 => structs(Table::Auction, generator, events)?,
                _ => structs(Table::Bid, generator, events)?,
            },
        })
    }
}

/// 0 for a person, 1 for an auction, 2 for a bid.
fn kind(event: u64) -> i64 {
    match event % ROUND {
        0..PEOPLE => 0,
        offset if offset < PEOPLE + AUCTIONS => 1,
        _ => 2,
    }
}

/// The events of one kind as structs, null at the events of other kinds.
fn structs(table: Table, generator: &Generator, events: &[u64]) -> Result<ArrayRef> {
    let (first, count) = table.rows_in_round();
    let ours = |n: u64| (first..first + count).contains(&(n % ROUND));
    let chosen: Vec<u64> = events.iter().copied().filter(|n| ours(*n)).collect();
    let mut next = 0..;
    let places: UInt32Array = events.iter().map(|n| if ours(*n) { next.next() } else { None }).collect();
    let fields = table.fields();
    let columns: Result<Vec<ArrayRef>> =
        (0..fields.len()).map(|c| table.column(generator, c, &chosen)).collect();
    let dense = StructArray::try_new_with_length(fields, columns?, None, chosen.len())?;
    if places.null_count() == 0 { Ok(Arc::new(dense)) } else { Ok(take(&dense, &places, None)?) }
}

/// A `BIGINT` column.
pub fn bigint(name: &str) -> Field {
    Field::new(name, DataType::Int64, true)
}

/// A `VARCHAR` column.
pub fn varchar(name: &str) -> Field {
    Field::new(name, DataType::Utf8, true)
}

/// A `TIMESTAMP` column.
pub fn timestamp(name: &str) -> Field {
    Field::new(name, DataType::Timestamp(TimeUnit::Microsecond, None), true)
}
