//! A session's variables: `SET`, `SHOW`, `RESET`.
//!
//! Every variable that is accepted is either honoured or has no other meaning
//! here than the one it has anyway; a value that would ask for something else is
//! refused with `0A000`. A `SET` inside a transaction block that is rolled back
//! has not happened; `SET LOCAL` lasts until the block ends either way.

use std::collections::BTreeMap;
use std::time::Duration;

use super::variable::{Kind, VARIABLES, Variable, parse_millis, user};
use crate::expr::nearest;
use crate::types::{Error, Result, SqlState};

/// The variables of one session.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What `RESET` goes back to, where it is not the built-in default: values
    /// of the start-up message, names of user and database.
    initial: BTreeMap<String, String>,
    session: BTreeMap<String, String>,
    local: BTreeMap<String, String>,
    /// `session` as it was when the block began.
    before_block: Option<BTreeMap<String, String>>,
    reported: BTreeMap<String, String>,
    version: u64,
}

/// The values at a savepoint.
pub struct SettingsMark {
    session: BTreeMap<String, String>,
    local: BTreeMap<String, String>,
}

impl Settings {
    /// The defaults, for this user.
    pub fn new(user: &str) -> Self {
        Settings {
            initial: BTreeMap::from([("session_authorization".to_string(), user.to_string())]),
            session: BTreeMap::new(),
            local: BTreeMap::new(),
            before_block: None,
            reported: BTreeMap::new(),
            version: 0,
        }
    }

    /// Sets a default of this session, as the start-up message does.
    pub fn set_initial(&mut self, name: &str, value: &str) -> Result<()> {
        let (key, value) = self.check(name, &[value.to_string()])?;
        self.initial.insert(key, value);
        self.version += 1;
        Ok(())
    }

    /// `SET name TO values`; no values are `DEFAULT`.
    pub fn set(&mut self, name: &str, values: &[String], local: bool) -> Result<()> {
        if values.is_empty() {
            return self.reset(name);
        }
        let (key, value) = self.check(name, values)?;
        self.version += 1;
        if local || variable(&key).is_some_and(|v| v.transaction_only) {
            self.local.insert(key, value);
        } else {
            self.local.remove(&key);
            self.session.insert(key, value);
        }
        Ok(())
    }

    /// `RESET name`.
    pub fn reset(&mut self, name: &str) -> Result<()> {
        let key = name.to_ascii_lowercase();
        match variable(&key) {
            Some(Variable { kind: Kind::Preset, name, .. }) => return Err(preset(name)),
            None if !is_custom(&key) => return Err(unrecognized(&key)),
            _ => {}
        }
        self.local.remove(&key);
        self.session.remove(&key);
        self.version += 1;
        Ok(())
    }

    /// `RESET ALL`.
    pub fn reset_all(&mut self) {
        self.local.clear();
        self.session.clear();
        self.version += 1;
    }

    /// The name as it is printed, and the value.
    pub fn show(&self, name: &str) -> Result<(String, String)> {
        let key = name.to_ascii_lowercase();
        match variable(&key) {
            Some(known) => Ok((known.name.to_string(), self.get(known.name).to_string())),
            None => match self.value(&key) {
                Some(value) => Ok((key.clone(), value.to_string())),
                None => Err(unrecognized(&key)),
            },
        }
    }

    /// All variables: (name, value, description), ordered by name.
    pub fn all(&self) -> Vec<(String, String, String)> {
        let mut all: Vec<_> = VARIABLES
            .iter()
            .map(|v| (v.name.to_string(), self.get(v.name).to_string(), v.about.to_string()))
            .collect();
        all.sort_by_key(|(name, ..)| name.to_ascii_lowercase());
        all
    }

    /// The value of a variable of the table.
    pub fn get(&self, name: &str) -> &str {
        let key = name.to_ascii_lowercase();
        if let Some(value) = self.value(&key) {
            return value;
        }
        match variable(&key) {
            Some(Variable { inherits: Some(from), .. }) => self.get(from),
            Some(known) => known.default,
            None => "",
        }
    }

    /// The value of a duration; `None` when it is 0, which means without end.
    pub fn duration(&self, name: &str) -> Option<Duration> {
        let millis = parse_millis(self.get(name)).unwrap_or(0);
        (millis > 0).then(|| Duration::from_millis(millis.unsigned_abs()))
    }

    /// Is the variable `on`?
    pub fn is_on(&self, name: &str) -> bool {
        self.get(name) == "on"
    }

    /// Grows with every change: plans depend on settings.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// A transaction block begins.
    pub fn begin(&mut self) {
        self.before_block = Some(self.session.clone());
    }

    /// The values as they are, to go back to.
    pub fn mark(&self) -> SettingsMark {
        SettingsMark { session: self.session.clone(), local: self.local.clone() }
    }

    /// The values as they were; inside the block that they were marked in.
    pub fn go_back(&mut self, mark: &SettingsMark) {
        self.session = mark.session.clone();
        self.local = mark.local.clone();
        self.version += 1;
    }

    /// A block or implicit transaction ends.
    pub fn end(&mut self, committed: bool) {
        let before = self.before_block.take();
        if self.local.is_empty() && (committed || before.is_none()) {
            return;
        }
        self.local.clear();
        if let (Some(before), false) = (before, committed) {
            self.session = before;
        }
        self.version += 1;
    }

    /// What clients are told and have not been told yet.
    pub fn take_changes(&mut self) -> Vec<(String, String)> {
        let mut changes = vec![];
        for known in VARIABLES.iter().filter(|v| v.reported) {
            let value = self.get(known.name);
            if self.reported.get(known.name).is_none_or(|told| told != value) {
                changes.push((known.name.to_string(), value.to_string()));
            }
        }
        self.reported.extend(changes.iter().cloned());
        changes
    }

    fn value(&self, key: &str) -> Option<&str> {
        let layers = [&self.local, &self.session, &self.initial];
        layers.into_iter().find_map(|layer| layer.get(key)).map(String::as_str)
    }

    fn check(&self, name: &str, values: &[String]) -> Result<(String, String)> {
        let key = name.to_ascii_lowercase();
        let Some(known) = variable(&key) else {
            if is_custom(&key) {
                return Ok((key, values.join(", ")));
            }
            return Err(unrecognized(&key));
        };
        let value = match (&known.kind, values) {
            (Kind::Preset, _) => return Err(preset(known.name)),
            (Kind::User, [given]) => {
                let own = self.initial.get("session_authorization").map_or("", String::as_str);
                user(known.name, given, own)?
            }
            (kind, values) => kind.read(known.name, values)?,
        };
        Ok((key, value))
    }
}

fn variable(key: &str) -> Option<&'static Variable> {
    VARIABLES.iter().find(|v| v.name.eq_ignore_ascii_case(key))
}

/// A name with a dot belongs to whoever uses it, as in PostgreSQL.
fn is_custom(key: &str) -> bool {
    key.split_once('.').is_some_and(|(before, after)| !before.is_empty() && !after.is_empty())
}

fn preset(name: &str) -> Error {
    Error::new(SqlState::CANT_CHANGE_RUNTIME_PARAM, format!("parameter \"{name}\" cannot be changed"))
}

fn unrecognized(name: &str) -> Error {
    let error =
        Error::new(SqlState::UNDEFINED_OBJECT, format!("unrecognized configuration parameter \"{name}\""));
    match nearest(name, VARIABLES.iter().map(|v| v.name)) {
        Some(near) => error.with_hint(format!("Perhaps you meant \"{near}\".")),
        None => error.with_hint("SHOW ALL lists the parameters there are."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(settings: &mut Settings, name: &str, value: &str) -> Result<()> {
        settings.set(name, &[value.to_string()], false)
    }

    fn code(result: Result<()>) -> &'static str {
        result.expect_err("refused").code().0
    }

    #[test]
    fn every_default_is_a_value() {
        for known in VARIABLES {
            if matches!(known.kind, Kind::Preset | Kind::User) || known.inherits.is_some() {
                continue;
            }
            let read = known.kind.read(known.name, &[known.default.to_string()]);
            assert_eq!(read.expect(known.name), known.default, "{}", known.name);
        }
    }

    #[test]
    fn names_are_known_or_refused() {
        let mut s = Settings::new("root");
        set(&mut s, "APPLICATION_NAME", "psql").unwrap();
        assert_eq!(s.show("application_name").unwrap(), ("application_name".into(), "psql".into()));
        let error = set(&mut s, "aplication_name", "x").unwrap_err();
        assert_eq!(error.message(), "unrecognized configuration parameter \"aplication_name\"");
        assert_eq!(
            (error.code().0, error.hint().unwrap()),
            ("42704", "Perhaps you meant \"application_name\".")
        );
        assert_eq!(code(set(&mut s, "server_version", "9")), "55P02");
        set(&mut s, "my.own", "1").unwrap();
        assert_eq!(s.show("my.own").unwrap().1, "1");
        assert_eq!(code(s.reset("nothing")), "42704");
    }

    #[test]
    fn values_are_checked_and_printed_as_in_postgresql() {
        let mut s = Settings::new("root");
        for (name, given, shown) in [
            ("statement_timeout", "5000", "5s"),
            ("statement_timeout", "1500ms", "1500ms"),
            ("statement_timeout", "2min", "2min"),
            ("statement_timeout", "0", "0"),
            ("client_encoding", "utf-8", "UTF8"),
            ("DateStyle", "iso, dmy", "ISO, DMY"),
            ("DateStyle", "ISO", "ISO, MDY"),
            ("timezone", "europe/berlin", "Europe/Berlin"),
            ("timezone", "utc", "UTC"),
            ("row_security", "off", "off"),
            ("row_security", "yes", "on"),
            ("client_min_messages", "WARNING", "warning"),
            ("extra_float_digits", "3", "3"),
            ("transaction_isolation", "read committed", "read committed"),
        ] {
            set(&mut s, name, given).unwrap_or_else(|e| panic!("{name} = {given}: {e}"));
            assert_eq!(s.show(name).unwrap().1, shown, "{name} = {given}");
        }
        for (name, given, expected) in [
            ("statement_timeout", "soon", "22023"),
            ("statement_timeout", "-1", "22023"),
            ("client_encoding", "latin1", "0A000"),
            ("client_encoding", "klingon", "22023"),
            ("DateStyle", "German", "0A000"),
            ("timezone", "Europe/Nowhere", "22023"),
            ("row_security", "maybe", "22023"),
            ("client_min_messages", "loud", "22023"),
            ("extra_float_digits", "4", "22023"),
            ("bytea_output", "escape", "0A000"),
            ("role", "somebody", "22023"),
        ] {
            assert_eq!(code(set(&mut s, name, given)), expected, "{name} = {given}");
        }
        let two = ["1".to_string(), "2".to_string()];
        assert_eq!(code(s.set("statement_timeout", &two, false)), "22023");
    }

    #[test]
    fn a_block_that_fails_takes_its_settings_back() {
        let mut s = Settings::new("root");
        set(&mut s, "application_name", "before").unwrap();
        s.begin();
        set(&mut s, "application_name", "inside").unwrap();
        s.set("timezone", &["Europe/Berlin".to_string()], true).unwrap();
        assert_eq!((s.get("application_name"), s.get("TimeZone")), ("inside", "Europe/Berlin"));
        s.end(false);
        assert_eq!((s.get("application_name"), s.get("TimeZone")), ("before", "UTC"));
        s.begin();
        set(&mut s, "application_name", "inside").unwrap();
        s.set("timezone", &["Europe/Berlin".to_string()], true).unwrap();
        s.end(true);
        assert_eq!((s.get("application_name"), s.get("TimeZone")), ("inside", "UTC"));
    }

    #[test]
    fn a_transaction_takes_its_mode_from_the_default() {
        let mut s = Settings::new("root");
        set(&mut s, "default_transaction_read_only", "on").unwrap();
        assert!(s.is_on("transaction_read_only"));
        set(&mut s, "transaction_read_only", "off").unwrap();
        assert!(!s.is_on("transaction_read_only"));
        s.end(true);
        assert!(s.is_on("transaction_read_only"));
    }

    #[test]
    fn changes_are_reported_once() {
        let mut s = Settings::new("root");
        assert!(s.take_changes().iter().any(|(n, v)| n == "TimeZone" && v == "UTC"));
        assert!(s.take_changes().is_empty());
        set(&mut s, "application_name", "x").unwrap();
        set(&mut s, "statement_timeout", "1").unwrap();
        assert_eq!(s.take_changes(), [("application_name".to_string(), "x".to_string())]);
        s.reset_all();
        assert_eq!(s.take_changes(), [("application_name".to_string(), String::new())]);
    }
}
