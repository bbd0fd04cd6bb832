//! Checking `WITH` options against what a connector declares.
//!
//! Pure functions, so that a statement with a wrong option fails before
//! anything outside is touched. Values are the connector's business; here only
//! names are looked at.

use std::collections::BTreeMap;

use super::Connector;
use crate::expr::nearest;
use crate::types::{Error, Result, SqlState};

/// Fails with `22023` on the first option that the connector does not declare,
/// naming the nearest one that it does. `connector` itself is always known.
pub fn check_options(connector: &dyn Connector, options: &BTreeMap<String, String>) -> Result<()> {
    for name in options.keys() {
        let known = |pattern: &str| matches(pattern, name);
        if name != "connector" && !connector.options().iter().any(|o| known(o.name)) {
            return Err(unknown(connector, name));
        }
    }
    Ok(())
}

fn unknown(connector: &dyn Connector, name: &str) -> Error {
    let concrete: Vec<String> = connector.options().iter().map(|o| filled(o.name, name)).collect();
    let error = Error::new(
        SqlState::INVALID_PARAMETER_VALUE,
        format!("unknown option \"{name}\" of connector '{}'", connector.name()),
    );
    let near = nearest(name, concrete.iter().map(String::as_str));
    let known: Vec<&str> = connector.options().iter().map(|o| o.name).collect();
    match near {
        Some(near) => error.with_hint(format!("Did you mean \"{near}\"?")),
        None if known.is_empty() => error.with_hint("This connector takes no options."),
        None => error.with_hint(format!("Known options: {}.", known.join(", "))),
    }
}

/// Whether `name` is what `pattern` describes; `*` stands for one or more
/// dotted parts.
fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((before, after)) => {
            name.len() > before.len() + after.len() && name.starts_with(before) && name.ends_with(after)
        }
    }
}

/// The pattern with `*` replaced by what stands in its place in `name`, so that
/// `fields.id.knd` is answered with `fields.id.kind`.
fn filled(pattern: &str, name: &str) -> String {
    let wanted: Vec<&str> = pattern.split('.').collect();
    let given: Vec<&str> = name.split('.').collect();
    let Some(star) = wanted.iter().position(|part| *part == "*") else {
        return pattern.to_string();
    };
    if given.len() < wanted.len() {
        return pattern.to_string();
    }
    let end = given.len() - (wanted.len() - star - 1);
    pattern.replacen('*', &given[star..end].join("."), 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataflow::OptionSpec;

    struct Fake;

    impl Connector for Fake {
        fn name(&self) -> &'static str {
            "fake"
        }

        fn options(&self) -> &'static [OptionSpec] {
            &[
                OptionSpec { name: "path", about: "" },
                OptionSpec { name: "fields.*.kind", about: "" },
                OptionSpec { name: "rows.per.second", about: "" },
            ]
        }
    }

    fn check(name: &str) -> Result<()> {
        check_options(&Fake, &BTreeMap::from([(name.to_string(), "1".to_string())]))
    }

    #[test]
    fn takes_plain_and_dotted_names() {
        check("path").unwrap();
        check("connector").unwrap();
        check("fields.a.kind").unwrap();
        check("fields.a.b.kind").unwrap();
        assert!(check("fields.kind").is_err());
        assert!(check("fields..kind").is_err());
    }

    #[test]
    fn names_the_nearest() {
        let hint = |name: &str| check(name).unwrap_err().hint().unwrap().to_string();
        assert_eq!(hint("pth"), "Did you mean \"path\"?");
        assert_eq!(hint("fields.id.knd"), "Did you mean \"fields.id.kind\"?");
        assert_eq!(hint("row.per.second"), "Did you mean \"rows.per.second\"?");
        assert!(hint("zzzzzz").starts_with("Known options: path"));
        assert_eq!(check("pth").unwrap_err().code(), SqlState::INVALID_PARAMETER_VALUE);
    }
}
