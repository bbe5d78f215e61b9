//! `aloud worker`: the process that decodes and recognises for a program that started it.

use super::{Context, Exit, Failure};
use crate::ffmpeg;
use crate::work::worker::{self, WorkerOptions};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Where the work protocol is spoken.
    #[arg(long)]
    address: String,
    /// The number of this worker.
    #[arg(long)]
    worker: u64,
    /// Run at a lower priority.
    #[arg(long)]
    nice: bool,
}

/// How much lower the priority is: everything else on the machine goes first.
const NICE: i32 = 10;

pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    if arguments.nice {
        // A system that does not allow it runs the worker at the usual priority.
        let _ = rustix::process::nice(NICE);
    }
    let options = WorkerOptions {
        address: arguments.address.clone(),
        worker: arguments.worker,
        threads: context.config.threads,
        models: context.config.models.clone(),
        model: context.config.model.clone(),
        ffmpeg: ffmpeg::find(),
    };
    worker::run(&options).map_err(|error| Failure::new(Exit::Unusable, error))?;
    Ok(Exit::Done)
}
