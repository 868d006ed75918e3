use std::time::Duration;

use super::UploadCommands;
use super::codec::NodeAddress;

/// What a gateway link must know, and what it may be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewaySettings {
    pub(super) address: NodeAddress,
    pub(super) baud: Option<u32>,
    pub(super) node_timeout: Duration,
    pub(super) gateway_timeout: Duration,
    pub(super) bus_rate: u32,
    pub(super) prompts: bool,
    pub(super) upload: UploadCommands,
}

impl GatewaySettings {
    /// Settings for the charger at `address`, with every default.
    pub const fn new(address: NodeAddress) -> Self {
        Self {
            address,
            baud: None,
            node_timeout: Duration::from_secs(2),
            gateway_timeout: Duration::from_secs(1),
            bus_rate: 5_000,
            prompts: false,
            upload: UploadCommands::ASSUMED,
        }
    }

    /// The bit rate of the wire, by which waits grow with the length of a command. Set
    /// by itself for a serial port that this crate opens. Defaults to none: the wire
    /// costs no time.
    #[must_use]
    pub const fn with_baud(mut self, baud: u32) -> Self {
        self.baud = Some(baud);
        self
    }

    /// How long the gateway shall wait for the charger; it is told so. Defaults to two
    /// seconds. Shorter makes a charger that restarts known sooner, and breaks off
    /// slow ones.
    #[must_use]
    pub const fn with_node_timeout(mut self, timeout: Duration) -> Self {
        self.node_timeout = timeout;
        self
    }

    /// How long the gateway itself may take for an answer, beyond the wait for the
    /// charger and the time on the wire. Defaults to one second.
    #[must_use]
    pub const fn with_gateway_timeout(mut self, timeout: Duration) -> Self {
        self.gateway_timeout = timeout;
        self
    }

    /// How many bytes a second the CAN bus carries at least, by which the wait after a
    /// long write grows. Defaults to 5,000, a segmented transfer on a slow bus. 0
    /// counts as 1.
    #[must_use]
    pub const fn with_bus_rate(mut self, bytes_per_second: u32) -> Self {
        self.bus_rate = bytes_per_second;
        self
    }

    /// Whether to look for answers behind a prompt. Defaults to no, and to yes only
    /// where a console stands in between: a line that quotes an answer is then taken
    /// for one.
    #[must_use]
    pub const fn with_prompts(mut self, prompts: bool) -> Self {
        self.prompts = prompts;
        self
    }

    /// The commands of an upload. Defaults to [`UploadCommands::ASSUMED`].
    #[must_use]
    pub const fn with_upload_commands(mut self, commands: UploadCommands) -> Self {
        self.upload = commands;
        self
    }

    /// Where the charger is.
    pub const fn address(&self) -> NodeAddress {
        self.address
    }

    /// The bit rate of the wire, if waits grow by it.
    pub const fn baud(&self) -> Option<u32> {
        self.baud
    }

    /// How long the gateway shall wait for the charger.
    pub const fn node_timeout(&self) -> Duration {
        self.node_timeout
    }

    /// How long the gateway itself may take for an answer.
    pub const fn gateway_timeout(&self) -> Duration {
        self.gateway_timeout
    }

    /// How many bytes a second the CAN bus carries at least.
    pub const fn bus_rate(&self) -> u32 {
        self.bus_rate
    }

    /// Whether answers are looked for behind a prompt.
    pub const fn prompts(&self) -> bool {
        self.prompts
    }

    /// The commands of an upload.
    pub const fn upload_commands(&self) -> UploadCommands {
        self.upload
    }

    /// How long the answer to an ordinary command may take.
    pub(super) fn answer_time(&self) -> Duration {
        self.node_timeout.saturating_add(self.gateway_timeout)
    }

    /// How long `bytes` are on the wire: ten bits each, with start and stop.
    pub(super) fn wire_time(&self, bytes: u64) -> Duration {
        match self.baud {
            Some(baud) => Duration::from_secs(bytes.saturating_mul(10)) / baud.max(1),
            None => Duration::ZERO,
        }
    }

    /// How long a value of `bytes` may be on the bus.
    pub(super) fn bus_time(&self, bytes: u64) -> Duration {
        Duration::from_secs(bytes) / self.bus_rate.max(1)
    }
}
