//! Every connector of this build.

use std::sync::Arc;

use super::{sink, source};
use crate::dataflow::Connector;

/// All of them.
pub fn all() -> Vec<Arc<dyn Connector>> {
    vec![
        Arc::new(source::Datagen),
        Arc::new(source::File),
        Arc::new(source::Nexmark),
        Arc::new(sink::Blackhole),
        Arc::new(sink::Print),
    ]
}
