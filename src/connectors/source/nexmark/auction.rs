//! Auctions: 3 of 50 events.

use std::sync::Arc;

use arrow::array::{ArrayRef, TimestampMicrosecondArray};
use arrow::datatypes::Fields;

use super::generator::{Generator, HOT_EVERY, Purpose, bigints, id, last_auction, last_person};
use super::lane::{AUCTIONS, ROUND};
use super::table::{bigint, timestamp, varchar};
use super::text::TextColumn;
use crate::connectors::source::dice::{below, low};

const FIRST_CATEGORY: i64 = 10;
const CATEGORIES: u64 = 5;
/// Item names are shorter than this.
const NAME_MAX: u64 = 20;
/// Descriptions are shorter than this.
const DESCRIPTION_MAX: u64 = 100;
/// The six BIGINT-sized columns, which count for an auction's size.
const FIXED_BYTES: u64 = 48;

/// The columns of an auction.
pub fn fields() -> Fields {
    Fields::from(vec![
        bigint("id"),
        varchar("item_name"),
        varchar("description"),
        bigint("initial_bid"),
        bigint("reserve"),
        timestamp("date_time"),
        timestamp("expires"),
        bigint("seller"),
        bigint("category"),
        varchar("extra"),
    ])
}

/// One of [`fields`] for the given events.
pub fn column(generator: &Generator, column: usize, events: &[u64]) -> ArrayRef {
    match column {
        0 => bigints(events, |n| id(last_auction(n))),
        1 => TextColumn::of(events, NAME_MAX as usize, |n| name(generator, n)),
        2 => TextColumn::of(events, DESCRIPTION_MAX as usize, |n| description(generator, n)),
        3 => bigints(events, |n| initial_bid(generator, n)),
        4 => {
            let dice = generator.dice(Purpose::AuctionReserve);
            bigints(events, |n| initial_bid(generator, n) + generator.price(dice.roll(n)))
        }
        5 => generator.times(events),
        6 => expiries(generator, events),
        7 => sellers(generator, events),
        8 => {
            let dice = generator.dice(Purpose::AuctionCategory);
            bigints(events, |n| FIRST_CATEGORY + low(dice.roll(n), CATEGORIES) as i64)
        }
        _ => extras(generator, events),
    }
}

fn name(generator: &Generator, n: u64) -> &[u8] {
    generator.pool.phrase(generator.dice(Purpose::AuctionName).roll(n), NAME_MAX)
}

fn description(generator: &Generator, n: u64) -> &[u8] {
    generator.pool.phrase(generator.dice(Purpose::AuctionDescription).roll(n), DESCRIPTION_MAX)
}

fn initial_bid(generator: &Generator, n: u64) -> i64 {
    generator.price(generator.dice(Purpose::AuctionInitialBid).roll(n))
}

/// An auction lasts, on average, as long as it takes to open as many others as
/// are in flight.
fn expiries(generator: &Generator, events: &[u64]) -> ArrayRef {
    let dice = generator.dice(Purpose::AuctionExpires);
    let horizon_ms = generator.span_us(generator.config.in_flight_auctions * ROUND / AUCTIONS) / 1_000;
    let bound = (horizon_ms as u64 * 2).max(1);
    let expires = |n: &u64| generator.time_us(*n) + 1_000 * (1 + below(dice.roll(*n), bound) as i64);
    Arc::new(TimestampMicrosecondArray::from_iter_values(events.iter().map(expires)))
}

/// Most auctions are the newest hot seller's.
fn sellers(generator: &Generator, events: &[u64]) -> ArrayRef {
    let (dice, ratio) = (generator.dice(Purpose::AuctionSeller), generator.config.hot_seller_ratio);
    bigints(events, |n| {
        let roll = dice.roll(n);
        let hot = id(last_person(n) / HOT_EVERY * HOT_EVERY);
        if low(roll, ratio) > 0 { hot } else { generator.some_person(roll, n) }
    })
}

fn extras(generator: &Generator, events: &[u64]) -> ArrayRef {
    let (dice, average) = (generator.dice(Purpose::AuctionExtra), generator.config.auction_bytes);
    TextColumn::of(events, average as usize, |n| {
        let size = FIXED_BYTES + (name(generator, n).len() + description(generator, n).len()) as u64;
        generator.pool.filler(dice.roll(n), size, average)
    })
}
