//! The list of mistakes for R15: what people get wrong, each made in a sound setting.

use std::time::{Duration, SystemTime};

use charger_sim::{Account, Behaviour, BootStatus, FirmwareLine, TestContainer};
use ocpp_config::{ObjectId, Secret, Value};

use super::Fallible;
use super::misconfigurations::Setting;

pub(super) struct Mistake {
    pub(super) what: &'static str,
    pub(super) make: fn(&mut Setting) -> Fallible<()>,
}

/// A mistake in the document: one text in place of another.
macro_rules! text {
    ($what:literal, $from:literal, $to:literal) => {
        Mistake {
            what: $what,
            make: |setting| {
                setting.replace($from, $to);
                Ok(())
            },
        }
    };
}

/// A mistake anywhere else.
macro_rules! elsewhere {
    ($what:literal, $make:expr) => {
        Mistake {
            what: $what,
            make: $make,
        }
    };
}

pub(super) const MISTAKES: &[Mistake] = &[
    // The URL.
    text!("ws:// with security profile 2", "wss://", "ws://"),
    text!("https:// in place of wss://", "wss://", "https://"),
    text!("no scheme", "wss://", ""),
    text!("no host", "localhost", ""),
    text!("a blank in the URL", "/ocpp", "/oc pp"),
    text!("port 0", "PORT", "0"),
    text!("port 70000", "PORT", "70000"),
    text!(
        "user and password in the URL",
        "localhost",
        "user:pw@localhost"
    ),
    text!("a fragment in the URL", "/ocpp", "/ocpp#live"),
    text!("a path with ..", "/ocpp", "/../ocpp"),
    text!("address 0.0.0.0", "localhost", "0.0.0.0"),
    text!("no URL", "csms-url = \"wss://localhost:PORT/ocpp\"\n", ""),
    text!(
        "a host that does not exist",
        "localhost",
        "no-such-host.invalid"
    ),
    elsewhere!("a port at which nobody listens", |setting| {
        setting.nobody_listens = true;
        Ok(())
    }),
    elsewhere!("a port that speaks ws in place of wss", |setting| {
        setting.office.authority = None;
        Ok(())
    }),
    elsewhere!("a path that the server answers with 404", |setting| {
        setting.replace("/ocpp", "/other");
        refusing(setting, 404)
    }),
    text!("a .local name", "localhost", "csms.local"),
    text!("a name without a domain", "localhost", "csms"),
    elsewhere!("a URL that is too long for the charger", |setting| {
        setting.replace("/ocpp", &format!("/{}", "o".repeat(600)));
        Ok(())
    }),
    elsewhere!(
        "a name that only this computer's name server knows",
        |setting| {
            setting.charger_resolves = false;
            Ok(())
        }
    ),
    // Who the charger is.
    text!(
        "the identity ends in a blank",
        "\"ACE0999001\"",
        "\"ACE0999001 \""
    ),
    text!("the CPO's name is empty", "\"Example CPO\"", "\"\""),
    elsewhere!("the back office does not know the identity", |setting| {
        setting.office.accounts.clear();
        Ok(())
    }),
    text!("a slip in the identity", "ACE0999001", "ACE0999O01"),
    text!("the identity has a colon", "ACE0999001", "ACE:0999001"),
    text!(
        "the identity is too long",
        "ACE0999001",
        "ACE09990010000000000000000"
    ),
    text!("the identity is empty", "\"ACE0999001\"", "\"\""),
    elsewhere!(
        "the identity of another charger, known as well",
        |setting| {
            setting.replace("ACE0999001", "ACE0999002");
            let account = Account::open()
                .with_key("Example-key-12345678")
                .with_lowest_security_profile(2);
            setting
                .office
                .accounts
                .insert("ACE0999002".to_owned(), account);
            Ok(())
        }
    ),
    // The key.
    elsewhere!("the key of another charger", |setting| key(
        setting,
        "Another-key-12345678"
    )),
    elsewhere!("a key that is cut short", |setting| key(
        setting,
        "Example-key-1234"
    )),
    elsewhere!("a key of ten characters", |setting| key(
        setting,
        "Example-ke"
    )),
    elsewhere!("a key with a line end", |setting| key(
        setting,
        "Example-key-12345678\n"
    )),
    elsewhere!(
        "hexadecimal digits sent as text, decoded by the back office",
        |setting| { key(setting, "4578616d706c652d6b65792d3132333435363738") }
    ),
    text!(
        "text stated as hexadecimal",
        "encoding = \"text\"",
        "encoding = \"hex\""
    ),
    text!(
        "the key's variable is not set",
        "env = \"KEY\"",
        "env = \"KYE\""
    ),
    text!(
        "no key",
        "authorization-key = { env = \"KEY\", encoding = \"text\" }\n",
        ""
    ),
    text!(
        "the key stands in the document",
        "{ env = \"KEY\", ",
        "{ value = \"Example-key-12345678\", "
    ),
    // Certificates.
    elsewhere!(
        "the root of another operator, file and package",
        |setting| {
            setting.root_file = setting.other.root_pem().into();
            setting.package =
                TestContainer::root_certificate(setting.other.root_pem()).to_bytes()?;
            Ok(())
        }
    ),
    elsewhere!("the package holds another root than the file", |setting| {
        setting.package = TestContainer::root_certificate(setting.other.root_pem()).to_bytes()?;
        Ok(())
    }),
    elsewhere!("the root's file is no PEM", |setting| {
        setting.root_file = b"\x30\x82\x01\x00".to_vec();
        Ok(())
    }),
    elsewhere!("the root's file is empty", |setting| {
        setting.root_file.clear();
        Ok(())
    }),
    elsewhere!("the root's file holds a private key", |setting| {
        setting.root_file =
            b"-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n".to_vec();
        Ok(())
    }),
    elsewhere!("the package is empty", |setting| {
        setting.package.clear();
        Ok(())
    }),
    elsewhere!("the package is the PEM file", |setting| {
        setting.package = setting.root_file.clone();
        Ok(())
    }),
    elsewhere!("the package was not downloaded completely", |setting| {
        setting.package.pop();
        Ok(())
    }),
    elsewhere!("the package's header is damaged", |setting| {
        if let Some(byte) = setting.package.get_mut(20) {
            *byte ^= 4;
        }
        Ok(())
    }),
    text!(
        "the package's file is missing",
        "Rootcertificate.fwi",
        "Root.fwi"
    ),
    elsewhere!(
        "the back office shows a certificate of another root",
        |setting| {
            setting.office.authority = Some(setting.other.clone());
            Ok(())
        }
    ),
    elsewhere!(
        "the back office's certificate is for another name",
        |setting| {
            setting.office.names = vec!["csms.example.org".to_owned()];
            Ok(())
        }
    ),
    elsewhere!("the back office's certificate has expired", |setting| {
        valid(setting, -90, -1);
        Ok(())
    }),
    elsewhere!(
        "the back office's certificate is not valid yet",
        |setting| {
            valid(setting, 1, 90);
            Ok(())
        }
    ),
    elsewhere!(
        "the root's file holds a certificate that is no root",
        |setting| {
            let leaf = client(setting)?;
            setting.root_file = halves(&leaf).0.into();
            Ok(())
        }
    ),
    elsewhere!("a client certificate of another authority", |setting| {
        let foreign = setting.other.client("ACE0999001", "Example CPO")?;
        setting.with_client(&foreign);
        Ok(())
    }),
    elsewhere!("a client certificate without its key", |setting| {
        let own = client(setting)?;
        setting.with_client(&Secret::from(halves(&own).0));
        Ok(())
    }),
    elsewhere!("a client certificate with the key of another", |setting| {
        let (own, another) = (client(setting)?, client(setting)?);
        let ((chain, _), (_, key)) = (halves(&own), halves(&another));
        setting.with_client(&Secret::from(chain + &key));
        Ok(())
    }),
    // Versions and security profiles.
    text!(
        "OCPP 2.0",
        "ocpp-version = \"1.6\"",
        "ocpp-version = \"2.0\""
    ),
    elsewhere!("OCPP 1.6 where 2.0.1 is spoken", |setting| versions(
        setting, 4
    )),
    elsewhere!("OCPP 2.0.1 where 1.6 is spoken", |setting| {
        setting.replace("ocpp-version = \"1.6\"", "ocpp-version = \"2.0.1\"");
        versions(setting, 3)
    }),
    elsewhere!("security profile 0 where 2 is asked for", |setting| {
        setting.replace("security-profile = 2", "security-profile = 0");
        setting.replace("wss://", "ws://");
        Ok(())
    }),
    elsewhere!("security profile 1 where 2 is asked for", |setting| {
        setting.replace("security-profile = 2", "security-profile = 1");
        setting.replace("wss://", "ws://");
        Ok(())
    }),
    text!(
        "security profile 3 without a client certificate",
        "security-profile = 2",
        "security-profile = 3"
    ),
    text!(
        "security profile 4",
        "security-profile = 2",
        "security-profile = 4"
    ),
    text!("no security profile", "security-profile = 2\n", ""),
    // The rest of the profile.
    text!("no priority", "priority = 1\n", ""),
    text!("priority 5", "priority = 1", "priority = 5"),
    text!(
        "the only profile is not used",
        "priority = 1",
        "priority = \"not-used\""
    ),
    elsewhere!("two profiles with one priority", |setting| {
        let second = "\n[network-profile.2]\npriority = 1\nocpp-version = \"1.6\"\n\
                      csms-url = \"wss://csms.example.org/ocpp\"\ninterface = \"wired\"\n\
                      security-profile = 2\n";
        setting.document.push_str(second);
        Ok(())
    }),
    text!(
        "no attempts",
        "connection-attempts = 3",
        "connection-attempts = 0"
    ),
    text!(
        "an access point's name with a blank",
        "message-timeout = 15",
        "apn = { name = \"internet m2m\" }"
    ),
    text!(
        "a preferred network of four digits",
        "message-timeout = 15",
        "preferred-network = \"2040\""
    ),
    text!("no OCPP version", "ocpp-version = \"1.6\"\n", ""),
    text!("no interface", "interface = \"wired\"\n", ""),
    text!(
        "an interface that does not exist",
        "\"wired\"",
        "\"ethernet\""
    ),
    text!("mobile without an access point", "\"wired\"", "\"mobile\""),
    text!(
        "a SIM PIN of three digits",
        "message-timeout = 15",
        "sim-pin = { value = \"123\" }"
    ),
    text!(
        "a message timeout of 0",
        "message-timeout = 15",
        "message-timeout = 0"
    ),
    text!("profile 5", "network-profile.1", "network-profile.5"),
    text!("a slip in a key's name", "csms-url", "csms-ulr"),
    text!(
        "a key twice",
        "interface = \"wired\"\n",
        "interface = \"wired\"\ninterface = \"wired\"\n"
    ),
    text!("a quote is missing", "\"wired\"", "\"wired"),
    text!(
        "stand-alone with a network profile",
        "\"manual\"",
        "\"stand-alone\""
    ),
    text!(
        "Plug & Charge without an ID",
        "[security]",
        "[authorization]\nmode = \"plug-and-charge\"\n\n[security]"
    ),
    text!(
        "a proxy without an address",
        "[security]",
        "[proxy]\nenabled = true\n\n[security]"
    ),
    // The charger.
    elsewhere!("firmware below 6.0", |setting| {
        setting.charger.firmware = FirmwareLine::V5;
        Ok(())
    }),
    elsewhere!(
        "the charger's security profile would be lowered",
        |setting| {
            let raised = (ObjectId::new(0x2723, 0), Value::Unsigned(3));
            setting.charger.objects.push(raised);
            Ok(())
        }
    ),
    // The back office.
    elsewhere!("the back office is down", |setting| {
        setting.office.behaviour = Behaviour::dead();
        Ok(())
    }),
    elsewhere!(
        "the back office answers every upgrade with 500",
        |setting| refusing(setting, 500)
    ),
    elsewhere!(
        "the back office chooses a version that was not offered",
        |setting| {
            setting.office.behaviour.wrong_subprotocol = true;
            Ok(())
        }
    ),
    elsewhere!("the back office rejects the BootNotification", |setting| {
        setting.office.behaviour = Behaviour::answering(BootStatus::Rejected);
        Ok(())
    }),
];

fn refusing(setting: &mut Setting, status: u16) -> Fallible<()> {
    setting.office.behaviour.refuses_upgrade = Some(status);
    Ok(())
}

/// The back office's certificate is valid from and until so many days from now.
fn valid(setting: &mut Setting, from: i64, until: i64) {
    let now = SystemTime::now();
    let at = |days: i64| {
        let away = Duration::from_secs(86_400 * days.unsigned_abs());
        if days < 0 { now - away } else { now + away }
    };
    setting.office.valid = Some(at(from)..at(until));
}

/// The certificate and the key of one PEM text.
fn halves(pem: &Secret) -> (String, String) {
    let text = pem.expose_str().unwrap_or_default();
    let cut = text.find("-----BEGIN PRIVATE").unwrap_or(text.len());
    let (chain, key) = text.split_at(cut);
    (chain.to_owned(), key.to_owned())
}

fn client(setting: &Setting) -> Fallible<Secret> {
    Ok(setting.authority.client("ACE0999001", "Example CPO")?)
}

fn key(setting: &mut Setting, key: &str) -> Fallible<()> {
    setting.key = key.into();
    Ok(())
}

fn versions(setting: &mut Setting, version: u8) -> Fallible<()> {
    for account in setting.office.accounts.values_mut() {
        account.versions = vec![version];
    }
    Ok(())
}
