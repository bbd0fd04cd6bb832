//! The table of variables.

use super::value;
use crate::types::Result;

/// One variable.
pub(super) struct Variable {
    /// As it is printed; looked up without regard to case.
    pub name: &'static str,
    pub kind: Kind,
    pub default: &'static str,
    pub about: &'static str,
    /// Clients are told when it changes.
    pub reported: bool,
    /// The variable whose value is the default.
    pub inherits: Option<&'static str>,
    /// A value holds for the transaction at hand.
    pub transaction_only: bool,
}

/// Which values a variable takes.
pub(super) enum Kind {
    /// It cannot be changed.
    Preset,
    Text,
    Boolean,
    /// One of these words.
    Word(&'static [&'static str]),
    /// The first list is honoured, the second is known and not built.
    Only(&'static [&'static str], &'static [&'static str]),
    /// Milliseconds with a unit; 0 is without end.
    Duration,
    /// Digits of floating-point numbers: the shortest exact ones are printed.
    FloatDigits,
    TimeZone,
    Encoding,
    DateStyle,
    SearchPath,
    /// The session's own user.
    User,
}

impl Kind {
    /// The value as it is kept and printed.
    pub fn read(&self, name: &str, values: &[String]) -> Result<String> {
        match self {
            Kind::DateStyle => return value::date_style(values),
            Kind::SearchPath => return value::search_path(values),
            _ => {}
        }
        let given = value::single(name, values)?;
        match self {
            Kind::Boolean => value::boolean(name, given),
            Kind::Word(words) => value::word(name, given, words),
            Kind::Only(honoured, unbuilt) => value::only(name, given, honoured, unbuilt),
            Kind::Duration => value::duration(name, given),
            Kind::FloatDigits => value::float_digits(name, given),
            Kind::TimeZone => value::time_zone(given),
            Kind::Encoding => value::encoding(given),
            _ => Ok(given.to_string()),
        }
    }
}

const fn new(name: &'static str, kind: Kind, default: &'static str, about: &'static str) -> Variable {
    Variable { name, kind, default, about, reported: false, inherits: None, transaction_only: false }
}

const fn reported(variable: Variable) -> Variable {
    Variable { reported: true, ..variable }
}

const fn of_transaction(variable: Variable, inherits: &'static str) -> Variable {
    Variable { inherits: Some(inherits), transaction_only: true, ..variable }
}

const ISOLATION: Kind =
    Kind::Word(&["serializable", "repeatable read", "read committed", "read uncommitted"]);
const LEVELS: Kind =
    Kind::Word(&["debug5", "debug4", "debug3", "debug2", "debug1", "log", "notice", "warning", "error"]);

pub(super) const VARIABLES: &[Variable] = &[
    reported(new("application_name", Kind::Text, "", "Name of the client, for lists of sessions.")),
    new("background_ddl", Kind::Boolean, "off", "Accepted: statements wait for what they make."),
    new("bytea_output", Kind::Only(&["hex"], &["escape"]), "hex", "Output format of bytea."),
    reported(new("client_encoding", Kind::Encoding, "UTF8", "Character set of the client.")),
    new("client_min_messages", LEVELS, "notice", "Messages below this level are not sent."),
    reported(new("DateStyle", Kind::DateStyle, "ISO, MDY", "Output format of dates and times.")),
    new(
        "default_transaction_isolation",
        ISOLATION,
        "serializable",
        "Asked isolation of new transactions; the strictest is always given.",
    ),
    reported(new("default_transaction_read_only", Kind::Boolean, "off", "New transactions change nothing.")),
    new("extra_float_digits", Kind::FloatDigits, "1", "Floating-point numbers are printed exactly."),
    new(
        "idle_in_transaction_session_timeout",
        Kind::Duration,
        "0",
        "A transaction block that does nothing for this long fails.",
    ),
    reported(new("in_hot_standby", Kind::Preset, "off", "Whether this is a standby.")),
    reported(new("integer_datetimes", Kind::Preset, "on", "Times count microseconds.")),
    reported(new(
        "IntervalStyle",
        Kind::Only(&["postgres"], &["postgres_verbose", "sql_standard", "iso_8601"]),
        "postgres",
        "Output format of intervals.",
    )),
    reported(new("is_superuser", Kind::Preset, "on", "Whether the user may do everything.")),
    new("jit", Kind::Boolean, "off", "Accepted: nothing is compiled at run time."),
    new("lock_timeout", Kind::Duration, "0", "Waiting longer than this for a table fails."),
    new("max_identifier_length", Kind::Preset, "63", "Longest name, in bytes."),
    new(
        "query_mode",
        Kind::Word(&["auto", "local", "distributed"]),
        "auto",
        "Accepted: queries run locally.",
    ),
    new("role", Kind::User, "none", "The current role."),
    new("row_security", Kind::Boolean, "on", "Accepted: there are no row policies."),
    new("rw_implicit_flush", Kind::Boolean, "off", "Accepted: a change can be read once it is acknowledged."),
    new("search_path", Kind::SearchPath, "\"$user\", public", "Where names without a schema are looked up."),
    reported(new("server_encoding", Kind::Preset, "UTF8", "Character set of the database.")),
    reported(new("server_version", Kind::Preset, "15.0", "The PostgreSQL version that is spoken.")),
    new("server_version_num", Kind::Preset, "150000", "The same as a number."),
    reported(new("session_authorization", Kind::User, "", "The session's user.")),
    reported(new(
        "standard_conforming_strings",
        Kind::Only(&["on"], &["off"]),
        "on",
        "A backslash in a string is a backslash.",
    )),
    new("statement_timeout", Kind::Duration, "0", "A statement that runs longer than this is canceled."),
    new("streaming_parallelism", Kind::Text, "default", "Accepted: views run on all workers."),
    new(
        "synchronous_commit",
        Kind::Word(&["on", "off", "local", "remote_write", "remote_apply"]),
        "on",
        "Accepted: a commit is durable before it is acknowledged.",
    ),
    reported(new("TimeZone", Kind::TimeZone, "UTC", "Zone in which instants are shown.")),
    of_transaction(
        new("transaction_isolation", ISOLATION, "", "Asked isolation of the transaction."),
        "default_transaction_isolation",
    ),
    of_transaction(
        new("transaction_read_only", Kind::Boolean, "", "The transaction changes nothing."),
        "default_transaction_read_only",
    ),
    new("transaction_deferrable", Kind::Boolean, "off", "Accepted: reads never wait for writers."),
    new(
        "visibility_mode",
        Kind::Word(&["default", "all", "checkpoint"]),
        "default",
        "Accepted: reads see every acknowledged change.",
    ),
    new("xmloption", Kind::Word(&["content", "document"]), "content", "Accepted: there is no xml."),
];
