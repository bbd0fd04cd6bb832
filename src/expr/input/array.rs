//! Arrays from text: `{1,2,NULL}`, `{"a b",c}`, `{{1,2},{3,4}}`.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ListArray, StringArray};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, FieldRef};

use super::{BadValue, read_column};
use crate::types::{Error, Result, SqlState};

/// The texts as arrays of `item`. An array of arrays is read as such whether or
/// not the type says so; then the inner braces go away, as if there were one array.
pub(super) fn read_arrays(texts: &StringArray, item: &FieldRef, zone: &str) -> Result<ArrayRef, BadValue> {
    let mut depth = 1;
    let mut leaf = item.data_type();
    while let DataType::List(inner) = leaf {
        depth += 1;
        leaf = inner.data_type();
    }
    let mut levels: Vec<(Vec<i32>, Vec<bool>)> = vec![(vec![0], vec![]); depth];
    let mut leaves: Vec<Option<String>> = vec![];
    // Where the leaves of each row end.
    let mut ends = Vec::with_capacity(texts.len());
    for (row, text) in texts.iter().enumerate() {
        let Some(text) = text else {
            let same = levels[0].0.last().copied().unwrap_or(0);
            levels[0].0.push(same);
            levels[0].1.push(false);
            ends.push(leaves.len());
            continue;
        };
        let mut reader = Reader { text, rest: text, levels: &mut levels, leaves: &mut leaves };
        reader.whole().map_err(|error| (row, error))?;
        ends.push(leaves.len());
    }
    let leaves: StringArray = leaves.into_iter().collect();
    let mut values = read_column(&leaves, leaf, zone)
        .map_err(|(bad, error)| (ends.partition_point(|end| *end <= bad), error))?;
    let mut types = vec![item.clone()];
    while let DataType::List(inner) = types.last().expect("never empty").data_type() {
        let inner = inner.clone();
        types.push(inner);
    }
    for ((offsets, valid), item) in levels.into_iter().zip(types).rev() {
        let nulls = NullBuffer::from(valid);
        let list = ListArray::try_new(item, OffsetBuffer::new(offsets.into()), values, Some(nulls));
        values = Arc::new(list.map_err(|error| (0, Error::from(error)))?);
    }
    Ok(values)
}

struct Reader<'a, 'b> {
    text: &'a str,
    rest: &'a str,
    levels: &'b mut Vec<(Vec<i32>, Vec<bool>)>,
    leaves: &'b mut Vec<Option<String>>,
}

impl Reader<'_, '_> {
    fn malformed(&self, detail: &str) -> Error {
        let message = format!("malformed array literal: \"{}\"", self.text);
        Error::new(SqlState::INVALID_TEXT_REPRESENTATION, message).with_detail(detail)
    }

    fn skip(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn takes(&mut self, c: char) -> bool {
        self.skip();
        match self.rest.strip_prefix(c) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn whole(&mut self) -> Result<()> {
        self.skip();
        if self.rest.starts_with('[') {
            return Err(Error::unsupported("an array whose indices do not begin at 1"));
        }
        if !self.takes('{') {
            return Err(self.malformed("Array value must start with \"{\" or dimension information."));
        }
        self.level(0)?;
        self.skip();
        if self.rest.is_empty() { Ok(()) } else { Err(self.malformed("Junk after closing right brace.")) }
    }

    /// One pair of braces, of which the first has been read.
    fn level(&mut self, depth: usize) -> Result<()> {
        let deepest = self.levels.len() - 1;
        let mut first = true;
        loop {
            if self.takes('}') {
                if !first {
                    return Err(self.malformed("Unexpected \"}\" character."));
                }
                break;
            }
            if self.takes('{') {
                if depth == deepest {
                    return Err(Error::unsupported("an array of arrays where its type has one dimension")
                        .with_hint("Give the type as many pairs of brackets as the value has braces."));
                }
                self.level(depth + 1)?;
            } else {
                let element = self.element()?;
                if depth < deepest {
                    return Err(self.malformed("Unexpected array element."));
                }
                self.leaves.push(element);
            }
            first = false;
            if self.takes('}') {
                break;
            }
            if !self.takes(',') {
                return Err(self.malformed("Unexpected end of input."));
            }
        }
        let end = match depth == deepest {
            true => self.leaves.len(),
            false => self.levels[depth + 1].1.len(),
        };
        self.levels[depth].0.push(end as i32);
        self.levels[depth].1.push(true);
        Ok(())
    }

    fn element(&mut self) -> Result<Option<String>> {
        self.skip();
        let mut value = String::new();
        let mut chars = self.rest.char_indices();
        if self.rest.starts_with('"') {
            chars.next();
            while let Some((at, c)) = chars.next() {
                match c {
                    '"' => {
                        self.rest = &self.rest[at + 1..];
                        return Ok(Some(value));
                    }
                    '\\' => value.extend(chars.next().map(|(_, c)| c)),
                    c => value.push(c),
                }
            }
            return Err(self.malformed("Unexpected end of input."));
        }
        let (mut end, mut escaped) = (self.rest.len(), false);
        while let Some((at, c)) = chars.next() {
            match c {
                ',' | '}' => {
                    end = at;
                    break;
                }
                '{' | '"' => return Err(self.malformed("Unexpected array element.")),
                '\\' => {
                    escaped = true;
                    value.extend(chars.next().map(|(_, c)| c));
                }
                c => value.push(c),
            }
        }
        self.rest = &self.rest[end..];
        let value = value.trim_end().to_string();
        if value.is_empty() {
            return Err(self.malformed("Unexpected \",\" character."));
        }
        Ok((escaped || !value.eq_ignore_ascii_case("null")).then_some(value))
    }
}
