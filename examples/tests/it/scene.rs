//! A simulated charger, its back offices and an installer's files, and the programs run on
//! them.

use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, Output};

use charger_sim::{SimulatedBackOffice, SimulatedCharger};
use examples::{Simulation, SimulationOptions};
use ocpp_config::{ObjectId, Value as Held, objects};
use serde_json::Value;
use tempfile::TempDir;

/// Everything stops and vanishes when it is dropped.
pub(crate) struct Scene {
    pub(crate) simulation: Simulation,
    folder: TempDir,
}

impl Scene {
    /// The old back office has accepted the charger; the new one demands security
    /// profile 2 and is ready for it.
    pub(crate) fn start() -> Self {
        Self::of(&SimulationOptions::default())
    }

    /// Another scene.
    pub(crate) fn of(options: &SimulationOptions) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            simulation: Simulation::start(options, folder.path()).unwrap(),
            folder,
        }
    }

    /// The only charger.
    pub(crate) fn charger(&self) -> &SimulatedCharger {
        &self.simulation.chargers()[0]
    }

    /// Its old back office.
    pub(crate) fn old(&self) -> &SimulatedBackOffice {
        self.simulation.old()
    }

    /// Its new back office.
    pub(crate) fn new_office(&self) -> &SimulatedBackOffice {
        self.simulation.new_office()
    }

    /// The arguments that lead to the charger over HTTPS.
    pub(crate) fn over_https(&self) -> Vec<String> {
        vec!["--charger".to_owned(), self.charger().url()]
    }

    /// A program in the folder of the files, with the charger's password. The chargers have
    /// no transactions to wait for.
    pub(crate) fn program(&self, path: &str, arguments: &[String]) -> Command {
        let mut command = self.careful_program(path, arguments);
        command.args(["--unsent-transactions", "ignore"]);
        command
    }

    /// The same with the usual care for transactions.
    pub(crate) fn careful_program(&self, path: &str, arguments: &[String]) -> Command {
        let mut command = Command::new(path);
        command
            .args(arguments)
            .args(["--json", "--yes", "--confirmation", "2"])
            .arg("--pins")
            .arg(self.simulation.pins())
            .env("CHARGER_PASSWORD", Simulation::PASSWORD)
            .current_dir(self.folder.path());
        command
    }

    /// `change-back-office`, ready to move the charger in the way that `arguments` name.
    pub(crate) fn command(&self, arguments: &[String]) -> Command {
        let mut command = self.program(env!("CARGO_BIN_EXE_change-back-office"), arguments);
        command.args(["--tolerate", "NP-URL-LOOPBACK"]);
        command
    }

    /// The document's place.
    pub(crate) fn document(&self) -> PathBuf {
        self.simulation.document()
    }

    /// A file in the folder.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.simulation.file(name)
    }

    /// Where the journal is kept.
    pub(crate) fn journal(&self) -> PathBuf {
        self.file("charger.journal")
    }

    /// How often the new back office has accepted the charger.
    pub(crate) fn accepted_by_new(&self) -> usize {
        self.new_office().accepted(&self.simulation.serial(0))
    }

    /// What the charger holds at an object, asked from the charger itself.
    pub(crate) fn held(&self, id: ObjectId) -> Option<Held> {
        self.charger()
            .inspect(|charger, now| charger.value(now, id))
    }

    /// The CSMS URL of the profile through which the charger is accepted right now;
    /// `None` if it is not accepted.
    pub(crate) fn active_url(&self) -> Option<String> {
        active_url(self.charger())
    }
}

/// The CSMS URL of the profile through which a charger is accepted right now, asked from
/// the charger itself; `None` if it is not accepted.
pub(crate) fn active_url(charger: &SimulatedCharger) -> Option<String> {
    charger.inspect(|charger, now| {
        let accepted = charger.value(now, objects::BOOT_NOTIFICATION_STATE)?;
        let slot = charger.value(now, objects::ACTIVE_PROFILE)?;
        match (accepted, slot) {
            (Held::Signed(3), Held::Unsigned(slot @ 1..=4)) => {
                let index = 0x20F0 + u16::try_from(slot).ok()? - 1;
                match charger.value(now, ObjectId::new(index, 3))? {
                    Held::Text(url) => Some(url),
                    _ => None,
                }
            }
            _ => None,
        }
    })
}

/// Reads what a running program tells, as JSON, until one line satisfies `is_it`; all that
/// was read.
pub(crate) fn reads_until(child: &mut Child, mut is_it: impl FnMut(&Value) -> bool) -> Vec<u8> {
    let mut told = Vec::new();
    let mut lines = BufReader::new(child.stdout.as_mut().unwrap());
    loop {
        let mut line = String::new();
        let read = lines.read_line(&mut line).unwrap();
        told.extend_from_slice(line.as_bytes());
        assert!(read > 0, "{}", String::from_utf8_lossy(&told));
        if is_it(&serde_json::from_str(&line).unwrap()) {
            told.extend_from_slice(lines.buffer());
            return told;
        }
    }
}

/// The output of a program of which `told` was read already.
pub(crate) fn rest_of(mut child: Child, mut told: Vec<u8>) -> Output {
    let stdout = child.stdout.as_mut().unwrap();
    stdout.read_to_end(&mut told).unwrap();
    let mut output = child.wait_with_output().unwrap();
    output.stdout = told;
    output
}

/// What Ctrl-C does.
#[cfg(unix)]
pub(crate) fn interrupt(child: &Child) {
    let pid = child.id().to_string();
    let sent = Command::new("kill").args(["-INT", &pid]).status();
    assert!(sent.unwrap().success());
}

/// The last event of this name that the program told.
pub(crate) fn event(output: &Output, name: &str) -> Value {
    let all = text(output);
    let events = all
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let last = events.rev().find(|event| event["event"] == name);
    last.unwrap_or_else(|| panic!("no {name} in {all}"))
}

/// The name of the end of the procedure.
pub(crate) fn end(output: &Output) -> String {
    let end = event(output, "outcome")["outcome"]["end"]["end"].clone();
    end.as_str().unwrap_or_default().to_owned()
}

/// All that the program told.
pub(crate) fn text(output: &Output) -> String {
    let errors = String::from_utf8_lossy(&output.stderr);
    format!("{}{errors}", String::from_utf8_lossy(&output.stdout))
}
