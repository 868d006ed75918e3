//! Are these documents sound, and if not, what is wrong with each and what is to be done?

mod references;
mod show;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use charger_commissioning::LocalSecrets;
use clap::Parser;
use examples::{Console, DocumentError, Exit, Setting, read_document};
use ocpp_config::{
    Code, DocumentSource, RULES, Report, Severity, document_schema, validate_tolerating,
};

use references::references_of;
use show::{Loaded, Shown};

/// Checks documents that say what chargers shall be, each against all rules at once.
#[derive(Debug, Parser)]
#[command(name = "check-config", version, after_help = HELP)]
struct Arguments {
    /// Documents to check (.toml, .json)
    #[arg(required_unless_present_any = ["schema", "explain", "rules"], value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Lay every document over this one, such as the base of a fleet; may be repeated
    #[arg(long = "base", value_name = "FILE")]
    bases: Vec<PathBuf>,

    /// Set a field over every document, such as network-profile.1.priority=1; may be
    /// repeated
    #[arg(long = "set", value_name = "KEY=VALUE")]
    settings: Vec<Setting>,

    /// Load the secrets and files that the documents refer to and check those too
    #[arg(long)]
    resolve: bool,

    /// Take secrets that stand in a document itself
    #[arg(long, requires = "resolve")]
    allow_inline: bool,

    /// Take the errors of this rule for warnings, such as NP-URL-LOOPBACK in a test against
    /// a back office on this machine; may be repeated
    #[arg(long, value_name = "CODE")]
    tolerate: Vec<Code>,

    /// Let warnings count as errors, except those of --tolerate
    #[arg(long)]
    deny_warnings: bool,

    /// Three lines a finding, without excerpts of the document
    #[arg(long, conflicts_with = "json")]
    brief: bool,

    /// One JSON object for each document instead of text
    #[arg(long)]
    json: bool,

    /// Print the JSON Schema of a document and end
    #[arg(long, exclusive = true)]
    schema: bool,

    /// Say what a rule demands and why, and end
    #[arg(long, exclusive = true, value_name = "CODE")]
    explain: Option<String>,

    /// Print the catalogue of all rules as Markdown and end
    #[arg(long, exclusive = true)]
    rules: bool,
}

const HELP: &str = "\
Exit codes:
    0  every document can be used
    1  a document has errors (or, with --deny-warnings, warnings)
    2  the command line makes no sense, or a file cannot be read";

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    Console::new(arguments.json).end(run(&arguments))
}

fn run(arguments: &Arguments) -> Result<Exit, Box<dyn Error>> {
    if arguments.schema {
        anstream::println!("{:#}", document_schema());
        return Ok(Exit::Success);
    }
    if arguments.rules {
        anstream::print!("{}", RULES.to_markdown());
        return Ok(Exit::Success);
    }
    if let Some(code) = &arguments.explain {
        let rule = RULES
            .get(&code.to_ascii_uppercase())
            .ok_or_else(|| format!("there is no rule {code:?}; --rules prints them all"))?;
        anstream::println!("{rule}");
        return Ok(Exit::Success);
    }
    check_all(arguments)
}

fn check_all(arguments: &Arguments) -> Result<Exit, Box<dyn Error>> {
    let bases = match bases(&arguments.bases) {
        Ok(bases) => bases,
        Err(DocumentError::Syntax(report)) => {
            let base = arguments.bases.iter().map(PathBuf::as_path).next_back();
            let base = base.unwrap_or_else(|| Path::new(""));
            show(arguments, base, &report, &Loaded::Nothing);
            return Ok(Exit::Findings);
        }
        Err(error) => return Err(error.into()),
    };
    let mut exit = Exit::Success;
    for path in &arguments.files {
        match check(arguments, &bases, path) {
            Ok((report, loaded)) => {
                show(arguments, path, &report, &loaded);
                if is_refused(arguments, &report) && exit == Exit::Success {
                    exit = Exit::Findings;
                }
            }
            // The other files are checked all the same.
            Err(error) => exit = Console::new(arguments.json).fail(&error),
        }
    }
    Ok(exit)
}

fn bases(paths: &[PathBuf]) -> Result<Vec<DocumentSource>, DocumentError> {
    paths.iter().map(|path| read_document(path)).collect()
}

fn check(
    arguments: &Arguments,
    bases: &[DocumentSource],
    path: &Path,
) -> Result<(Report, Loaded), DocumentError> {
    let own = match read_document(path) {
        Ok(own) => own,
        Err(DocumentError::Syntax(report)) => return Ok((report, Loaded::Nothing)),
        Err(error) => return Err(error),
    };
    let set = Setting::layer(&arguments.settings)?;
    let mut layers = bases.iter().cloned().chain([own]).chain(set);
    let Some(base) = layers.next() else {
        return Ok((Report::default(), Loaded::Nothing));
    };
    let source = DocumentSource::layered(base, layers);
    let validation = validate_tolerating(&source, &arguments.tolerate);
    let mut report = validation.report;
    let Some(checked) = validation.checked else {
        return Ok((report, Loaded::Nothing));
    };
    if !arguments.resolve {
        return Ok((report, Loaded::Without(references_of(&checked))));
    }
    let folder = path.parent().unwrap_or_else(|| Path::new(""));
    let secrets = LocalSecrets::new(folder).with_inline_secrets(arguments.allow_inline);
    report.extend(match checked.resolve(&secrets) {
        Ok(resolved) => resolved.report().clone(),
        Err(report) => report,
    });
    Ok((report, Loaded::Everything))
}

fn is_refused(arguments: &Arguments, report: &Report) -> bool {
    let warns = || {
        let mut findings = report.findings().iter();
        findings.any(|it| it.severity() == Severity::Warning && !it.is_tolerated())
    };
    report.has_errors() || (arguments.deny_warnings && warns())
}

fn show(arguments: &Arguments, path: &Path, report: &Report, loaded: &Loaded) {
    let shown = Shown {
        path,
        report,
        loaded,
        usable: !is_refused(arguments, report),
    };
    if arguments.json {
        shown.as_json();
    } else if arguments.brief {
        shown.briefly();
    } else {
        shown.with_excerpts();
    }
}
