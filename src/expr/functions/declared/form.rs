//! One way to call a function.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;

use super::{Call, Kind};

/// What the code of a function gives.
pub type Result<T> = crate::types::Result<T>;

/// Computes a column from the arguments' columns.
pub type Run = fn(&Call) -> Result<ArrayRef>;

/// The result's type from the arguments' types, and from those that are literals.
pub type Typed = fn(&[DataType], &[Option<&ScalarValue>]) -> Result<DataType>;

/// One way to call a function.
#[derive(Clone)]
pub struct Form {
    /// The function's name.
    pub name: String,
    /// As it was written, without the name: `(text, integer) -> text`.
    pub signature: String,
    /// One line for the manual.
    pub about: &'static str,
    /// The arguments' types.
    pub arguments: Vec<Kind>,
    /// The type of any number of further arguments.
    pub rest: Option<Kind>,
    /// The result's type, if [`typed`](Self::typed) does not say more.
    pub result: Kind,
    pub(super) typed: Option<Typed>,
    pub(super) strict: bool,
    pub(super) run: Run,
}

/// Forms of functions that share their code. A signature is
/// `name(text, integer) -> text`; `...` behind the last type stands for any number.
pub fn define(about: &'static str, signatures: &[&str], run: Run) -> Vec<Form> {
    signatures.iter().map(|text| Form::parse(text, about, run)).collect()
}

impl Form {
    fn parse(text: &str, about: &'static str, run: Run) -> Form {
        let (call, result) = text.split_once(" -> ").expect("a signature has a result");
        let (name, arguments) = call.split_once('(').expect("a signature has arguments");
        let arguments = arguments.trim_end_matches(')');
        let mut words: Vec<&str> = arguments.split(", ").filter(|word| !word.is_empty()).collect();
        let rest = match words.last().and_then(|last| last.strip_suffix("...")) {
            Some(word) => {
                words.pop();
                Some(Kind::of(word))
            }
            None => None,
        };
        Form {
            name: name.to_string(),
            signature: text[name.len()..].to_string(),
            about,
            arguments: words.into_iter().map(Kind::of).collect(),
            rest,
            result: Kind::of(result),
            typed: None,
            strict: true,
            run,
        }
    }

    /// How far these types are from the form's; `None` if it cannot take them.
    pub(super) fn distance(&self, types: &[DataType]) -> Option<u32> {
        let extra = types.len().checked_sub(self.arguments.len())?;
        if extra > 0 && self.rest.is_none() {
            return None;
        }
        let kinds = self.arguments.iter().chain(std::iter::repeat_n(&self.rest, extra).flatten());
        kinds.zip(types).map(|(kind, from)| kind.distance(from)).sum()
    }

    /// The result's type for arguments of these types.
    pub(super) fn result(&self, types: &[DataType], literals: &[Option<&ScalarValue>]) -> Result<DataType> {
        match self.typed {
            Some(typed) => typed(types, literals),
            None => Ok(match self.result.data_type() {
                Some(data_type) => data_type,
                None => types.first().cloned().unwrap_or(DataType::Null),
            }),
        }
    }

    /// The kind of an argument.
    pub(super) fn kind(&self, index: usize) -> Kind {
        self.arguments.get(index).copied().or(self.rest).unwrap_or(Kind::Any)
    }
}

/// What several forms have in common.
pub trait Forms {
    /// Is called even if an argument is NULL.
    fn called_on_null(self) -> Self;
    /// Its result's type follows from its arguments.
    fn typed(self, typed: Typed) -> Self;
}

impl Forms for Vec<Form> {
    fn called_on_null(mut self) -> Self {
        self.iter_mut().for_each(|form| form.strict = false);
        self
    }

    fn typed(mut self, typed: Typed) -> Self {
        self.iter_mut().for_each(|form| form.typed = Some(typed));
        self
    }
}
