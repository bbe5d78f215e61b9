//! The tables: a line for each file and way, and one for each way in all.

use std::io::Write;

use crate::bootstrap;
use crate::corpus::Sample;
use crate::score::Score;
use crate::way::Run;

macro_rules! say {
    ($($part:tt)*) => {
        // A reader that went away has seen enough.
        let _ = writeln!(std::io::stdout(), $($part)*);
    };
}

/// Prints what a way made of each file.
pub(crate) fn print_files(way: &str, samples: &[Sample], scores: &[Score]) {
    for (sample, score) in samples.iter().zip(scores) {
        let name = sample.path.file_name().unwrap_or_default().to_string_lossy();
        say!("{way:24} {name:32} {}", line(&Score::sum([score])));
    }
}

/// Prints all ways beside each other, with the interval of the difference to the first.
pub(crate) fn print_all(samples: &[Sample], results: &[(String, Run, Vec<Score>)]) {
    let seconds: f64 = samples.iter().map(|sample| sample.seconds).sum();
    say!("\n{} files, {seconds:.0} s", samples.len());
    for (way, run, scores) in results {
        let (low, high) = bootstrap::interval(&results[0].2, scores);
        say!(
            "{way:24} {} | {:.1} x real time, {:.1} s wall, {:.1} s processor, {} MB | WER {low:+.1} to {high:+.1}",
            line(&Score::sum(scores)),
            seconds / run.wall.as_secs_f64(),
            run.wall.as_secs_f64(),
            run.cpu.as_secs_f64(),
            run.memory / 1_000_000,
        );
    }
    say!("(the last column: 95 % interval of the WER above that of {})", results[0].0);
}

fn line(score: &Score) -> String {
    let share = |(of, all): (usize, usize)| if all == 0 { 0.0 } else { 100.0 * percent(of) / percent(all) };
    let heard = score.sure.0 + score.doubtful.0;
    let mut parts = vec![format!(
        "{:5} words, WER {:5.1} %, {:3} lost, {:4.1} % doubtful ({:4.1} % wrong, others {:4.1} %)",
        score.words,
        share((score.errors, score.words)),
        score.lost,
        share((score.doubtful.0, heard)),
        share((score.doubtful.1, score.doubtful.0)),
        share((score.sure.1, score.sure.0)),
    )];
    parts.push(format!("{} invented", score.invented));
    if score.stretches.0 > 0 {
        parts.push(format!("{} of {} stretches in their language", score.stretches.1, score.stretches.0));
    }
    if score.names.0 > 0 || score.invented_names > 0 {
        let (said, heard) = score.names;
        parts.push(format!("{heard} of {said} names heard, {} where nobody said them", score.invented_names));
    }
    let at = |part: usize| score.off.get((score.off.len() * part / 100).min(score.off.len().saturating_sub(1)));
    if let (Some(median), Some(late), Some(most)) = (at(50), at(95), score.off.last()) {
        parts.push(format!("{} starts off by {median} / {late} / {most} ms", score.off.len()));
    }
    parts.join(", ")
}

fn percent(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
