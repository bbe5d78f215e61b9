//! `aloud` finds what was said.

use std::process::ExitCode;

fn main() -> ExitCode {
    aloud::cli::run()
}
