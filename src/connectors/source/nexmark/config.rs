//! The generator's knobs, with the defaults of the original.

use crate::connectors::settings::{Settings, invalid};
use crate::dataflow::OptionSpec;
use crate::types::Result;

use super::table::Table;

/// Every option of the connector.
pub const OPTIONS: &[OptionSpec] = &[
    OptionSpec { name: "nexmark.table.type", about: "Person, Auction or Bid; absent: all three as structs" },
    OptionSpec {
        name: "nexmark.event.num",
        about: "events of the whole stream, all kinds; absent: unbounded",
    },
    OptionSpec { name: "nexmark.split.num", about: "partitions among which the events are dealt (1)" },
    OptionSpec {
        name: "nexmark.min.event.gap.in.ns",
        about: "wall-clock time between events (100000); 0: as fast as possible",
    },
    OptionSpec { name: "nexmark.seed", about: "another seed gives other values (0)" },
    OptionSpec { name: "nexmark.base.time", about: "event time of event 0, ms since 1970 (2015-07-15)" },
    OptionSpec { name: "nexmark.event.time.gap.in.ns", about: "event time between events (100000)" },
    OptionSpec {
        name: "nexmark.out.of.order.group.size",
        about: "event times are shuffled in groups of this size (1)",
    },
    OptionSpec { name: "nexmark.active.people", about: "people who may bid or sell at any time (1000)" },
    OptionSpec { name: "nexmark.in.flight.auctions", about: "auctions open at any time (100)" },
    OptionSpec { name: "nexmark.avg.person.byte.size", about: "average size of a person (200)" },
    OptionSpec { name: "nexmark.avg.auction.byte.size", about: "average size of an auction (500)" },
    OptionSpec { name: "nexmark.avg.bid.byte.size", about: "average size of a bid (100)" },
    OptionSpec {
        name: "nexmark.hot.seller.ratio",
        about: "all but one in so many auctions are a hot seller's (4)",
    },
    OptionSpec {
        name: "nexmark.hot.auction.ratio",
        about: "all but one in so many bids go to a hot auction (2)",
    },
    OptionSpec {
        name: "nexmark.hot.bidder.ratio",
        about: "all but one in so many bids are a hot bidder's (4)",
    },
    OptionSpec {
        name: "nexmark.hot.channel.ratio",
        about: "all but one in so many bids use a hot channel (2)",
    },
];

/// 2015-07-15 00:00:00 UTC in milliseconds, the original's first instant.
const BASE_TIME_MS: u64 = 1_436_918_400_000;

/// More events than any run makes, and few enough for 64-bit arithmetic.
pub const UNBOUNDED: u64 = 1 << 52;

/// The largest average size of an event, in bytes.
const SIZE_MAX: u64 = 1 << 16;

/// The options, checked.
#[derive(Clone, Debug)]
pub struct Config {
    pub table: Table,
    /// Events of the whole stream; `None` when it never ends.
    pub events: Option<u64>,
    pub splits: u64,
    /// Nanoseconds of wall-clock time per event.
    pub gap_ns: u64,
    pub seed: u64,
    pub base_time_us: i64,
    /// Nanoseconds of event time per event.
    pub event_time_gap_ns: u64,
    pub out_of_order_group: u64,
    pub active_people: u64,
    pub in_flight_auctions: u64,
    pub person_bytes: u64,
    pub auction_bytes: u64,
    pub bid_bytes: u64,
    pub hot_seller_ratio: u64,
    pub hot_auction_ratio: u64,
    pub hot_bidder_ratio: u64,
    pub hot_channel_ratio: u64,
}

impl Config {
    /// Reads the options of a statement.
    pub fn new(settings: Settings<'_>) -> Result<Self> {
        let table = match settings.text("nexmark.table.type") {
            None => Table::Event,
            Some(text) => Table::named(text)
                .ok_or_else(|| invalid("nexmark.table.type", text, "'Person', 'Auction' or 'Bid'"))?,
        };
        let number = |name: &str, least, most, default| -> Result<u64> {
            Ok(settings.number(&format!("nexmark.{name}"), least, most)?.unwrap_or(default))
        };
        let ratio = |name: &str, default| number(name, 1, 1_000_000, default);
        let size = |name: &str, default| number(name, 0, SIZE_MAX, default);
        Ok(Config {
            table,
            events: settings.number("nexmark.event.num", 0, UNBOUNDED)?,
            splits: number("split.num", 1, 1024, 1)?,
            gap_ns: number("min.event.gap.in.ns", 0, 1_000_000_000_000, 100_000)?,
            seed: number("seed", 0, u64::MAX, 0)?,
            base_time_us: number("base.time", 0, 1 << 42, BASE_TIME_MS)? as i64 * 1_000,
            event_time_gap_ns: number("event.time.gap.in.ns", 0, 1_000_000_000, 100_000)?,
            out_of_order_group: number("out.of.order.group.size", 1, 1_000_000, 1)?,
            active_people: number("active.people", 1, 1 << 30, 1_000)?,
            in_flight_auctions: number("in.flight.auctions", 1, 1 << 30, 100)?,
            person_bytes: size("avg.person.byte.size", 200)?,
            auction_bytes: size("avg.auction.byte.size", 500)?,
            bid_bytes: size("avg.bid.byte.size", 100)?,
            hot_seller_ratio: ratio("hot.seller.ratio", 4)?,
            hot_auction_ratio: ratio("hot.auction.ratio", 2)?,
            hot_bidder_ratio: ratio("hot.bidder.ratio", 4)?,
            hot_channel_ratio: ratio("hot.channel.ratio", 2)?,
        })
    }
}
