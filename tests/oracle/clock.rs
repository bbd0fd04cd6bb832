//! Times near the present in a script.
//!
//! A script is the same each time; what it compares with `now()` must be near
//! the moment at which it runs. `{now+1500}` in a script is the time 1500 ms
//! after it began.

use chrono::{DateTime, TimeDelta, Utc};

/// When a script began.
pub struct Clock(DateTime<Utc>);

impl Clock {
    pub fn now() -> Clock {
        Clock(Utc::now())
    }

    /// The statement with times in their places.
    pub fn shown(&self, statement: &str) -> String {
        let mut parts = statement.split("{now");
        let mut shown = parts.next().unwrap_or_default().to_string();
        for part in parts {
            let (millis, rest) = part.split_once('}').unwrap_or(("0", part));
            let time = self.0 + TimeDelta::milliseconds(millis.parse().unwrap_or(0));
            shown.push_str(&time.format("%Y-%m-%d %H:%M:%S%.6f+00").to_string());
            shown.push_str(rest);
        }
        shown
    }
}
