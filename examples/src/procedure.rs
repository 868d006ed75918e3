use std::path::PathBuf;

use charger_commissioning::{
    FileJournal, History, Journal, Machine, NoPreflight, StartError, SystemClock, run,
};
use charger_link::https::Sighting;

use crate::{ChargerArguments, Console, Exit, Teller, Telling, cancel_on_interrupt};

/// What the tools for one procedure on one charger ask for.
#[derive(Debug, clap::Args)]
#[non_exhaustive]
pub struct ProcedureArguments {
    /// The charger's address
    pub host: String,

    /// The journal; defaults to a file named after the address
    #[arg(long, value_name = "FILE")]
    pub journal: Option<PathBuf>,

    /// Go on where the journal ends
    #[arg(long)]
    pub resume: bool,

    /// Agree beforehand to what is done and cannot be undone
    #[arg(long)]
    pub yes: bool,

    /// One JSON object a line instead of text
    #[arg(long)]
    pub json: bool,

    /// How to reach the charger.
    #[command(flatten)]
    pub charger: ChargerArguments,
}

impl ProcedureArguments {
    /// Carries out the machine that `make` gives for what the journal holds.
    ///
    /// # Errors
    /// If the journal, the password or the procedure cannot be used.
    pub fn carry_out(
        &self,
        make: impl FnOnce(&History, bool) -> Result<Machine, StartError>,
    ) -> Result<Exit, Box<dyn std::error::Error>> {
        let console = Console::new(self.json);
        let path = self.journal.clone().unwrap_or_else(|| {
            let name = self.host.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
            PathBuf::from(format!("{name}.journal"))
        });
        let store = match self.resume {
            true => FileJournal::open_existing(&path),
            false => FileJournal::open(&path),
        }?;
        let mut journal = Journal::open(store)?;
        let mut machine = make(&journal.history(), self.resume)?;
        let cancel = cancel_on_interrupt();
        let place = Sighting::at(self.charger.address(&self.host));
        let mut link = self.charger.open(&place, &cancel)?.into_link();
        let result = run(
            &mut machine,
            &mut link,
            &mut journal,
            &mut SystemClock::new(),
            &mut NoPreflight::new(),
            &mut Teller::new(console, self.yes, false),
            &cancel,
        );
        Ok(Telling::new(console).with_journal(&path).tell(&result))
    }
}
