//! People: 1 of 50 events.

use std::sync::LazyLock;

use arrow::array::ArrayRef;
use arrow::datatypes::Fields;

use super::generator::{Generator, Purpose, bigints, id, last_person};
use super::table::{bigint, timestamp, varchar};
use super::text::{TextColumn, Words};
use crate::connectors::source::dice::{high, low};

const FIRST_NAMES: &str = "peter,paul,luke,john,saul,vicky,kate,julie,sarah,deiter,walter";
const LAST_NAMES: &str = "shultz,abrams,spencer,white,bartels,walton,smith,jones,noris";
const CITIES: &str = "phoenix,los angeles,san francisco,boise,portland,bend,redmond,seattle,kent,cheyenne";
const STATES: &str = "az,ca,id,or,wa,wy";
/// `1234 5678 9012 3456`.
const CARD_BYTES: usize = 19;
/// The user part of an e-mail address is shorter than this.
const USER_MAX: u64 = 7;
/// The host part of an e-mail address is shorter than this.
const HOST_MAX: u64 = 5;

static NAMES: LazyLock<Words> = LazyLock::new(|| {
    let pair = |first: &str, last: &str| format!("{first} {last}");
    Words::new(FIRST_NAMES.split(',').flat_map(|f| LAST_NAMES.split(',').map(move |l| pair(f, l))))
});
static CITY_WORDS: LazyLock<Words> = LazyLock::new(|| Words::new(CITIES.split(',').map(String::from)));
static STATE_WORDS: LazyLock<Words> = LazyLock::new(|| Words::new(STATES.split(',').map(String::from)));

/// The columns of a person.
pub fn fields() -> Fields {
    Fields::from(vec![
        bigint("id"),
        varchar("name"),
        varchar("email_address"),
        varchar("credit_card"),
        varchar("city"),
        varchar("state"),
        timestamp("date_time"),
        varchar("extra"),
    ])
}

/// One of [`fields`] for the given events.
pub fn column(generator: &Generator, column: usize, events: &[u64]) -> ArrayRef {
    match column {
        0 => bigints(events, |n| id(last_person(n))),
        1 => TextColumn::of(events, 16, |n| name(generator, n)),
        2 => emails(generator, events),
        3 => cards(generator, events),
        4 => TextColumn::of(events, 16, |n| city(generator, n)),
        5 => TextColumn::of(events, 2, |n| state(generator, n)),
        6 => generator.times(events),
        _ => extras(generator, events),
    }
}

fn name(generator: &Generator, n: u64) -> &'static [u8] {
    NAMES.get(low(generator.dice(Purpose::PersonName).roll(n), NAMES.len()))
}

fn city(generator: &Generator, n: u64) -> &'static [u8] {
    CITY_WORDS.get(low(generator.dice(Purpose::PersonCity).roll(n), CITY_WORDS.len()))
}

/// As in the original, the state has nothing to do with the city.
fn state(generator: &Generator, n: u64) -> &'static [u8] {
    STATE_WORDS.get(high(generator.dice(Purpose::PersonCity).roll(n), STATE_WORDS.len()))
}

/// The user and host parts of an e-mail address.
fn email(generator: &Generator, n: u64) -> (&[u8], &[u8]) {
    let user = generator.pool.word(generator.dice(Purpose::PersonUser).roll(n), USER_MAX);
    let host = generator.pool.word(generator.dice(Purpose::PersonHost).roll(n), HOST_MAX);
    (user, host)
}

fn emails(generator: &Generator, events: &[u64]) -> ArrayRef {
    let mut column = TextColumn::new(events.len(), (USER_MAX + HOST_MAX + 5) as usize);
    for n in events {
        let (user, host) = email(generator, *n);
        for part in [user, b"@", host, b".com"] {
            column.push(part);
        }
        column.end();
    }
    column.finish()
}

fn cards(generator: &Generator, events: &[u64]) -> ArrayRef {
    let dice = generator.dice(Purpose::PersonCard);
    let mut column = TextColumn::new(events.len(), CARD_BYTES);
    for n in events {
        let roll = dice.roll(*n);
        let mut card = [b' '; CARD_BYTES];
        for group in 0..4 {
            let mut number = low(roll >> (group * 8), 10_000);
            for digit in (0..4).rev() {
                card[group * 5 + digit] = b'0' + (number % 10) as u8;
                number /= 10;
            }
        }
        column.push(&card);
        column.end();
    }
    column.finish()
}

fn extras(generator: &Generator, events: &[u64]) -> ArrayRef {
    let (dice, average) = (generator.dice(Purpose::PersonExtra), generator.config.person_bytes);
    TextColumn::of(events, average as usize, |n| {
        let (user, host) = email(generator, n);
        let words = name(generator, n).len() + city(generator, n).len() + state(generator, n).len();
        let size = 8 + words + user.len() + host.len() + 5 + CARD_BYTES;
        generator.pool.filler(dice.roll(n), size as u64, average)
    })
}
