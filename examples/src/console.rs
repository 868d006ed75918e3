use std::error::Error;
use std::fmt;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use charger_link::{LinkError, LinkErrorKind};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use crate::{DocumentError, Exit, ReachError, ReadError, explain, with_causes};

/// Where a tool writes: lines and progress bars for a person, or one JSON object a line
/// for a program, never both.
///
/// Colours vanish where `NO_COLOR` is set or the output is not a terminal, and so do
/// progress bars.
#[derive(Debug, Clone, Copy)]
pub struct Console {
    json: bool,
}

impl Console {
    /// A console that speaks JSON, or to a person.
    pub const fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether it speaks JSON.
    pub const fn is_json(self) -> bool {
        self.json
    }

    /// A heading, for people only.
    pub fn heading(self, text: impl fmt::Display) {
        self.styled(Style::new().bold(), format_args!("\n{text}"));
    }

    /// A line, for people only.
    pub fn line(self, text: impl fmt::Display) {
        self.styled(Style::new(), text);
    }

    /// How far it is, for people only: on stderr, apart from what is reported in the end.
    pub fn progress(self, text: impl fmt::Display) {
        if !self.json {
            anstream::eprintln!("{text}");
        }
    }

    /// Good news, for people only.
    pub fn good(self, text: impl fmt::Display) {
        self.styled(AnsiColor::Green.on_default(), text);
    }

    /// Bad news, for people only.
    pub fn bad(self, text: impl fmt::Display) {
        self.styled(AnsiColor::Red.on_default(), text);
    }

    /// Something to look at, for people only.
    pub fn warning(self, text: impl fmt::Display) {
        self.styled(AnsiColor::Yellow.on_default(), text);
    }

    /// An event, for programs only: `{"event": NAME, …fields}`.
    pub fn event(self, name: &str, mut fields: Value) {
        if self.json {
            if let Some(map) = fields.as_object_mut() {
                map.insert("event".to_owned(), Value::from(name));
            }
            anstream::println!("{fields}");
        }
    }

    /// What went wrong with the tool itself: on stderr, and as an event for programs.
    pub fn error(self, exit: Exit, message: impl fmt::Display) -> Exit {
        let text = message.to_string();
        self.event("error", json!({ "message": text, "exit": exit.code() }));
        anstream::eprintln!("{}: {text}", program());
        exit
    }

    /// The same for an error of any type: one of the link ends the tool as such, any other
    /// one as a mistake in what it was given.
    pub fn fail(self, error: &(dyn Error + 'static)) -> Exit {
        let link = match error.downcast_ref() {
            Some(ReachError::Link(error)) => Some(error),
            _ => error.downcast_ref::<LinkError>(),
        };
        match link {
            Some(error) if *error.kind() == LinkErrorKind::Cancelled => {
                self.error(Exit::Interrupted, error)
            }
            Some(error) => self.error(Exit::Link, explain(error)),
            None => self.error(Exit::Usage, with_advice(error)),
        }
    }

    /// The end of a tool's `main`.
    pub fn end(self, result: Result<Exit, Box<dyn Error>>) -> ExitCode {
        result
            .unwrap_or_else(|error| self.fail(error.as_ref()))
            .into()
    }

    /// A progress bar in bytes; invisible for programs and without a terminal.
    pub fn bar(self, total: u64, what: &'static str) -> Bar {
        if self.json {
            return Bar(ProgressBar::hidden());
        }
        let bar = ProgressBar::new(total).with_message(what);
        if let Ok(style) = ProgressStyle::with_template(
            "  {msg} [{bar:32}] {bytes}/{total_bytes} {bytes_per_sec} {eta}",
        ) {
            bar.set_style(style);
        }
        Bar(bar)
    }

    /// A spinner for a wait; invisible for programs and without a terminal.
    pub fn spinner(self, what: String) -> Bar {
        if self.json {
            return Bar(ProgressBar::hidden());
        }
        let bar = ProgressBar::new_spinner().with_message(what);
        bar.enable_steady_tick(Duration::from_millis(120));
        Bar(bar)
    }

    fn styled(self, style: Style, text: impl fmt::Display) {
        if !self.json {
            anstream::println!("{style}{text}{style:#}");
        }
    }
}

/// An error with what caused it and, where it is known, what to do about it.
fn with_advice(error: &(dyn Error + 'static)) -> String {
    let text = with_causes(error);
    let document = error.downcast_ref::<DocumentError>();
    let file = error.downcast_ref::<ReadError>().map(ReadError::advice);
    match file.or_else(|| document?.advice()) {
        Some(advice) => format!("{text}\n  what to do: {advice}"),
        None => text,
    }
}

/// The name that this program was started by.
fn program() -> String {
    let path = std::env::args_os().next().unwrap_or_default();
    let name = Path::new(&path).file_stem().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// A progress bar or spinner. It disappears when dropped.
#[derive(Debug)]
pub struct Bar(ProgressBar);

impl Bar {
    /// Moves the bar to `done` of `total` where the total is known.
    pub fn set(&self, done: u64, total: Option<u64>) {
        if let Some(total) = total {
            self.0.set_length(total);
        }
        self.0.set_position(done);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
