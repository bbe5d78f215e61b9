//! Real files, made by ffmpeg, each heard by a process of its own: what is decoded, how exactly, with how much memory.
//!
//! The table that this makes stands in `docs/media.md`; `just media-table` writes it there, and any other run fails
//! when it has other rows, or when a file is heard worse than is allowed.

mod files;
mod rows;
mod table;

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

use files::{Files, folder};
use rows::ROWS;
use table::Table;

#[test]
fn the_table_of_what_is_decoded_holds() {
    let mut table = Table::default();
    let folder = folder();
    for heard in side_by_side(ROWS, |ordinal, row| {
        let files = Files::new(folder.join(ordinal.to_string()));
        let made = row.make(&files);
        files.complete();
        table::hear(row, &made)
    }) {
        table.add(heard);
    }
    table.finish();
}

/// Returns what was made of each item, in order; every core works on one.
fn side_by_side<T: Sync, R: Send>(items: &[T], work: impl Fn(usize, &T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let mut done = thread::scope(|scope| {
        let worker = || {
            let mut done = Vec::new();
            while let Some((ordinal, item)) = Some(next.fetch_add(1, Relaxed)).and_then(|at| Some((at, items.get(at)?)))
            {
                done.push((ordinal, work(ordinal, item)));
            }
            done
        };
        let workers = (0..cores).map(|_| scope.spawn(worker)).collect::<Vec<_>>();
        workers.into_iter().flat_map(|worker| worker.join().expect("a row")).collect::<Vec<_>>()
    });
    done.sort_by_key(|(ordinal, _)| *ordinal);
    done.into_iter().map(|(_, result)| result).collect()
}
