/// How a serial port is set.
///
/// Nobody has published what a charger's own port asks for; 115200 baud, 8 data bits,
/// no parity and one stop bit is what most gateways are shipped with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SerialSettings {
    baud: u32,
    character_size: CharacterSize,
    parity: Parity,
    stop_bits: StopBits,
    flow_control: FlowControl,
    dtr: LineState,
    rts: LineState,
}

impl SerialSettings {
    /// `baud`, 8 data bits, no parity, one stop bit, no flow control.
    pub const fn new(baud: u32) -> Self {
        Self {
            baud,
            character_size: CharacterSize::Eight,
            parity: Parity::None,
            stop_bits: StopBits::One,
            flow_control: FlowControl::None,
            dtr: LineState::Unchanged,
            rts: LineState::Unchanged,
        }
    }

    /// Data bits in a character. Defaults to eight; all that is sent fits into seven.
    #[must_use]
    pub const fn with_character_size(mut self, size: CharacterSize) -> Self {
        self.character_size = size;
        self
    }

    /// The parity bit. Defaults to none.
    #[must_use]
    pub const fn with_parity(mut self, parity: Parity) -> Self {
        self.parity = parity;
        self
    }

    /// Stop bits. Defaults to one.
    #[must_use]
    pub const fn with_stop_bits(mut self, stop_bits: StopBits) -> Self {
        self.stop_bits = stop_bits;
        self
    }

    /// Who stops whom when a buffer is full. Defaults to nobody. The language is
    /// printable ASCII, so that [`FlowControl::XonXoff`] does no harm.
    #[must_use]
    pub const fn with_flow_control(mut self, flow_control: FlowControl) -> Self {
        self.flow_control = flow_control;
        self
    }

    /// The DTR line after opening. Defaults to what the operating system makes of it;
    /// Linux raises it, which resets some boards.
    #[must_use]
    pub const fn with_dtr(mut self, state: LineState) -> Self {
        self.dtr = state;
        self
    }

    /// The RTS line after opening. Defaults to what the operating system makes of it.
    #[must_use]
    pub const fn with_rts(mut self, state: LineState) -> Self {
        self.rts = state;
        self
    }

    /// Bits a second.
    pub const fn baud(&self) -> u32 {
        self.baud
    }

    /// Data bits in a character.
    pub const fn character_size(&self) -> CharacterSize {
        self.character_size
    }

    /// The parity bit.
    pub const fn parity(&self) -> Parity {
        self.parity
    }

    /// Stop bits.
    pub const fn stop_bits(&self) -> StopBits {
        self.stop_bits
    }

    /// Who stops whom when a buffer is full.
    pub const fn flow_control(&self) -> FlowControl {
        self.flow_control
    }

    /// The DTR line after opening.
    pub const fn dtr(&self) -> LineState {
        self.dtr
    }

    /// The RTS line after opening.
    pub const fn rts(&self) -> LineState {
        self.rts
    }

    /// DTR and RTS, where they are to be set.
    pub(in crate::gateway) const fn lines(&self) -> (Option<bool>, Option<bool>) {
        (self.dtr.wanted(), self.rts.wanted())
    }

    pub(in crate::gateway) fn apply(
        &self,
        settings: &mut serial2::Settings,
    ) -> std::io::Result<()> {
        settings.set_raw();
        settings.set_baud_rate(self.baud)?;
        settings.set_char_size(match self.character_size {
            CharacterSize::Seven => serial2::CharSize::Bits7,
            CharacterSize::Eight => serial2::CharSize::Bits8,
        });
        settings.set_parity(match self.parity {
            Parity::None => serial2::Parity::None,
            Parity::Odd => serial2::Parity::Odd,
            Parity::Even => serial2::Parity::Even,
        });
        settings.set_stop_bits(match self.stop_bits {
            StopBits::One => serial2::StopBits::One,
            StopBits::Two => serial2::StopBits::Two,
        });
        settings.set_flow_control(match self.flow_control {
            FlowControl::None => serial2::FlowControl::None,
            FlowControl::XonXoff => serial2::FlowControl::XonXoff,
            FlowControl::RtsCts => serial2::FlowControl::RtsCts,
        });
        Ok(())
    }
}

/// 115200 baud.
impl Default for SerialSettings {
    fn default() -> Self {
        Self::new(115_200)
    }
}

/// Data bits in a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CharacterSize {
    /// Seven.
    Seven,
    /// Eight.
    Eight,
}

/// The parity bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Parity {
    /// None.
    None,
    /// Odd.
    Odd,
    /// Even.
    Even,
}

/// Stop bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StopBits {
    /// One.
    One,
    /// Two.
    Two,
}

/// Who stops whom when a buffer is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FlowControl {
    /// Nobody.
    None,
    /// Each side by a character.
    XonXoff,
    /// Each side by a line.
    RtsCts,
}

/// What to do with a control line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LineState {
    /// Nothing.
    Unchanged,
    /// Raise it.
    On,
    /// Lower it.
    Off,
}

impl LineState {
    const fn wanted(self) -> Option<bool> {
        match self {
            Self::Unchanged => None,
            Self::On => Some(true),
            Self::Off => Some(false),
        }
    }
}
