//! The command line.

/// What to run.
pub struct Options {
    /// Cases for each number of workers.
    pub cases: usize,
    pub seed: u64,
    pub workers: Vec<usize>,
    /// Scenarios at a time.
    pub jobs: usize,
    /// Only this one.
    pub scenario: Option<u64>,
    /// Stop looking after so many differences.
    pub differences_max: usize,
    /// Print each script before it runs.
    pub verbose: bool,
}

impl Options {
    pub fn from_command_line() -> Result<Options, String> {
        let jobs = std::thread::available_parallelism().map_or(1, |n| n.get());
        let mut options = Options {
            cases: 1000,
            seed: 1,
            workers: vec![1, 3],
            jobs,
            scenario: None,
            differences_max: 5,
            verbose: false,
        };
        let mut arguments = std::env::args().skip(1);
        while let Some(name) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("{name} needs a value"));
            match name.as_str() {
                "--cases" => options.cases = number(&value()?)?,
                "--seed" => options.seed = number(&value()?)?,
                "--jobs" => options.jobs = number(&value()?)?,
                "--differences" => options.differences_max = number(&value()?)?,
                "--scenario" => options.scenario = Some(number(&value()?)?),
                "--workers" => {
                    options.workers = value()?.split(',').map(number).collect::<Result<_, _>>()?;
                }
                "--verbose" => options.verbose = true,
                // What `cargo test` passes on to every test program.
                "--nocapture" | "--quiet" | "-q" | "--show-output" => {}
                other => return Err(format!("unknown option {other}; see tests/oracle/main.rs")),
            }
        }
        Ok(options)
    }
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.trim().parse().map_err(|_| format!("not a number: {text}"))
}
