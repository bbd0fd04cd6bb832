//! What the catalogs say about the session that asks.

/// The asking session, as `current_user`, `pg_settings` and the like show it.
#[derive(Clone, Debug)]
pub struct SystemContext {
    /// The database's name.
    pub database: String,
    /// The user's name, owner of everything.
    pub user: String,
    /// Schemas in which unqualified names are looked up, first one first.
    pub search_path: Vec<String>,
    /// The settings: (name, value, description).
    pub settings: Vec<(String, String, String)>,
    /// What `pg_backend_pid()` answers.
    pub backend_pid: i32,
    /// When the server started: microseconds since 1970.
    pub started_at: i64,
    /// The time of the statement: microseconds since 1970.
    pub now: i64,
}

impl Default for SystemContext {
    fn default() -> Self {
        SystemContext {
            database: "dev".to_string(),
            user: "root".to_string(),
            search_path: vec!["public".to_string()],
            settings: Vec::new(),
            backend_pid: 1,
            started_at: 0,
            now: 0,
        }
    }
}

impl SystemContext {
    /// The value of a setting; names are compared without regard to case.
    /// Settings of PostgreSQL that clients ask for and that cannot be changed
    /// here have PostgreSQL's value.
    pub fn setting(&self, name: &str) -> Option<&str> {
        let same = |n: &str| n.eq_ignore_ascii_case(name);
        let own = self.settings.iter().find(|(n, ..)| same(n)).map(|(_, value, _)| value.as_str());
        own.or_else(|| FIXED.iter().find(|(n, _)| same(n)).map(|(_, value)| *value))
    }

    /// What `version()` answers.
    pub fn version(&self) -> String {
        let server = self.setting("server_version").unwrap_or("15.0");
        let server = server.split_whitespace().next().unwrap_or(server);
        format!("PostgreSQL {server} (Millstream {})", env!("CARGO_PKG_VERSION"))
    }
}

const FIXED: [(&str, &str); 8] = [
    ("block_size", "8192"),
    ("default_table_access_method", "heap"),
    ("integer_datetimes", "on"),
    ("is_superuser", "on"),
    ("jit", "off"),
    ("max_identifier_length", "63"),
    ("max_index_keys", "32"),
    ("server_encoding", "UTF8"),
];
