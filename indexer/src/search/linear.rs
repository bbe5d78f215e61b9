//! The oracle: evaluates what counts as found by brute force over the words, independently of any index.
//!
//! It shares nothing with [`super::engine`] but the terms, the passages and the query, and is written to be plainly
//! right, not fast.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::MAX_EXPANSION;
use crate::passage::{Passage, passages};
use crate::query::{Branch, Label, Likeness, Node, Part, Query, QueryWord, Reach, branches};
use crate::recording::{Language, RecordingId};
use crate::term::{Terms, stem, terms};
use crate::time::{Millis, TimeSpan};
use crate::transcript::{Transcript, Trust, Word, WordRange};

/// A passage that the contract calls a hit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LinearHit {
    /// The recording.
    pub recording: RecordingId,
    /// The passage's ordinal.
    pub passage: u32,
    /// From the start of the first moment to the end of the last one that starts in the passage.
    pub span: TimeSpan,
    /// Every occurrence of a required part inside such a moment; of words near each other, each alone.
    pub matches: Vec<WordRange>,
    /// Where a link points to: the start of the first matched word.
    pub start: Millis,
}

/// Transcripts that can be searched word by word.
#[derive(Debug)]
pub struct Linear<'a> {
    recordings: Vec<Prepared<'a>>,
    languages: BTreeSet<Language>,
    /// In how many recordings each folded form is said.
    vocabulary: BTreeMap<String, usize>,
}

#[derive(Debug)]
struct Prepared<'a> {
    transcript: &'a Transcript,
    terms: Vec<Terms>,
    /// The stem of each word in its own language.
    stems: Vec<Option<String>>,
    passages: Vec<Passage>,
    speakers: Vec<Label>,
}

/// Where a part is said, and which of its words are marked.
type Occurrence = (WordRange, Vec<WordRange>);

impl<'a> Linear<'a> {
    /// Takes the transcripts to search.
    #[must_use]
    pub fn new(transcripts: &'a [Transcript]) -> Self {
        let prepare = |transcript: &'a Transcript| {
            let said: Vec<Terms> = transcript.words.iter().map(|word| terms(&word.text)).collect();
            let stem_of = |(terms, word): (&Terms, &Word)| stem(&terms.exact, word.language);
            Prepared {
                transcript,
                stems: said.iter().zip(&transcript.words).map(stem_of).collect(),
                terms: said,
                passages: passages(transcript),
                speakers: transcript.speakers.iter().map(|name| Label::new(name)).collect(),
            }
        };
        let recordings: Vec<_> = transcripts.iter().map(prepare).collect();
        let mut vocabulary = BTreeMap::new();
        for recording in &recordings {
            let said: BTreeSet<&String> = recording.terms.iter().map(|terms| &terms.folded).collect();
            for folded in said.into_iter().filter(|folded| !folded.is_empty()) {
                *vocabulary.entry(folded.clone()).or_default() += 1;
            }
        }
        let languages = transcripts.iter().flat_map(|it| &it.words).map(|word| word.language).collect();
        Self { recordings, languages, vocabulary }
    }

    /// Returns all hits, by recording and then in the order of time.
    #[must_use]
    pub fn search(&self, query: &Query) -> Vec<LinearHit> {
        let asked = Asked { linear: self, query };
        let mut hits: Vec<LinearHit> = self.recordings.iter().flat_map(|recording| asked.hits(recording)).collect();
        hits.sort();
        hits
    }
}

/// A query put to all recordings.
struct Asked<'a> {
    linear: &'a Linear<'a>,
    query: &'a Query,
}

impl Asked<'_> {
    fn hits(&self, recording: &Prepared<'_>) -> Vec<LinearHit> {
        let mut moments: Vec<(WordRange, Vec<WordRange>)> = Vec::new();
        for branch in branches(&self.query.asked).0 {
            let required: Vec<Vec<Occurrence>> =
                branch.required.iter().map(|part| self.occurrences(recording, part, true)).collect();
            for moment in self.moments(recording, &branch, true) {
                let held = required.iter().flatten().filter(|(found, _)| contains(moment, *found));
                moments.push((moment, held.flat_map(|(_, marks)| marks).copied().collect()));
            }
        }
        let hit = |passage: &Passage| {
            let here: Vec<_> = moments.iter().filter(|(moment, _)| passage.words.contains(moment.start)).collect();
            let start = here.iter().map(|(moment, _)| moment.start).min()?;
            let end = here.iter().map(|(moment, _)| moment.end).max()?;
            let matches: BTreeSet<WordRange> = here.iter().flat_map(|(_, matches)| matches).copied().collect();
            let first = matches.first().map_or(start, |matched| matched.start);
            Some(LinearHit {
                recording: recording.transcript.recording,
                passage: passage.ordinal,
                span: recording.transcript.span(WordRange::new(start, end))?,
                matches: matches.into_iter().collect(),
                start: recording.transcript.words[first as usize].span.start(),
            })
        };
        recording.passages.iter().filter_map(hit).collect()
    }

    /// The moments of a branch: of what is asked for, or of a group that must not be said.
    fn moments(&self, recording: &Prepared<'_>, branch: &Branch<'_>, is_asked: bool) -> Vec<WordRange> {
        let mut moments = match branch.required.as_slice() {
            [] if is_asked && self.query.lists_passages => self.admitted_passages(recording),
            [] => Vec::new(),
            [part] if !is_asked => {
                self.occurrences(recording, part, false).into_iter().map(|(found, _)| found).collect()
            }
            parts => {
                let said: Vec<_> = parts.iter().map(|part| self.occurrences(recording, part, is_asked)).collect();
                shortest(&said, recording.count())
                    .into_iter()
                    .filter(|moment| self.is_in_reach(recording, *moment))
                    .collect()
            }
        };
        for node in &branch.excluded {
            let excluded: Vec<u32> = self.excluded(recording, node);
            moments.retain(|moment| {
                let touched = recording.passages.iter().filter(|passage| overlap(passage.words, *moment));
                !touched.into_iter().any(|passage| excluded.iter().any(|&word| passage.words.contains(word)))
            });
        }
        moments
    }

    /// Where something that must not be said starts.
    fn excluded(&self, recording: &Prepared<'_>, node: &Node) -> Vec<u32> {
        let (ways, _) = branches(std::slice::from_ref(node));
        ways.iter().flat_map(|way| self.moments(recording, way, false)).map(|moment| moment.start).collect()
    }

    fn is_in_reach(&self, recording: &Prepared<'_>, moment: WordRange) -> bool {
        let words = &recording.transcript.words[moment.indices()];
        match self.query.reach {
            Reach::Words(reach) => moment.len() <= reach,
            Reach::Time(reach) => {
                let ends = words.first().zip(words.last());
                ends.is_some_and(|(first, last)| last.span.end().since(first.span.start()) <= reach)
            }
        }
    }

    fn admitted_passages(&self, recording: &Prepared<'_>) -> Vec<WordRange> {
        let admitted = |passage: &Passage| {
            let mut words = (passage.words.start..passage.words.end).filter(|&word| self.is_admitted(recording, word));
            let first = words.next()?;
            Some(WordRange::new(first, words.next_back().unwrap_or(first) + 1))
        };
        recording.passages.iter().filter_map(admitted).collect()
    }

    fn is_admitted(&self, recording: &Prepared<'_>, ordinal: u32) -> bool {
        let Prepared { transcript, speakers, .. } = recording;
        let Word { speaker, language, .. } = &transcript.words[ordinal as usize];
        let is_doubtful =
            transcript.stretches.iter().any(|it| it.words.contains(ordinal) && matches!(it.trust, Trust::Doubtful(_)));
        let filters = &self.query.filters;
        filters.admit_speaker(speaker.and_then(|speaker| speakers.get(usize::from(speaker))))
            && filters.admit_language(*language)
            && filters.admit_trust(is_doubtful)
    }

    /// Everywhere a part is said; as a required one only by words that the filters admit.
    fn occurrences(&self, recording: &Prepared<'_>, part: &Part, is_required: bool) -> Vec<Occurrence> {
        let operands: Vec<Vec<WordRange>> =
            part.operands().into_iter().map(|words| self.consecutive(recording, words, is_required)).collect();
        let Part::Near { distance, .. } = part else {
            return operands[0].iter().map(|&found| (found, vec![found])).collect();
        };
        let held: usize = part.operands().iter().map(|words| words.len()).sum();
        let longest = u32::try_from(held).expect("a query is short") + distance;
        let mut found = Vec::new();
        for start in 0..recording.count() {
            let latest_end = recording.count().min(start + longest);
            let reachable = WordRange::new(start, latest_end);
            let is_close = |place: &&WordRange| contains(reachable, **place);
            let close: Vec<Vec<WordRange>> =
                operands.iter().map(|places| places.iter().filter(is_close).copied().collect()).collect();
            let has_places = |start, end| fit(&close, WordRange::new(start, end), &mut Vec::new());
            // Any longer stretch from here could be shortened at its end.
            if let Some(end) = (start + 1..=latest_end).find(|&end| has_places(start, end))
                && !has_places(start + 1, end)
            {
                let stretch = WordRange::new(start, end);
                let inside = close.iter().flatten().filter(|&&place| contains(stretch, place));
                found.push((stretch, inside.copied().collect()));
            }
        }
        found
    }

    fn consecutive(&self, recording: &Prepared<'_>, asked: &[QueryWord], is_required: bool) -> Vec<WordRange> {
        let length = u32::try_from(asked.len()).expect("a query is short");
        let starts = 0..(recording.count() + 1).saturating_sub(length);
        let asked: Vec<_> = asked.iter().map(|word| Wanted::new(self, word)).collect();
        let is_said = |&start: &u32| {
            (start..).zip(&asked).all(|(ordinal, asked)| {
                asked.counts(recording, ordinal) && (!is_required || self.is_admitted(recording, ordinal))
            })
        };
        starts.filter(is_said).map(|start| WordRange::new(start, start + length)).collect()
    }

    /// The commonest folded forms that a word stands for, if it stands for several.
    fn expansion(&self, asked: &QueryWord) -> BTreeSet<&String> {
        let fits = |form: &str| match asked.likeness {
            Likeness::Prefix => form.starts_with(&asked.terms.folded),
            Likeness::Fuzzy(changes) => strsim::osa_distance(form, &asked.terms.folded) <= changes.into(),
            Likeness::Inflected | Likeness::Exact => false,
        };
        let mut fitting: Vec<_> = self.linear.vocabulary.iter().filter(|(form, _)| fits(form)).collect();
        fitting.sort_by_key(|&(_, &recordings)| Reverse(recordings));
        fitting.into_iter().take(MAX_EXPANSION).map(|(form, _)| form).collect()
    }
}

/// A word of a query, with what it stands for.
struct Wanted<'q> {
    word: &'q QueryWord,
    /// Its stem in each language that counts.
    stems: BTreeMap<Language, String>,
    expansion: BTreeSet<&'q String>,
}

impl<'q> Wanted<'q> {
    fn new(asked: &'q Asked<'_>, word: &'q QueryWord) -> Self {
        let languages = asked.linear.languages.iter().filter(|it| asked.query.filters.admit_language(**it));
        let stems = languages.filter_map(|&language| Some((language, stem(&word.terms.exact, language)?)));
        Self { word, stems: stems.collect(), expansion: asked.expansion(word) }
    }

    fn counts(&self, recording: &Prepared<'_>, ordinal: u32) -> bool {
        let (said, asked) = (&recording.terms[ordinal as usize], &self.word.terms);
        if said.exact.is_empty() {
            return false;
        }
        if self.word.likeness == Likeness::Exact {
            return said.exact == asked.exact;
        }
        let language = recording.transcript.words[ordinal as usize].language;
        let stems = recording.stems[ordinal as usize].as_ref().zip(self.stems.get(&language));
        let is_related = |(said_stem, asked_stem): (&String, &String)| {
            said_stem == asked_stem || *said_stem == asked.folded || *asked_stem == said.folded
        };
        said.folded == asked.folded || stems.is_some_and(is_related) || self.expansion.contains(&said.folded)
    }
}

impl Prepared<'_> {
    fn count(&self) -> u32 {
        u32::try_from(self.terms.len()).expect("words are counted in 32 bits")
    }
}

/// Every stretch that holds an occurrence of each part and no longer does when a word is taken from either end.
fn shortest(parts: &[Vec<Occurrence>], count: u32) -> Vec<WordRange> {
    let first_end = |part: &Vec<Occurrence>, start: u32| {
        part.iter().filter(|(found, _)| found.start >= start).map(|(found, _)| found.end).min()
    };
    let end = |start: u32| parts.iter().map(|part| first_end(part, start)).try_fold(0, |all, end| Some(end?.max(all)));
    let is_shortest = |&(start, end_here): &(u32, u32)| end(start + 1).is_none_or(|next| next > end_here);
    (0..count)
        .filter_map(|start| Some((start, end(start)?)))
        .filter(is_shortest)
        .map(|(start, end)| WordRange::new(start, end))
        .collect()
}

/// Whether every operand has a place in the stretch that no other takes.
fn fit(operands: &[Vec<WordRange>], stretch: WordRange, taken: &mut Vec<WordRange>) -> bool {
    let Some((operand, others)) = operands.split_first() else { return true };
    operand.iter().any(|&place| {
        if !contains(stretch, place) || taken.iter().any(|&other| overlap(place, other)) {
            return false;
        }
        taken.push(place);
        let fits = fit(others, stretch, taken);
        taken.pop();
        fits
    })
}

fn contains(outer: WordRange, inner: WordRange) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

fn overlap(one: WordRange, other: WordRange) -> bool {
    one.start < other.end && other.start < one.end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse;
    use crate::search::tests::transcript;

    /// What is marked when a query is put to a text, said by Ann in English up to a stroke and then by Bo in Swedish.
    fn found(text: &str, query: &str) -> Vec<(u32, u32)> {
        let (ann, bo) = text.split_once('|').unwrap_or((text, ""));
        let mut transcripts = [transcript(1, 1, &[(Some(0), ann), (Some(1), bo)])];
        for word in &mut transcripts[0].words {
            word.language = Language::from_tag(if word.speaker == Some(0) { "en" } else { "sv" }).expect("a language");
        }
        let hits = Linear::new(&transcripts).search(&parse(query).query);
        hits.iter().flat_map(|hit| &hit.matches).map(|words| (words.start, words.end)).collect()
    }

    #[test]
    fn the_contract_in_examples() {
        let far = format!("start {} end", "so ".repeat(148));
        let too_far = format!("start {} end", "so ".repeat(149));
        for (text, query, expected) in [
            ("we met the museum", "museum", &[(3, 4)][..]),
            ("Café, musée!", "cafe musee", &[(0, 1), (1, 2)]),
            ("cafe", "café", &[(0, 1)]),
            ("a b a", "a b", &[(0, 1), (1, 2), (2, 3)]),
            ("a a b", "a b", &[(1, 2), (2, 3)]),
            ("the local museum is local", "\"local museum\"", &[(1, 3)]),
            ("local. |Museum", "\"local museum\"", &[(0, 2)]),
            ("the local museum", "\"museum local\"", &[]),
            ("cost of money", "cost -money", &[]),
            ("cost of money", "cost -\"money cost\"", &[(0, 1)]),
            ("cost of money", "-money", &[]),
            (&far, "start end", &[(0, 1), (149, 150)]),
            (&too_far, "start end", &[]),
            (&too_far, "start end within:151w", &[(0, 1), (150, 151)]),
            ("start so end", "start end within:1s", &[(0, 1), (2, 3)]),
            ("start so so end", "start end within:1s", &[]),
            ("volunteers came", "volunteer", &[(0, 1)]),
            ("volunteers came", "exact:volunteer", &[]),
            ("came|samarbetspartners", "samarbetspartner", &[(1, 2)]),
            ("came|huset", "hus", &[(1, 2)]),
            ("huset", "hus", &[]),
            ("cats or dogs", "cats OR mice", &[(0, 1)]),
            ("cats and dogs", "(cats OR mice) dogs", &[(0, 1), (2, 3)]),
            ("funding funds found", "fund*", &[(0, 1), (1, 2)]),
            ("recieve receive deceived", "receive~", &[(0, 1), (1, 2)]),
            ("came|arkiven arkivarie", "arkivet*", &[(1, 2)]),
            ("organising organised", "organised~", &[(0, 1), (1, 2)]),
            ("recieve receive deceived", "receive~2", &[(0, 1), (1, 2), (2, 3)]),
            ("the muesum cost", "\"the museum~ co*\"", &[(0, 3)]),
            ("cost of the museum", "\"museum cost\"~2", &[(0, 1), (3, 4)]),
            ("cost of the museum", "\"museum cost\"~1", &[]),
            ("go away go", "\"go go\"~1", &[(0, 1), (2, 3)]),
            ("go away", "\"go go\"~5", &[]),
            ("a x b c", "a NEAR/1 \"b c\"", &[(0, 1), (2, 4)]),
            ("cost|cost", "cost speaker:bo", &[(1, 2)]),
            ("cost|cost", "cost -speaker:bo", &[(0, 1)]),
            ("cost|cost", "cost lang:sv", &[(1, 2)]),
            ("big|cost", "\"big cost\" speaker:ann", &[]),
            ("big|cost", "big -cost speaker:ann", &[]),
            ("big cost", "big -(cost small)", &[(0, 1)]),
            ("big cost small", "big -(cost small)", &[]),
            ("big cost", "big -(cost OR small)", &[]),
        ] {
            assert_eq!(found(text, query), expected, "{query:?} in {text:?}");
        }
    }

    #[test]
    fn filters_alone_give_passages() {
        let transcripts = [transcript(1, 1, &[(Some(0), &"so ".repeat(40)), (Some(1), &"well ".repeat(40))])];
        let linear = Linear::new(&transcripts);
        let starts = |query: &str| {
            linear
                .search(&parse(query).query)
                .iter()
                .map(|hit| (hit.start.get(), hit.matches.len()))
                .collect::<Vec<_>>()
        };
        assert_eq!(starts("speaker:bo"), [(40 * 350, 0)]);
        assert_eq!(starts("title:any"), [(0, 0), (40 * 350, 0)]);
        assert_eq!(starts("title:any -well"), [(0, 0)]);
        assert_eq!(starts("-well"), []);
    }
}
