//! Log set-up.

use tracing_subscriber::EnvFilter;

/// Logs to standard error from now on: what `MILLSTREAM_LOG` says, or warnings
/// and worse. Calling it again changes nothing.
pub fn init_logs() {
    let filter = EnvFilter::try_from_env("MILLSTREAM_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}
