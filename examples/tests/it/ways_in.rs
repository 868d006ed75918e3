//! The same changeover over every way in, by the program that drives real chargers.

use charger_sim::{Dialect, GatewayOptions, SimulatedGateway};

use crate::scene::{Scene, event, text};

#[test]
fn over_https_with_a_pinned_key() {
    let scene = Scene::start();
    let output = changed(&scene, &scene.over_https());
    assert_eq!(output, ("proven".to_owned(), Some(0)));
    assert_eq!(scene.accepted_by_new(), 1);
}

#[test]
fn a_finished_document_writes_and_restarts_nothing() {
    let scene = Scene::start();
    assert_eq!(changed(&scene, &scene.over_https()).0, "proven");
    let boots = boot_count(&scene);
    assert_eq!(
        changed(&scene, &scene.over_https()),
        ("already-in-force".to_owned(), Some(0))
    );
    assert_eq!(boot_count(&scene), boots);
}

#[test]
fn another_key_than_the_pinned_one_gets_no_password() {
    let scene = Scene::start();
    let mut arguments = scene.over_https();
    *arguments.last_mut().unwrap() = "00".repeat(32);
    let output = run(&scene, &arguments);
    assert_eq!(output.status.code(), Some(3), "{}", text(&output));
    assert!(!text(&output).contains("test-password"));
    assert_eq!(scene.accepted_by_new(), 0);
}

#[test]
fn over_a_gateway_on_tcp() {
    let scene = Scene::start();
    let options = GatewayOptions::new(Dialect::CanOpenNode);
    let gateway = SimulatedGateway::tcp(&scene.charger, options).unwrap();
    let address = gateway.address().unwrap().to_string();
    let node = ["--gateway", &address, "--node", "4"].map(str::to_owned);
    assert_eq!(changed(&scene, &node), ("proven".to_owned(), Some(0)));
    assert_eq!(scene.accepted_by_new(), 1);
}

#[cfg(unix)]
#[test]
fn over_a_serial_port() {
    let scene = Scene::start();
    let options = GatewayOptions::new(Dialect::Lely);
    let gateway = SimulatedGateway::pty(&scene.charger, options).unwrap();
    let path = gateway.path().unwrap().display().to_string();
    let port = ["--serial", &path, "--node", "4"].map(str::to_owned);
    assert_eq!(changed(&scene, &port), ("proven".to_owned(), Some(0)));
    assert_eq!(scene.accepted_by_new(), 1);
}

/// How it ended, and the exit code.
fn changed(scene: &Scene, way: &[String]) -> (String, Option<i32>) {
    let output = run(scene, way);
    let end = event(&output, "outcome")["outcome"]["end"]["end"].clone();
    let end = end
        .as_str()
        .unwrap_or_else(|| panic!("{}", text(&output)))
        .to_owned();
    (end, output.status.code())
}

fn run(scene: &Scene, way: &[String]) -> std::process::Output {
    scene
        .command(way)
        .arg("--document")
        .arg(scene.document())
        .output()
        .unwrap()
}

fn boot_count(scene: &Scene) -> Option<ocpp_config::Value> {
    scene
        .charger
        .inspect(|charger, now| charger.value(now, ocpp_config::objects::BOOT_COUNT))
}
