//! The greeting: encryption refused, parameters read, settings reported.

use std::collections::BTreeMap;

use pgwire::messages::cancel::CancelRequest;
use pgwire::messages::response::SslResponse;
use pgwire::messages::startup::{
    Authentication, BackendKeyData, NegotiateProtocolVersion, ParameterStatus, Startup,
};
use pgwire::messages::{DecodeContext, PgWireFrontendMessage, ProtocolVersion, SslNegotiationMetaMessage};
use tokio::io::{AsyncRead, AsyncWrite};

use super::cancel::CancelEntry;
use super::failure::Failure;
use super::wire::Wire;
use crate::types::{Error, Result, SqlState};

/// The version that clients are told: new enough for drivers to use everything
/// they know, and the one whose catalog queries the catalog room answers.
const SERVER_VERSION: &str = "15.0";
/// The longest name of a user or database, as in PostgreSQL.
const NAME_BYTES_MAX: usize = 63;

/// What the client said of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StartupParameters {
    /// `user`.
    pub user: String,
    /// `database`; the user's name when none was given.
    pub database: String,
    /// Everything else, `application_name` and `client_encoding` among it, and
    /// what `options` sets by `-c name=value`.
    pub settings: BTreeMap<String, String>,
}

/// What a connection turned out to be.
pub(super) enum Greeting {
    Client(StartupParameters),
    Cancel(CancelRequest),
}

/// Reads up to the start-up message, refusing encryption on the way.
pub(super) async fn greet<S: AsyncRead + AsyncWrite + Unpin>(
    wire: &mut Wire<S>,
) -> Result<Greeting, Failure> {
    let mut context = DecodeContext::new(ProtocolVersion::PROTOCOL3_2);
    for _ in 0..8 {
        let message = wire
            .next_untyped(|input| {
                unsupported_version(input)?;
                Ok(PgWireFrontendMessage::decode(input, &context)?)
            })
            .await?;
        match message {
            PgWireFrontendMessage::SslNegotiation(SslNegotiationMetaMessage::None) => {
                context.awaiting_frontend_ssl = false;
            }
            PgWireFrontendMessage::SslNegotiation(_) => wire.put(&SslResponse::Refuse)?,
            PgWireFrontendMessage::CancelRequest(request) => return Ok(Greeting::Cancel(request)),
            PgWireFrontendMessage::Startup(startup) => {
                agree_on_version(wire, &startup)?;
                return Ok(Greeting::Client(StartupParameters::read(startup.parameters)?));
            }
            _ => break,
        }
    }
    Err(Failure::Fatal(Error::new(SqlState::PROTOCOL_VIOLATION, "expected a startup packet")))
}

/// `pgwire` has no words for it, PostgreSQL has.
fn unsupported_version(input: &[u8]) -> Result<(), Failure> {
    let major = u16::from_be_bytes([input[4], input[5]]);
    let minor = u16::from_be_bytes([input[6], input[7]]);
    // 1234 marks requests for encryption and cancellation.
    if major == 3 || major == 1234 {
        return Ok(());
    }
    Err(Failure::Fatal(Error::new(
        SqlState::FEATURE_NOT_SUPPORTED,
        format!("unsupported frontend protocol {major}.{minor}: server supports 3.0 to 3.2"),
    )))
}

/// Takes 3.0 and 3.2; of anything else says which of them it will be.
fn agree_on_version<S: AsyncRead + AsyncWrite + Unpin>(
    wire: &mut Wire<S>,
    startup: &Startup,
) -> Result<(), Failure> {
    let asked = startup.protocol_number_minor;
    wire.protocol = if asked >= 2 { ProtocolVersion::PROTOCOL3_2 } else { ProtocolVersion::PROTOCOL3_0 };
    let (_, agreed) = wire.protocol.version_number();
    let unknown: Vec<String> =
        startup.parameters.keys().filter(|name| name.starts_with("_pq_.")).cloned().collect();
    if asked != agreed || !unknown.is_empty() {
        wire.put(&NegotiateProtocolVersion::new(i32::from(wire.protocol), unknown))?;
    }
    Ok(())
}

impl StartupParameters {
    fn read(mut parameters: BTreeMap<String, String>) -> Result<Self, Failure> {
        parameters.retain(|name, _| !name.starts_with("_pq_."));
        let user = parameters.remove("user").filter(|user| !user.is_empty()).ok_or_else(|| {
            Failure::Fatal(Error::new(
                SqlState("28000"),
                "no PostgreSQL user name specified in startup packet",
            ))
        })?;
        let database =
            parameters.remove("database").filter(|name| !name.is_empty()).unwrap_or_else(|| user.clone());
        for name in [&user, &database] {
            if name.len() > NAME_BYTES_MAX {
                return Err(Failure::Fatal(
                    Error::new(SqlState("28000"), format!("name \"{name}\" is too long"))
                        .with_hint(format!("Names have up to {NAME_BYTES_MAX} bytes.")),
                ));
            }
        }
        if let Some(options) = parameters.remove("options") {
            parameters.extend(settings_of(&options));
        }
        Ok(StartupParameters { user, database, settings: parameters })
    }
}

/// The settings in `-c name=value --other=value`, as `PGOPTIONS` has them; a
/// backslash keeps the next character from ending a word.
fn settings_of(options: &str) -> Vec<(String, String)> {
    let mut words = vec![String::new()];
    let mut chars = options.chars();
    while let Some(c) = chars.next() {
        let word = words.last_mut().expect("there is always a word");
        match c {
            '\\' => word.extend(chars.next()),
            c if c.is_whitespace() => words.push(String::new()),
            c => word.push(c),
        }
    }
    let mut words = words.into_iter().filter(|word| !word.is_empty());
    let mut settings = Vec::new();
    while let Some(word) = words.next() {
        let setting = match word.as_str() {
            "-c" => words.next(),
            other => other.strip_prefix("--").or_else(|| other.strip_prefix("-c")).map(str::to_owned),
        };
        if let Some((name, value)) = setting.as_deref().and_then(|setting| setting.split_once('=')) {
            settings.push((name.replace('-', "_"), value.to_owned()));
        }
    }
    settings
}

/// Puts everything from `AuthenticationOk` up to, and without, `ReadyForQuery`.
/// What the session reports goes before our defaults.
pub(super) fn welcome<S: AsyncRead + AsyncWrite + Unpin>(
    wire: &mut Wire<S>,
    client: &StartupParameters,
    reported: Vec<(String, String)>,
    key: &CancelEntry,
) -> Result<(), Failure> {
    wire.put(&Authentication::Ok)?;
    let mut settings: BTreeMap<String, (String, String)> = BTreeMap::new();
    for (name, value) in defaults(client).into_iter().chain(reported) {
        settings.insert(name.to_lowercase(), (name, value));
    }
    for (name, value) in settings.into_values() {
        wire.put(&ParameterStatus::new(name, value))?;
    }
    wire.put(&BackendKeyData::new(key.process, key.secret.clone()))
}

fn defaults(client: &StartupParameters) -> Vec<(String, String)> {
    let application = client.settings.get("application_name").map_or("", String::as_str);
    [
        ("server_version", SERVER_VERSION),
        ("server_encoding", "UTF8"),
        ("client_encoding", "UTF8"),
        ("DateStyle", "ISO, MDY"),
        ("TimeZone", "UTC"),
        ("IntervalStyle", "postgres"),
        ("integer_datetimes", "on"),
        ("standard_conforming_strings", "on"),
        ("application_name", application),
        ("is_superuser", "on"),
        ("session_authorization", &client.user),
        ("in_hot_standby", "off"),
        ("default_transaction_read_only", "off"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_as_postgresql_reads_them() {
        let found = settings_of(r"-c search_path=a\ b -cx=1 --statement-timeout=5s junk");
        let expected = [("search_path", "a b"), ("x", "1"), ("statement_timeout", "5s")];
        assert_eq!(found, expected.map(|(n, v)| (n.to_owned(), v.to_owned())));
    }
}
