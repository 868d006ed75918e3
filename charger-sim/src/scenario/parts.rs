//! What the parts of a scenario file change in what they describe.

use std::time::Duration;

use super::file::{BehaviourPart, ChargerPart};
use crate::back_office::Behaviour;
use crate::charger::{ChargerSetup, SecondClient};
use crate::world::FaultPlan;

impl ChargerPart {
    pub(super) fn random_faults(&self) -> FaultPlan {
        self.random_faults.map_or_else(FaultPlan::none, |faults| {
            FaultPlan::random(faults.seed, faults.count, faults.exchanges)
        })
    }

    pub(super) fn apply_habits(&self, setup: &mut ChargerSetup) {
        let part = &self.habits;
        let habits = &mut setup.habits;
        habits.page_size = part.page_size.unwrap_or(habits.page_size);
        habits.largest_record = part.largest_record.unwrap_or(habits.largest_record);
        habits.pending_reads_back = part.pending_reads_back.unwrap_or(habits.pending_reads_back);
        let reports = part.reports_active_profile;
        habits.reports_active_profile = reports.unwrap_or(habits.reports_active_profile);
        let deletes = part.deletes_lower_profiles;
        habits.deletes_lower_profiles = deletes.unwrap_or(habits.deletes_lower_profiles);
        habits.flat_id_reads = part.flat_id_reads.unwrap_or(habits.flat_id_reads);
        habits.requests_per_minute = part.requests_per_minute;
        habits.coloured_log = part.coloured_log.unwrap_or(habits.coloured_log);
        let dates = part.checks_container_dates;
        habits.checks_container_dates = dates.unwrap_or(habits.checks_container_dates);
        let clock = part.clock_from_back_office;
        habits.clock_from_back_office = clock.unwrap_or(habits.clock_from_back_office);
        habits.trailing_comma = part.trailing_comma.unwrap_or(habits.trailing_comma);
        habits.log_lines = part.log_lines.unwrap_or(habits.log_lines);
        let bounce = part.link_bounce_ms.map(Duration::from_millis);
        habits.link_bounce = bounce.unwrap_or(habits.link_bounce);
        let gap = part.connection_gap_ms.map(Duration::from_millis);
        habits.connection_gap = gap.unwrap_or(habits.connection_gap);
        let (session, timing) = (&mut setup.session, &mut setup.timing);
        if part.second_client_takes_over == Some(true) {
            session.second_client = SecondClient::TakesOver;
        }
        session.tokens = part.tokens.unwrap_or(session.tokens);
        let seconds = |seconds: Option<u64>| seconds.map(Duration::from_secs);
        session.idle = seconds(part.session_idle_s).unwrap_or(session.idle);
        timing.restart = seconds(part.restart_s).unwrap_or(timing.restart);
        let firmware = seconds(part.firmware_restart_s);
        timing.firmware_restart = firmware.unwrap_or(timing.firmware_restart);
        timing.upload_rate = part.upload_rate.unwrap_or(timing.upload_rate);
    }
}

impl BehaviourPart {
    /// Changes what is said, and leaves the rest.
    pub(super) fn apply(&self, behaviour: &mut Behaviour) {
        behaviour.reachable = self.reachable.unwrap_or(behaviour.reachable);
        if let Some(verdict) = self.boot {
            behaviour.boot = verdict.status();
        }
        let delay = self.delay_ms.map(Duration::from_millis);
        behaviour.delay = delay.unwrap_or(behaviour.delay);
        let interval = self.interval_s.map(Duration::from_secs);
        behaviour.interval = interval.unwrap_or(behaviour.interval);
        behaviour.refuses_upgrade = self.refuses_upgrade.or(behaviour.refuses_upgrade);
        let wrong = self.wrong_subprotocol;
        behaviour.wrong_subprotocol = wrong.unwrap_or(behaviour.wrong_subprotocol);
        let closes = self.closes_after_s.map(Duration::from_secs);
        behaviour.closes_after = closes.or(behaviour.closes_after);
    }
}
