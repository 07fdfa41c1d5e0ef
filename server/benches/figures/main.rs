//! The product's figures, measured on the real program from outside: `./dev bench [NAME] [--json]`.
//!
//! A bench is a file with a `measure` and a line in [`BENCHES`]. It makes invented families in a [`database`], starts
//! the [`program`] on them, visits it as people do ([`people`], [`http`]), and hands every [`figure`] to the report.

mod database;
mod families;
mod figure;
mod http;
mod inbox;
mod kill;
mod pace;
mod page;
mod people;
mod plan;
mod program;
mod push;
mod server;

use std::{env, process::ExitCode};

use figure::Report;

/// What measures a bench.
type Measure = fn(&mut Report) -> Result<(), String>;

/// Every bench, in the order they run, and what measures it.
const BENCHES: [(&str, Measure); 6] = [
    ("page", page::measure),
    ("server", server::measure),
    ("inbox", inbox::measure),
    ("plan", plan::measure),
    ("push", push::measure),
    ("kill", kill::measure),
];

/// What the command line asks for.
#[derive(Default)]
struct Asked {
    name: Option<String>,
    json: bool,
}

impl Asked {
    fn read(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut asked = Self::default();
        for argument in arguments {
            match argument.as_str() {
                "--json" => asked.json = true,
                // Cargo tells every bench that it is one.
                "--bench" => {}
                _ if argument.starts_with('-') => return Err(format!("There is no option {argument}, only --json.")),
                _ if asked.name.is_some() => return Err("Name one bench, or none for all.".into()),
                name if BENCHES.iter().all(|(bench, _)| *bench != name) => {
                    let names = BENCHES.map(|(bench, _)| bench).join(", ");
                    return Err(format!("There is no bench named {name}. There are: {names}."));
                }
                _ => asked.name = Some(argument),
            }
        }
        Ok(asked)
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let done = match arguments.split_first() {
        Some((first, task)) if first == push::CHILD => push::run(task).map(|()| true),
        _ => run(arguments),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(why) => {
            eprintln!("{why}");
            ExitCode::from(2)
        }
    }
}

/// Whether every figure keeps its budget.
fn run(arguments: Vec<String>) -> Result<bool, String> {
    let asked = Asked::read(arguments.into_iter())?;
    program::clear_scratch()?;
    let mut report = Report::new(asked.json);
    for (name, measure) in BENCHES {
        if asked.name.as_deref().is_none_or(|asked| asked == name) {
            measure(&mut report)?;
        }
    }
    Ok(report.finish())
}

/// Says what goes on while it takes its time.
fn say(words: &str) {
    eprintln!("→ {words}");
}
