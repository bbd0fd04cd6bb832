//! The command line.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use millstream::command::{ServeOptions, playground, run, serve};
use millstream::types::Result;

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// A streaming SQL database with incremental views.
///
/// Without a command it serves: connect with psql -h 127.0.0.1 -p 4566 -U root dev
#[derive(Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: Serve,
}

#[derive(Subcommand)]
enum Command {
    /// Serve a database to PostgreSQL clients (the default)
    Serve(Serve),
    /// Serve sample streams and live views from memory, and say what to try
    Playground(Common),
    /// Run a script without a server and print the changes of its last query
    Run {
        /// The script; its last statement is the query whose changes are printed
        file: PathBuf,
        /// Stop when finite inputs (files without follow, generators with an end) are exhausted
        #[arg(long)]
        until_idle: bool,
        /// Worker threads
        #[arg(long, env = "MILLSTREAM_WORKERS", default_value_t = 1, value_parser = workers)]
        workers: usize,
    },
}

#[derive(Args)]
struct Common {
    /// Address and port for PostgreSQL clients; port 0 takes a free one
    #[arg(long, env = "MILLSTREAM_LISTEN", default_value = "127.0.0.1:4566")]
    listen: String,
    /// Worker threads
    #[arg(long, env = "MILLSTREAM_WORKERS", default_value_t = 1, value_parser = workers)]
    workers: usize,
    /// Memory for queries and state, in MiB
    #[arg(long, env = "MILLSTREAM_MEMORY", default_value_t = 4096)]
    memory: usize,
}

#[derive(Args)]
struct Serve {
    #[command(flatten)]
    common: Common,
    /// The folder in which the database lasts; made if it is not there
    #[arg(long, env = "MILLSTREAM_DATA_DIR", default_value = "./millstream-data")]
    data_dir: PathBuf,
    /// Keep everything in memory and write no file
    #[arg(long, env = "MILLSTREAM_IN_MEMORY", conflicts_with = "data_dir")]
    in_memory: bool,
}

/// How many worker threads: at least one.
fn workers(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("there must be at least one worker".to_string()),
        Ok(count) => Ok(count),
        Err(_) => Err("not a number of threads".to_string()),
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    millstream::telemetry::init_logs();
    let line = CommandLine::parse();
    match obey(line.command.unwrap_or(Command::Serve(line.serve))).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn obey(command: Command) -> Result<()> {
    match command {
        Command::Serve(Serve { common, data_dir, in_memory }) => {
            let data_dir = (!in_memory).then_some(data_dir);
            let memory = common.memory << 20;
            serve(ServeOptions { listen: common.listen, data_dir, workers: common.workers, memory }).await
        }
        Command::Playground(common) => playground(common.listen, common.workers, common.memory << 20).await,
        Command::Run { file, until_idle, workers } => run(&file, workers, until_idle).await,
    }
}
