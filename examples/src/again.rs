//! The command lines that go on with what this program has begun: what a person copies,
//! and what a program starts.

use std::path::Path;

/// The command line of this program, as it was given.
pub fn same_again() -> Vec<String> {
    std::env::args_os()
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect()
}

/// The command that goes on where `journal` ends, forwards, or backwards where that is what
/// this program was doing.
pub fn to_go_on(given: &[String], journal: &Path) -> Vec<String> {
    let backwards = given.iter().any(|it| it == "--roll-back");
    let mut command = without(given, &["--resume"], &["--journal"]);
    if !backwards {
        command.push("--resume".to_owned());
    }
    with_journal(command, journal)
}

/// The command that puts back what `journal` says was there before. Of what was given it
/// keeps what leads to the charger, and how the program speaks.
pub fn to_go_back(given: &[String], journal: &Path) -> Vec<String> {
    let mut command: Vec<String> = given.iter().take(1).cloned().collect();
    let mut rest = given.iter().skip(1);
    while let Some(argument) = rest.next() {
        let name = argument.split('=').next().unwrap_or_default();
        if KEPT_FLAGS.contains(&argument.as_str()) {
            command.push(argument.clone());
        } else if KEPT_VALUES.contains(&name) {
            command.push(argument.clone());
            if name == argument {
                command.extend(rest.next().cloned());
            }
        }
    }
    command.push("--roll-back".to_owned());
    with_journal(command, journal)
}

/// A command as it is typed into a shell.
pub fn typed(command: &[String]) -> String {
    let words = command.iter().map(String::as_str);
    // No argument of a program holds the byte 0.
    shlex::try_join(words).unwrap_or_else(|_| command.join(" "))
}

const KEPT_FLAGS: [&str; 3] = ["--yes", "--json", "--interrupt-charging"];
const KEPT_VALUES: [&str; 11] = [
    "--charger",
    "--fingerprint",
    "--user",
    "--pins",
    "--node",
    "--baud",
    "--old-key-env",
    "--time-limit",
    "--confirmation",
    "--proof-limit",
    "--unsent-transactions",
];

/// What was given, without these flags and without these options and their values.
fn without(given: &[String], flags: &[&str], options: &[&str]) -> Vec<String> {
    let mut kept = Vec::new();
    let mut rest = given.iter();
    while let Some(argument) = rest.next() {
        let name = argument.split('=').next().unwrap_or_default();
        if options.contains(&name) {
            if name == argument {
                rest.next();
            }
        } else if !flags.contains(&argument.as_str()) {
            kept.push(argument.clone());
        }
    }
    kept
}

fn with_journal(mut command: Vec<String>, journal: &Path) -> Vec<String> {
    command.push("--journal".to_owned());
    command.push(journal.display().to_string());
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(line: &str) -> Vec<String> {
        shlex::split(line).unwrap()
    }

    #[test]
    fn going_on_names_the_journal_once() {
        let journal = Path::new("ACE0999001.journal");
        for (line, again) in [
            (
                "change-back-office --charger 10.0.0.1 --document a.toml",
                "change-back-office --charger 10.0.0.1 --document a.toml --resume --journal ACE0999001.journal",
            ),
            (
                "install-root --resume --journal=old --charger 10.0.0.1 --container 'my root.fwi'",
                "install-root --charger 10.0.0.1 --container 'my root.fwi' --resume --journal ACE0999001.journal",
            ),
            (
                "go-stand-alone --charger 10.0.0.1 --roll-back --journal ACE0999001.journal --yes",
                "go-stand-alone --charger 10.0.0.1 --roll-back --yes --journal ACE0999001.journal",
            ),
        ] {
            assert_eq!(typed(&to_go_on(&given(line), journal)), again);
        }
    }

    #[test]
    fn going_back_needs_the_charger_and_the_journal_alone() {
        let line = "change-back-office --document a.toml --charger=10.0.0.1 --user me \
                    --set identity=A --strategy staged --yes --resume";
        let back = to_go_back(&given(line), Path::new("it's.journal"));
        assert_eq!(
            back,
            [
                "change-back-office",
                "--charger=10.0.0.1",
                "--user",
                "me",
                "--yes",
                "--roll-back",
                "--journal",
                "it's.journal"
            ]
        );
        assert_eq!(given(&typed(&back)), back, "a shell reads it back");
    }
}
