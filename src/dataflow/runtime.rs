//! The worker threads, from outside.

use std::sync::Arc;
use std::thread::Thread;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use parking_lot::Mutex;
use timely::communication::WorkerGuards;

use super::command::Command;
use super::connector::Wake;
use super::event::Event;
use super::worker::WorkerLoop;
use crate::types::{Error, Result};

/// The running workers. Dropping it stops them.
pub struct Runtime {
    commands: Vec<Sender<Command>>,
    threads: Vec<Thread>,
    guards: Option<WorkerGuards<()>>,
}

impl Runtime {
    /// Starts `workers` threads, which tell everything to the receiver.
    pub fn start(workers: usize) -> Result<(Runtime, Receiver<Event>)> {
        let (events, receiver) = unbounded();
        let (commands, inboxes): (Vec<_>, Vec<_>) = (0..workers).map(|_| unbounded::<Command>()).unzip();
        let inboxes = Mutex::new(inboxes.into_iter().map(Some).collect::<Vec<_>>());
        let (hello, started) = bounded(workers);
        let config = if workers == 1 { timely::Config::thread() } else { timely::Config::process(workers) };
        let guards = timely::execute(config, move |worker| {
            let inbox = inboxes.lock()[worker.index()].take().expect("each worker starts once");
            let thread = std::thread::current();
            let _ = hello.send((worker.index(), thread.clone()));
            let wake: Wake = Arc::new(move || thread.unpark());
            WorkerLoop::new(worker.index(), worker.peers(), inbox, events.clone(), wake).run(worker);
        })
        .map_err(|text| Error::internal(format!("workers do not start: {text}")))?;
        let mut threads: Vec<(usize, Thread)> = started.iter().take(workers).collect();
        threads.sort_by_key(|(index, _)| *index);
        let threads = threads.into_iter().map(|(_, thread)| thread).collect();
        Ok((Runtime { commands, threads, guards: Some(guards) }, receiver))
    }

    /// How many workers there are.
    pub fn workers(&self) -> usize {
        self.commands.len()
    }

    /// Gives each worker its command and wakes it.
    pub fn send(&self, command: impl Fn(usize) -> Command) {
        for (worker, (commands, thread)) in self.commands.iter().zip(&self.threads).enumerate() {
            // A worker that is gone has said so by an event.
            let _ = commands.send(command(worker));
            thread.unpark();
        }
    }

    /// Like [`send`](Self::send), for commands that are made once.
    pub fn send_each(&self, each: Vec<Command>) {
        for ((commands, thread), command) in self.commands.iter().zip(&self.threads).zip(each) {
            let _ = commands.send(command);
            thread.unpark();
        }
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        self.send(|_| Command::Stop);
        drop(self.guards.take());
    }
}
