//! How clients come in. Nothing here knows what a statement means: text goes to
//! the session, and what comes back is put on the wire.

pub mod postgres;
