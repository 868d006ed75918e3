use std::time::Duration;

use charger_link::gateway::codec::{AbortCode, GatewayCode};

/// Whose spelling a simulated gateway uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// CANopenNode's `canopend`, as of November 2026.
    CanOpenNode,
    /// Lely's `coctl`, version 2.4.
    Lely,
}

impl Dialect {
    /// How long a gateway waits for a silent node unless it is told; `None` = for ever.
    pub(super) const fn sdo_timeout(self) -> Option<Duration> {
        match self {
            Self::CanOpenNode => Some(Duration::from_millis(500)),
            Self::Lely => None,
        }
    }

    /// What it says of a node that stayed silent.
    pub(super) fn silence(self) -> String {
        match self {
            Self::CanOpenNode => self.aborted(AbortCode::TIME_OUT),
            Self::Lely => self.refused(GatewayCode::TIME_OUT),
        }
    }

    pub(super) fn refused(self, code: GatewayCode) -> String {
        let text = self.gateway_text(code.number());
        match self {
            Self::CanOpenNode => format!("ERROR:{code} #{text}"),
            Self::Lely => format!("ERROR: {code} ({text})"),
        }
    }

    pub(super) fn aborted(self, code: AbortCode) -> String {
        let number = code.number();
        match self {
            Self::CanOpenNode => format!("ERROR:{number:#010X} #{}", canopennode_abort(number))
                .replacen("0X", "0x", 1),
            Self::Lely => format!("ERROR: {number:08X} ({})", lely_abort(number)),
        }
    }

    const fn gateway_text(self, number: u16) -> &'static str {
        match (self, number) {
            (Self::CanOpenNode, 100) => "Request not supported.",
            (Self::CanOpenNode, 101) => "Syntax error.",
            (Self::CanOpenNode, 102) => "Request not processed due to internal state.",
            (Self::CanOpenNode, 105) => "No default node set.",
            (Self::CanOpenNode, 106) => "Unsupported net.",
            (Self::CanOpenNode, 107) => "Unsupported node.",
            (Self::Lely, 102) => "Request not processed due to internal state",
            (Self::Lely, 103) => "Time-out",
            (Self::Lely, 104) => "No default net set",
            (Self::Lely, 105) => "No default node set",
            (Self::Lely, 106) => "Unsupported net",
            (Self::Lely, 600) => "Running out of memory",
            _ => "",
        }
    }
}

const fn canopennode_abort(number: u32) -> &'static str {
    match number {
        0x0504_0000 => "SDO protocol timed out.",
        0x0601_0001 => "Attempt to read a write only object.",
        0x0601_0002 => "Attempt to write a read only object.",
        0x0602_0000 => "Object does not exist.",
        0x0607_0010 => "Data type does not match, length of service parameter does not match.",
        0x0607_0012 => "Data type does not match, length of service parameter too high.",
        0x0607_0013 => "Data type does not match, length of service parameter too short.",
        0x0609_0011 => "Sub index does not exist.",
        0x0609_0030 => "Invalid value for parameter.",
        0x0609_0031 => "Value range of parameter written too high.",
        0x0609_0032 => "Value range of parameter written too low.",
        0x0800_0022 => {
            "Data cannot be transferred or stored to application because of present device state."
        }
        _ => "General error.",
    }
}

const fn lely_abort(number: u32) -> &'static str {
    match number {
        0x0504_0000 => "SDO protocol timed out",
        0x0601_0001 => "Attempt to read a write only object",
        0x0601_0002 => "Attempt to write a read only object",
        0x0602_0000 => "Object does not exist in the object dictionary",
        0x0607_0010 => "Data type does not match, length of service parameter does not match",
        0x0607_0012 => "Data type does not match, length of service parameter too high",
        0x0607_0013 => "Data type does not match, length of service parameter too low",
        0x0609_0011 => "Sub-index does not exist",
        0x0609_0030 => "Invalid value for parameter",
        0x0609_0031 => "Value of parameter written too high",
        0x0609_0032 => "Value of parameter written too low",
        0x0800_0022 => "Data cannot be transferred because of the present device state",
        _ => "General error",
    }
}
