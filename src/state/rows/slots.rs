//! Which ids are in use, block by block.

use super::{BLOCK_ROWS, split};
use crate::types::{Error, Result, SqlState};

/// The ids in use.
#[derive(Default)]
pub struct Slots {
    blocks: Vec<Block>,
    live: Vec<u64>,
    /// The block that ids are taken from.
    open: Option<usize>,
    /// Blocks with many free places.
    spare: Vec<usize>,
    /// Blocks without any row.
    empty: Vec<usize>,
    rows: usize,
}

/// One block.
#[derive(Default)]
struct Block {
    /// Places below this have been used.
    used: usize,
    live: usize,
    /// Places below `used` that are free.
    free: Vec<u16>,
    listed: bool,
    times: Times,
}

/// The times of a block's rows.
struct Times {
    least: i64,
    most: i64,
    /// Looked through up to here.
    seen: i64,
}

impl Default for Times {
    fn default() -> Self {
        Times { least: i64::MAX, most: i64::MIN, seen: i64::MIN }
    }
}

/// Most blocks that ids can name; the last id of all stands for none.
const BLOCKS_MAX: usize = (1 << (32 - super::BLOCK_BITS)) - 1;

impl Slots {
    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Takes an id into use.
    pub fn allocate(&mut self) -> Result<u32> {
        loop {
            let number = match self.open {
                Some(number) => number,
                None => self.next_block()?,
            };
            let block = &mut self.blocks[number];
            let at = match block.free.pop() {
                Some(at) => usize::from(at),
                None if block.used < BLOCK_ROWS => {
                    block.used += 1;
                    block.used - 1
                }
                None => {
                    self.open = None;
                    continue;
                }
            };
            block.live += 1;
            self.rows += 1;
            let id = number * BLOCK_ROWS + at;
            if self.live.len() <= id / 64 {
                self.live.resize(id / 64 + 1, 0);
            }
            self.live[id / 64] |= 1 << (id % 64);
            return Ok(id as u32);
        }
    }

    fn next_block(&mut self) -> Result<usize> {
        let spare = std::iter::from_fn(|| self.spare.pop()).find(|number| self.blocks[*number].live > 0);
        let number = match spare.or_else(|| self.empty.pop()) {
            Some(number) => number,
            None if self.blocks.len() < BLOCKS_MAX => {
                self.blocks.push(Block::default());
                self.blocks.len() - 1
            }
            None => {
                let message = "no more than four billion rows can be kept together: of a table with a \
                               primary key, or of one side of a join on one worker";
                return Err(Error::new(SqlState::PROGRAM_LIMIT_EXCEEDED, message));
            }
        };
        self.blocks[number].listed = false;
        self.open = Some(number);
        Ok(number)
    }

    /// Gives an id back. Returns its block when no row is left in it.
    pub fn free(&mut self, id: u32) -> Option<usize> {
        let (number, at) = split(id);
        self.live[id as usize / 64] &= !(1 << (id % 64));
        self.rows -= 1;
        let block = &mut self.blocks[number];
        block.live -= 1;
        block.free.push(at as u16);
        let open = self.open == Some(number);
        if block.live == 0 {
            *block = Block::default();
            if !open {
                self.empty.push(number);
            }
            return Some(number);
        }
        if !open && !block.listed && block.free.len() >= BLOCK_ROWS / 4 {
            block.listed = true;
            self.spare.push(number);
        }
        None
    }

    /// Is this id in use?
    pub fn is_live(&self, id: u32) -> bool {
        self.live.get(id as usize / 64).is_some_and(|bits| bits & (1 << (id % 64)) != 0)
    }

    /// The ids in use from `from` on, at most `limit` of them.
    pub fn live_from(&self, from: u32, limit: usize) -> Vec<u32> {
        let mut found = Vec::new();
        let mut id = from as usize;
        while id < self.live.len() * 64 && found.len() < limit {
            let bits = self.live[id / 64] >> (id % 64);
            if bits == 0 {
                id = (id / 64 + 1) * 64;
            } else {
                id += bits.trailing_zeros() as usize;
                found.push(id as u32);
                id += 1;
            }
        }
        found
    }

    /// Notes the time of a row.
    pub fn note_time(&mut self, id: u32, time: i64) {
        let times = &mut self.blocks[split(id).0].times;
        times.least = times.least.min(time);
        times.most = times.most.max(time);
        times.seen = times.seen.min(time);
    }

    /// The blocks worth looking through for rows below `bound`: at most about
    /// four times each until all of its rows are.
    pub fn blocks_below(&mut self, bound: i64) -> Vec<usize> {
        let mut found = vec![];
        for (number, block) in self.blocks.iter_mut().enumerate() {
            let times = &mut block.times;
            if block.live == 0 || times.least >= bound || times.seen >= bound {
                continue;
            }
            let quarter = times.most.saturating_sub(times.least) / 4;
            if times.most < bound || bound >= times.seen.max(times.least).saturating_add(quarter) {
                // Its caller leaves none below.
                (times.seen, times.least) = (bound, bound);
                found.push(number);
            }
        }
        found
    }

    /// The ids in use of one block.
    pub fn live_of(&self, block: usize) -> Vec<u32> {
        let ids = block * BLOCK_ROWS..(block + 1) * BLOCK_ROWS;
        ids.map(|id| id as u32).filter(|id| self.is_live(*id)).collect()
    }
}
