//! The thread that makes writes durable, so that the coordinator never waits
//! for a disk. One group is under way at a time; meanwhile the next one gathers.

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::storage::{Log, TableChange};
use crate::types::{Epoch, Error, Result};

/// The log, behind its thread.
pub struct LogWriter {
    groups: Sender<(Epoch, Vec<TableChange>)>,
    done: Receiver<Result<()>>,
    busy: bool,
}

impl LogWriter {
    /// Starts the thread. `log` has been replayed.
    pub fn start(mut log: Box<dyn Log>) -> Result<Self> {
        let (groups, inbox) = bounded::<(Epoch, Vec<TableChange>)>(1);
        let (outbox, done) = bounded(1);
        let work = move || {
            for (epoch, changes) in inbox {
                let outcome = log.append(epoch, &changes).and_then(|()| log.sync());
                if outbox.send(outcome).is_err() {
                    return;
                }
            }
        };
        std::thread::Builder::new()
            .name("log".to_string())
            .spawn(work)
            .map_err(|e| Error::internal(format!("the log's thread does not start: {e}")))?;
        Ok(LogWriter { groups, done, busy: false })
    }

    /// Starts making a group durable; none may be under way.
    pub fn begin(&mut self, epoch: Epoch, changes: Vec<TableChange>) -> Result<()> {
        assert!(!self.busy, "one group at a time");
        self.busy = true;
        self.groups.send((epoch, changes)).map_err(|_| Error::internal("the log's thread is gone"))
    }

    /// Where the outcome of the group arrives.
    pub fn done(&self) -> &Receiver<Result<()>> {
        &self.done
    }

    /// The outcome has been taken.
    pub fn finish(&mut self) {
        self.busy = false;
    }
}
