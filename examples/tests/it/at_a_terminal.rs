//! The tools for one charger as a person at a terminal sees them: what they show while
//! they run, and that Ctrl-C ends them in order.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::time::Duration;

use charger_link::https::KeyFingerprint;
use charger_sim::{ChargerSetup, SimulatedCharger, TestContainer};
use examples::Simulation;
use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use serde_json::Value;

use crate::scene::Scene;

#[test]
fn a_watch_shows_what_changes_and_ends_in_order() {
    let sim = start(u32::MAX);
    let mut tool = Tool::start(
        &sim,
        env!("CARGO_BIN_EXE_identify-charger"),
        &["--watch", "1"],
    );
    let first = tool.await_event("live");
    let boots = first["state"]["boot_count"].as_u64().unwrap();
    sim.with(|model, now, _| model.restart(now));
    loop {
        let news = tool.await_event("live");
        if news["state"]["boot_count"].as_u64() == Some(boots + 1) {
            break;
        }
    }
    assert_eq!(tool.interrupt().code(), Some(130));
    assert_logged_out(&sim);
}

#[test]
fn an_interrupted_upload_ends_in_order() {
    // So slow that it cannot be over before it is interrupted.
    let sim = start(20_000);
    let (_folder, file) = container(4_000_000);
    let container = ["--container", file.to_str().unwrap()];
    let mut tool = Tool::start(&sim, env!("CARGO_BIN_EXE_upload-fwi"), &container);
    sim_receives(&sim);
    assert_eq!(tool.interrupt().code(), Some(130));
    sim_is_free(&sim);
    let state = sim.inspect(|model, _| model.upload_status().state);
    assert!(state.is_failure(), "half a container is none: {state:?}");
}

#[test]
fn an_upload_that_is_waited_for_is_interrupted_in_order() {
    let mut setup = setup(u32::MAX);
    setup.timing.check = Duration::from_secs(600);
    let sim = SimulatedCharger::start(setup).unwrap();
    let (_folder, file) = container(20_000);
    let container = ["--container", file.to_str().unwrap()];
    let mut tool = Tool::start(&sim, env!("CARGO_BIN_EXE_upload-fwi"), &container);
    wait_until(|| sim.inspect(|model, _| model.upload_status().state.number() == CHECKING));
    let sent = sim.requests();
    wait_until(|| sim.requests() > sent);
    // The tool asks every five seconds, and nothing outside of it tells when it has the
    // answer. Interrupted in the middle of a question it would hang up without a word.
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!(tool.interrupt().code(), Some(130));
    assert_logged_out(&sim);
}

#[test]
fn an_upload_shows_how_far_it_is() {
    let sim = start(400_000);
    let (_folder, file) = container(400_000);
    let (terminal, side) = terminal();
    let mut child = command(&sim, env!("CARGO_BIN_EXE_upload-fwi"))
        .args(["--container", file.to_str().unwrap()])
        .env("TERM", "xterm")
        .stdin(Stdio::null())
        .stdout(Stdio::from(side.try_clone().unwrap()))
        .stderr(Stdio::from(side))
        .spawn()
        .unwrap();
    let shown = everything(terminal);
    assert!(child.wait().unwrap().success(), "{shown}");
    // The bar, with the bytes that are done of all that there are.
    assert!(shown.contains("sending ["), "{shown}");
    let steps: std::collections::BTreeSet<&str> = shown
        .split("] ")
        .skip(1)
        .filter_map(|rest| rest.split_once('/').map(|(done, _)| done))
        .collect();
    assert!(steps.len() > 2, "{steps:?}");
    assert!(shown.contains("the charger took it"), "{shown}");
}

#[test]
fn a_fleet_is_shown_as_a_table_that_lives() {
    let (terminal, side) = terminal();
    let mut child = Command::new(env!("CARGO_BIN_EXE_change-fleet"))
        .args(["--chargers", "2"])
        .env("TERM", "xterm")
        .stdin(Stdio::null())
        .stdout(Stdio::from(side.try_clone().unwrap()))
        .stderr(Stdio::from(side))
        .spawn()
        .unwrap();
    let shown = everything(terminal);
    assert!(child.wait().unwrap().success(), "{shown}");
    for charger in ["charger-1", "charger-2"] {
        // Its row while it is under way, drawn anew as it goes on, and the line that stays.
        let row = format!("{charger}: step ");
        let steps: std::collections::BTreeSet<&str> = shown
            .split(&row)
            .skip(1)
            .filter_map(|rest| rest.split_once(':').map(|(step, _)| step))
            .collect();
        assert!(steps.len() > 2, "{charger}: {steps:?}\n{shown}");
        assert!(shown.contains(&format!("{charger}: changed")), "{shown}");
    }
    // The bar below the rows.
    for done in ["] 1 of 2 finished", "] 2 of 2 finished"] {
        assert!(shown.contains(done), "{done}\n{shown}");
    }
    // It draws over itself: the cursor goes up, and lines are erased.
    assert!(shown.contains("\u{1b}[1A"), "{shown:?}");
    assert!(shown.contains("\u{1b}[2K"), "{shown:?}");
}

#[test]
fn ctrl_c_at_a_question_leaves_it_open_and_tells_how_to_go_on() {
    let scene = Scene::start();
    let (stopped, shown) = interrupted_at_the_question(&scene);
    assert_eq!(stopped.code(), Some(130), "{shown}");
    assert!(
        shown.contains("--resume --journal installer.journal"),
        "{shown}"
    );
    // Who begins anew instead is told the same.
    let (terminal, side) = terminal();
    let mut child = at_the_terminal(&scene, &side);
    drop(side);
    let shown = everything(terminal);
    assert!(!child.wait().unwrap().success(), "{shown}");
    assert!(shown.contains("unfinished procedure"), "{shown}");
    assert!(
        shown.contains("--resume --journal installer.journal"),
        "{shown}"
    );
    assert!(
        shown.contains("--roll-back --journal installer.journal"),
        "{shown}"
    );
}

/// How it ended, and all that it showed.
fn interrupted_at_the_question(scene: &Scene) -> (ExitStatus, String) {
    let (mut terminal, side) = terminal();
    let mut child = at_the_terminal(scene, &side);
    drop(side);
    let mut shown = Vec::new();
    let mut piece = [0; 4096];
    while !String::from_utf8_lossy(&shown).contains("[y/N]") {
        let count = terminal.read(&mut piece).unwrap();
        shown.extend_from_slice(&piece[..count]);
    }
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let mut shown = String::from_utf8_lossy(&shown).into_owned();
    shown += &everything(terminal);
    (child.wait().unwrap(), shown)
}

/// `change-back-office` as a person starts it, who is asked before anything is written.
fn at_the_terminal(scene: &Scene, side: &File) -> Child {
    let stdio = || Stdio::from(side.try_clone().unwrap());
    Command::new(env!("CARGO_BIN_EXE_change-back-office"))
        .args(scene.over_https())
        .args(["--tolerate", "NP-URL-LOOPBACK"])
        .args(["--unsent-transactions", "ignore"])
        .args(["--journal", "installer.journal"])
        .arg("--document")
        .arg(scene.document())
        .arg("--pins")
        .arg(scene.simulation.pins())
        .env("CHARGER_PASSWORD", Simulation::PASSWORD)
        .current_dir(scene.document().parent().unwrap())
        .stdin(stdio())
        .stdout(stdio())
        .stderr(stdio())
        .spawn()
        .unwrap()
}

/// A tool under way, whose events are read.
struct Tool {
    child: Child,
    lines: std::io::Lines<BufReader<ChildStdout>>,
}

impl Tool {
    fn start(sim: &SimulatedCharger, tool: &str, arguments: &[&str]) -> Self {
        let mut child = command(sim, tool)
            .arg("--json")
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// Reads on to the next event with this name.
    fn await_event(&mut self, name: &str) -> Value {
        for line in &mut self.lines {
            let event: Value = serde_json::from_str(&line.unwrap()).unwrap();
            if event["event"] == name {
                return event;
            }
        }
        panic!("it ended before `{name}`");
    }

    /// Ctrl-C.
    fn interrupt(&mut self) -> ExitStatus {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, Signal::INT).unwrap();
        self.child.wait().unwrap()
    }
}

impl Drop for Tool {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(sim: &SimulatedCharger, tool: &str) -> Command {
    let fingerprint = KeyFingerprint::of_certificate(sim.certificate()).unwrap();
    let mut command = Command::new(tool);
    command
        .args(["--charger", &sim.url()])
        .args(["--fingerprint", &fingerprint.to_string()])
        .env("CHARGER_PASSWORD", "test-password");
    command
}

fn start(upload_rate: u32) -> SimulatedCharger {
    SimulatedCharger::start(setup(upload_rate)).unwrap()
}

fn setup(upload_rate: u32) -> ChargerSetup {
    let mut setup = ChargerSetup::default();
    setup.timing = setup.timing.faster(60);
    setup.timing.upload_rate = upload_rate;
    setup.habits.link_bounce = Duration::ZERO;
    setup
}

fn container(size: usize) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("NG9xx 7.4.5-4415.fwi");
    let container = TestContainer::firmware("7.4.5-4415", size);
    std::fs::write(&file, container.to_bytes().unwrap()).unwrap();
    (folder, file)
}

/// The last that the charger heard was a logout.
fn assert_logged_out(sim: &SimulatedCharger) {
    let log = sim.inspect(|model, _| model.log_page(0));
    let session = |line: &&String| line.contains(":USER:");
    let last = log.iter().rfind(session).unwrap();
    assert!(last.ends_with("user logged out"), "{log:#?}");
    assert_eq!(sim.inspect(|model, now| model.session_holder(now)), None);
}

fn sim_receives(sim: &SimulatedCharger) {
    wait_until(|| sim.inspect(|model, _| model.upload_status().in_progress));
}

/// The charger notices the end of a connection by itself.
fn sim_is_free(sim: &SimulatedCharger) {
    wait_until(|| {
        sim.inspect(|model, now| {
            model.session_holder(now).is_none() && !model.upload_status().in_progress
        })
    });
}

fn wait_until(mut done: impl FnMut() -> bool) {
    let end = std::time::Instant::now() + Duration::from_secs(120);
    while !done() {
        assert!(std::time::Instant::now() < end, "it never came to it");
        std::thread::yield_now();
    }
}

/// A terminal of 100 columns: the end that a person looks at, and the tool's.
fn terminal() -> (File, File) {
    let screen = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&screen).unwrap();
    unlockpt(&screen).unwrap();
    let name = ptsname(&screen, Vec::new()).unwrap();
    let side = File::options()
        .read(true)
        .write(true)
        .open(Path::new(name.to_str().unwrap()))
        .unwrap();
    let size = Winsize {
        ws_row: 40,
        ws_col: 100,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(&side, size).unwrap();
    (File::from(screen), side)
}

/// All that was shown until the tool let go of the terminal.
fn everything(mut terminal: File) -> String {
    let mut shown = Vec::new();
    let mut piece = [0; 4096];
    // The end is an error on Linux.
    while let Ok(count @ 1..) = terminal.read(&mut piece) {
        shown.extend_from_slice(&piece[..count]);
    }
    String::from_utf8_lossy(&shown).into_owned()
}

/// The number of the state in which a charger checks what it has received.
const CHECKING: i8 = 5;
