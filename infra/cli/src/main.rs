//! `lixiao`: the local server, checks of batch files, keys, audits.
#![allow(clippy::print_stdout, reason = "a command line answers on standard output")]

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use lixiao::local::Options;
use lixiao::{
    archive, audit_command, check, local, new_batch, new_university, person, restore, retain, verify,
};

/// Lixiao 离校: graduation clearance.
#[derive(Parser)]
#[command(version)]
struct Lixiao {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the whole system on this machine, over its embedded table.
    Local(Box<Options>),
    /// Reads and rehearses every batch file as it would be deployed; exit 1 with file:line and reason.
    Check {
        /// A folder of batch files, or one file.
        #[arg(default_value = local::BATCHES)]
        batches: PathBuf,
        /// Also names the offices that have no operator in this embedded table.
        #[arg(long, value_name = "FILE")]
        data: Option<PathBuf>,
        /// Takes networks, issuers and telephones that are plainly made up: a sample's, never a deploy's.
        #[arg(long)]
        sample: bool,
    },
    /// Asks for what every batch stands on, and writes the university's file.
    NewUniversity(new_university::NewUniversity),
    /// Writes the next batch's file from the last one's, and shows what is different in it.
    NewBatch(new_batch::NewBatch),
    /// Makes a key pair: one signs sessions, another one slips.
    Keys,
    /// Writes a batch into one file: its batch file, every item of it, every operator, and a checkpoint.
    Archive(archive::ArchiveArgs),
    /// Writes an archive into an empty table, and audits both.
    Restore(restore::RestoreArgs),
    /// Prints or erases what is held of one person.
    #[command(subcommand)]
    Person(person::Person),
    /// Moves the expiry of everything a batch has to what its file says now.
    Retain(retain::RetainArgs),
    /// Says whether a slip's code is genuine, without asking anybody; exit 1 if not.
    Verify {
        /// What the QR code holds: the token, or the whole address.
        token: String,
        /// The public key of slips, as `lixiao keys` printed it.
        #[arg(long, value_name = "KEY", env = "LIXIAO_SLIP_KEYS", allow_hyphen_values = true)]
        public_key: String,
        /// The student number that stands on the paper; asked for unless given.
        #[arg(long, value_name = "NUMBER")]
        number: Option<String>,
        /// The name that stands on the paper; asked for unless given.
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// A later checkpoint of the batch, that must hold the record.
        #[arg(long, value_name = "FILE")]
        checkpoint: Option<PathBuf>,
        /// Public keys of checkpoints, of which one must have signed it.
        #[arg(
            long,
            value_name = "KEYS",
            env = "LIXIAO_CHECKPOINT_KEYS",
            value_delimiter = ',',
            allow_hyphen_values = true
        )]
        checkpoint_keys: Vec<String>,
    },
    /// Verifies every item and chain of a batch, in a table or in an archive; exit 1 naming whatever is wrong.
    Audit(audit_command::AuditArgs),
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match Lixiao::parse().command {
        Command::Local(options) => local::run(*options).await,
        Command::Check { batches, data, sample } => {
            let purpose = if sample { check::Purpose::Sample } else { check::Purpose::Deploy };
            check::run(&batches, data.as_deref(), purpose).await
        }
        Command::NewUniversity(asked) => new_university::run(&asked),
        Command::NewBatch(asked) => new_batch::run(&asked),
        Command::Keys => keys(),
        Command::Archive(args) => archive::run(&args).await,
        Command::Restore(args) => restore::run(&args).await,
        Command::Person(asked) => person::run(&asked).await,
        Command::Retain(args) => retain::run(&args).await,
        Command::Verify { token, public_key, number, name, checkpoint, checkpoint_keys } => {
            let paper = verify::Paper { number, name };
            verify::run(&token, &public_key, paper, checkpoint.as_deref(), checkpoint_keys)
        }
        Command::Audit(args) => audit_command::run(&args).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("lixiao: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn keys() -> anyhow::Result<()> {
    let pair = edge::token::generate()?;
    println!("private {}", pair.private);
    println!("public  {}", pair.public);
    eprintln!(
        "A pair is for sessions or for slips, never for both. First the public key goes into the stack's parameter\n\
         SessionKeys or SlipKeys, before the one in use; then the private one into the secret of the same name.\n\
         Two hours later the old key leaves SessionKeys; in SlipKeys it stays for good, so that its slips stay\n\
         genuine, unless it was stolen. docs/operations.md has each command."
    );
    Ok(())
}
