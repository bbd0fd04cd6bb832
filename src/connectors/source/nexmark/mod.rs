//! `connector = 'nexmark'`: the events of an online auction house, as the usual
//! Nexmark generator makes them.
//!
//! Of 50 events one is a new person, three are new auctions and 46 are bids.
//! Event `n` is a pure function of (options, n): the same in batches of any
//! size, in any number of splits and under any projection. Rows are made a
//! column at a time and only for the columns that are wanted.
//!
//! What each kind of event looks like is in `person`, `auction` and `bid`; how
//! rows are numbered and dealt to splits in `lane`; the knobs in `config`.

mod auction;
mod bid;
mod config;
mod connector;
mod generator;
mod lane;
mod person;
mod reader;
mod source;
mod table;
mod text;

pub use connector::Nexmark;
