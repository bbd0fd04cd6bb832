//! Bids: 46 of 50 events.

use std::sync::LazyLock;

use arrow::array::ArrayRef;
use arrow::datatypes::Fields;

use super::generator::{Generator, HOT_EVERY, Purpose, bigints, id, last_auction, last_person};
use super::table::{bigint, timestamp, varchar};
use super::text::{Pool, TextColumn, Words};
use crate::connectors::source::dice::{Dice, high, low};

/// The channels that most bids come through.
const HOT_CHANNELS: [&str; 4] = ["Google", "Facebook", "Baidu", "Apple"];
/// How many channels there are beside the hot ones.
const COLD_CHANNELS: u32 = 10_000;
/// The four BIGINT-sized columns, which count for a bid's size.
const FIXED_BYTES: u64 = 32;

/// Channels and their addresses, the hot ones first; the same for every seed.
struct Channels {
    names: Words,
    urls: Words,
}

static CHANNELS: LazyLock<Channels> = LazyLock::new(|| {
    let cold = (0..COLD_CHANNELS).map(|n| format!("channel-{n}"));
    let names = HOT_CHANNELS.iter().map(|name| name.to_string()).chain(cold);
    let pool = Pool::new(0, 16);
    let paths = Dice::new(0, 102);
    let address = |n: u64| {
        let part = |i| String::from_utf8_lossy(pool.letters(paths.roll(3 * n + i), 5)).into_owned();
        format!("https://www.nexmark.com/{}/{}/{}/item.htm?query=1", part(0), part(1), part(2))
    };
    let hot = (0..HOT_CHANNELS.len() as u64).map(address);
    let cold = (0..COLD_CHANNELS).map(|n| {
        let page = address(u64::from(n) + HOT_CHANNELS.len() as u64);
        // Nine of ten addresses name their channel.
        if n % 10 == 0 { page } else { format!("{page}&channel_id={}", n.reverse_bits() & 0x7FFF_FFFF) }
    });
    Channels { names: Words::new(names), urls: Words::new(hot.chain(cold)) }
});

/// The columns of a bid.
pub fn fields() -> Fields {
    Fields::from(vec![
        bigint("auction"),
        bigint("bidder"),
        bigint("price"),
        varchar("channel"),
        varchar("url"),
        timestamp("date_time"),
        varchar("extra"),
    ])
}

/// One of [`fields`] for the given events.
pub fn column(generator: &Generator, column: usize, events: &[u64]) -> ArrayRef {
    match column {
        0 => auctions(generator, events),
        1 => bidders(generator, events),
        2 => {
            let dice = generator.dice(Purpose::BidPrice);
            bigints(events, |n| generator.price(dice.roll(n)))
        }
        3 => channel_words(generator, events, &CHANNELS.names),
        4 => channel_words(generator, events, &CHANNELS.urls),
        5 => generator.times(events),
        _ => {
            let (dice, size) = (generator.dice(Purpose::BidExtra), generator.config.bid_bytes);
            let width = (size * 6 / 5) as usize;
            TextColumn::of(events, width, |n| generator.pool.filler(dice.roll(n), FIXED_BYTES, size))
        }
    }
}

/// Most bids go to the newest hot auction.
fn auctions(generator: &Generator, events: &[u64]) -> ArrayRef {
    let (dice, ratio) = (generator.dice(Purpose::BidAuction), generator.config.hot_auction_ratio);
    bigints(events, |n| {
        let roll = dice.roll(n);
        let hot = id(last_auction(n) / HOT_EVERY * HOT_EVERY);
        let other = generator.some_auction(roll, n);
        if low(roll, ratio) > 0 { hot } else { other }
    })
}

/// Most bids are made by the newest hot bidder, who is never a hot seller.
fn bidders(generator: &Generator, events: &[u64]) -> ArrayRef {
    let (dice, ratio) = (generator.dice(Purpose::BidBidder), generator.config.hot_bidder_ratio);
    bigints(events, |n| {
        let roll = dice.roll(n);
        let hot = id(last_person(n) / HOT_EVERY * HOT_EVERY + 1);
        let other = generator.some_person(roll, n);
        if low(roll, ratio) > 0 { hot } else { other }
    })
}

/// Channel and address of a bid follow from the same roll.
fn channel_words(generator: &Generator, events: &[u64], words: &Words) -> ArrayRef {
    let (dice, ratio) = (generator.dice(Purpose::BidChannel), generator.config.hot_channel_ratio);
    let hot = HOT_CHANNELS.len() as u64;
    let width = words.get(words.len() - 1).len() + 4;
    TextColumn::of(events, width, |n| {
        let roll = dice.roll(n);
        let is_hot = low(roll, ratio) > 0;
        words.get(if is_hot { high(roll, hot) } else { hot + high(roll, words.len() - hot) })
    })
}
