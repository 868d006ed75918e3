use std::io;
use std::sync::Arc;

use super::super::codec::GatewayCode;

/// Why a command got no answer that can be used.
#[derive(Debug, Clone)]
pub(crate) struct CommandError {
    pub(crate) kind: CommandErrorKind,
    /// Whether the gateway may have carried the command out.
    pub(crate) may_have_run: bool,
}

#[derive(Debug, Clone)]
pub(crate) enum CommandErrorKind {
    /// The time was up.
    TimedOut(&'static str),
    /// The answer cannot be understood.
    Malformed(&'static str),
    /// The gateway could not read the line.
    Unread(GatewayCode),
    /// The container could not be read on this side.
    Source(Arc<io::Error>),
    /// All sequence numbers were used.
    Exhausted,
}

impl CommandError {
    pub(super) const fn not_run(kind: CommandErrorKind) -> Self {
        Self {
            kind,
            may_have_run: false,
        }
    }

    pub(super) const fn perhaps_run(kind: CommandErrorKind) -> Self {
        Self {
            kind,
            may_have_run: true,
        }
    }
}
