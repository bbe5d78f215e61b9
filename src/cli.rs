//! The command line: one file a command, and here the table of them.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

mod backup;
mod colour;
mod config;
mod doctor;
mod edit;
mod exit;
mod export;
mod folder;
mod import;
mod index;
mod jobs;
mod models;
mod recording;
mod reindex;
mod remote;
mod remove;
mod restore;
mod search;
mod serve;
mod show;
mod speakers;
mod status;
mod transcribe;
mod worker;

use crate::config::{Config, LogFormat, Sources, default_library};
use exit::{Exit, Failure};

/// Finds what was said: transcribes recorded interviews, indexes every word, opens the video at the word.
#[derive(Parser)]
#[command(name = "aloud", version, about, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: Common,
}

/// What every command understands.
#[derive(Args)]
struct Common {
    /// The folder of the library [default: the user's data folder].
    #[arg(long, global = true, value_name = "DIR", env = "ALOUD_LIBRARY")]
    library: Option<PathBuf>,
    /// How to print: for people or for programs.
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Log more; twice for everything.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    /// Print without colours.
    #[arg(long, global = true)]
    no_color: bool,
    #[command(flatten)]
    settings: Settings,
}

/// Flags for settings that can also stand in config.toml or in the environment; see `aloud config`.
#[derive(Args)]
#[command(next_help_heading = "Settings")]
struct Settings {
    /// The folder that holds models.
    #[arg(long, global = true, value_name = "DIR", hide_short_help = true)]
    models: Option<String>,
    /// The model that recognises speech.
    #[arg(long, global = true, value_name = "NAME", hide_short_help = true)]
    model: Option<String>,
    /// Languages that may be recognised, such as en,sv,fr.
    #[arg(long, global = true, value_name = "CODES", alias = "language", hide_short_help = true)]
    languages: Option<String>,
    /// Recognise in less time with more errors.
    #[arg(long, global = true, num_args = 0, default_missing_value = "true", hide_short_help = true)]
    fast: Option<String>,
    /// A file of names and terms that may be said, one a line.
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    glossary: Option<String>,
    /// Two channels: mix them, split them into speakers, or auto to find out.
    #[arg(long, global = true, value_name = "HOW", hide_short_help = true)]
    channels: Option<String>,
    /// Recognition threads.
    #[arg(long, global = true, value_name = "N", hide_short_help = true)]
    threads: Option<String>,
    /// The longest piece of work that a crash can cost, in seconds.
    #[arg(long, global = true, value_name = "N", hide_short_help = true)]
    segment_seconds: Option<String>,
    /// How long a file in a watched folder must stay as it is before it is taken, in seconds.
    #[arg(long, global = true, value_name = "N", hide_short_help = true)]
    rest_seconds: Option<String>,
    /// How often watched folders are looked through even if nothing is told of them, in seconds.
    #[arg(long, global = true, value_name = "N", hide_short_help = true)]
    rescan_seconds: Option<String>,
    /// The address to listen on.
    #[arg(long, global = true, value_name = "ADDRESS", hide_short_help = true)]
    host: Option<String>,
    /// The port to listen on; 0 for any free one.
    #[arg(long, global = true, value_name = "N", hide_short_help = true)]
    port: Option<String>,
    /// Names under which browsers may reach the server.
    #[arg(long, global = true, value_name = "NAMES", hide_short_help = true)]
    hosts: Option<String>,
    /// The address that quoted links begin with.
    #[arg(long, global = true, value_name = "URL", hide_short_help = true)]
    public_url: Option<String>,
    /// A file whose first line is the password that every request needs.
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    password_file: Option<String>,
    /// How to log: text, or json for programs.
    #[arg(long, global = true, value_name = "HOW", hide_short_help = true)]
    log_format: Option<String>,
}

impl Settings {
    /// Returns the flags that were given, by the key of the setting.
    fn given(self) -> BTreeMap<&'static str, String> {
        [
            ("models", self.models),
            ("model", self.model),
            ("languages", self.languages),
            ("fast", self.fast),
            ("glossary", self.glossary),
            ("channels", self.channels),
            ("threads", self.threads),
            ("segment_seconds", self.segment_seconds),
            ("rest_seconds", self.rest_seconds),
            ("rescan_seconds", self.rescan_seconds),
            ("host", self.host),
            ("port", self.port),
            ("hosts", self.hosts),
            ("public_url", self.public_url),
            ("password_file", self.password_file),
            ("log_format", self.log_format),
        ]
        .into_iter()
        .filter_map(|(key, value)| Some((key, value?)))
        .collect()
    }
}

/// How to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    #[value(alias = "txt")]
    Text,
    /// One JSON object, or one a line.
    Json,
    /// For spreadsheets (search and export only).
    Csv,
    /// WebVTT (this and the following: export only).
    Vtt,
    /// `SubRip`.
    Srt,
    /// Markdown.
    Md,
    /// TTML.
    Ttml,
}

#[derive(Subcommand)]
enum Command {
    /// Find media, transcribe what is new, index it; the same command goes on where it was stopped.
    Index(index::Arguments),
    /// Find moments.
    Search(search::Arguments),
    /// Serve the page, and work in the background.
    Serve(serve::Arguments),
    /// Transcribe recordings again; the old words stay until the new ones are there.
    Transcribe(transcribe::Arguments),
    /// Add, remove and list the folders that the server watches for new recordings.
    #[command(subcommand)]
    Folder(folder::Command),
    /// Try again what failed.
    Retry(jobs::RetryArguments),
    /// Let a recording come before all others that wait.
    First(jobs::FirstArguments),
    /// Pause the work, also beyond the end of the server; searching goes on.
    Pause,
    /// Let the work go on after a pause.
    Resume,
    /// Make the index anew from the transcripts.
    Reindex,
    /// Show what is done, waiting or failed, and why.
    Status(status::Arguments),
    /// Show one recording and its words.
    Show(show::Arguments),
    /// Change what is known of recordings besides their words: title, date, people and more.
    Edit(Box<edit::Arguments>),
    /// Show who speaks in a recording, and change what they are called.
    Speakers(speakers::Arguments),
    /// Take transcripts that were made elsewhere.
    Import(import::Arguments),
    /// Write transcripts for players, people and other programs; with --format vtt, srt, text, json, csv, md or ttml.
    Export(export::Arguments),
    /// List, fetch and import models.
    #[command(subcommand)]
    Models(models::Command),
    /// Remove everything that was made of a recording; its media stay.
    Remove(remove::Arguments),
    /// Check that everything is in place, and mend what can be mended.
    Doctor(doctor::Arguments),
    /// Write all that cannot be made again into one file, also while a server runs.
    Backup(backup::Arguments),
    /// Make a library of a backup, in an empty or new folder.
    Restore(restore::Arguments),
    /// Show each setting and where it came from.
    Config,
    /// Work for a program that started this one.
    #[command(hide = true)]
    Worker(worker::Arguments),
}

/// What commands need to know about their surroundings.
struct Context {
    /// The folder of the library.
    library: PathBuf,
    config: Config,
    format: Format,
    /// Whether standard output may be coloured.
    colour: bool,
}

/// Runs the program.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = read(std::env::args_os().collect()).unwrap_or_else(|error| error.exit());
    match start(arguments) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            // Nothing can be done about a standard error that is closed.
            let _ = writeln!(std::io::stderr(), "aloud: {}", failure.message);
            failure.exit.into()
        }
    }
}

/// Reads the arguments.
fn read(given: Vec<OsString>) -> Result<Arguments, clap::Error> {
    let arguments = Arguments::try_parse_from(&given)?;
    let Command::Search(search) = &arguments.command else { return Ok(arguments) };
    let command = Arguments::command();
    let given = search.options_first(given, command.clone());
    let strict =
        command.mut_subcommand("search", |search| search.mut_arg("query", |query| query.allow_hyphen_values(false)));
    Arguments::from_arg_matches(&strict.try_get_matches_from(given)?)
}

fn start(arguments: Arguments) -> Result<Exit, Failure> {
    indexer::transcribe::cpu::check().map_err(|error| Failure::new(Exit::Unusable, error))?;
    let common = arguments.common;
    let variable = |name: &str| std::env::var(name).ok();
    let library = common.library.unwrap_or_else(|| default_library(&variable));
    let library = std::path::absolute(&library).unwrap_or(library);
    match (common.format, &arguments.command) {
        (_, Command::Export(_)) | (Format::Text | Format::Json, _) | (Format::Csv, Command::Search(_)) => {}
        (Format::Csv, _) => {
            return Err(Failure::new(Exit::Usage, "only search and export write csv; use --format text or json"));
        }
        _ => return Err(Failure::new(Exit::Usage, "only export writes this format; use --format text or json")),
    }
    let flags = common.settings.given();
    let config = Config::load(&Sources { flags: &flags, variable: &variable, file: &library.join("config.toml") })?;
    let may_colour = !common.no_color && variable("NO_COLOR").is_none_or(|value| value.is_empty());
    log(&config, common.verbose, may_colour && std::io::stderr().is_terminal())?;
    let colour = may_colour && std::io::stdout().is_terminal();
    let context = Context { library, config, format: common.format, colour };
    if let Command::Worker(arguments) = arguments.command {
        return worker::run(&arguments, &context);
    }
    let runtime = tokio::runtime::Runtime::new().map_err(|error| Failure::new(Exit::Unusable, error))?;
    let done = runtime.block_on(dispatch(arguments.command, &context));
    // A rebuild of the index in the background is begun anew next time; nobody waits for it.
    runtime.shutdown_timeout(GRACE);
    done.map_err(|failure| failure.on_disk_of(&context.library))
}

/// How long what still works on the disk may take once a command is done.
const GRACE: std::time::Duration = std::time::Duration::from_secs(1);

async fn dispatch(command: Command, context: &Context) -> Result<Exit, Failure> {
    match command {
        Command::Index(arguments) => index::run(&arguments, context).await,
        Command::Search(arguments) => search::run(&arguments, context).await,
        Command::Serve(arguments) => serve::run(&arguments, context).await,
        Command::Transcribe(arguments) => transcribe::run(&arguments, context).await,
        Command::Folder(command) => folder::run(&command, context).await,
        Command::Retry(arguments) => jobs::retry(&arguments, context).await,
        Command::First(arguments) => jobs::put_first(&arguments, context).await,
        Command::Pause => jobs::set_paused(true, context).await,
        Command::Resume => jobs::set_paused(false, context).await,
        Command::Reindex => reindex::run(context).await,
        Command::Status(arguments) => status::run(&arguments, context).await,
        Command::Show(arguments) => show::run(&arguments, context).await,
        Command::Edit(arguments) => edit::run(*arguments, context).await,
        Command::Speakers(arguments) => speakers::run(&arguments, context).await,
        Command::Import(arguments) => import::run(&arguments, context).await,
        Command::Export(arguments) => export::run(&arguments, context).await,
        Command::Models(command) => models::run(&command, context),
        Command::Remove(arguments) => remove::run(&arguments, context).await,
        Command::Doctor(arguments) => doctor::run(&arguments, context).await,
        Command::Backup(arguments) => backup::run(&arguments, context).await,
        Command::Restore(arguments) => restore::run(&arguments, context).await,
        Command::Config => config::run(context),
        Command::Worker(_) => Ok(Exit::Done),
    }
}

fn log(config: &Config, verbose: u8, colour: bool) -> Result<(), Failure> {
    let filter = match verbose {
        0 => config.log.as_str(),
        1 => "aloud=debug,warn",
        _ => "debug",
    };
    let filter = tracing_subscriber::EnvFilter::try_new(filter)
        .map_err(|error| Failure::new(Exit::Unusable, format!("log = {filter:?}: {error}")))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Text => log.with_ansi(colour).init(),
        LogFormat::Json => log.json().flatten_event(true).with_span_list(false).init(),
    }
    Ok(())
}

/// Prints a line for people or programs; a reader that went away ends the program quietly, as `head` expects.
fn print(line: impl std::fmt::Display) {
    if writeln!(std::io::stdout(), "{line}").is_err() {
        std::process::exit(0);
    }
}

/// Says something beside the standard output, which may be a document.
fn print_aside(line: impl std::fmt::Display) {
    // Nothing can be done about a standard error that is closed.
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Prints a value as JSON.
fn print_json(value: &impl serde::Serialize) -> Result<(), Failure> {
    print(serde_json::to_string(value).map_err(|error| Failure::new(Exit::Unusable, error))?);
    Ok(())
}

/// Returns an error when a model is not on this machine, or is damaged.
fn need_model(folder: &Path, name: &str) -> Result<(), Failure> {
    let path = crate::models::path(folder, name);
    let problem = if path.is_file() {
        match indexer::models::check(&path) {
            Ok(_) => return Ok(()),
            Err(error) => error.to_string(),
        }
    } else {
        format!("the model {name} is not in {}", folder.display())
    };
    Err(Failure::new(Exit::NoModel, format!("{problem}; fetch it with: aloud models get {name}")))
}
