//! Preset, authorization, intervals, proxy and layers.

use super::{Case, case, layers, line};

pub(super) fn cases() -> Vec<Case> {
    let pnc = "authorization.plug-and-charge-id";
    let offline = "authorization.offline-action";
    let named = "preset = { name = 'provider', package = 'provider.fwi' }";
    let stand_alone = ["preset = 'stand-alone'", "!1", "!2"];
    let stand_alone_and = |change| ["preset = 'stand-alone'", "!1", "!2", change];
    let heartbeat = "timing.heartbeat-interval";
    let ping = "timing.websocket-ping-interval";
    vec![
        line(
            "PRESET-STANDALONE-PROFILES",
            "preset",
            &["preset = 'stand-alone'"],
            &stand_alone,
        ),
        line(
            "PRESET-NAMED-PROFILES",
            "preset",
            &[named],
            &[named, "!1", "!2"],
        ),
        line(
            "PRESET-NAMED-NO-PACKAGE",
            "preset",
            &["preset = { name = 'provider' }"],
            &[named],
        ),
        line(
            "PRESET-PACKAGE-NAME",
            "preset.package",
            &["preset = { name = 'provider', package = 'provider.zip' }"],
            &[named],
        ),
        line(
            "PRESET-UNSET",
            "preset",
            &["!preset"],
            &["!preset", "!1", "!2"],
        ),
        line(
            "AUTH-PNC-ID-MISSING",
            pnc,
            &["authorization.mode = 'plug-and-charge'"],
            &[
                "authorization.mode = 'plug-and-charge'",
                "authorization.plug-and-charge-id = 'ACE0999001'",
            ],
        ),
        line(
            "AUTH-PNC-ID-UNUSED",
            pnc,
            &["authorization.plug-and-charge-id = 'ACE0999001'"],
            &[
                "authorization.mode = 'plug-and-charge'",
                "authorization.plug-and-charge-id = 'ACE0999001'",
            ],
        ),
        line(
            "AUTH-STANDALONE-BACK-OFFICE",
            "authorization.mode",
            &stand_alone_and("authorization.mode = 'back-office'"),
            &["authorization.mode = 'back-office'"],
        ),
        line(
            "AUTH-STANDALONE-NO-MODE",
            "authorization.mode",
            &stand_alone_and("!authorization.mode"),
            &stand_alone,
        ),
        line(
            "AUTH-STANDALONE-NO-OFFLINE",
            offline,
            &stand_alone_and("!authorization.offline-action"),
            &stand_alone,
        ),
        line(
            "AUTH-STANDALONE-REFUSE",
            offline,
            &stand_alone_and("authorization.offline-action = 'refuse-all'"),
            &["authorization.offline-action = 'refuse-all'"],
        ),
        line(
            "AUTH-OFFLINE-ACCEPT-ALL",
            offline,
            &["authorization.offline-action = 'accept-all'"],
            &stand_alone_and("authorization.offline-action = 'accept-all'"),
        ),
        line(
            "AUTH-LISTS-OFF",
            offline,
            &["authorization.local-list = false"],
            &["authorization.white-list = true"],
        ),
        line(
            "AUTH-ONLINE-LISTS-OFF",
            "authorization.online-action",
            &[
                "authorization.online-action = 'local-lists-first'",
                "authorization.local-list = false",
            ],
            &["authorization.online-action = 'local-lists-first'"],
        ),
        line(
            "AUTH-MODE-UNKNOWN",
            "authorization.mode",
            &["authorization.mode = '#9'"],
            &[],
        ),
        line(
            "TIME-HEARTBEAT-ZERO",
            heartbeat,
            &["timing.heartbeat-interval = 0"],
            &[],
        ),
        line(
            "TIME-HEARTBEAT-SHORT",
            heartbeat,
            &["timing.heartbeat-interval = 29"],
            &["timing.heartbeat-interval = 30"],
        ),
        line(
            "TIME-HEARTBEAT-LONG",
            heartbeat,
            &["timing.heartbeat-interval = 86401"],
            &["timing.heartbeat-interval = 86400"],
        ),
        line(
            "TIME-PING-OFF",
            ping,
            &["timing.websocket-ping-interval = 0"],
            &["timing.websocket-ping-interval = 0", "!2"],
        ),
        line(
            "TIME-PING-SHORT",
            ping,
            &["timing.websocket-ping-interval = 9"],
            &["timing.websocket-ping-interval = 10"],
        ),
        line(
            "TIME-PING-LONG",
            ping,
            &["timing.websocket-ping-interval = 301"],
            &["timing.websocket-ping-interval = 301", "!2"],
        ),
        line(
            "PROXY-NO-ADDRESS",
            "proxy.address",
            &["proxy.enabled = true"],
            &["proxy.enabled = true", "proxy.address = 'p.example:3128'"],
        ),
        line(
            "PROXY-NOT-ENABLED",
            "proxy.enabled",
            &["!proxy.enabled", "proxy.address = 'p.example:3128'"],
            &["proxy.address = 'p.example:3128'"],
        ),
        line(
            "PROXY-PASSWORD-NO-USER",
            "proxy.password",
            &["proxy.password = { env = 'P' }"],
            &["proxy.password = { env = 'P' }", "proxy.user = 'u'"],
        ),
        case(
            "LAYER-CHARGER-BOUND",
            "identity",
            layers("identity = 'CP1'", "preset = 'manual'"),
            layers("identity = 'CP1'", "identity = 'CP2'"),
        ),
        case(
            "LAYER-CHARGER-BOUND",
            "network-profile.1.sim-pin",
            layers("network-profile.1.sim-pin = '0000'", ""),
            layers("", "network-profile.1.sim-pin = '0000'"),
        ),
    ]
}
