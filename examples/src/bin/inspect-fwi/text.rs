//! The report as text.

use std::fmt::Write as _;
use std::time::SystemTime;

use examples::Console;
use serde_json::Value;

use crate::report::{Field, FindingReport, GuessReport, NameReport, Report};
use crate::signature::{SignatureReport, VerifiedReport};

pub(crate) fn print(console: Console, report: &Report) {
    console.event(
        "inspected",
        serde_json::to_value(report).unwrap_or(Value::Null),
    );
    console.heading(&report.file);
    print_summary(console, report);
    if !report.header.is_empty() {
        console.line("  header");
    }
    for field in &report.header {
        print_field(console, field);
    }
    print_findings(console, "  checks", &report.findings);
    print_signature(console, &report.signature);
    if let Some(compatibility) = &report.compatibility {
        let firmware = compatibility.firmware.as_deref().unwrap_or("unknown");
        let title = format!(
            "  with {}, firmware {firmware}",
            compatibility.charger_model
        );
        print_findings(console, &title, &compatibility.findings);
    }
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

pub(crate) fn time(moment: SystemTime) -> String {
    ocpp_transport::format_timestamp(moment)
}

pub(crate) fn parse_time(text: &str) -> Result<SystemTime, String> {
    ocpp_transport::parse_timestamp(text)
        .ok_or_else(|| "expected a time such as 2027-01-15T08:00:00Z".to_owned())
}

fn print_summary(console: Console, report: &Report) {
    line(console, "length", &format!("{} bytes", report.length));
    if let Some(sha256) = &report.sha256 {
        line(console, "SHA-256", sha256);
    }
    if let Some(kind) = &report.kind {
        line(console, "kind", &guess(&kind.verdict));
        line(console, "  by header", &guess(&kind.by_header));
        line(console, "  by size", &guess(&kind.by_size));
        line(console, "  by name", &guess(&kind.by_name));
    }
    let stated = stated(&report.name);
    if !stated.is_empty() {
        line(console, "name states", &stated);
    }
}

fn line(console: Console, name: &str, value: &str) {
    console.line(format_args!("  {name:<14} {value}"));
}

fn guess(guess: &GuessReport) -> String {
    format!("{} ({})", guess.kind, guess.confidence)
}

fn stated(name: &NameReport) -> String {
    let parts = [
        name.family
            .as_ref()
            .map(|family| format!("family {family}")),
        name.version
            .as_ref()
            .map(|version| format!("version {version}")),
        name.variant
            .as_ref()
            .map(|variant| format!("variant {variant}")),
        name.boot_loader_upgrade
            .then(|| "boot loader upgrade".to_owned()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Unknown bytes are shown, sixteen to a line, unless they are fill.
fn print_field(console: Console, field: &Field) {
    console.line(format_args!(
        "    {:#04x} {:<15} {}",
        field.offset, field.name, field.value
    ));
    let Some(bytes) = field.bytes.as_ref().filter(|_| field.value == "present") else {
        return;
    };
    let pairs: Vec<&str> = (0..bytes.len())
        .step_by(2)
        .filter_map(|at| bytes.get(at..at + 2))
        .collect();
    for (row, pairs) in pairs.chunks(16).enumerate() {
        console.line(format_args!(
            "         {:#04x}  {}",
            field.offset + row * 16,
            pairs.join(" ")
        ));
    }
}

fn print_findings(console: Console, title: &str, findings: &[FindingReport]) {
    if findings.is_empty() {
        return console.good(format_args!("{title}: nothing to report"));
    }
    console.line(title);
    for finding in findings {
        let text = format!(
            "    {}[{}]: {}",
            finding.severity, finding.code, finding.message
        );
        match finding.severity.as_str() {
            "error" => console.bad(text),
            "warning" => console.warning(text),
            _ => console.line(text),
        }
        if let Some(advice) = &finding.advice {
            console.line(format_args!("      {advice}"));
        }
    }
}

fn print_signature(console: Console, signature: &SignatureReport) {
    match signature {
        SignatureReport::NotChecked { reason } => {
            console.line(format_args!("  signature: not checked, {reason}"));
        }
        SignatureReport::Unreadable { reason } => {
            console.bad(format_args!("  signature: {reason}"));
        }
        SignatureReport::Failed {
            code,
            reason,
            advice,
        } => {
            console.bad(format_args!("  signature: error[{code}]: {reason}"));
            console.line(format_args!("      {advice}"));
        }
        SignatureReport::Verified(verified) => print_verified(console, verified),
    }
}

fn print_verified(console: Console, verified: &VerifiedReport) {
    console.good(format_args!("  signature: verified for {}", verified.at));
    let [from, to] = &verified.certificate_valid;
    let until = verified
        .package_valid_until
        .as_deref()
        .unwrap_or("not stated");
    for (name, value) in [
        ("signed SHA-256", verified.signed_sha256.as_str()),
        ("signer", &verified.signer),
        ("serial", &verified.signer_serial),
        ("fingerprint", &verified.signer_fingerprint),
        ("valid", &format!("{from} to {to}")),
        ("root", &verified.root),
        ("fingerprint", &verified.root_fingerprint),
        ("package until", until),
    ] {
        console.line(format_args!("    {name:<15} {value}"));
    }
}
