//! The same changeover over every way in, by the program that drives real chargers.

use charger_sim::{Dialect, GatewayOptions, SimulatedGateway};
use examples::SimulationOptions;
use ocpp_config::objects;

use crate::scene::{Scene, end, event, text};

#[test]
fn over_https_with_a_pinned_key() {
    let scene = Scene::start();
    assert_eq!(changed(&scene, &scene.over_https()), proven());
    assert_eq!(scene.accepted_by_new(), 1);
    // It was asked by one client at a time, as the charger itself counted.
    let most_sessions = scene.charger().inspect(|it, _| it.most_sessions());
    assert_eq!((scene.charger().most_connections(), most_sessions), (1, 1));
    // Nobody named the journal, so the charger did.
    assert!(scene.file("ACE0999001.journal").exists());
}

#[test]
fn a_finished_document_writes_and_restarts_nothing() {
    let scene = Scene::start();
    assert_eq!(changed(&scene, &scene.over_https()), proven());
    let boots = scene.held(objects::BOOT_COUNT);
    let output = run(&scene, &scene.over_https());
    assert_eq!(
        (end(&output).as_str(), output.status.code()),
        ("already-in-force", Some(0))
    );
    assert_eq!(scene.held(objects::BOOT_COUNT), boots);
    // What nobody could compare is said, with the way out.
    let told = event(&output, "outcome");
    assert_eq!(
        told["not_compared"],
        serde_json::json!({
            "places": ["authorization key", "root certificate container"],
            "installed_again_by": "--install-again",
        })
    );
    assert_eq!(
        told["outcome"]["not_compared"],
        serde_json::json!(["item-0", "root-package"])
    );
}

#[test]
fn a_client_certificate_from_files_is_installed_and_demanded() {
    let mut options = SimulationOptions::default();
    options.security_profile = 3;
    let scene = Scene::of(&options);
    let output = run(&scene, &scene.over_https());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let proposal = event(&output, "proposal")["proposal"].to_string();
    assert!(
        proposal.contains(r#""item":48"#),
        "no client certificate is installed: {proposal}"
    );
    assert!(!text(&output).contains("PRIVATE KEY"));
    assert_eq!(scene.active_url(), Some(scene.new_office().url()));
}

#[test]
fn another_key_than_the_pinned_one_gets_no_password() {
    let scene = Scene::start();
    let mut arguments = scene.over_https();
    arguments.extend(["--fingerprint".to_owned(), "00".repeat(32)]);
    let output = run(&scene, &arguments);
    assert_eq!(output.status.code(), Some(3), "{}", text(&output));
    assert!(!text(&output).contains("test-password"));
    assert_eq!(scene.accepted_by_new(), 0);
}

#[test]
fn a_wrong_password_is_told_at_the_first_refusal() {
    let scene = Scene::start();
    for more in [&[][..], &["--dry-run"]] {
        let before = scene.charger().requests();
        let mut command = scene.command(&scene.over_https());
        command.arg("--document").arg(scene.document()).args(more);
        let output = command
            .env("CHARGER_PASSWORD", "not-the-one")
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(3), "{}", text(&output));
        let outcome = event(&output, "outcome")["outcome"].to_string();
        assert!(outcome.contains("wrong password"), "{outcome}");
        assert!(!text(&output).contains("trouble"), "{}", text(&output));
        assert_eq!(
            scene.charger().requests() - before,
            2,
            "`info`, and a login"
        );
    }
}

/// A procedure under way waits for a charger; these would wait for ten minutes.
#[test]
fn a_charger_that_is_not_there_is_told_at_once() {
    let scene = Scene::start();
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", nobody.local_addr().unwrap());
    drop(nobody);
    for more in [&["--dry-run"][..], &["--journal", "new.journal"], &[]] {
        let mut command = scene.command(&["--charger".to_owned(), url.clone()]);
        command.arg("--document").arg(scene.document()).args(more);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{}", text(&output));
        let error = event(&output, "error").to_string();
        assert!(error.contains("cannot be reached"), "{error}");
    }
}

#[test]
fn through_a_gateway_on_tcp() {
    for dialect in [Dialect::CanOpenNode, Dialect::Lely] {
        let scene = Scene::start();
        let (_gateway, way) = over_tcp(&scene, dialect);
        assert_eq!(changed(&scene, &way), proven(), "{dialect:?}");
        assert_eq!(scene.accepted_by_new(), 1);
    }
}

#[cfg(unix)]
#[test]
fn through_a_gateway_on_a_serial_port() {
    for dialect in [Dialect::CanOpenNode, Dialect::Lely] {
        let scene = Scene::start();
        let (_gateway, way) = over_a_serial_port(&scene, dialect);
        assert_eq!(changed(&scene, &way), proven(), "{dialect:?}");
        assert_eq!(scene.accepted_by_new(), 1);
    }
}

/// A gateway in front of the charger, and the arguments that lead through it.
pub(crate) fn over_tcp(scene: &Scene, dialect: Dialect) -> (SimulatedGateway, Vec<String>) {
    let options = GatewayOptions::new(dialect);
    let gateway = SimulatedGateway::tcp(scene.charger(), options).unwrap();
    let url = format!("gateway://{}", gateway.address().unwrap());
    (gateway, at(&url))
}

/// The same on a pseudo terminal.
#[cfg(unix)]
pub(crate) fn over_a_serial_port(
    scene: &Scene,
    dialect: Dialect,
) -> (SimulatedGateway, Vec<String>) {
    let options = GatewayOptions::new(dialect);
    let gateway = SimulatedGateway::pty(scene.charger(), options).unwrap();
    let url = format!("serial:{}", gateway.path().unwrap().display());
    (gateway, at(&url))
}

/// The node that the simulated gateway has the charger at.
fn at(url: &str) -> Vec<String> {
    ["--charger", url, "--node", "4"]
        .map(str::to_owned)
        .to_vec()
}

fn proven() -> (String, Option<i32>) {
    ("proven".to_owned(), Some(0))
}

/// How it ended, and the exit code.
fn changed(scene: &Scene, way: &[String]) -> (String, Option<i32>) {
    let output = run(scene, way);
    (end(&output), output.status.code())
}

fn run(scene: &Scene, way: &[String]) -> std::process::Output {
    let mut command = scene.command(way);
    command.arg("--document").arg(scene.document());
    command.output().unwrap()
}
