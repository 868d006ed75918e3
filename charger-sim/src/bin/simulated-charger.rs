//! Runs a scenario: chargers and back offices on sockets, for tools in any language.

use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use charger_sim::{Scenario, ScenarioError};
use clap::Parser;

/// Simulated EV chargers and OCPP back offices on loopback sockets.
///
/// Prints one line of JSON with the URLs of everything, and how to log in to each charger,
/// and runs until it is stopped: by a signal, by POST CONTROL/stop, or by the end of its
/// standard input if asked to. On a terminal the same stands there for people as well.
///
/// The control API (HTTP, JSON):
///   GET  CONTROL/chargers                      the state of each charger
///   GET  CONTROL/chargers/SERIAL               the state of one
///   POST CONTROL/chargers/SERIAL/faults        [{"fault":"reply-lost","place":"write"}]
///   POST CONTROL/chargers/SERIAL/power-cut     {"off-s":5}, or {} until power-on
///   POST CONTROL/chargers/SERIAL/ACTION        power-on, restart, steal-session,
///                                                lose-clock, charge, plug-in, unplug,
///                                                remove-sim
///   POST CONTROL/chargers/SERIAL/insert-sim    {"apn":"…","pin":"…"}, seen after a restart
///   POST CONTROL/chargers/SERIAL/ask-to-charge {"card":"04A2B3C4D5"}, or {} without a card
///   GET  CONTROL/back-offices/NAME/records     what it saw
///   POST CONTROL/back-offices/NAME/behaviour   {"reachable":false}, {"boot":"rejected"}
///   POST CONTROL/back-offices/NAME/disconnect
///   POST CONTROL/back-offices/NAME/rotate-certificate      answers with the new root
///   POST CONTROL/stop
#[derive(Debug, Parser)]
#[command(name = "simulated-charger", version, verbatim_doc_comment, after_help = HELP)]
struct Arguments {
    /// The scenario (TOML), `-` = standard input. Without it the example runs.
    scenario: Option<PathBuf>,
    /// Print the example scenario, with a comment on every key, and exit.
    #[arg(long)]
    print_example: bool,
    /// Stop when the standard input ends, so that nothing outlives the program that
    /// started this.
    #[arg(long)]
    until_stdin_ends: bool,
    /// Announce the chargers by mDNS, each on the interface that it listens on, as `announce =
    /// true` in the scenario does. Needs a build with the feature `mdns`.
    #[arg(long)]
    announce: bool,
}

const HELP: &str = "\
Exit codes:
    0  it was stopped
    1  the scenario cannot be read or started
    2  the command line makes no sense";

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.print_example {
        print!("{}", Scenario::EXAMPLE);
        return ExitCode::SUCCESS;
    }
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("simulated-charger: {error}");
            let mut source = error.source();
            while let Some(cause) = source {
                eprintln!("  because: {cause}");
                source = cause.source();
            }
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let mut scenario = scenario(arguments)?;
    if arguments.announce {
        scenario = scenario.announced();
    }
    let running = scenario.start()?;
    println!("{}", running.to_json());
    // Programs read the line above; whoever tries it out at a terminal reads these.
    if std::io::stderr().is_terminal() {
        eprint!("{}", running.started());
    }
    if arguments.until_stdin_ends {
        let mut ignored = Vec::new();
        std::io::stdin().lock().read_to_end(&mut ignored)?;
    } else {
        running.wait_until_stopped();
    }
    Ok(())
}

fn scenario(arguments: &Arguments) -> Result<Scenario, Box<dyn std::error::Error>> {
    let text = match &arguments.scenario {
        None => Scenario::EXAMPLE.to_owned(),
        Some(path) if path.as_os_str() == "-" => std::io::read_to_string(std::io::stdin())?,
        Some(path) => read(path)?,
    };
    Ok(Scenario::from_toml(&text).map_err(|error: ScenarioError| Box::new(error))?)
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| {
        let name = path.display();
        format!("{name} cannot be read: {error}\n  what to do: --print-example prints a scenario to begin with")
    })
}
