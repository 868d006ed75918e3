//! The same calls through the blocking and through the asynchronous charger.

use std::time::Duration;

use charger_link::https::{self, HttpsSettings, Trust};
use charger_link::{AsyncCharger, Charger, LinkError, Patience};
use futures_util::StreamExt;
use ocpp_config::{Value, WriteOnlyItem, objects};

use super::call::Call;
use super::site::{Given, Waits};

/// Who drives the link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Runtime {
    Blocking,
    Tokio,
}

/// A charger over either runtime.
pub(super) enum Driven {
    Blocking(Charger<https::HttpsLink>),
    Tokio(
        AsyncCharger<https::tokio::HttpsLink>,
        tokio::runtime::Runtime,
    ),
}

/// The calls, written once. `await` is what sets the two apart.
macro_rules! perform {
    ($charger:expr, $call:expr, $given:expr $(, $wait:ident)?) => {{
        let (charger, given): (_, &Given) = ($charger, $given);
        match $call {
            Call::Identity => {
                let who = charger.identity()$(.$wait)??;
                assert_eq!(who.serial_number, "ACE0999001");
            }
            Call::Read => {
                let found = charger.read(&[objects::CHARGE_BOX_IDENTITY])$(.$wait)??;
                let value = found.value(objects::CHARGE_BOX_IDENTITY);
                assert_eq!(value, Some(&Value::from("ACE0999001")));
            }
            Call::Category => {
                let found = charger.read_category("generic")$(.$wait)??;
                assert_eq!(found.len(), given.generic);
            }
            Call::Everything => {
                let found = charger.read_all(&mut |_| {})$(.$wait)??;
                assert_eq!(found.len(), given.everything);
            }
            Call::Write => {
                let report = charger.write(&given.writes)$(.$wait)??;
                assert!(report.mismatches().next().is_none(), "{report:?}");
            }
            Call::Install => {
                let key = given.key.clone();
                charger.install(WriteOnlyItem::AUTHORIZATION_KEY, key)$(.$wait)??;
            }
            Call::Upload => {
                charger.upload(&given.container, &mut |_| {})$(.$wait)??;
            }
            Call::Clock => charger.set_clock()$(.$wait)??,
            Call::Restart => charger.restart()$(.$wait)??,
            Call::WaitUntilBack => {
                let back = charger.wait_until_back(given.boots)$(.$wait)??;
                assert!(back.now > given.boots);
            }
            Call::Log => {
                let log = charger.log(50)$(.$wait)??;
                assert!(log.is_sorted_by_key(|record| record.id));
                assert_eq!(log.len(), 50);
            }
            Call::Monitor => unreachable!("a stream is no iterator"),
        }
        Ok(())
    }};
}

impl Runtime {
    pub(super) const BOTH: [Self; 2] = [Self::Blocking, Self::Tokio];

    pub(super) fn drive(self, settings: HttpsSettings, trust: Trust, patience: Patience) -> Driven {
        match self {
            Self::Blocking => {
                let link = https::HttpsLink::new(settings, trust);
                Driven::Blocking(Charger::new(link).with_patience(patience))
            }
            Self::Tokio => {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .unwrap();
                let link = https::tokio::HttpsLink::new(settings, trust);
                Driven::Tokio(AsyncCharger::new(link).with_patience(patience), runtime)
            }
        }
    }
}

impl Driven {
    pub(super) fn perform(&mut self, call: Call, given: &Given) -> Result<(), LinkError> {
        match self {
            _ if call == Call::Monitor => self.watch(),
            Self::Blocking(charger) => perform!(charger, call, given),
            Self::Tokio(charger, runtime) => {
                runtime.block_on(async { perform!(charger, call, given, await) })
            }
        }
    }

    /// Four looks; what went wrong in the second is over by the last.
    fn watch(&mut self) -> Result<(), LinkError> {
        const EVERY: Duration = Duration::from_millis(5);
        let looks: Vec<_> = match self {
            Self::Blocking(charger) => charger.monitor(EVERY).take(LOOKS).collect(),
            Self::Tokio(charger, runtime) => runtime.block_on(async {
                let looks = std::pin::pin!(charger.monitor(EVERY));
                looks.take(LOOKS).collect().await
            }),
        };
        assert_eq!(looks.len(), LOOKS);
        let last = looks.into_iter().next_back().unwrap()?;
        assert!(last.boot_count.is_some(), "{last:?}");
        Ok(())
    }

    /// A plain question, to see whether the link works.
    pub(super) fn question(&mut self) -> Result<(), LinkError> {
        let ids = [objects::CHARGE_BOX_IDENTITY];
        let found = match self {
            Self::Blocking(charger) => charger.read(&ids)?,
            Self::Tokio(charger, runtime) => runtime.block_on(charger.read(&ids))?,
        };
        assert_eq!(found.len(), ids.len());
        Ok(())
    }

    pub(super) fn close(&mut self) -> Result<(), LinkError> {
        match self {
            Self::Blocking(charger) => charger.close(),
            Self::Tokio(charger, runtime) => runtime.block_on(charger.close()),
        }
    }
}

/// Short waits: the simulated charger restarts in a moment.
pub(super) fn patience(waits: Waits) -> Patience {
    Patience::new()
        .with_request_timeout(Duration::from_secs(60))
        .with_poll_timeout(4 * waits.answer)
        .with_poll_interval(Duration::from_millis(20))
        .with_restart_timeout(8 * waits.answer)
}

const LOOKS: usize = 4;
