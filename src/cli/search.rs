//! `aloud search`: moments in the terminal, as JSON, or as a table for spreadsheets.

use super::colour::{bold, dim, mark, safe};
use super::{Context, Exit, Failure, Format, print, print_json};
use crate::answer::{self, Answer, Known, Question, Shown, Sort, Suggestions};
use crate::library::Library;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// What was said: words, "a phrase", -without, this OR that, pre*, misspelt~, speaker:Ann, date:2021 …
    #[arg(required = true, allow_hyphen_values = true, trailing_var_arg = true)]
    query: Vec<String>,
    /// How many recordings to show (with --format csv: hits).
    #[arg(long, default_value_t = 20)]
    limit: usize,
    /// What comes first.
    #[arg(long, value_enum, default_value_t)]
    sort: Sort,
}

pub(super) async fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let library = Library::open_to_read(&context.library).await?;
    let question = Question {
        text: query(&arguments.query),
        recording: None,
        grouped: context.format != Format::Csv,
        sort: arguments.sort,
        offset: 0,
        limit: arguments.limit,
        facets: false,
    };
    let known = Known::of(&library).await?;
    let answer = answer::ask(&library, &known, &question).map_err(|error| Failure::new(Exit::Unusable, error))?;
    match context.format {
        Format::Json => print_json(&answer)?,
        Format::Csv => table(&answer),
        _ => text(&answer, context.colour),
    }
    Ok(if answer.total_hits + answer.recordings.total == 0 { Exit::Nothing } else { Exit::Done })
}

/// Joins the arguments again; one with a space was in quotes, which the shell took away.
fn query(arguments: &[String]) -> String {
    match arguments {
        [only] => only.clone(),
        several => {
            let quoted = several.iter().map(|argument| {
                let has_space = argument.contains(char::is_whitespace) && !argument.contains('"');
                match argument.strip_prefix('-') {
                    Some(rest) if has_space => format!("-\"{rest}\""),
                    _ if has_space => format!("\"{argument}\""),
                    _ => argument.clone(),
                }
            });
            quoted.collect::<Vec<_>>().join(" ")
        }
    }
}

fn text(answer: &Answer, colour: bool) {
    for note in answer.notes() {
        print(dim(&safe(note), colour));
    }
    for recording in &answer.recordings.first {
        print(format_args!("{} {}", bold(&safe(&recording.title), colour), dim("(by its title or people)", colour)));
    }
    for group in &answer.groups {
        print(format_args!("{}", bold(&safe(&group.recording.title), colour)));
        for hit in &group.hits {
            let speaker = hit.speaker.as_ref().map_or_else(String::new, |name| format!(" {}:", safe(name)));
            let pieces = hit
                .pieces
                .iter()
                .map(|piece| if piece.matched { mark(&safe(&piece.text), colour) } else { safe(&piece.text) });
            let pieces: String = pieces.collect();
            print(format_args!("  {}{speaker} {}", dim(&hit.start_ms.to_string(), colour), pieces.trim()));
        }
        let more = group.total_hits.saturating_sub(group.hits.len());
        if more > 0 {
            print(dim(&format!("  and {more} more in this recording"), colour));
        }
    }
    let summary = format!("{} in {}", count(answer.total_hits, "hit"), count(answer.total_recordings, "recording"));
    print(dim(&summary, colour));
    if let Some(suggestions) = &answer.suggestions {
        suggest(suggestions, colour);
    }
}

/// Says what to ask instead.
fn suggest(suggestions: &Suggestions, colour: bool) {
    for word in &suggestions.missing {
        print(format_args!("said nowhere: {}", bold(&safe(word), colour)));
    }
    for instead in &suggestions.instead {
        print(format_args!("did you mean: {} ({})", bold(&safe(&instead.query), colour), count(instead.hits, "hit")));
    }
    for without in &suggestions.without {
        let left_out = without.left_out.as_deref().unwrap_or("the quotes");
        print(format_args!(
            "without {}: {} ({})",
            safe(left_out),
            bold(&safe(&without.query), colour),
            count(without.hits, "hit")
        ));
    }
}

fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// Prints comma-separated values as RFC 4180 has them.
fn table(answer: &Answer) {
    print("recording,title,start_ms,time,speaker,text,link");
    for group in &answer.groups {
        for hit in &group.hits {
            let text: String = hit.pieces.iter().map(|piece| piece.text.as_str()).collect();
            let cells = [
                group.recording.id.to_string(),
                group.recording.title.clone(),
                hit.start_ms.get().to_string(),
                hit.start_ms.to_string(),
                speaker(hit),
                text.trim().to_owned(),
                hit.link.clone(),
            ];
            print(cells.map(|text| cell(&text)).join(","));
        }
    }
}

fn speaker(hit: &Shown) -> String {
    hit.speaker.clone().unwrap_or_default()
}

/// Quotes a cell; one that a spreadsheet would run as a formula gets an apostrophe in front.
fn cell(text: &str) -> String {
    let text = if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_that_the_shell_took_away_are_put_back() {
        for (arguments, expected) in [
            (&["museum partner"][..], "museum partner"),
            (&["local museum", "-budget"], "\"local museum\" -budget"),
            (&["a", "-b c"], "a -\"b c\""),
            (&["\"a b\" c", "d"], "\"a b\" c d"),
        ] {
            let arguments: Vec<_> = arguments.iter().map(ToString::to_string).collect();
            assert_eq!(query(&arguments), expected);
        }
    }

    #[test]
    fn cells_are_quoted_and_never_run() {
        for (text, expected) in [("a", "a"), ("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\""), ("=1+1", "'=1+1")]
        {
            assert_eq!(cell(text), expected);
        }
    }
}
