//! A judged query: what is asked, and the moment that should come first.

use std::path::Path;

use indexer::time::Millis;
use indexer::transcript::WordRange;

use crate::interview::Interview;

/// Who is led so much too early still hears the answer.
const LEAD_MS: u32 = 15_000;

pub(crate) struct Judged {
    pub(crate) query: String,
    /// The number of the interview.
    pub(crate) interview: usize,
    /// The words that answer it.
    pub(crate) words: WordRange,
    /// From when on a link leads to them.
    pub(crate) from: Millis,
}

/// Reads the judged set.
pub(crate) fn read(path: &Path, interviews: &[Interview]) -> Vec<Judged> {
    let text = std::fs::read_to_string(path).expect("the judged set");
    let rows = text.lines().filter(|line| !line.is_empty() && !line.starts_with(['#', '=']));
    let judged = rows.map(|row| {
        let cells: Vec<&str> = row.splitn(3, " | ").collect();
        let [query, name, words] = cells[..] else { panic!("{row:?} has not three cells") };
        let interview = interviews.iter().position(|interview| interview.name == name).expect("an interview");
        let words = interviews[interview].find(words);
        let start = interviews[interview].transcript.words[words.start as usize].span.start();
        Judged { query: query.into(), interview, words, from: Millis::new(start.get().saturating_sub(LEAD_MS)) }
    });
    judged.collect()
}
