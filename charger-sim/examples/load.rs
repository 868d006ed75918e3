//! Load: many simulated chargers in real time at one simulated back office, all in this
//! process, and what each of them costs.
//!
//! ```sh
//! cargo run -p charger-sim --example load -- --chargers 1000 --seconds 60
//! ```

use std::error::Error;
use std::fs;
use std::time::{Duration, Instant};

use charger_sim::{Account, ChargerSetup, OfficeOptions, SimulatedBackOffice, SimulatedCharger};
use clap::Parser;

/// Lets simulated chargers on loopback sockets be accepted by one simulated back office, and
/// tells what each of them costs, the back office's side included.
///
/// Memory, threads and processor time are what /proc says of this process: Linux only. Each
/// charger needs about eight open files; see `ulimit -n`.
#[derive(Debug, Parser)]
#[command(name = "load")]
struct Arguments {
    /// How many chargers.
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    chargers: u32,
    /// For how many seconds they are watched once all of them are accepted.
    #[arg(long, value_name = "S", default_value_t = 60)]
    seconds: u64,
    /// How many seconds lie between the Heartbeats of a charger.
    #[arg(long, value_name = "S", default_value_t = 60)]
    heartbeat: u64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let empty = Cost::read()?;
    let (office, chargers) = accepted(&arguments)?;
    let ready = Cost::read()?;
    std::thread::sleep(Duration::from_secs(arguments.seconds));
    let end = Cost::read()?;
    tell(arguments.chargers, [&empty, &ready, &end]);
    let is_lost = |charger: &&SimulatedCharger| !charger.inspect(|model, _| model.is_accepted());
    let lost = chargers.iter().filter(is_lost).count();
    drop((chargers, office));
    match lost {
        0 => Ok(()),
        lost => Err(format!("{lost} chargers are not accepted any more").into()),
    }
}

/// The back office and all chargers, once it has accepted them.
fn accepted(
    arguments: &Arguments,
) -> Result<(SimulatedBackOffice, Vec<SimulatedCharger>), Box<dyn Error>> {
    let mut options = OfficeOptions::default();
    options.behaviour.interval = Duration::from_secs(arguments.heartbeat);
    for number in 0..arguments.chargers {
        options = options.with_account(identity(number), Account::open());
    }
    let office = SimulatedBackOffice::start(options)?;
    let mut chargers = Vec::new();
    for number in 0..arguments.chargers {
        let setup = ChargerSetup::new(identity(number)).with_profile(1, &office.url(), 1, 0);
        chargers.push(SimulatedCharger::start(setup)?);
    }
    for number in 0..arguments.chargers {
        if !office.wait_until_accepted(&identity(number), 1, PATIENCE) {
            return Err(format!("{} was not accepted", identity(number)).into());
        }
    }
    Ok((office, chargers))
}

fn identity(number: u32) -> String {
    format!("ACE{number:07}")
}

fn tell(chargers: u32, [empty, ready, end]: [&Cost; 3]) {
    let each = f64::from(chargers.max(1));
    let starting = (ready.processor - empty.processor).as_secs_f64();
    let running = (end.processor - ready.processor).as_secs_f64();
    let watched = (end.at - ready.at).as_secs_f64();
    println!(
        "{chargers} chargers accepted after {:.1} s, {:.2} ms of processor time each",
        (ready.at - empty.at).as_secs_f64(),
        1_000.0 * starting / each
    );
    println!(
        "then watched for {watched:.0} s: {:.1} % of a core for all, {:.1} ms a minute each",
        100.0 * running / watched,
        1_000.0 * running / watched * 60.0 / each
    );
    println!(
        "{} MB resident, {:.0} KB each; {:.1} threads each",
        end.resident_kb / 1_000,
        end.resident_kb.saturating_sub(empty.resident_kb) as f64 / each,
        end.threads.saturating_sub(empty.threads) as f64 / each
    );
}

/// What this process has used so far.
struct Cost {
    at: Instant,
    resident_kb: u64,
    threads: u64,
    processor: Duration,
}

impl Cost {
    fn read() -> Result<Self, Box<dyn Error>> {
        let missing = |what: &str| format!("/proc does not tell {what}; this is for Linux only");
        let status = fs::read_to_string("/proc/self/status").map_err(|_| missing("anything"))?;
        let number = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let digits = line.and_then(|line| line.split_whitespace().next());
            let number = digits.and_then(|digits| digits.parse().ok());
            number.ok_or_else(|| missing(name))
        };
        // The name, the second field, is in brackets and may hold blanks.
        let stat = fs::read_to_string("/proc/self/stat")?;
        let after_name = stat.rsplit_once(')').ok_or_else(|| missing("times"))?.1;
        let times = after_name.split_whitespace().skip(UTIME).take(2);
        let ticks: u64 = times.filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
        Ok(Self {
            at: Instant::now(),
            resident_kb: number("VmRSS:")?,
            threads: number("Threads:")?,
            processor: Duration::from_millis(ticks * MILLISECONDS_A_TICK),
        })
    }
}

/// How long the slowest charger may take to be accepted.
const PATIENCE: Duration = Duration::from_secs(600);
/// Where utime and stime stand in /proc/self/stat, counted from the field after the name
/// (proc(5)).
const UTIME: usize = 11;
/// /proc counts in `USER_HZ`, which is 100 on every Linux that Rust's standard library
/// supports.
const MILLISECONDS_A_TICK: u64 = 10;
