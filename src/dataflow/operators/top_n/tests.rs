//! Top-n against a naive model.
