//! The durable catalog: what was created, as SQL text.
//!
//! Plans are not kept, so that a newer release may plan anew. A change is all
//! or nothing, and on the disk when [`CatalogStore::apply`] returns.

mod memory;
mod sled;
mod store;

pub use memory::MemoryCatalog;
pub use sled::SledCatalog;
pub use store::{CatalogChange, CatalogContents, CatalogRecord, CatalogStore, SchemaRecord};
