//! The upload state machine, object `2911_0`.
//!
//! Receiving (4) -> checking (5) -> done (10) for a root certificate and a preset, or
//! ready to roll (9) -> restart -> done (10) for a firmware image, which is kept only
//! if it is told to. A refused container ends in -2, a broken transfer in -1.

use std::time::Duration;

use charger_link::UploadState;

use super::container::Content;

/// How far the last upload is.
#[derive(Debug, Clone)]
pub(crate) struct UploadMachine {
    pub(crate) state: UploadState,
    stage: Stage,
    /// What came over a link without HTTP, piece by piece.
    pub(crate) buffer: Vec<u8>,
    /// The firmware that a restart without confirmation goes back to.
    pub(crate) previous_firmware: Option<String>,
}

#[derive(Debug, Clone)]
enum Stage {
    Resting,
    Receiving,
    Checking {
        until: Duration,
        content: Option<Content>,
    },
}

impl UploadMachine {
    pub(crate) const fn new() -> Self {
        Self {
            state: UploadState::NONE,
            stage: Stage::Resting,
            buffer: Vec::new(),
            previous_firmware: None,
        }
    }

    pub(crate) const fn is_busy(&self) -> bool {
        !matches!(self.stage, Stage::Resting)
    }

    pub(crate) fn begin(&mut self) {
        self.state = UploadState::UPLOADING;
        self.stage = Stage::Receiving;
    }

    /// The transfer broke off.
    pub(crate) fn abort(&mut self) {
        self.state = UploadState::UPLOAD_ERROR;
        self.stage = Stage::Resting;
    }

    /// All of it is there; what it turned out to be shows when it is checked.
    pub(crate) fn received(&mut self, until: Duration, content: Option<Content>) {
        self.state = UploadState::CHECKING;
        self.stage = Stage::Checking { until, content };
    }

    pub(crate) const fn next_wake(&self) -> Option<Duration> {
        match self.stage {
            Stage::Checking { until, .. } => Some(until),
            _ => None,
        }
    }

    /// The verdict, once it is due.
    pub(crate) fn poll(&mut self, now: Duration) -> Option<Option<Content>> {
        match &mut self.stage {
            Stage::Checking { until, content } if *until <= now => {
                let content = content.take();
                self.stage = Stage::Resting;
                Some(content)
            }
            _ => None,
        }
    }

    /// The power went away: what was not finished failed.
    pub(crate) fn power_cut(&mut self) {
        match self.stage {
            Stage::Resting => {}
            Stage::Receiving => self.abort(),
            Stage::Checking { .. } => {
                self.state = UploadState::UPDATE_ERROR;
                self.stage = Stage::Resting;
            }
        }
        self.buffer = Vec::new();
    }
}
