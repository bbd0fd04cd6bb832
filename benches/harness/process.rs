//! A measurement in a process of its own, so that its memory is its own.

use std::fmt::Display;
use std::process::{Command, ExitCode};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Runs this program again with these arguments; its last line is the measurement.
pub fn in_own_process<T: DeserializeOwned>(arguments: &[String]) -> Result<T, String> {
    let this = std::env::current_exe().map_err(|e| e.to_string())?;
    let output = Command::new(this).args(arguments).output().map_err(|e| e.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().last().unwrap_or_default();
    serde_json::from_str(line).map_err(|_| {
        let told = String::from_utf8_lossy(&output.stderr);
        if told.trim().is_empty() { format!("ended with {}", output.status) } else { told.trim().to_string() }
    })
}

/// Prints a measurement for the process that asked for it.
pub fn told<T: Serialize, E: Display>(measured: Result<T, E>) -> ExitCode {
    match measured {
        Ok(measured) => {
            println!("{}", serde_json::to_string(&measured).expect("plain numbers"));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// CPU time of this process, all threads, user and system.
pub fn cpu_time() -> Duration {
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: getrusage fills the struct that it is given.
    let usage = unsafe {
        libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr());
        usage.assume_init()
    };
    let time = |t: libc::timeval| Duration::new(t.tv_sec as u64, t.tv_usec as u32 * 1000);
    time(usage.ru_utime) + time(usage.ru_stime)
}

/// Peak resident memory of this process, bytes.
pub fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches("kB").trim().parse::<u64>().unwrap_or(0) * 1024
}

/// The value of a measure in the middle, and the one that 1 of 20 exceed.
pub fn quantiles(mut times: Vec<Duration>) -> (Duration, Duration) {
    times.sort();
    let at = |share: f64| times.get((times.len() as f64 * share) as usize).copied().unwrap_or_default();
    (at(0.5), at(0.95))
}
