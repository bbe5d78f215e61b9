//! Measures recognition on a folder of speech, for this program and for its peers in the same run.
//!
//! `bench-speech DIR [LANGUAGES [WAYS]]`: every audio file in DIR with a text of the same name (`talk.flac`, `talk.txt`) is
//! transcribed by each way, or by those named (`aloud,faster-whisper`); optional beside them are the starts of words (`talk.words.json`: `[["word", start_ms], …]`,
//! `null` where it is not known) or of lines (`talk.srt`), and stretches of one language (`talk.languages.json`:
//! `[["sv", start_ms, end_ms], …]`), and for the folder names that may be said (`glossary.txt`, one a line), with
//! which this program runs once more. An empty text says that nobody speaks. An example and not a bench for cargo: it
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
use way::Way;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("usage: bench-speech DIR [LANGUAGES [WAYS]]")?;
    let languages = arguments.next().unwrap_or_default();
    let wanted = arguments.next().unwrap_or_default();
    let samples = corpus::read(Path::new(&folder))?;
    let target = std::env::current_exe()?.ancestors().nth(3).map(Path::to_owned).ok_or("no target folder")?;
    let mut results = Vec::new();
    let glossary = Some(Path::new(&folder).join("glossary.txt")).filter(|path| path.is_file());
    let names = glossary.as_ref().map_or_else(|| Ok(String::new()), std::fs::read_to_string)?;
    let names = normal::words(&names);
    let mut ways = way::all(&target, glossary);
    if !wanted.is_empty() {
        let known: Vec<_> = ways.iter().map(Way::name).collect();
        if let Some(unknown) = wanted.split(',').find(|name| !known.contains(name)) {
            return Err(format!("there is no way {unknown:?}; there are: {}", known.join(", ")).into());
        }
        ways.retain(|way| wanted.split(',').any(|name| name == way.name()));
    }
    for way in ways {
        let run = way.run(&samples, &languages)?;
        let scores: Vec<Score> =
            samples.iter().zip(&run.transcripts).map(|(sample, heard)| Score::of(sample, heard, &names)).collect();
        table::print_files(way.name(), &samples, &scores);
        results.push((way.name().to_owned(), run, scores));
    }
    table::print_all(&samples, &results);
    Ok(())
}
