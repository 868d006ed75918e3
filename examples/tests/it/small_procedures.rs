//! `install-root` and `go-stand-alone` at a simulated charger, over HTTPS and through a
//! gateway.

use std::process::Output;

use charger_sim::{Admission, ChargerModel, Dialect};
use examples::SimulationOptions;
use ocpp_config::{Value, objects};

use crate::scene::{Scene, end, event, text};
use crate::ways_in::over_tcp;

#[test]
fn a_root_is_installed_over_https_and_the_old_back_office_is_proven_again() {
    let scene = Scene::start();
    root_is_installed(&scene, &scene.over_https());
}

#[test]
fn a_root_is_installed_through_a_gateway() {
    let scene = Scene::start();
    let (_gateway, way) = over_tcp(&scene, Dialect::CanOpenNode);
    root_is_installed(&scene, &way);
}

#[test]
fn a_file_that_is_no_container_never_reaches_the_charger() {
    let scene = Scene::start();
    let requests = scene.charger().requests();
    let output = install_root(&scene, &scene.over_https(), "csms-root.pem");
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert_eq!(scene.charger().requests(), requests);
}

/// Its trailer is gone: half a download, which the header does not tell.
#[test]
fn a_file_that_was_cut_off_is_told_before_anybody_is_asked() {
    let scene = Scene::start();
    let container = std::fs::read(scene.file("Rootcertificate.fwi")).unwrap();
    let cut = &container[..container.len() - 256];
    std::fs::write(scene.file("Rootcertificate.fwi"), cut).unwrap();
    let requests = scene.charger().requests();
    let mut change = scene.command(&scene.over_https());
    change.arg("--document").arg(scene.document());
    for output in [
        install_root(&scene, &scene.over_https(), "Rootcertificate.fwi"),
        change.output().unwrap(),
    ] {
        assert_eq!(output.status.code(), Some(1), "{}", text(&output));
        let error = event(&output, "error")["message"].to_string();
        assert!(error.contains("cut off"), "{error}");
    }
    assert_eq!(scene.charger().requests(), requests);
}

#[test]
fn a_client_key_of_another_certificate_is_told_before_anybody_is_asked() {
    let mut options = SimulationOptions::default();
    options.security_profile = 3;
    let scene = Scene::of(&options);
    let other = charger_sim::Authority::generate("Other").unwrap();
    let other = other.client("ACE0999001", "Example CPO").unwrap();
    std::fs::write(scene.file("charger-key.pem"), other.expose()).unwrap();
    let requests = scene.charger().requests();
    let mut change = scene.command(&scene.over_https());
    let output = change.arg("--document").arg(scene.document()).output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    let error = event(&output, "error")["message"].to_string();
    assert!(error.contains("client certificate"), "{error}");
    assert_eq!(scene.charger().requests(), requests);
}

#[test]
fn a_charger_goes_stand_alone_over_https() {
    let scene = Scene::start();
    goes_stand_alone(&scene, &scene.over_https());
}

#[test]
fn a_charger_goes_stand_alone_through_a_gateway() {
    let scene = Scene::start();
    let (_gateway, way) = over_tcp(&scene, Dialect::CanOpenNode);
    goes_stand_alone(&scene, &way);
}

#[test]
fn change_back_office_goes_stand_alone_as_well_and_comes_back() {
    let mut options = SimulationOptions::default();
    options.security_profile = 0;
    let scene = Scene::of(&options);
    let mut there = scene.command(&scene.over_https());
    there.args(["--stand-alone", "--set", "authorization.mode=rfid"]);
    let there = there.args(ACCEPT_ALL).output().unwrap();
    assert_eq!(
        (end(&there).as_str(), there.status.code()),
        ("proven", Some(0))
    );
    assert_eq!(scene.active_url(), None);

    let mut back = scene.command(&scene.over_https());
    let back = back.arg("--roll-back").output().unwrap();
    assert_eq!(back.status.code(), Some(0), "{}", text(&back));
    assert_eq!(end(&back), "rolled-back");
    assert_eq!(scene.active_url(), Some(scene.old().url()));

    let boots = scene.held(objects::BOOT_COUNT);
    let mut again = scene.command(&scene.over_https());
    let again = again.arg("--roll-back").output().unwrap();
    assert_eq!(again.status.code(), Some(0), "{}", text(&again));
    assert_eq!(end(&again), "already-rolled-back");
    assert_eq!(scene.held(objects::BOOT_COUNT), boots, "not restarted");
}

const ACCEPT_ALL: [&str; 2] = ["--set", "authorization.offline-action=accept-all"];

fn root_is_installed(scene: &Scene, way: &[String]) {
    let before = scene.held(objects::CERTIFICATES_STORED);
    let output = install_root(scene, way, "Rootcertificate.fwi");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert_eq!(end(&output), "proven");
    assert_eq!(scene.active_url(), Some(scene.old().url()));
    assert_ne!(scene.held(objects::CERTIFICATES_STORED), before);
}

fn install_root(scene: &Scene, way: &[String], container: &str) -> Output {
    let mut command = scene.program(env!("CARGO_BIN_EXE_install-root"), way);
    command.args(["--container", container]).output().unwrap()
}

fn goes_stand_alone(scene: &Scene, way: &[String]) {
    let document = "preset = 'stand-alone'\n[authorization]\nmode = 'plug-and-charge'\nplug-and-charge-id = 'ACE0999001'\noffline-action = 'accept-all'\n";
    std::fs::write(scene.file("alone.toml"), document).unwrap();
    let mut command = scene.program(env!("CARGO_BIN_EXE_go-stand-alone"), way);
    let output = command.args(["--document", "alone.toml"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert_eq!(end(&output), "proven");
    assert_eq!(
        event(&output, "outcome")["outcome"]["reading"]["active_profile"],
        0
    );
    assert_eq!(scene.active_url(), None);
    let plug_in = |charger: &mut ChargerModel, now, effects: &mut _| {
        charger.ask_to_charge(now, None, effects)
    };
    assert_eq!(scene.charger().with(plug_in), Admission::Granted);
    assert_eq!(
        scene.held(objects::PLUG_AND_CHARGE_ID),
        Some(Value::from("ACE0999001"))
    );
}
