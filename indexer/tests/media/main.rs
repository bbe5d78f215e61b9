//! Real files, made by ffmpeg, each heard by a process of its own: what is decoded, how exactly, with how much memory.
//!
//! The table that this makes stands in `docs/media.md`; `just media-table` writes it there, and any other run fails
//! when the files are heard worse than it says.

mod files;
mod rows;
mod table;

use files::Files;
use rows::ROWS;
use table::Table;

#[test]
fn the_table_of_what_is_decoded_holds() {
    let files = Files::new();
    let mut table = Table::default();
    for row in ROWS {
        let made = row.make(&files);
        table.hear(row, &made);
    }
    table.finish();
}
