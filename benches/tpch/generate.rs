//! The data of TPC-H as lines of CSV: the tables as loaded, and refresh rounds.
//!
//! The standard's refresh functions insert and delete 0.1 % of the orders with
//! their lines. Here both come from one run of the generator: of its orders some
//! are held back, evenly over the whole, and come in later rounds; as many
//! others go in the same rounds.

use std::fmt::Display;

use tpchgen::csv::{
    CustomerCsv, LineItemCsv, NationCsv, OrderCsv, PartCsv, PartSuppCsv, RegionCsv, SupplierCsv,
};
use tpchgen::generators::{
    CustomerGenerator, LineItemGenerator, NationGenerator, OrderGenerator, PartGenerator, PartSuppGenerator,
    RegionGenerator, SupplierGenerator,
};

/// The tables, those that others refer to first.
pub const TABLES: [&str; 8] =
    ["region", "nation", "supplier", "part", "partsupp", "customer", "orders", "lineitem"];

/// Of so many orders one comes and one goes in a round.
const ORDERS_PER_REFRESH: u64 = 1_000;

/// What becomes of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Stays,
    /// Comes in this round.
    Comes(u64),
    /// Is there, and goes in this round.
    Goes(u64),
}

/// A data set: its size and its rounds.
#[derive(Clone, Copy, Debug)]
pub struct Generator {
    scale: f64,
    /// Orders that come in a round, and that go.
    pub changed: u64,
    rounds: u64,
    /// Of so many orders in a row one comes and one goes some time.
    stride: u64,
}

impl Generator {
    /// `None` if there are too few orders for so many rounds.
    pub fn new(scale: f64, rounds: u64) -> Option<Self> {
        let orders = OrderGenerator::calculate_row_count(scale, 1, 1) as u64;
        let changed = (orders / ORDERS_PER_REFRESH).max(1);
        let stride = orders / (changed * rounds).max(1);
        (stride >= 2).then_some(Generator { scale, changed, rounds, stride })
    }

    /// What becomes of the order with this key.
    pub fn fate(&self, key: i64) -> Fate {
        // Of each 32 keys the first 8 are used, beginning with 1.
        let key = key as u64;
        let number = (key >> 5 << 3 | key & 7) - 1;
        let round = number / self.stride / self.changed;
        match number % self.stride {
            _ if round >= self.rounds => Fate::Stays,
            0 => Fate::Goes(round),
            1 => Fate::Comes(round),
            _ => Fate::Stays,
        }
    }

    /// Hands out each line of a table; for orders and lines with the order's key.
    pub fn lines(&self, table: &str, mut take: impl FnMut(Option<i64>, &dyn Display)) {
        let scale = self.scale;
        match table {
            "region" => RegionGenerator::new(scale, 1, 1).iter().for_each(|r| take(None, &RegionCsv::new(r))),
            "nation" => NationGenerator::new(scale, 1, 1).iter().for_each(|r| take(None, &NationCsv::new(r))),
            "supplier" => {
                SupplierGenerator::new(scale, 1, 1).iter().for_each(|r| take(None, &SupplierCsv::new(r)))
            }
            "part" => PartGenerator::new(scale, 1, 1).iter().for_each(|r| take(None, &PartCsv::new(r))),
            "partsupp" => {
                PartSuppGenerator::new(scale, 1, 1).iter().for_each(|r| take(None, &PartSuppCsv::new(r)))
            }
            "customer" => {
                CustomerGenerator::new(scale, 1, 1).iter().for_each(|r| take(None, &CustomerCsv::new(r)))
            }
            "orders" => OrderGenerator::new(scale, 1, 1)
                .iter()
                .for_each(|r| take(Some(r.o_orderkey), &OrderCsv::new(r))),
            _ => LineItemGenerator::new(scale, 1, 1)
                .iter()
                .for_each(|r| take(Some(r.l_orderkey), &LineItemCsv::new(r))),
        }
    }
}
