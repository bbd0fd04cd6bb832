//! Advisory locks: names that sessions agree on, held by one session, or shared
//! by several.
//!
//! A lock that is taken twice must be given back twice. What a session holds goes
//! when it ends. A session that waits is not told of a deadlock: cancelling it, or
//! `statement_timeout`, ends its waiting.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hashbrown::HashMap;
use parking_lot::Mutex;
use tokio::sync::Notify;

/// What a lock is called: one number, or two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// `pg_advisory_lock(bigint)`
    One(i64),
    /// `pg_advisory_lock(integer, integer)`
    Two(i32, i32),
}

/// How long a lock is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Until it is given back.
    Session,
    /// Until the transaction ends.
    Transaction,
}

/// The locks that all sessions of a server hold.
#[derive(Debug, Default)]
pub struct AdvisoryLocks {
    held: Mutex<HashMap<Key, Vec<Hold>>>,
    freed: Notify,
    sessions: AtomicU64,
}

/// What one session has of one lock.
#[derive(Debug, PartialEq)]
struct Hold {
    session: u64,
    shared: bool,
    scope: Scope,
    times: u64,
}

/// The locks of one session.
pub struct SessionLocks {
    all: Arc<AdvisoryLocks>,
    session: u64,
}

impl SessionLocks {
    /// A session that holds nothing yet.
    pub fn new(all: Arc<AdvisoryLocks>) -> Self {
        let session = all.sessions.fetch_add(1, Ordering::Relaxed);
        SessionLocks { all, session }
    }

    /// Takes a lock, unless another session holds it in a way that excludes this.
    pub fn try_lock(&self, key: Key, shared: bool, scope: Scope) -> bool {
        let mut held = self.all.held.lock();
        let holds = held.entry(key).or_default();
        if holds.iter().any(|hold| hold.session != self.session && !(hold.shared && shared)) {
            return false;
        }
        let same =
            |hold: &&mut Hold| hold.session == self.session && hold.shared == shared && hold.scope == scope;
        match holds.iter_mut().find(same) {
            Some(hold) => hold.times += 1,
            None => holds.push(Hold { session: self.session, shared, scope, times: 1 }),
        }
        true
    }

    /// Takes a lock as soon as no other session excludes it.
    pub async fn lock(&self, key: Key, shared: bool, scope: Scope) {
        loop {
            // Before the try, so that what is freed after it wakes this one.
            let freed = self.all.freed.notified();
            tokio::pin!(freed);
            freed.as_mut().enable();
            if self.try_lock(key, shared, scope) {
                return;
            }
            freed.await;
        }
    }

    /// Gives a lock of the session back once; says whether it was held.
    pub fn unlock(&self, key: Key, shared: bool) -> bool {
        let mut held = self.all.held.lock();
        let Some(holds) = held.get_mut(&key) else { return false };
        let own = |hold: &Hold| {
            hold.session == self.session && hold.shared == shared && hold.scope == Scope::Session
        };
        let Some(at) = holds.iter().position(own) else { return false };
        holds[at].times -= 1;
        if holds[at].times == 0 {
            holds.swap_remove(at);
        }
        if holds.is_empty() {
            held.remove(&key);
        }
        drop(held);
        self.all.freed.notify_waiters();
        true
    }

    /// Gives back all locks of the session.
    pub fn unlock_all(&self) {
        self.release(|hold| hold.scope == Scope::Session);
    }

    /// Gives back the locks of the transaction.
    pub fn end_transaction(&self) {
        self.release(|hold| hold.scope == Scope::Transaction);
    }

    fn release(&self, which: impl Fn(&Hold) -> bool) {
        let mut held = self.all.held.lock();
        if held.is_empty() {
            return;
        }
        held.retain(|_, holds| {
            holds.retain(|hold| hold.session != self.session || !which(hold));
            !holds.is_empty()
        });
        drop(held);
        self.all.freed.notify_waiters();
    }
}

impl Drop for SessionLocks {
    fn drop(&mut self) {
        self.release(|_| true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sessions() -> (SessionLocks, SessionLocks) {
        let all = Arc::new(AdvisoryLocks::default());
        (SessionLocks::new(all.clone()), SessionLocks::new(all))
    }

    #[test]
    fn a_lock_excludes_others_until_it_is_given_back_as_often() {
        let (a, b) = sessions();
        assert!(a.try_lock(Key::One(1), false, Scope::Session));
        assert!(a.try_lock(Key::One(1), false, Scope::Session));
        assert!(!b.try_lock(Key::One(1), true, Scope::Session));
        assert!(b.try_lock(Key::Two(0, 1), false, Scope::Session));
        assert!(!b.unlock(Key::One(1), false));
        assert!(a.unlock(Key::One(1), false));
        assert!(!b.try_lock(Key::One(1), false, Scope::Session));
        assert!(a.unlock(Key::One(1), false));
        assert!(b.try_lock(Key::One(1), false, Scope::Session));
    }

    #[test]
    fn shared_locks_go_together_and_end_with_their_session() {
        let (a, b) = sessions();
        assert!(a.try_lock(Key::One(1), true, Scope::Transaction));
        assert!(b.try_lock(Key::One(1), true, Scope::Session));
        assert!(!a.try_lock(Key::One(1), false, Scope::Session));
        drop(b);
        assert!(a.try_lock(Key::One(1), false, Scope::Session));
        a.end_transaction();
        assert!(!a.unlock(Key::One(1), true));
        assert!(a.unlock(Key::One(1), false));
    }

    #[tokio::test]
    async fn who_waits_gets_the_lock_when_it_is_free() {
        let (a, b) = sessions();
        assert!(a.try_lock(Key::One(1), false, Scope::Session));
        let waits = tokio::spawn(async move { b.lock(Key::One(1), false, Scope::Session).await });
        tokio::task::yield_now().await;
        assert!(!waits.is_finished());
        a.unlock_all();
        waits.await.unwrap();
        assert!(a.try_lock(Key::One(1), false, Scope::Session), "the other session has ended");
    }
}
