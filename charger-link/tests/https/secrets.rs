//! Canaries: secrets never show up in errors, in `Debug`, in a panic's text or in what
//! the libraries below log.

use std::error::Error;
use std::fmt::{Debug, Write as _};
use std::panic::AssertUnwindSafe;
use std::sync::Mutex;
use std::time::Duration;

use charger_link::https::{Credentials, HttpsLink, Trust};
use charger_link::{Context, Link, Request, Upload};
use ocpp_config::{DataType, ObjectId, ObjectWrite, Secret, Value, WriteOnlyItem};

#[cfg(feature = "tokio")]
use crate::charger::Driven;
use crate::charger::{Generation, PASSWORD, Script, settings};
use crate::server::{Reaction, reply};

const CANARIES: [&str; 5] = [
    PASSWORD,
    "token-canary",
    "cookie-canary",
    "key-canary",
    // "key-canary" as the charger gets it.
    "6B65792D63616E617279",
];

#[test]
fn no_error_shows_a_secret() {
    static LOG: Capture = Capture(Mutex::new(String::new()));
    log::set_logger(&LOG).unwrap();
    log::set_max_level(log::LevelFilter::Trace);

    // All at once, because they mostly wait.
    let shown: String = std::thread::scope(|scope| {
        let mut shows = Vec::new();
        for (generation, place) in places() {
            for reaction in reactions() {
                shows.push(scope.spawn(move || show_all(generation, place, &reaction)));
            }
        }
        shows.into_iter().map(|show| show.join().unwrap()).collect()
    });
    assert!(shown.contains("Refused"), "errors were seen: {shown}");
    let logged = LOG.0.lock().unwrap();
    assert!(
        logged.contains("rustls::client"),
        "the log was seen: {logged}"
    );
    for canary in CANARIES {
        assert!(!shown.contains(canary), "{canary} in {shown}");
        assert!(!logged.contains(canary), "{canary} in the log");
    }
}

/// Everything that can be printed where this goes wrong like this, over each runtime.
fn show_all(generation: Generation, place: &'static str, reaction: &Reaction) -> String {
    let script = Script {
        generation,
        faults: (0..9).map(|n| (place, n, reaction.clone())).collect(),
        ..Script::default()
    };
    let server = script.start();
    let settings = settings(&server)
        .with_answer_timeout(Duration::from_millis(25))
        .with_attempts(2);
    let trust = Trust::pinned(server.fingerprint);
    let mut shown = format!("{settings:?} {trust:?}");
    #[cfg(feature = "tokio")]
    {
        shown += &show(Driven::with(settings.clone(), trust.clone()));
    }
    shown += &show(HttpsLink::new(settings, trust));
    shown
}

/// Everything that can be printed about requests that carry secrets.
fn show(mut link: impl Link + Debug) -> String {
    let mut shown = String::new();
    for request in requests() {
        let mut context = Context::new(Duration::from_millis(150));
        let outcome = link.exchange(&request, &mut context);
        write!(shown, "{request:?} {link:?} {context:?} {outcome:?}").unwrap();
        let mut error = outcome.as_ref().err().map(|error| error as &dyn Error);
        while let Some(cause) = error {
            write!(shown, " {cause} {cause:?}").unwrap();
            error = cause.source();
        }
        let panic =
            std::panic::catch_unwind(AssertUnwindSafe(|| panic!("{outcome:?}"))).unwrap_err();
        shown += panic.downcast_ref::<String>().unwrap();
    }
    shown
}

fn requests() -> [Request; 4] {
    let sim_pin = ObjectId::new(0x20F0, 0x10);
    let text = DataType::VISIBLE_STRING;
    [
        Request::Read(vec![ObjectId::new(0x2053, 0)]),
        Request::Write(vec![ObjectWrite::new(
            sim_pin,
            text,
            Value::from("key-canary"),
        )]),
        Request::Install {
            item: WriteOnlyItem::AUTHORIZATION_KEY,
            data: Secret::from("key-canary"),
        },
        Request::Upload(Upload::new(bytes::Bytes::from_static(b"key-canary"))),
    ]
}

/// Where things go wrong; cookies travel no other way than tokens.
fn places() -> Vec<(Generation, &'static str)> {
    let all = [
        "POST login",
        "GET",
        "POST prop",
        "POST domain",
        "POST firmware",
    ];
    let mut places: Vec<_> = all.map(|place| (Generation::Token, place)).into();
    places.extend([
        (Generation::Cookie, "GET"),
        (Generation::Cookie, "POST prop"),
    ]);
    places
}

fn reactions() -> Vec<Reaction> {
    // A careless charger that repeats what it was told.
    let echo = format!("{PASSWORD} token-canary cookie-canary key-canary");
    vec![
        Reaction::Reset,
        Reaction::Hang,
        Reaction::Send(reply(200, &echo)),
        Reaction::Send(reply(400, &echo)),
        Reaction::Send(reply(401, &echo)),
        Reaction::SendAndClose(echo.into_bytes()),
    ]
}

#[test]
fn credentials_do_not_show_their_password() {
    let credentials = Credentials::new("admin", Secret::from(PASSWORD));
    assert!(!format!("{credentials:?}").contains(PASSWORD));
}

struct Capture(Mutex<String>);

impl log::Log for Capture {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        // The peer of these tests logs, too; what it sees is no leak of ours.
        if !record.target().starts_with("rustls::server") {
            writeln!(
                self.0.lock().unwrap(),
                "{} {}",
                record.target(),
                record.args()
            )
            .unwrap();
        }
    }

    fn flush(&self) {}
}
