//! Answers that wait until collections have reached an epoch.

use super::core::Coordinator;
use super::hold::ReadHold;
use super::request::{ReadTicket, Reply};
use crate::delta::Fault;
use crate::types::{Epoch, Error, ObjectId, Result, SqlState};

/// One answer that waits.
pub struct Wait {
    /// For these collections,
    collections: Vec<ObjectId>,
    /// to hold all of this epoch;
    epoch: Epoch,
    /// then this is said.
    answer: Answer,
}

/// What is said.
pub enum Answer {
    /// A ticket for reading.
    Read(ReadHold, Reply<ReadTicket>),
    /// The object that was made, and whether it was not there before.
    Created(ObjectId, bool, Reply<ObjectId>),
    /// Nothing more.
    Flushed(Reply<()>),
    /// The faults of a view.
    Faults(ReadHold, Reply<Vec<Fault>>),
}

impl Coordinator {
    /// Says `answer` when all `collections` hold all of `epoch`.
    pub(super) fn wait(&mut self, collections: Vec<ObjectId>, epoch: Epoch, answer: Answer) {
        self.waits.push(Wait { collections, epoch, answer });
    }

    /// A read sees every write acknowledged before it, because their epochs
    /// are not after the clock.
    pub(super) fn read(&mut self, relations: Vec<ObjectId>, reply: Reply<ReadTicket>) {
        let missing = relations.iter().find(|id| self.shared.catalog.read().get(**id).is_none());
        if let Some(id) = missing {
            let message = format!("relation with OID {id} was dropped meanwhile");
            let _ = reply.send(Err(Error::new(SqlState::UNDEFINED_TABLE, message)));
            return;
        }
        self.tick_for(&relations);
        let kept = relations.into_iter().filter(|id| !self.sources.contains_key(id)).collect();
        let hold = self.holds.hold(self.clock);
        self.wait(kept, self.clock, Answer::Read(hold, reply));
    }

    pub(super) fn flush(&mut self, reply: Reply<()>) {
        let all = self.collections.iter().filter(|(_, c)| c.failed.is_none()).map(|(id, _)| *id).collect();
        self.wait(all, self.clock, Answer::Flushed(reply));
    }

    pub(super) fn faults(&mut self, id: ObjectId, reply: Reply<Vec<Fault>>) {
        self.tick_for(&[id]);
        let hold = self.holds.hold(self.clock);
        self.wait(vec![id], self.clock, Answer::Faults(hold, reply));
    }

    /// Says what can be said by now.
    pub(super) fn answer_waits(&mut self) {
        let mut index = 0;
        while index < self.waits.len() {
            match self.outcome(&self.waits[index]) {
                None => index += 1,
                Some(outcome) => {
                    let wait = self.waits.swap_remove(index);
                    self.answer(wait, outcome);
                }
            }
        }
        if !self.until_idle.is_empty() && self.is_idle() {
            for reply in self.until_idle.drain(..) {
                let _ = reply.send(Ok(()));
            }
        }
    }

    /// `None`: not yet.
    fn outcome(&self, wait: &Wait) -> Option<Result<()>> {
        let mut complete = true;
        for id in &wait.collections {
            match self.collections.get(id) {
                // Dropped while the answer waited.
                None if matches!(wait.answer, Answer::Read(..) | Answer::Faults(..)) => {
                    let message = "the relation was dropped meanwhile";
                    return Some(Err(Error::new(SqlState::UNDEFINED_TABLE, message)));
                }
                None => {}
                Some(collection) => {
                    if let Some(error) = &collection.failed {
                        return Some(Err(error.clone()));
                    }
                    complete &= collection.is_complete(wait.epoch);
                }
            }
        }
        complete.then_some(Ok(()))
    }

    fn answer(&mut self, wait: Wait, outcome: Result<()>) {
        match wait.answer {
            Answer::Read(hold, reply) => {
                let ticket = outcome.map(|()| {
                    let parts = wait.collections.iter();
                    let parts = parts.filter_map(|id| Some((*id, self.collections.get(id)?.parts.clone())));
                    ReadTicket { epoch: wait.epoch, parts: parts.collect(), hold }
                });
                let _ = reply.send(ticket);
            }
            Answer::Created(id, is_new, reply) => {
                // A statement that fails leaves nothing behind.
                let undone = match &outcome {
                    Err(_) if is_new => self.drop_object(id, true).map(drop),
                    _ => Ok(()),
                };
                let is_there = self.shared.catalog.read().get(id).is_some();
                let made = outcome.and(undone).and_then(|()| match is_there {
                    true => Ok(id),
                    false => Err(Error::new(SqlState::UNDEFINED_TABLE, "the relation was dropped meanwhile")),
                });
                let _ = reply.send(made);
            }
            Answer::Flushed(reply) => drop(reply.send(outcome)),
            Answer::Faults(_hold, reply) => {
                let collection = wait.collections.first().and_then(|id| self.collections.get(id));
                let faults = outcome.map(|()| {
                    let parts = collection.map(|c| c.parts.as_slice()).unwrap_or_default();
                    parts.iter().flat_map(|part| part.faults(wait.epoch)).collect()
                });
                let _ = reply.send(faults);
            }
        }
    }

    /// Every finite source is read to its end, and everything is taken in.
    fn is_idle(&self) -> bool {
        let workers = self.runtime.workers();
        let read = |s: &super::collection::SourceState| {
            !s.running || !s.spec.source.is_finite() || (s.finished >= workers && !s.ready)
        };
        self.group.is_none()
            && self.writes.is_empty()
            && self.sources.values().all(read)
            && self.collections.values().all(|c| c.failed.is_some() || c.is_complete(self.clock))
    }
}
