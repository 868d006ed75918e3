//! Starts, restarts and power cuts.

use std::time::Duration;

use charger_link::UploadState;
use ocpp_config::{Value, parse_writes};

use super::container::Content;
use super::log::Kind;
use super::{ChargerModel, Effect, SimCard, ids};

/// Whether the charger runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Power {
    /// No power.
    Off,
    /// It answers nobody until then.
    Starting { until: Duration },
    /// It has run since then, and perhaps will restart.
    Running {
        since: Duration,
        restart_at: Option<Duration>,
    },
}

impl Power {
    pub(crate) const fn running(since: Duration) -> Self {
        Self::Running {
            since,
            restart_at: None,
        }
    }

    pub(crate) const fn since(&self) -> Duration {
        match self {
            Self::Running { since, .. } => *since,
            Self::Starting { until } => *until,
            Self::Off => Duration::MAX,
        }
    }

    pub(crate) const fn next_wake(&self) -> Option<Duration> {
        match self {
            Self::Off => None,
            Self::Starting { until } => Some(*until),
            Self::Running { restart_at, .. } => *restart_at,
        }
    }
}

impl ChargerModel {
    /// Whether requests are answered: it has power, has started, and its link is up.
    pub fn is_answering(&self, now: Duration) -> bool {
        matches!(self.power, Power::Running { .. })
            && self.link_down_until.is_none_or(|until| until <= now)
    }

    /// Whether it runs, link or no link.
    pub const fn is_running(&self) -> bool {
        matches!(self.power, Power::Running { .. })
    }

    /// Whether it is accepted by a back office right now.
    pub const fn is_accepted(&self) -> bool {
        self.ocpp.is_registered()
    }

    /// Whether it wants no back office at all.
    pub const fn is_stand_alone(&self) -> bool {
        self.is_running() && self.ocpp.is_idle()
    }

    /// The power goes away, without a warning.
    pub fn power_off(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        self.now = now;
        self.go_down(effects);
        self.upload.power_cut();
        self.power = Power::Off;
    }

    /// The power is back.
    pub fn power_on(&mut self, now: Duration) {
        self.now = now;
        if self.power == Power::Off {
            self.set_boot_reason("Power on");
            self.power = Power::Starting {
                until: now.saturating_add(self.setup.timing.restart),
            };
        }
    }

    /// Puts a SIM card in, or takes it out. It is noticed at the next start.
    pub fn insert_sim(&mut self, sim: Option<SimCard>) {
        self.sim = sim;
    }

    /// Restarts a little later, as after the command of a client or a back office.
    pub fn restart(&mut self, now: Duration) {
        self.now = now;
        self.schedule_restart(now);
    }

    /// Restarts by itself, at once.
    pub fn crash(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        self.now = now;
        if self.is_running() {
            self.set_boot_reason("Watchdog reset");
            self.begin_restart(now, effects);
        }
    }

    /// Restarts a little later.
    pub(super) fn schedule_restart(&mut self, now: Duration) {
        self.note(Kind::Reset, "main.c", "restart requested");
        if let Power::Running { restart_at, .. } = &mut self.power {
            restart_at.get_or_insert(now.saturating_add(self.setup.timing.restart_delay));
        }
    }

    pub(super) fn power_poll(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        match self.power {
            Power::Running {
                restart_at: Some(at),
                ..
            } if at <= now => {
                self.set_boot_reason("Software reset");
                self.begin_restart(now, effects);
            }
            Power::Starting { until } if until <= now => self.come_up(now, effects),
            _ => {}
        }
    }

    fn begin_restart(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        let rolls = self.upload.state == UploadState::READY_TO_ROLL;
        let timing = self.setup.timing;
        let pause = if rolls {
            timing.firmware_restart
        } else {
            timing.restart
        };
        self.upload.power_cut();
        self.go_down(effects);
        self.power = Power::Starting {
            until: now.saturating_add(pause),
        };
    }

    fn go_down(&mut self, effects: &mut Vec<Effect>) {
        self.ocpp_stop(effects);
        self.session.end();
        self.link_down_until = None;
        effects.push(Effect::WentDown);
    }

    fn come_up(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        self.power = Power::running(now);
        self.uptime_base = Duration::ZERO;
        self.lose_clock(now);
        let count = u64::try_from(self.objects.number(ids::BOOT_COUNT)).unwrap_or(0);
        self.objects.set_unsigned(ids::BOOT_COUNT, count + 1);
        self.objects.apply_pending();
        self.trust.restart();
        self.show_sim();
        self.settle_firmware();
        let reason = self.objects.text(ids::BOOT_REASON).to_owned();
        self.note(
            Kind::Reset,
            "main.c",
            format!("start {}: {reason}", count + 1),
        );
        self.ocpp_start(now.saturating_add(self.setup.timing.first_dial));
        effects.push(Effect::CameUp);
    }

    /// After the start that rolled new firmware in, and after the one that rolls it
    /// back because nobody confirmed it.
    fn settle_firmware(&mut self) {
        if self.upload.state == UploadState::READY_TO_ROLL {
            self.upload.state = UploadState::DONE;
        } else if let Some(previous) = self.upload.previous_firmware.take() {
            self.set_firmware(&previous);
            self.upload.state = UploadState::ROLLED_BACK;
        }
    }

    fn set_boot_reason(&mut self, reason: &str) {
        self.objects
            .set(ids::BOOT_REASON, Value::Text(reason.to_owned()));
    }

    /// The wired link goes down for this long.
    pub fn bounce_link(&mut self, now: Duration, down: Duration, effects: &mut Vec<Effect>) {
        self.now = now;
        if self.is_running() {
            self.note(Kind::Warning, "net.c", "cable unplugged");
            self.bounce(now.saturating_add(down), effects);
        }
    }

    /// The wired link goes down until then.
    pub(super) fn bounce(&mut self, until: Duration, effects: &mut Vec<Effect>) {
        self.link_down_until = Some(until);
        self.session.end();
        effects.push(Effect::LinkDown { until });
    }

    /// The check of a container is over.
    pub(super) fn install(&mut self, now: Duration, content: Option<Content>) {
        let Some(content) = content else {
            self.upload.state = UploadState::UPDATE_ERROR;
            self.note(Kind::Error, "fw.c", "container refused");
            return;
        };
        self.upload.state = UploadState::DONE;
        match content {
            Content::Roots(roots) => {
                self.note(Kind::Security, "fw.c", "root certificate stored");
                self.trust.install(roots);
                self.objects
                    .set_unsigned(ids::CERTIFICATES, self.trust.count());
            }
            Content::Preset(preset) => {
                self.note(Kind::Info, "fw.c", format!("preset {} stored", preset.name));
                if let Ok(writes) = parse_writes(preset.writes.as_bytes()) {
                    self.write_posted(now, &writes);
                }
            }
            Content::Firmware(version) => self.roll_firmware(now, &version),
        }
    }

    fn roll_firmware(&mut self, now: Duration, version: &str) {
        self.note(
            Kind::Info,
            "fw.c",
            format!("firmware {version} ready to roll"),
        );
        let current = self.objects.text(ids::FIRMWARE).to_owned();
        self.upload.previous_firmware.get_or_insert(current);
        self.set_firmware(version);
        self.upload.state = UploadState::READY_TO_ROLL;
        self.schedule_restart(now);
    }
}
