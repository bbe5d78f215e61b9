//! `aloud search`: moments in the terminal, as JSON, or as a table for spreadsheets.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::num::NonZeroUsize;

use indexer::query::takes_words;

use super::colour::{bold, dim, mark, safe};
use super::serve::site;
use super::{Context, Exit, Failure, Format, print, print_aside, print_json};
use crate::answer::{self, Answer, Known, Question, Sort, Suggestions, table};
use crate::library::Library;
use crate::view::CoverageView;

/// Where words are found that nobody says.
const TOLD: &str = "title, people, place or description";

/// How many recordings are shown unless it is said.
const SHOWN: usize = 20;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// What was said: words, "a phrase", -without, this OR that, pre*, misspelt~, speaker:Ann, date:2021 …
    #[arg(required = true, allow_hyphen_values = true, trailing_var_arg = true)]
    query: Vec<String>,
    /// How many recordings to show, at most three moments of each [default: 20]; with --format csv how many moments
    /// [default: all].
    #[arg(long, value_name = "N")]
    limit: Option<NonZeroUsize>,
    /// What comes first.
    #[arg(long, value_enum, default_value_t)]
    sort: Sort,
}

impl Arguments {
    /// Puts the options that stand among the words before them. Words may begin with a dash, so that all that stands
    /// after the first of them was taken for words.
    pub(super) fn options_first(&self, mut given: Vec<OsString>, mut command: clap::Command) -> Vec<OsString> {
        command.build();
        let takes_value = |word: &str| {
            let is_named = |option: &&clap::Arg| match word.strip_prefix("--") {
                Some(long) => option.get_long_and_visible_aliases().is_some_and(|names| names.contains(&long)),
                None => option.get_short().is_some_and(|short| word.strip_prefix('-') == Some(&short.to_string())),
            };
            let option = command.find_subcommand("search")?.get_arguments().find(is_named)?;
            option.get_num_args().map(|values| values.takes_values())
        };
        let first_word = given.len() - self.query.len();
        if given[..first_word].ends_with(&["--".into()]) {
            return given;
        }
        given.truncate(first_word);
        let (mut options, mut words) = (Vec::new(), Vec::new());
        let mut rest = self.query.iter();
        while let Some(word) = rest.next() {
            match takes_value(word) {
                Some(true) => options.extend([Some(word), rest.next()].into_iter().flatten()),
                None if word == "--" => words.extend(rest.by_ref()),
                None if !word.starts_with("--") => words.push(word),
                _ => options.push(word),
            }
        }
        given.extend(options.into_iter().map(OsString::from));
        given.push("--".into());
        given.extend(words.into_iter().map(OsString::from));
        given
    }
}

pub(super) async fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let library = Library::open_to_read(&context.library).await?;
    let is_table = context.format == Format::Csv;
    let typed = arguments.query.join(" ");
    let question = Question {
        text: query(&arguments.query),
        recording: None,
        grouped: !is_table,
        sort: arguments.sort,
        offset: 0,
        limit: arguments.limit.map_or(if is_table { usize::MAX } else { SHOWN }, NonZeroUsize::get),
        facets: false,
    };
    let known = Known::of(&library).await?;
    let answer = answer::ask(&library, &known, &question).map_err(|error| Failure::new(Exit::Unusable, error))?;
    match context.format {
        Format::Json => print_json(&answer)?,
        Format::Csv => {
            print(table::HEAD);
            let config = &context.config;
            let here = || site(SocketAddr::new(config.host, config.port));
            table::rows(&answer, &config.public_url.clone().unwrap_or_else(here)).for_each(print);
            reading(&answer, &typed).for_each(print_aside);
            let more = answer.total_hits.saturating_sub(question.limit);
            if more > 0 {
                print_aside(format_args!("{} left out by --limit", count(more, "hit")));
            }
        }
        _ => text(&answer, &typed, context.colour),
    }
    Ok(if answer.total_hits + answer.recordings.total == 0 { Exit::Nothing } else { Exit::Done })
}

/// Joins the arguments again; one with a space was in quotes, which the shell took away. A query that is one argument
/// was in quotes as a whole.
fn query(arguments: &[String]) -> String {
    match arguments {
        [only] => only.clone(),
        several => several.iter().map(|argument| quoted(argument)).collect::<Vec<_>>().join(" "),
    }
}

fn quoted(argument: &str) -> String {
    if !argument.contains(char::is_whitespace) || has_operators(argument) {
        return argument.to_owned();
    }
    value_quoted(argument).unwrap_or_else(|| {
        let (sign, words) = sign_of(argument);
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match words.rsplit_once('~').filter(|(_, distance)| is_number(distance)) {
            Some((words, distance)) => format!("{sign}\"{words}\"~{distance}"),
            None => format!("{sign}\"{words}\""),
        }
    })
}

/// Whether an argument is a query of its own and was no phrase.
fn has_operators(argument: &str) -> bool {
    let is_excluded = |(at, sign): (usize, &str)| argument[at + sign.len()..].starts_with(char::is_alphanumeric);
    argument.contains(['"', '(', ')'])
        || [" OR ", " NEAR/"].iter().any(|operator| argument.contains(operator))
        || argument.match_indices(" -").any(is_excluded)
}

/// Returns `speaker:"Ann Lee"` of `speaker:Ann Lee`, and nothing of what is no field with several words.
fn value_quoted(argument: &str) -> Option<String> {
    let (sign, rest) = sign_of(argument);
    let (name, value) = rest.split_once(':')?;
    (value.contains(char::is_whitespace) && takes_words(name)).then(|| format!("{sign}{name}:\"{value}\""))
}

fn sign_of(argument: &str) -> (&str, &str) {
    argument.split_at(usize::from(argument.starts_with('-')))
}

/// Says how the query was read where that is not plainly what was typed.
fn reading(answer: &Answer, typed: &str) -> impl Iterator<Item = String> {
    let otherwise = answer.is_read_otherwise(typed).then(|| format!("read as: {}", safe(&answer.understood)));
    let is_nothing = answer.understood.is_empty() && answer.notes().next().is_none();
    let nothing = is_nothing.then(|| "nothing is asked for; type what was said".to_owned());
    otherwise.into_iter().chain(nothing).chain(answer.notes().map(safe))
}

fn text(answer: &Answer, typed: &str, colour: bool) {
    for line in reading(answer, typed) {
        print(dim(&line, colour));
    }
    let named = &answer.recordings;
    for recording in &named.first {
        print(format_args!("{} {}", bold(&safe(&recording.title), colour), dim(&format!("(by its {TOLD})"), colour)));
    }
    let more_named = named.total.saturating_sub(named.first.len());
    if more_named > 0 {
        print(dim(&format!("and {more_named} more by {TOLD}"), colour));
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
    let more = answer.total_recordings.saturating_sub(answer.groups.len());
    if more > 0 {
        print(dim(&format!("and {}: --limit {}", count(more, "more recording"), answer.total_recordings), colour));
    }
    let summary = format!("{} in {}", count(answer.total_hits, "hit"), count(answer.total_recordings, "recording"));
    print(dim(&summary, colour));
    let CoverageView { searchable, recordings, .. } = answer.coverage;
    if searchable < recordings {
        print(dim(&format!("{searchable} of {} can be searched", count(recordings as usize, "recording")), colour));
    }
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
            (&["museum", "speaker:Ann Lee", "-title:a b"], "museum speaker:\"Ann Lee\" -title:\"a b\""),
            (&["speaker:Ann budget"], "speaker:Ann budget"),
            (&["exact:local museum", "x"], "exact:\"local museum\" x"),
            (&["(museum OR local)", "budget"], "(museum OR local) budget"),
            (&["museum OR local", "a NEAR/3 b"], "museum OR local a NEAR/3 b"),
            (&["museum -local", "talk - part two"], "museum -local \"talk - part two\""),
            (&["speaker:ann museum lang:sv"], "speaker:ann museum lang:sv"),
            (&["lang:sv museum"], "lang:sv museum"),
            (&["note: a b", "c"], "\"note: a b\" c"),
            (&["a b~3", "c"], "\"a b\"~3 c"),
            (&["-a b~3", "c"], "-\"a b\"~3 c"),
            (&["museum recieve~2"], "museum recieve~2"),
        ] {
            let arguments: Vec<_> = arguments.iter().map(ToString::to_string).collect();
            assert_eq!(query(&arguments), expected);
        }
    }

    #[test]
    fn options_are_found_among_the_words() {
        let read = |given: &str| {
            let given = ["aloud", "--library", "x", "search"].into_iter().chain(given.split(' ')).map(OsString::from);
            super::super::read(given.collect()).map_err(|error| error.kind())
        };
        for (given, words, limit, format) in [
            ("museum -budget --limit 3", "museum -budget", Some(3), Format::Text),
            ("museum --format csv -x", "museum -x", None, Format::Csv),
            ("--limit=2 museum -v --format=json", "museum", Some(2), Format::Json),
            ("-budget museum", "-budget museum", None, Format::Text),
            ("-- --limit", "--limit", None, Format::Text),
            ("museum --format csv -- --limit", "museum --limit", None, Format::Csv),
            ("museum --sort time NEAR/3 b", "museum NEAR/3 b", None, Format::Text),
        ] {
            let read = read(given).expect("arguments");
            let super::super::Command::Search(search) = read.command else { panic!("a search") };
            let found = (search.query.join(" "), search.limit.map(NonZeroUsize::get), read.common.format);
            assert_eq!(found, (words.to_owned(), limit, format), "{given:?}");
        }
        for given in ["museum --budget", "museum --limit", "museum --limit 0", "--limit 3"] {
            assert!(read(given).is_err(), "{given:?}");
        }
    }
}
