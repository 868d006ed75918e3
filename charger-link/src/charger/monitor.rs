use std::time::Duration;

use super::blocking::Charger;
use super::clock::{Clock, SystemClock};
use super::live::LiveState;
use crate::{Link, LinkError, LinkErrorKind};

/// The iterator of [`Charger::monitor`].
#[derive(Debug)]
pub struct Monitor<'a, L, K = SystemClock> {
    charger: &'a mut Charger<L, K>,
    every: Duration,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    First,
    Further,
    Over,
}

impl State {
    /// What follows on a look.
    fn after(look: &Result<LiveState, LinkError>) -> Self {
        match look {
            Err(error) if *error.kind() == LinkErrorKind::Cancelled => Self::Over,
            _ => Self::Further,
        }
    }
}

impl<'a, L, K> Monitor<'a, L, K> {
    pub(super) const fn new(charger: &'a mut Charger<L, K>, every: Duration) -> Self {
        Self {
            charger,
            every,
            state: State::First,
        }
    }
}

impl<L: Link, K: Clock> Iterator for Monitor<'_, L, K> {
    type Item = Result<LiveState, LinkError>;

    fn next(&mut self) -> Option<Self::Item> {
        let waited = match self.state {
            State::First => Ok(()),
            State::Further => self.charger.pause(self.every),
            State::Over => return None,
        };
        let look = waited.and_then(|()| self.charger.live_state());
        self.state = State::after(&look);
        Some(look)
    }
}

/// What the stream of [`AsyncCharger::monitor`](super::AsyncCharger::monitor) carries
/// along.
#[cfg(feature = "tokio")]
pub(super) struct Watching<'a, L, K> {
    charger: &'a mut super::AsyncCharger<L, K>,
    every: Duration,
    state: State,
}

#[cfg(feature = "tokio")]
impl<'a, L: crate::AsyncLink, K: super::AsyncClock> Watching<'a, L, K> {
    pub(super) const fn new(charger: &'a mut super::AsyncCharger<L, K>, every: Duration) -> Self {
        Self {
            charger,
            every,
            state: State::First,
        }
    }

    pub(super) async fn next(&mut self) -> Option<Result<LiveState, LinkError>> {
        let look = match self.state {
            State::First => self.charger.live_state().await,
            State::Further => match self.charger.pause(self.every).await {
                Ok(()) => self.charger.live_state().await,
                Err(error) => Err(error),
            },
            State::Over => return None,
        };
        self.state = State::after(&look);
        Some(look)
    }
}
