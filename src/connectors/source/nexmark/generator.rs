//! What the three kinds of events share: ids, times, prices and dice.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, TimestampMicrosecondArray};

use super::config::Config;
use super::lane::{AUCTIONS, PEOPLE, ROUND};
use super::text::Pool;
use crate::connectors::source::dice::{Dice, high};

/// Ids start here, so that queries that look for small ids find nothing by chance.
const FIRST_ID: u64 = 1_000;
/// People who may bid or sell before they are made.
const PERSON_LEAD: u64 = 10;
/// Auctions that may be bid on before they are made.
const AUCTION_LEAD: u64 = 10;
/// One person or auction in so many is hot.
pub const HOT_EVERY: u64 = 100;
/// Steps of the price table; a power of two.
const PRICE_STEPS: usize = 1 << 12;

/// Which decision a roll is for. The numbers are part of what a seed means.
#[derive(Clone, Copy)]
pub enum Purpose {
    BidAuction = 1,
    BidBidder = 2,
    BidPrice = 3,
    BidChannel = 4,
    BidExtra = 5,
    AuctionName = 6,
    AuctionDescription = 7,
    AuctionInitialBid = 8,
    AuctionReserve = 9,
    AuctionExpires = 10,
    AuctionSeller = 11,
    AuctionCategory = 12,
    AuctionExtra = 13,
    PersonName = 14,
    PersonUser = 15,
    PersonHost = 16,
    PersonCard = 17,
    PersonCity = 18,
    PersonExtra = 19,
}

/// The options with everything prepared that rows are made of.
pub struct Generator {
    pub config: Config,
    pub pool: Pool,
    /// `10^(6 i / steps)` dollars in cents.
    prices: Vec<f64>,
}

impl Generator {
    /// Prepares pools and tables; about a millisecond.
    pub fn new(config: Config) -> Self {
        let price = |i| 10f64.powf(6.0 * i as f64 / PRICE_STEPS as f64) * 100.0;
        let largest = config.person_bytes.max(config.auction_bytes).max(config.bid_bytes);
        let pool = Pool::new(config.seed, 2 * largest + 128);
        Generator { config, pool, prices: (0..=PRICE_STEPS).map(price).collect() }
    }

    /// The die for one decision.
    pub fn dice(&self, purpose: Purpose) -> Dice {
        Dice::new(self.config.seed, purpose as u64)
    }

    /// Event times.
    pub fn times(&self, events: &[u64]) -> ArrayRef {
        let times = events.iter().map(|n| self.time_us(*n));
        Arc::new(TimestampMicrosecondArray::from_iter_values(times))
    }

    /// The event time of event `n`, in microseconds since 1970.
    #[inline(always)]
    pub fn time_us(&self, n: u64) -> i64 {
        let group = self.config.out_of_order_group;
        let n = if group == 1 { n } else { n / group * group + n.wrapping_mul(953) % group };
        self.config.base_time_us + self.span_us(n)
    }

    /// The event time that `events` events take.
    #[inline(always)]
    pub fn span_us(&self, events: u64) -> i64 {
        let gap = self.config.event_time_gap_ns;
        (events * (gap / 1_000) + events * (gap % 1_000) / 1_000) as i64
    }

    /// A price in cents: between $1 and $1,000,000, all magnitudes alike.
    #[inline(always)]
    pub fn price(&self, roll: u64) -> i64 {
        let step = (roll >> 52) as usize;
        let part = (roll << 12 >> 12) as f64 / (1u64 << 52) as f64;
        let (from, to) = (self.prices[step], self.prices[step + 1]);
        (from + (to - from) * part + 0.5) as i64
    }

    /// An existing person, or one of the next few.
    #[inline(always)]
    pub fn some_person(&self, roll: u64, n: u64) -> i64 {
        let people = last_person(n) + 1;
        let active = people.min(self.config.active_people);
        (FIRST_ID + people - active + high(roll, active + PERSON_LEAD)) as i64
    }

    /// An open auction, or one of the next few.
    #[inline(always)]
    pub fn some_auction(&self, roll: u64, n: u64) -> i64 {
        let last = last_auction(n);
        let oldest = last.saturating_sub(self.config.in_flight_auctions);
        (FIRST_ID + oldest + high(roll, last - oldest + 1 + AUCTION_LEAD)) as i64
    }
}

/// A column of `BIGINT`.
pub fn bigints(events: &[u64], value: impl Fn(u64) -> i64) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(events.iter().map(|n| value(*n))))
}

/// The id of the `index`-th person or auction.
#[inline(always)]
pub fn id(index: u64) -> i64 {
    (FIRST_ID + index) as i64
}

/// The newest person when event `n` happens, from 0.
#[inline(always)]
pub fn last_person(n: u64) -> u64 {
    // A round begins with its people, so all of them are there.
    n / ROUND * PEOPLE + PEOPLE - 1
}

/// The newest auction when event `n` happens, from 0.
#[inline(always)]
pub fn last_auction(n: u64) -> u64 {
    let (round, offset) = (n / ROUND, n % ROUND);
    if offset < PEOPLE {
        return (round * AUCTIONS).saturating_sub(1);
    }
    round * AUCTIONS + (offset - PEOPLE).min(AUCTIONS - 1)
}
