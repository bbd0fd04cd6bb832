//! The NOTICE about a view or sink whose state will grow for ever.

use crate::catalog::Object;
use crate::coordinator::definition::{Definition, Running};
use crate::plan::growth::growth_hint;
use crate::plan::stream::StreamNode;
use crate::session::Session;
use crate::types::{Error, SqlState};

impl Session {
    /// Says what of a definition grows with its sources, and what would bound it.
    pub(super) fn hint_growth_of(&self, definition: &Definition) {
        if let Running::MaterializedView(plan) | Running::Sink(plan, _) = &definition.running {
            self.hint_growth(&definition.object, plan);
        }
    }

    /// The same of one plan.
    pub(super) fn hint_growth(&self, object: &Object, plan: &StreamNode) {
        let Some(growth) = growth_hint(plan) else { return };
        let message = format!(
            "state of {} \"{}\" grows for as long as its sources deliver",
            object.kind_name(),
            object.name
        );
        let notice = Error::new(SqlState("00000"), message).with_detail(growth.detail).with_hint(growth.hint);
        self.notices.add("NOTICE", notice);
    }
}
