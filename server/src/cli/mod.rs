//! The commands of the program, one file each.

mod files;
mod log;
mod parse;
mod serve;
mod size;
mod tag;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

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
    /// Print what is understood of a document, without a server.
    Parse(parse::Arguments),
    /// Tag paragraphs with themes, without a server.
    Tag(tag::Arguments),
}

/// Runs the program: 0 when done, 1 when it failed, 2 when it was used wrongly.
pub fn run() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Parse(arguments) => parse::run(&arguments),
        Command::Tag(arguments) => tag::run(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
