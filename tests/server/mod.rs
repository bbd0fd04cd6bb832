//! One `millstream` process under test: started on a free port, killed when dropped.
//!
//! What it writes to stderr goes to a file, which a failing test shows.

#![allow(dead_code)] // each test binary uses its part

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use tokio_postgres::{Client, NoTls};

/// How long a server may take to say that it listens.
const START_SECONDS_MAX: u64 = 60;

/// A running server.
pub struct Server {
    child: Child,
    /// `127.0.0.1:PORT`
    address: String,
    log: PathBuf,
    _folder: tempfile::TempDir,
}

impl Server {
    /// Starts a server without a data folder.
    pub fn in_memory(workers: usize) -> Result<Server, String> {
        Server::start(&["--in-memory".to_string(), "--workers".to_string(), workers.to_string()])
    }

    /// Starts a server on a data folder.
    pub fn on(data_dir: &Path, workers: usize) -> Result<Server, String> {
        let folder = data_dir.display().to_string();
        Server::start(&["--data-dir".to_string(), folder, "--workers".to_string(), workers.to_string()])
    }

    /// Starts the built binary and waits for its `listening on …` line. The
    /// error of a server that ends before it is what it wrote.
    pub fn start(arguments: &[String]) -> Result<Server, String> {
        let folder = tempfile::tempdir().map_err(|e| format!("no folder for the log: {e}"))?;
        let log = folder.path().join("stderr");
        let stderr = File::create(&log).map_err(|e| format!("no log: {e}"))?;
        let mut child = Command::new(env!("CARGO_BIN_EXE_millstream"))
            .args(arguments)
            .args(["--listen", "127.0.0.1:0"])
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(stderr)
            .spawn()
            .map_err(|e| format!("millstream does not start: {e}"))?;
        let stdout = child.stdout.take().expect("stdout was piped");
        let (said, hears) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let _ = said.send(line);
            }
        });
        let mut server = Server { child, address: String::new(), log, _folder: folder };
        server.address = server.wait_until_listening(&hears)?;
        Ok(server)
    }

    fn wait_until_listening(&mut self, hears: &mpsc::Receiver<String>) -> Result<String, String> {
        let deadline = Instant::now() + Duration::from_secs(START_SECONDS_MAX);
        while Instant::now() < deadline {
            match hears.recv_timeout(Duration::from_millis(200)) {
                Ok(line) => {
                    if let Some(address) = line.split("listening on ").nth(1) {
                        let end = address.find(char::is_whitespace).unwrap_or(address.len());
                        return Ok(address[..end].to_string());
                    }
                }
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => {
                    let status = self.child.wait().map_err(|e| e.to_string())?;
                    return Err(format!("millstream ended with {status}\n{}", self.log()));
                }
            }
        }
        Err(format!("no `listening on` line within {START_SECONDS_MAX} s\n{}", self.log()))
    }

    /// A new connection.
    pub async fn connect(&self) -> Result<Client, tokio_postgres::Error> {
        let (host, port) = self.address.rsplit_once(':').expect("an address has a port");
        let config = format!("host={host} port={port} user=root dbname=dev connect_timeout=10");
        let (client, connection) = tokio_postgres::connect(&config, NoTls).await?;
        tokio::spawn(connection);
        Ok(client)
    }

    /// Where it listens.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What it wrote to stderr.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Ends it as a power cut would.
    pub fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Sends SIGTERM and waits up to `patience` for it to end.
    pub fn terminate(mut self, patience: Duration) -> Option<ExitStatus> {
        // SAFETY: the process is our own child and has not been waited for.
        unsafe { libc::kill(self.child.id() as libc::pid_t, libc::SIGTERM) };
        let deadline = Instant::now() + patience;
        while Instant::now() < deadline {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        None
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
