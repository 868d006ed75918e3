use std::time::Duration;

/// What goes wrong with an exchange, or around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// The request never arrives; the caller's time runs out.
    RequestLost,
    /// The request is carried out, the reply never arrives.
    ReplyLost,
    /// The connection breaks before the request arrives.
    Reset,
    /// The connection breaks after the request was carried out.
    ResetAfter,
    /// The request is carried out twice.
    Duplicated,
    /// The charger refuses with this status.
    Refused(u16),
    /// The request is carried out, the reply cannot be understood.
    Garbled,
    /// The request is carried out, and the connection ends in the middle of the reply.
    Truncated,
    /// The request is carried out, and its reply arrives twice. In memory, where a reply
    /// cannot be taken for another one, nothing comes of it.
    ReplyTwice,
    /// The charger takes this much longer.
    Slow(Duration),
    /// The session lapses just before.
    SessionLapsed,
    /// Another client takes the session just before.
    SessionStolen,
    /// The charger restarts by itself just before.
    Restart,
    /// The charger carries the request out and restarts by itself.
    RestartAfter,
    /// The charger loses power for this long, just before.
    PowerCut(Duration),
    /// The charger carries the request out and loses power for this long.
    PowerCutAfter(Duration),
    /// The charger loses power in the middle of an upload.
    PowerCutInUpload {
        /// After this many records of 7,000 bytes.
        record: u64,
        /// For this long.
        off: Duration,
    },
    /// The charger's wired link goes down for this long, just before; connections and
    /// the session die with it.
    LinkBounce(Duration),
    /// The charger's clock falls back to the build date.
    ClockLost,
    /// The program is killed; see [`World::is_killed`](super::World::is_killed).
    Kill(KillPhase),
}

/// When a program is killed. The fourth moment, "reply in the journal", is
/// [`BeforeSend`](Self::BeforeSend) of the next exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KillPhase {
    /// Before the request is sent.
    BeforeSend,
    /// The request is carried out, its reply not received.
    AfterSend,
    /// The reply is received, and nothing done with it.
    AfterReply,
}

/// Where a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Trigger {
    /// At this exchange, counted from 1.
    Exchange(u64),
    /// At the `nth` exchange (from 1) with a request of this name, see
    /// [`Request::name`](charger_link::Request::name).
    Place {
        /// The request's name.
        request: &'static str,
        /// Which of them.
        nth: u64,
    },
    /// At every exchange.
    Always,
}

/// Faults by count, by place or by seed. Each strikes once, [`Trigger::Always`] apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FaultPlan {
    planned: Vec<(Trigger, Fault)>,
    seen: Vec<(&'static str, u64)>,
}

impl FaultPlan {
    /// Nothing goes wrong.
    pub fn none() -> Self {
        Self::default()
    }

    /// One more fault.
    #[must_use]
    pub fn with_fault(mut self, trigger: Trigger, fault: Fault) -> Self {
        self.planned.push((trigger, fault));
        self
    }

    /// `count` faults of any kind but a kill, at random among the first `exchanges`
    /// exchanges. The same seed gives the same plan.
    pub fn random(seed: u64, count: usize, exchanges: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let planned = (0..count)
            .map(|_| {
                let at = random.u64(1..=exchanges.max(1));
                (Trigger::Exchange(at), random_fault(&mut random))
            })
            .collect();
        Self {
            planned,
            seen: Vec::new(),
        }
    }

    /// These faults and those of another plan.
    #[must_use]
    pub fn with_plan(mut self, other: Self) -> Self {
        self.planned.extend(other.planned);
        self
    }

    /// What is planned and has not struck yet.
    pub fn planned(&self) -> impl Iterator<Item = (Trigger, Fault)> + '_ {
        self.planned.iter().copied()
    }

    /// The fault of the exchange with this number and request.
    pub(crate) fn strike(&mut self, number: u64, request: &'static str) -> Option<Fault> {
        if self.planned.is_empty() {
            return None;
        }
        let nth = self.count(request);
        let hit = |trigger: &Trigger| match *trigger {
            Trigger::Exchange(at) => at == number,
            Trigger::Place {
                request: name,
                nth: at,
            } => name == request && at == nth,
            Trigger::Always => true,
        };
        let place = self.planned.iter().position(|(trigger, _)| hit(trigger))?;
        let (trigger, fault) = *self.planned.get(place)?;
        if trigger != Trigger::Always {
            self.planned.remove(place);
        }
        Some(fault)
    }

    fn count(&mut self, request: &'static str) -> u64 {
        if let Some((_, count)) = self.seen.iter_mut().find(|(name, _)| *name == request) {
            *count += 1;
            return *count;
        }
        self.seen.push((request, 1));
        1
    }
}

fn random_fault(random: &mut fastrand::Rng) -> Fault {
    let seconds = Duration::from_secs(random.u64(1..=300));
    match random.u8(0..16) {
        0 => Fault::RequestLost,
        1 => Fault::ReplyLost,
        2 => Fault::Reset,
        3 => Fault::ResetAfter,
        4 => Fault::Duplicated,
        5 => Fault::Refused(*random.choice(&[401, 403, 429, 500, 503]).unwrap_or(&500)),
        6 => Fault::Garbled,
        7 => Fault::Slow(seconds / 10),
        8 => Fault::SessionLapsed,
        9 => Fault::SessionStolen,
        10 => Fault::Restart,
        11 => Fault::RestartAfter,
        12 => Fault::PowerCut(seconds),
        13 => Fault::PowerCutAfter(seconds),
        14 => Fault::LinkBounce(seconds / 100),
        _ => Fault::ClockLost,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_a_plan() {
        assert_eq!(FaultPlan::random(7, 5, 90), FaultPlan::random(7, 5, 90));
        assert_ne!(FaultPlan::random(7, 5, 90), FaultPlan::random(8, 5, 90));
    }

    #[test]
    fn places_are_counted_by_name() {
        let place = Trigger::Place {
            request: "write",
            nth: 2,
        };
        let mut plan = FaultPlan::none().with_fault(place, Fault::Garbled);
        assert_eq!(plan.strike(1, "write"), None);
        assert_eq!(plan.strike(2, "read"), None);
        assert_eq!(plan.strike(3, "write"), Some(Fault::Garbled));
        assert_eq!(plan.strike(4, "write"), None);
    }
}
