//! The one error that reaches a user.
//!
//! It has the parts that PostgreSQL's protocol has: a SQLSTATE, a lower-case
//! primary message without a full stop, a detail, a hint that says what to do
//! next, and the place in the statement. A room with failures of its own kinds
//! declares them with `thiserror` and converts here.

use std::fmt;

use super::SqlState;

/// What nearly every fallible function returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure as a client will see it. Boxed, so that `Result` stays small.
#[derive(Clone, PartialEq)]
pub struct Error(Box<Parts>);

#[derive(Clone, Debug, PartialEq)]
struct Parts {
    code: SqlState,
    message: String,
    detail: Option<String>,
    hint: Option<String>,
    position: Option<usize>,
}

impl Error {
    /// An error with a code and a primary message (lower case, no full stop).
    pub fn new(code: SqlState, message: impl Into<String>) -> Self {
        Error(Box::new(Parts { code, message: message.into(), detail: None, hint: None, position: None }))
    }

    /// `0A000`: it parses, it means something, and it is not built yet.
    /// `part` names what is missing, for example `"window functions"`.
    pub fn unsupported(part: impl fmt::Display) -> Self {
        Error::new(SqlState::FEATURE_NOT_SUPPORTED, format!("{part} is not supported yet"))
    }

    /// `XX000`: a broken invariant, our bug and not the user's mistake.
    pub fn internal(message: impl Into<String>) -> Self {
        Error::new(SqlState::INTERNAL_ERROR, message)
            .with_hint("This is a bug in Millstream; please report it with the statement that led to it.")
    }

    /// Adds the detail line.
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// Adds the hint line: a full sentence that says what to do next.
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Adds the place in the statement: characters, counted from 1.
    pub fn at(mut self, position: usize) -> Self {
        self.0.position = Some(position);
        self
    }

    /// The SQLSTATE.
    pub fn code(&self) -> SqlState {
        self.0.code
    }

    /// The primary message.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The detail line, if any.
    pub fn detail(&self) -> Option<&str> {
        self.0.detail.as_deref()
    }

    /// The hint line, if any.
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// The place in the statement: characters, counted from 1.
    pub fn position(&self) -> Option<usize> {
        self.0.position
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        if let Some(detail) = &self.0.detail {
            write!(f, "\nDETAIL: {detail}")?;
        }
        if let Some(hint) = &self.0.hint {
            write!(f, "\nHINT: {hint}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {self}", self.0.code)
    }
}

impl std::error::Error for Error {}

impl From<arrow::error::ArrowError> for Error {
    fn from(error: arrow::error::ArrowError) -> Self {
        use arrow::error::ArrowError;
        match error {
            ArrowError::DivideByZero => Error::new(SqlState::DIVISION_BY_ZERO, "division by zero"),
            ArrowError::ArithmeticOverflow(text) => {
                Error::new(SqlState::NUMERIC_VALUE_OUT_OF_RANGE, "value out of range").with_detail(text)
            }
            ArrowError::CastError(text) | ArrowError::ParseError(text) => {
                Error::new(SqlState::INVALID_TEXT_REPRESENTATION, text)
            }
            ArrowError::CsvError(text) | ArrowError::JsonError(text) => {
                Error::new(SqlState::DATA_EXCEPTION, text)
            }
            ArrowError::ComputeError(text) | ArrowError::InvalidArgumentError(text) => {
                Error::new(SqlState::DATA_EXCEPTION, text)
            }
            ArrowError::NotYetImplemented(text) => Error::unsupported(text),
            ArrowError::IoError(text, _) => Error::new(SqlState::IO_ERROR, text),
            other => Error::internal(other.to_string()),
        }
    }
}
