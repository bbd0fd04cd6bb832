//! What all benches need: processes of their own, what they use, and the page
//! that their tables go to.

pub mod page;
pub mod process;
pub mod rows;
