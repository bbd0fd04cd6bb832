//! Functions declared by their signature as PostgreSQL's manual has it, with one
//! line about them and the code that computes a column.
//!
//! A [`Form`] is one way to call a function. All forms of a name make one
//! [`Declared`], which picks the form by the types of its arguments, brings the
//! arguments to the form's types and passes NULL on where the form is strict. The
//! manual's page is made of the same table.

mod call;
mod form;
mod function;
mod kind;
mod narrow;

pub use call::{Call, Values};
pub use form::{Form, Forms, Result, Run, define};
pub use function::Declared;
pub use kind::{Kind, bring_to};
