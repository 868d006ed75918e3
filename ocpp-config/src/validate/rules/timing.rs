//! Intervals.

use super::{Check, Code, Rule, Severity, Sink, any_mobile};
use crate::Document;

pub(super) static RULES: &[Rule] = &[
    Rule {
        code: Code::new("TIME-HEARTBEAT-ZERO"),
        severity: Severity::Error,
        summary: "the heartbeat interval is not zero",
        reason: "OCPP gives no meaning to an interval of 0 once the charger is accepted",
        advice: "write seconds; 900 is usual",
        check: Check::Document(heartbeat_zero),
    },
    Rule {
        code: Code::new("TIME-HEARTBEAT-SHORT"),
        severity: Severity::Warning,
        summary: "the heartbeat interval is at least 30 s",
        reason: "each heartbeat costs data and load, and a mobile contract counts both",
        advice: "write 30 or more; 900 is usual",
        check: Check::Document(heartbeat_short),
    },
    Rule {
        code: Code::new("TIME-HEARTBEAT-LONG"),
        severity: Severity::Warning,
        summary: "the heartbeat interval is at most a day",
        reason: "the heartbeat also sets the charger's clock (OCPP 1.6 section 4.6)",
        advice: "write 86400 or less; 900 is usual",
        check: Check::Document(heartbeat_long),
    },
    Rule {
        code: Code::new("TIME-PING-OFF"),
        severity: Severity::Warning,
        summary: "WebSocket pings are on if a profile is mobile",
        reason: "mobile networks forget idle connections after minutes, and the charger would not \
                 notice",
        advice: "write a websocket-ping-interval of 30 to 300",
        check: Check::Document(ping_off),
    },
    Rule {
        code: Code::new("TIME-PING-SHORT"),
        severity: Severity::Warning,
        summary: "the ping interval is at least 10 s",
        reason: "shorter intervals cost data without finding a dead connection sooner than a \
                 message would",
        advice: "write 10 or more, or 0 for none",
        check: Check::Document(ping_short),
    },
    Rule {
        code: Code::new("TIME-PING-LONG"),
        severity: Severity::Warning,
        summary: "the ping interval is at most 300 s over a mobile network",
        reason: "address translation in mobile networks forgets idle connections after a few \
                 minutes",
        advice: "write 30 to 300",
        check: Check::Document(ping_long),
    },
];

fn heartbeat_zero(document: &Document, sink: &mut Sink) {
    heartbeat_is(document, sink, |seconds| seconds == 0);
}

fn heartbeat_short(document: &Document, sink: &mut Sink) {
    heartbeat_is(document, sink, |seconds| (1..30).contains(&seconds));
}

fn heartbeat_long(document: &Document, sink: &mut Sink) {
    heartbeat_is(document, sink, |seconds| seconds > 86_400);
}

fn ping_off(document: &Document, sink: &mut Sink) {
    if any_mobile(document) {
        ping_is(document, sink, |seconds| seconds == 0);
    }
}

fn ping_short(document: &Document, sink: &mut Sink) {
    ping_is(document, sink, |seconds| (1..10).contains(&seconds));
}

fn ping_long(document: &Document, sink: &mut Sink) {
    if any_mobile(document) {
        ping_is(document, sink, |seconds| seconds > 300);
    }
}

fn heartbeat_is(document: &Document, sink: &mut Sink, wrong: fn(u32) -> bool) {
    let interval = document.timing.heartbeat_interval;
    if let Some(interval) = interval.filter(|interval| wrong(interval.number())) {
        sink.report(
            ["timing", "heartbeat-interval"],
            format!("the heartbeat interval is {interval} s"),
        );
    }
}

fn ping_is(document: &Document, sink: &mut Sink, wrong: fn(u32) -> bool) {
    let interval = document.timing.websocket_ping_interval;
    if let Some(interval) = interval.filter(|interval| wrong(interval.number())) {
        sink.report(
            ["timing", "websocket-ping-interval"],
            format!("the ping interval is {interval} s"),
        );
    }
}
