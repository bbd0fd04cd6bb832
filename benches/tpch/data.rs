//! Writes the data of TPC-H as CSV for tests in other languages.
//!
//! ```text
//! tpch_data FOLDER SCALE ROUNDS
//! ```
//!
//! `FOLDER/orders.csv` and the other tables are what is loaded;
//! `FOLDER/ROUND/orders.csv` and `lineitem.csv` come in a round,
//! `FOLDER/ROUND/deleted.txt` has the keys of the orders that go.

mod generate;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use generate::{Fate, Generator, TABLES};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [folder, scale, rounds] = words.as_slice() else { return usage("three arguments") };
    let (Ok(scale), Ok(rounds)) = (scale.parse(), rounds.parse()) else { return usage("two numbers") };
    let Some(generator) = Generator::new(scale, rounds) else { return usage("fewer rounds") };
    match write(Path::new(folder), generator, rounds) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {folder}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn usage(wanted: &str) -> ExitCode {
    eprintln!("usage: tpch_data FOLDER SCALE ROUNDS ({wanted} wanted)");
    ExitCode::FAILURE
}

fn write(folder: &Path, generator: Generator, rounds: u64) -> std::io::Result<()> {
    let create = |path: &str| Ok::<_, std::io::Error>(BufWriter::new(File::create(folder.join(path))?));
    for round in 0..rounds {
        std::fs::create_dir_all(folder.join(round.to_string()))?;
    }
    for table in TABLES {
        let mut outcome = Ok(());
        let mut loaded = create(&format!("{table}.csv"))?;
        let mut coming = vec![];
        let mut going = vec![];
        if table == "orders" || table == "lineitem" {
            for round in 0..rounds {
                coming.push(create(&format!("{round}/{table}.csv"))?);
            }
        }
        if table == "orders" {
            for round in 0..rounds {
                going.push(create(&format!("{round}/deleted.txt"))?);
            }
        }
        generator.lines(table, |key, line| {
            let fate = key.map_or(Fate::Stays, |key| generator.fate(key));
            let mut put = || match (fate, key) {
                (Fate::Comes(round), _) => writeln!(coming[round as usize], "{line}"),
                (Fate::Goes(round), Some(key)) if table == "orders" => {
                    writeln!(going[round as usize], "{key}")?;
                    writeln!(loaded, "{line}")
                }
                _ => writeln!(loaded, "{line}"),
            };
            if outcome.is_ok() {
                outcome = put();
            }
        });
        outcome?;
        for mut file in coming.into_iter().chain(going).chain([loaded]) {
            file.flush()?;
        }
    }
    Ok(())
}
