//! Reading typed values out of `WITH` options.
//!
//! Every failure is `22023` and says which option, what was given and what is
//! allowed.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use crate::types::{Error, Result, SqlState};

/// A statement's options with typed access.
#[derive(Clone, Copy)]
pub struct Settings<'a>(pub &'a BTreeMap<String, String>);

impl<'a> Settings<'a> {
    /// The option as typed.
    pub fn text(&self, name: &str) -> Option<&'a str> {
        self.0.get(name).map(String::as_str)
    }

    /// An option that must be there.
    pub fn required(&self, name: &str) -> Result<&'a str> {
        self.text(name).ok_or_else(|| {
            Error::new(SqlState::INVALID_PARAMETER_VALUE, format!("option \"{name}\" is missing"))
                .with_hint(format!("Add {name} = '…' to the WITH clause."))
        })
    }

    /// A number within bounds, if given.
    pub fn number<N>(&self, name: &str, least: N, most: N) -> Result<Option<N>>
    where
        N: FromStr + PartialOrd + Display + Copy,
    {
        let Some(text) = self.text(name) else { return Ok(None) };
        match text.trim().parse::<N>() {
            Ok(value) if value >= least && value <= most => Ok(Some(value)),
            _ => Err(invalid(name, text, &format!("a number from {least} to {most}"))),
        }
    }

    /// `true` or `false`; `default` when absent.
    pub fn flag(&self, name: &str, default: bool) -> Result<bool> {
        match self.text(name).map(str::to_ascii_lowercase).as_deref() {
            None => Ok(default),
            Some("true" | "t" | "on" | "1") => Ok(true),
            Some("false" | "f" | "off" | "0") => Ok(false),
            Some(other) => Err(invalid(name, other, "'true' or 'false'")),
        }
    }
}

/// `22023` for an option whose value cannot be used.
pub fn invalid(name: &str, value: &str, allowed: &str) -> Error {
    Error::new(SqlState::INVALID_PARAMETER_VALUE, format!("invalid value '{value}' for option \"{name}\""))
        .with_hint(format!("Allowed: {allowed}."))
}
