//! Every connector, by name.

use std::sync::Arc;

use super::{sink, source};
use crate::dataflow::{Connector, nearest};
use crate::types::{Error, Result, SqlState};

/// All connectors of this build.
pub fn all() -> Vec<Arc<dyn Connector>> {
    vec![
        Arc::new(source::Datagen),
        Arc::new(source::File),
        Arc::new(source::Nexmark),
        Arc::new(sink::Blackhole),
        Arc::new(sink::Print),
    ]
}

/// The connector of that name, or `22023` naming the nearest one.
pub fn find(name: &str) -> Result<Arc<dyn Connector>> {
    let connectors = all();
    if let Some(found) = connectors.iter().find(|c| c.name() == name) {
        return Ok(found.clone());
    }
    let names: Vec<&str> = connectors.iter().map(|c| c.name()).collect();
    let error = Error::new(SqlState::INVALID_PARAMETER_VALUE, format!("unknown connector '{name}'"));
    Err(match nearest(name, names.iter().copied()) {
        Some(near) => error.with_hint(format!("Did you mean '{near}'?")),
        None => error.with_hint(format!("Known connectors: {}.", names.join(", "))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_connector_is_answered_with_the_nearest() {
        assert_eq!(find("nexmark").unwrap().name(), "nexmark");
        let error = find("nexmrk").err().unwrap();
        assert_eq!(error.code(), SqlState::INVALID_PARAMETER_VALUE);
        assert_eq!(error.hint(), Some("Did you mean 'nexmark'?"));
    }
}
