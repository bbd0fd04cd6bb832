//! Where in the statement an error is.

use datafusion::common::DataFusionError;

use crate::types::Error;

/// The error in PostgreSQL's words, with its position when DataFusion knows the
/// place and the statement's text is at hand.
pub(super) fn locate(error: DataFusionError, text: Option<&str>) -> Error {
    let place = place(&error);
    let error = Error::from(error);
    match (place, text) {
        (Some((line, column)), Some(text)) if error.position().is_none() => {
            position(text, line, column).map_or(error.clone(), |at| error.at(at))
        }
        _ => error,
    }
}

/// Our error on its way through DataFusion.
pub(super) fn external(error: Error) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}

/// Line and column, both from 1.
fn place(error: &DataFusionError) -> Option<(u64, u64)> {
    match error {
        DataFusionError::Diagnostic(diagnostic, inner) => {
            let span = diagnostic.span.filter(|s| s.start.line > 0);
            span.map(|s| (s.start.line, s.start.column)).or_else(|| place(inner))
        }
        DataFusionError::Context(_, inner) => place(inner),
        DataFusionError::Collection(all) => all.first().and_then(place),
        DataFusionError::Shared(inner) => place(inner),
        _ => None,
    }
}

/// Characters from 1.
pub(super) fn position(text: &str, line: u64, column: u64) -> Option<usize> {
    let before = usize::try_from(line).ok()?.checked_sub(1)?;
    let lines: usize = text.split('\n').take(before).map(|l| l.chars().count() + 1).sum();
    let position = lines + usize::try_from(column).ok()?;
    (position <= text.chars().count() + 1).then_some(position)
}
