use std::fmt;

/// Why the gateway itself could not carry out a command (CiA 309-3, the numbers on
/// which both known servers agree). Others are carried through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GatewayCode(u16);

impl GatewayCode {
    /// It does not know this command.
    pub const NOT_SUPPORTED: Self = Self(100);
    /// It could not read the line.
    pub const SYNTAX: Self = Self(101);
    /// It is busy or not ready.
    pub const INTERNAL_STATE: Self = Self(102);
    /// The node did not answer in time.
    pub const TIME_OUT: Self = Self(103);
    /// No network was named and none is set.
    pub const NO_DEFAULT_NET: Self = Self(104);
    /// No node was named and none is set.
    pub const NO_DEFAULT_NODE: Self = Self(105);
    /// It has no such network.
    pub const UNSUPPORTED_NET: Self = Self(106);
    /// It has no such node.
    pub const UNSUPPORTED_NODE: Self = Self(107);
    /// A node missed its guarding message.
    pub const LOST_GUARDING: Self = Self(200);
    /// A node is gone.
    pub const LOST_CONNECTION: Self = Self(201);
    /// A node's heartbeat began.
    pub const HEARTBEAT_STARTED: Self = Self(202);
    /// A node's heartbeat stopped.
    pub const HEARTBEAT_LOST: Self = Self(203);
    /// A node is in an unexpected state.
    pub const WRONG_STATE: Self = Self(204);
    /// A node started.
    pub const BOOT_UP: Self = Self(205);
    /// The CAN controller is error passive.
    pub const ERROR_PASSIVE: Self = Self(300);
    /// The CAN controller is off the bus.
    pub const BUS_OFF: Self = Self(301);
    /// A CAN buffer overflowed.
    pub const BUFFER_OVERFLOW: Self = Self(303);
    /// The CAN controller was initialized.
    pub const CAN_INITIALIZED: Self = Self(304);
    /// The CAN controller is active.
    pub const CAN_ACTIVE: Self = Self(305);
    /// Out of memory.
    pub const OUT_OF_MEMORY: Self = Self(600);

    /// The code with this number, known or not.
    pub const fn new(number: u16) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn number(self) -> u16 {
        self.0
    }

    /// Whether a server that could not read a line reports it with this code.
    pub const fn blames_the_line(self) -> bool {
        matches!(
            self,
            Self::NOT_SUPPORTED
                | Self::SYNTAX
                | Self::NO_DEFAULT_NET
                | Self::NO_DEFAULT_NODE
                | Self::UNSUPPORTED_NET
                | Self::UNSUPPORTED_NODE
        )
    }
}

impl fmt::Display for GatewayCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Why a node aborted an access to its object dictionary (CiA 301, SDO abort codes).
/// Others are carried through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AbortCode(u32);

impl AbortCode {
    /// The SDO protocol timed out: the node is silent, or the gateway starved.
    pub const TIME_OUT: Self = Self(0x0504_0000);
    /// Out of memory.
    pub const OUT_OF_MEMORY: Self = Self(0x0504_0005);
    /// An attempt to read a write-only object.
    pub const WRITE_ONLY: Self = Self(0x0601_0001);
    /// An attempt to write a read-only object.
    pub const READ_ONLY: Self = Self(0x0601_0002);
    /// There is no such object.
    pub const NO_OBJECT: Self = Self(0x0602_0000);
    /// The device failed internally. CANopenNode's gateway reports this too when a
    /// long write did not arrive fast enough.
    pub const INTERNAL_INCOMPATIBILITY: Self = Self(0x0604_0047);
    /// Type or length do not match.
    pub const LENGTH: Self = Self(0x0607_0010);
    /// The value is too long.
    pub const TOO_LONG: Self = Self(0x0607_0012);
    /// The value is too short.
    pub const TOO_SHORT: Self = Self(0x0607_0013);
    /// There is no such sub-index.
    pub const NO_SUB_INDEX: Self = Self(0x0609_0011);
    /// The value is not valid.
    pub const INVALID_VALUE: Self = Self(0x0609_0030);
    /// The value is too high.
    pub const TOO_HIGH: Self = Self(0x0609_0031);
    /// The value is too low.
    pub const TOO_LOW: Self = Self(0x0609_0032);
    /// A general error.
    pub const GENERAL: Self = Self(0x0800_0000);
    /// Refused in the present state of the device.
    pub const DEVICE_STATE: Self = Self(0x0800_0022);

    /// The code with this number, known or not.
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn number(self) -> u32 {
        self.0
    }

    /// Whether it says that the dictionary has no such entry.
    pub const fn is_absence(self) -> bool {
        matches!(self, Self::NO_OBJECT | Self::NO_SUB_INDEX)
    }
}

/// As CiA 301 writes it, `06020000`.
impl fmt::Display for AbortCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08X}", self.0)
    }
}
