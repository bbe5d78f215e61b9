//! Measures recognition on a folder of speech, for this program and for its peers in the same run.
//!
//! `bench-speech DIR [LANGUAGES]`: every audio file in DIR with a text of the same name (`talk.flac`, `talk.txt`) is
//! transcribed by each way; optional beside them are the starts of words (`talk.words.json`: `[["word", start_ms], …]`,
//! `null` where it is not known) or of lines (`talk.srt`), and stretches of one language (`talk.languages.json`:
//! `[["sv", start_ms, end_ms], …]`). An empty text says that nobody speaks. An example and not a bench for cargo: it
//! measures the program that the tests use.

use std::path::Path;

mod align;
mod bootstrap;
mod corpus;
mod normal;
mod score;
mod table;
mod way;

use score::Score;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("usage: bench-speech DIR [LANGUAGES]")?;
    let languages = arguments.next().unwrap_or_default();
    let samples = corpus::read(Path::new(&folder))?;
    let target = std::env::current_exe()?.ancestors().nth(3).map(Path::to_owned).ok_or("no target folder")?;
    let mut results = Vec::new();
    for way in way::all(&target) {
        let run = way.run(&samples, &languages)?;
        let scores: Vec<Score> =
            samples.iter().zip(&run.transcripts).map(|(sample, heard)| Score::of(sample, heard)).collect();
        table::print_files(way.name(), &samples, &scores);
        results.push((way.name().to_owned(), run, scores));
    }
    table::print_all(&samples, &results);
    Ok(())
}
