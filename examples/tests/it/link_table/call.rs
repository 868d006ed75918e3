use charger_sim::Trigger;

/// A comfortable call of a charger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Call {
    Identity,
    Read,
    Category,
    Everything,
    Write,
    Install,
    Upload,
    Clock,
    Restart,
    WaitUntilBack,
    Log,
    Monitor,
}

/// What an interrupted call leaves behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Nothing: the link repeats it as often as it must.
    Question,
    /// The same as when it is done twice: the link repeats it as well.
    Repeatable,
    /// Something that must not be done twice: never repeated blindly.
    Once,
}

impl Call {
    pub(super) const ALL: [Self; 12] = [
        Self::Identity,
        Self::Read,
        Self::Category,
        Self::Everything,
        Self::Write,
        Self::Install,
        Self::Upload,
        Self::Clock,
        Self::Restart,
        Self::WaitUntilBack,
        Self::Log,
        Self::Monitor,
    ];

    pub(super) const fn class(self) -> Class {
        match self {
            Self::Write | Self::Install | Self::Clock => Class::Repeatable,
            Self::Upload | Self::Restart => Class::Once,
            _ => Class::Question,
        }
    }

    /// The request that the fault strikes: in the middle, where there are several.
    pub(super) const fn middle(self) -> Trigger {
        let (request, nth) = match self {
            Self::Identity => ("identify", 1),
            Self::Read | Self::WaitUntilBack => ("read", 1),
            Self::Category => ("read-category", 2),
            Self::Everything => ("read-category", 5),
            Self::Write => ("write", 2),
            Self::Install => ("install", 1),
            Self::Upload => ("upload", 1),
            Self::Clock => ("set-clock", 1),
            Self::Restart => ("restart", 1),
            Self::Log => ("read-log", 2),
            Self::Monitor => ("read", 2),
        };
        Trigger::Place { request, nth }
    }
}
