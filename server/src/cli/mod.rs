//! The commands of the program, one file each.

mod access;
mod admin_port;
mod backup;
mod check;
mod completions;
mod config;
mod count;
mod delete;
mod documents;
mod explain;
mod export;
mod files;
mod filter;
mod get;
mod health;
mod import;
mod keys;
mod limits;
mod lines;
mod log;
mod man;
mod output;
mod paragraph;
mod parse;
mod reload;
mod remote;
mod reread;
mod schemes;
mod search;
mod serve;
mod size;
mod stop;
mod stream;
mod tag;
mod tag_set;
mod themes;
mod top;
mod traces;
mod train;
mod update;
mod watch;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use config::{ConfigError, Configured, Setting};

/// Official documents as paragraphs that can be cited, streamed by theme.
#[derive(Debug, Parser)]
#[command(name = "alinea", version, propagate_version = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve documents over gRPC.
    Serve(serve::Arguments),
    /// Send documents to a server, to be read, tagged and stored.
    Import(import::Arguments),
    /// Print paragraphs that a server has, by theme or by anything else.
    Stream(stream::Arguments),
    /// Print paragraphs that a server has, then every change to them, until stopped.
    Watch(watch::Arguments),
    /// Count the paragraphs that a server has, by theme.
    Count(count::Arguments),
    /// Print a paragraph, a document or a theme that a server has.
    Get(get::Arguments),
    /// Say why a paragraph that a server has is tagged as it is, and underline the words.
    Explain(explain::Arguments),
    /// List the documents that a server has.
    Documents(documents::Arguments),
    /// List the themes that a server tags paragraphs with.
    Themes(themes::Arguments),
    /// Write a document that a server has as Akoma Ntoso, Markdown, HTML, JSON, or as it came in.
    Export(export::Arguments),
    /// Change what is said of a document that a server has, or its text.
    Update(update::Arguments),
    /// Say what a paragraph that a server has is about, and what not, whatever the tagger says.
    TagSet(tag_set::Arguments),
    /// Have a server read documents again, as after it was replaced by a newer one.
    Reread(reread::Arguments),
    /// Remove a document from a server.
    Delete(delete::Arguments),
    /// Copy the store of a running server into a folder.
    Backup(backup::Arguments),
    /// Verify the store of a server that does not run.
    Check(check::Arguments),
    /// Make keys for those who may call a server.
    Keys(keys::Arguments),
    /// Print what is understood of a document, without a server.
    Parse(parse::Arguments),
    /// Tag paragraphs with themes, without a server.
    Tag(tag::Arguments),
    /// Learn from labelled paragraphs how to tag others, without a server.
    Train(train::Arguments),
    /// Search the paragraphs that a server has for words, the most relevant first.
    Search(search::Arguments),
    /// Look at what a server is configured by.
    #[command(subcommand)]
    Config(config::check::Command),
    /// Ask whether a server serves: 0 when it does, 1 when not.
    Health(health::Arguments),
    /// Show what a server is doing, from the metrics of its admin port.
    Top(top::Arguments),
    /// Print what completes the commands in a shell.
    Completions(completions::Arguments),
    /// Print the manual page, or write those of all commands.
    Man(man::Arguments),
}

/// Runs the program: 0 when done, 1 when it failed, 2 when it was used wrongly.
pub fn run() -> ExitCode {
    let (command, settings) = match arguments() {
        Ok(read) => read,
        Err(ConfigError::Usage(error)) => error.exit(),
        Err(error @ ConfigError::File(_)) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let outcome = match command {
        Command::Serve(arguments) => serve::run(&arguments, settings),
        Command::Import(arguments) => import::run(&arguments),
        Command::Stream(arguments) => stream::run(&arguments),
        Command::Watch(arguments) => watch::run(&arguments),
        Command::Count(arguments) => count::run(&arguments),
        Command::Get(arguments) => get::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Documents(arguments) => documents::run(&arguments),
        Command::Themes(arguments) => themes::run(&arguments),
        Command::Export(arguments) => export::run(&arguments),
        Command::Update(arguments) => update::run(&arguments),
        Command::TagSet(arguments) => tag_set::run(&arguments),
        Command::Reread(arguments) => reread::run(&arguments),
        Command::Delete(arguments) => delete::run(&arguments),
        Command::Backup(arguments) => backup::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Keys(arguments) => keys::run(&arguments),
        Command::Parse(arguments) => parse::run(&arguments),
        Command::Tag(arguments) => tag::run(&arguments),
        Command::Train(arguments) => train::run(&arguments),
        Command::Search(arguments) => search::run(&arguments),
        Command::Config(command) => config::check::run(&command, &settings),
        Command::Health(arguments) => health::run(&arguments),
        Command::Top(arguments) => top::run(&arguments),
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Man(arguments) => man::run(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The command and what it is configured by.
fn arguments() -> Result<(Command, Vec<Setting>), ConfigError> {
    let Configured { matches, settings } = config::read(Arguments::command(), std::env::args_os().collect())?;
    Ok((Arguments::from_arg_matches(&matches)?.command, settings))
}

/// What `serve` would be told by now, for a server that runs.
fn serve_arguments() -> anyhow::Result<(serve::Arguments, Vec<Setting>)> {
    match arguments()? {
        (Command::Serve(arguments), settings) => Ok((arguments, settings)),
        _ => anyhow::bail!("this process does not serve"),
    }
}
