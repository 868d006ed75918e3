//! SIGKILL at every journal event of a changeover, then resume or roll back: the charger
//! always ends where somebody wanted it, with local access.
//!
//! The short sweeps kill at some events, the whole ones (`KILL_SWEEP=full`, as in
//! `.ci/release`) at every one; all tell how many runs there were.

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Write as _};
use std::process::{Output, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use charger_sim::{Dialect, SimulatedGateway};
use serde_json::Value;

use crate::scene::{Scene, end, event, text};
use crate::ways_in::over_tcp;

/// No changeover here writes more journal events: opened, agreed, armed, eleven steps begun
/// and done, ended. Each sweep counts those of a run that nobody kills. A kill that comes too
/// late is no kill, and is counted apart.
const EVENTS: usize = 26;
/// Runs at the same time: they mostly wait.
const WORKERS: usize = 8;

#[derive(Debug, Clone, Copy)]
enum Afterwards {
    Resume,
    RollBack,
}

/// The arguments that lead to the charger, and what has to stay there for them.
type Way = fn(&Scene) -> (Option<SimulatedGateway>, Vec<String>);

#[test]
fn a_changeover_killed_over_https_ends_safely() {
    sweep("HTTPS", 7, |scene| (None, scene.over_https()));
}

#[test]
fn a_staged_changeover_killed_over_https_ends_safely() {
    sweep("HTTPS, staged", 11, |scene| {
        let mut way = scene.over_https();
        way.extend(["--strategy", "staged"].map(str::to_owned));
        (None, way)
    });
}

#[test]
fn a_changeover_killed_through_a_gateway_ends_safely() {
    sweep("gateway on TCP", 9, |scene| {
        let (gateway, way) = over_tcp(scene, Dialect::CanOpenNode);
        (Some(gateway), way)
    });
}

#[cfg(unix)]
#[test]
fn a_changeover_killed_on_a_serial_port_ends_safely() {
    sweep("serial port", 13, |scene| {
        let (gateway, way) = crate::ways_in::over_a_serial_port(scene, Dialect::Lely);
        (Some(gateway), way)
    });
}

fn sweep(name: &str, step: usize, way: Way) {
    let full = std::env::var("KILL_SWEEP").is_ok_and(|value| value == "full");
    let cases: Vec<(usize, Afterwards)> = (1..=EVENTS)
        .step_by(if full { 1 } else { step })
        .flat_map(|event| [(event, Afterwards::Resume), (event, Afterwards::RollBack)])
        .collect();
    let next = AtomicUsize::new(0);
    let ends = Mutex::new(Vec::new());
    let written = thread::scope(|scope| {
        let unharmed = scope.spawn(|| events_unharmed(way));
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some((event, afterwards)) =
                    cases.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    let end = killed_at(way, *event, *afterwards);
                    ends.lock().unwrap().push((*event, *afterwards, end));
                }
            });
        }
        unharmed.join().unwrap()
    });
    assert!(
        written <= EVENTS,
        "{name}: {written} events, {EVENTS} are killed at"
    );
    let ends = ends.into_inner().unwrap();
    let killed = ends.iter().filter(|(.., end)| end.killed).count();
    let unsafe_ends: Vec<_> = ends.iter().filter(|(.., end)| !end.safe).collect();
    tell(&format!(
        "killed over {name}: {} runs, {killed} killed, at every {} of {written} journal events, \
         {} unsafe ends",
        ends.len(),
        if full {
            "one".to_owned()
        } else {
            format!("{step}th")
        },
        unsafe_ends.len()
    ));
    assert!(killed * 2 > ends.len(), "most runs must really be killed");
    assert!(unsafe_ends.is_empty(), "{unsafe_ends:#?}");
}

/// Tells it on stdout, and at the end of the file that `SWEEP_COUNTS` names.
fn tell(line: &str) {
    println!("{line}");
    if let Some(path) = std::env::var_os("SWEEP_COUNTS") {
        let file = OpenOptions::new().append(true).create(true).open(path);
        file.unwrap()
            .write_all(format!("{line}\n").as_bytes())
            .unwrap();
    }
}

/// How many journal events a changeover writes that ends well.
fn events_unharmed(way: Way) -> usize {
    let scene = Scene::start();
    let (_gateway, way) = way(&scene);
    let mut command = scene.command(&way);
    command.arg("--document").arg(scene.document());
    let output = command
        .arg("--journal")
        .arg(scene.journal())
        .output()
        .unwrap();
    assert_eq!(end(&output), "proven", "{}", text(&output));
    text(&output)
        .lines()
        .filter(|line| is_journalled(line))
        .count()
}

fn is_journalled(line: &str) -> bool {
    serde_json::from_str::<Value>(line).is_ok_and(|line| line["event"] == "journal")
}

#[derive(Debug)]
struct End {
    killed: bool,
    safe: bool,
    #[expect(dead_code, reason = "shown when a run ends unsafely")]
    told: String,
}

fn killed_at(way: Way, event: usize, afterwards: Afterwards) -> End {
    let scene = Scene::start();
    let (_gateway, way) = way(&scene);
    let killed = start_and_kill(&scene, &way, event);
    let output = go_on(&scene, &way, afterwards);
    End {
        killed,
        safe: is_safe(&scene, afterwards, &output),
        told: text(&output),
    }
}

/// Whether the process was still alive to be killed.
fn start_and_kill(scene: &Scene, way: &[String], event: usize) -> bool {
    let mut child = scene
        .command(way)
        .arg("--document")
        .arg(scene.document())
        .arg("--journal")
        .arg(scene.journal())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut journalled = lines
        .map_while(Result::ok)
        .filter(|line| is_journalled(line));
    let reached = journalled.nth(event - 1).is_some();
    child.kill().unwrap();
    let by_signal = child.wait().unwrap().code().is_none();
    reached && by_signal
}

fn go_on(scene: &Scene, way: &[String], afterwards: Afterwards) -> Output {
    let mut command = scene.command(way);
    command.arg("--journal").arg(scene.journal());
    match afterwards {
        Afterwards::Resume => command
            .arg("--resume")
            .arg("--document")
            .arg(scene.document()),
        Afterwards::RollBack => command.arg("--roll-back"),
    };
    command.output().unwrap()
}

/// The charger is where the run that went on says it is, asked from the charger itself.
fn is_safe(scene: &Scene, afterwards: Afterwards, output: &Output) -> bool {
    let told = text(output);
    if told.contains(r#""event":"error""#) {
        // There was nothing to go on with: the changeover had ended and is proven.
        return scene.active_url() == Some(scene.new_office().url());
    }
    let end = event(output, "outcome")["outcome"]["end"]["end"].clone();
    let url = scene.active_url();
    match (afterwards, end.as_str()) {
        (Afterwards::Resume, Some("proven" | "already-in-force")) => {
            url == Some(scene.new_office().url())
        }
        (Afterwards::RollBack, Some("rolled-back" | "nothing-written")) => {
            url == Some(scene.old().url())
        }
        _ => false,
    }
}
