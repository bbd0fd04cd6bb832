//! Who may cancel what: the key given to a client at start-up, and the way to
//! its session.
//!
//! Invariant: an entry lives exactly as long as its connection.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

use bytes::Bytes;
use parking_lot::Mutex;
use pgwire::messages::cancel::CancelRequest;
use pgwire::messages::startup::SecretKey;

use super::CancelFn;

/// The running connections by their process number.
#[derive(Default)]
pub(super) struct CancelRegistry {
    next: AtomicI32,
    entries: Mutex<HashMap<i32, (SecretKey, CancelFn)>>,
}

/// One connection's entry; dropping it takes the entry away.
pub(super) struct CancelEntry {
    registry: Arc<CancelRegistry>,
    pub(super) process: i32,
    pub(super) secret: SecretKey,
}

impl CancelRegistry {
    /// Enters a connection under a new process number and a random secret, of
    /// 4 bytes or, since protocol 3.2 (`long`), of 32.
    pub(super) fn enter(self: &Arc<Self>, cancel: CancelFn, long: bool) -> CancelEntry {
        let secret = if long {
            SecretKey::Bytes(Bytes::copy_from_slice(&rand::random::<[u8; 32]>()))
        } else {
            SecretKey::I32(rand::random())
        };
        let mut entries = self.entries.lock();
        let process = loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed).wrapping_add(1) & i32::MAX;
            if number != 0 && !entries.contains_key(&number) {
                break number;
            }
        };
        entries.insert(process, (secret.clone(), cancel));
        CancelEntry { registry: Arc::clone(self), process, secret }
    }

    /// Cancels if the key fits; says nothing either way, as the protocol wants.
    pub(super) fn cancel(&self, request: &CancelRequest) {
        let cancel = match self.entries.lock().get(&request.pid) {
            Some((secret, cancel)) if secret.eq_value(&request.secret_key) => Arc::clone(cancel),
            _ => return,
        };
        cancel();
    }
}

impl Drop for CancelEntry {
    fn drop(&mut self) {
        self.registry.entries.lock().remove(&self.process);
    }
}
