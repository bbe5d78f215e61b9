//! Tries at one window: which is made after which, and which one wins.

use super::missed::missed;
use super::region::LONGEST;
use super::trust::{self, Evidence};
use super::{Excerpt, Heard, RecognitionError};
use crate::recording::Language;
use crate::time::{Millis, TimeSpan};
use crate::transcript::{Doubt, Trust, Word};

/// How much work a window is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Profile {
    /// What the model is unsure of is tried again.
    #[default]
    Careful,
    /// Only what looks wrong is tried again.
    Fast,
}

impl Profile {
    /// Returns how much is heard at once. The work of the encoder grows with the square of it, and so does its memory; but
    /// words are understood by what is said around them (measured in `docs/decisions/recognition.md`).
    #[must_use]
    pub const fn longest_window(self) -> Millis {
        match self {
            Self::Careful => LONGEST,
            Self::Fast => Millis::new(24_000),
        }
    }

    /// Under this mean log-probability a text is thought over (measured in `docs/decisions/recognition.md`).
    const fn unsure(self) -> f32 {
        match self {
            Self::Careful => -0.45,
            Self::Fast => -0.8,
        }
    }
}

/// How much the likelihood of another language counts beside that of the recording's, when that is one.
const FOREIGN: f32 = 0.05;

/// The same where several languages are spoken, since then others may be as well.
const ANOTHER: f32 = 0.5;

/// A language that is so much less likely than the likeliest is not tried, however bad the text is.
const UNLIKELY: f32 = 0.2;

/// How much the mean log-probability of a text says about its language, beside the logarithm of the language's likelihood.
const TEXT: f32 = 1.5;

/// Missed speech at least this long is heard once more, alone.
const WORTH_HEARING: Millis = Millis::new(1500);

/// How a text is sought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Search {
    /// Always the likeliest next token.
    Greedy,
    /// The greedy text thought over: rivals of its words are followed, loops left. A little more work, fewer errors where
    /// the model is unsure.
    Second,
}

/// What one try gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Try {
    /// The words, laid out in the window.
    pub words: Vec<Word>,
    /// The language in which they were sought.
    pub language: Language,
    /// What speaks for and against them.
    pub evidence: Evidence,
}

/// What some sound begins with, as a model says before the first word.
#[derive(Debug, Clone, PartialEq)]
pub struct Beginning {
    /// How probable each language is; they sum to 1.
    pub languages: Vec<(Language, f32)>,
    /// How likely it is that nobody speaks, 0 to 1.
    pub no_speech: f32,
}

/// Something that can be asked for tries at some sound.
pub trait Ears {
    /// Hears some sound.
    ///
    /// # Errors
    /// When recognition fails.
    fn listen(&mut self, sound: &[f32]) -> Result<Beginning, RecognitionError>;

    /// Writes what was heard last; `sound` is that sound and `span` where it lies.
    ///
    /// # Errors
    /// When recognition fails or the work is cancelled.
    fn write(
        &mut self,
        sound: &[f32],
        span: TimeSpan,
        language: Language,
        search: Search,
    ) -> Result<Try, RecognitionError>;
}

impl Try {
    fn doubts(&self) -> Vec<Doubt> {
        trust::doubts(&self.words, &self.evidence)
    }

    /// Returns how much speaks against it that another try may mend; in a window of speech, having no words does.
    fn flaws(&self) -> usize {
        if self.words.is_empty() {
            return 1;
        }
        self.doubts().iter().filter(|doubt| **doubt != Doubt::NoSpeech).count()
    }

    /// Returns how likely it is beside other tries: its text, and its language.
    fn score(&self) -> f32 {
        self.evidence.language + TEXT * self.evidence.mean_log_probability
    }

    /// The rule by which a try wins: any words, then fewer flaws, then the likelier language and text. The earlier
    /// stays when all are equal.
    fn or(self, later: Self) -> Self {
        let key = |it: &Self| (it.words.is_empty(), it.flaws());
        let wins = match key(&later).cmp(&key(&self)) {
            std::cmp::Ordering::Less => true,
            std::cmp::Ordering::Equal => later.score() > self.score(),
            std::cmp::Ordering::Greater => false,
        };
        if wins { later } else { self }
    }
}

/// Returns the words of one window after as many tries as it needs.
///
/// `candidates` are the languages that the recording was found to be in, the commonest first, all known to the
/// recogniser; `others` are those that might be spoken as well.
///
/// # Errors
/// When recognition fails or the work is cancelled.
pub fn hear(
    ears: &mut dyn Ears,
    excerpt: &Excerpt<'_>,
    profile: Profile,
    languages: &Languages<'_>,
) -> Result<Heard, RecognitionError> {
    let window = excerpt.window;
    let mut best = one(ears, excerpt.sound, window.span, profile, languages)?;
    for part in missed(window, &best.words) {
        // Music is passed over for good reasons.
        if part == window.span || part.duration() < WORTH_HEARING || !best.doubts().is_empty() {
            continue;
        }
        let only = Languages { candidates: &[best.language], others: &|_| false };
        let again = one(ears, cut(excerpt.sound, window.span, part), part, profile, &only)?;
        if again.doubts().is_empty() {
            best.words.extend(again.words);
            best.words.sort_by_key(|word| word.span.start());
        }
    }
    let doubts = best.doubts();
    if trust::is_nothing(&best.words, &best.evidence) {
        best.words.clear();
    }
    let trust = if doubts.is_empty() || best.words.is_empty() { Trust::Good } else { Trust::Doubtful(doubts) };
    Ok(Heard { words: best.words, language: best.language, trust })
}

/// Which languages may be found.
pub struct Languages<'a> {
    /// Those of the recording, the commonest first.
    pub candidates: &'a [Language],
    /// Whether another may be spoken as well.
    pub others: &'a dyn Fn(Language) -> bool,
}

/// Tries at some sound until one is good, or all were made.
fn one(
    ears: &mut dyn Ears,
    sound: &[f32],
    span: TimeSpan,
    profile: Profile,
    languages: &Languages<'_>,
) -> Result<Try, RecognitionError> {
    let beginning = ears.listen(sound)?;
    let ranked = ranked(&beginning.languages, languages);
    // A model of one language says nothing.
    let (likeliest, weight) = ranked.first().copied().unwrap_or((Language::UNKNOWN, 1.0));
    let mut attempt = |(language, weight): (Language, f32), search| {
        let mut attempt = ears.write(sound, span, language, search)?;
        attempt.evidence.no_speech = beginning.no_speech;
        attempt.evidence.language = weight.max(f32::MIN_POSITIVE).ln();
        Ok::<_, RecognitionError>(attempt)
    };
    let mut best = attempt((likeliest, weight), Search::Greedy)?;
    // Another language than the recording's must give the better text, too; and where a text is bad, its language may be.
    let is_foreign = !languages.candidates.is_empty() && !languages.candidates.contains(&likeliest);
    let rival = if is_foreign {
        ranked.iter().find(|(it, _)| languages.candidates.contains(it))
    } else {
        ranked.get(1).filter(|(_, it)| best.flaws() > 0 && *it >= UNLIKELY * weight)
    };
    if let Some(&rival) = rival {
        best = best.or(attempt(rival, Search::Greedy)?);
    }
    let is_nothing = trust::is_nothing(&best.words, &best.evidence);
    if !is_nothing && (best.evidence.mean_log_probability < profile.unsure() || best.flaws() > 0) {
        let chosen = ranked.iter().find(|(it, _)| *it == best.language).copied().unwrap_or((likeliest, weight));
        best = best.or(attempt(chosen, Search::Second)?);
    }
    Ok(best)
}

/// Returns the languages that may be spoken and their likelihood, what the recording is in considered; the likeliest
/// first, of equally likely ones the recording's commonest.
fn ranked(likely: &[(Language, f32)], languages: &Languages<'_>) -> Vec<(Language, f32)> {
    let probability = |language| likely.iter().find(|(it, _)| *it == language).map_or(0.0, |(_, p)| *p);
    let weight = match languages.candidates {
        [] => 1.0,
        [_] => FOREIGN,
        _ => ANOTHER,
    };
    let own = languages.candidates.iter().map(|&it| (it, probability(it)));
    let is_other = |it: Language| !languages.candidates.contains(&it) && (languages.others)(it);
    let others = likely.iter().filter(|(it, _)| is_other(*it)).map(|&(it, p)| (it, p * weight));
    let mut ranked: Vec<_> = own.chain(others).collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    ranked
}

/// Returns the samples of a part of a span.
fn cut(sound: &[f32], span: TimeSpan, part: TimeSpan) -> &[f32] {
    let index =
        |time: Millis| usize::try_from(time.since(span.start()).to_samples()).unwrap_or(usize::MAX).min(sound.len());
    &sound[index(part.start())..index(part.end())]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcribe::window::Window;
    use crate::transcript::Percent;

    fn language(tag: &str) -> Language {
        Language::from_tag(tag).expect("a tag")
    }

    fn span(start: u32, end: u32) -> TimeSpan {
        TimeSpan::at_least_one(Millis::new(start), Millis::new(end))
    }

    /// Answers from a list, in order, and notes what it was asked for.
    struct Scripted {
        answers: Vec<(&'static str, f32)>,
        likely: Vec<(&'static str, f32)>,
        no_speech: f32,
        asked: Vec<String>,
    }

    impl Ears for Scripted {
        fn listen(&mut self, sound: &[f32]) -> Result<Beginning, RecognitionError> {
            self.asked.push(format!("listen {}", sound.len() / 16));
            let languages = self.likely.iter().map(|&(tag, p)| (language(tag), p)).collect();
            Ok(Beginning { languages, no_speech: self.no_speech })
        }

        fn write(
            &mut self,
            _: &[f32],
            span: TimeSpan,
            language: Language,
            search: Search,
        ) -> Result<Try, RecognitionError> {
            self.asked.push(format!("{language} {search:?}"));
            let (text, mean_log_probability) = self.answers.remove(0);
            let texts: Vec<&str> = text.split_whitespace().collect();
            let each = span.duration().get() / u32::try_from(texts.len().max(1)).expect("few");
            let place = |number: u32| {
                let start = span.start().saturating_add(Millis::new(number * each));
                TimeSpan::at_least_one(start, start.saturating_add(Millis::new(each)))
            };
            let word = |(number, text): (u32, &&str)| Word {
                text: format!("{text} "),
                span: place(number),
                confidence: Percent::FULL,
                language,
                speaker: None,
            };
            let words = (0..).zip(&texts).map(word).collect();
            Ok(Try { words, language, evidence: Evidence { mean_log_probability, ..Evidence::default() } })
        }
    }

    type Answers = &'static [(&'static str, f32)];

    fn heard(profile: Profile, likely: Answers, no_speech: f32, answers: Answers) -> (String, Heard) {
        heard_in(&["en", "sv"], profile, likely, no_speech, answers)
    }

    fn heard_in(
        candidates: &[&str],
        profile: Profile,
        likely: Answers,
        no_speech: f32,
        answers: Answers,
    ) -> (String, Heard) {
        let mut ears = Scripted { answers: answers.to_vec(), likely: likely.to_vec(), no_speech, asked: Vec::new() };
        let window = Window { span: span(0, 4000), speech: vec![span(0, 4000)] };
        let excerpt = Excerpt { window: &window, sound: &vec![0.0; 64_000], languages: &[], others: &[] };
        let others = |other: Language| other == language("fr");
        let candidates: Vec<Language> = candidates.iter().map(|tag| language(tag)).collect();
        let languages = Languages { candidates: &candidates, others: &others };
        let heard = hear(&mut ears, &excerpt, profile, &languages).expect("a script cannot fail");
        assert_eq!(ears.answers, [], "all tries were made");
        (ears.asked.join(", "), heard)
    }

    fn text(heard: &Heard) -> String {
        heard.words.iter().map(|word| word.text.as_str()).collect::<String>().trim_end().to_owned()
    }

    const ENGLISH: Answers = &[("en", 0.9), ("sv", 0.05), ("fr", 0.05)];

    #[test]
    fn a_second_try_is_made_where_it_may_help_and_the_better_one_wins() {
        use Profile::{Careful, Fast};
        let rows: [(Profile, Answers, &str, bool); 7] = [
            (Careful, &[("all is well here", -0.2)], "all is well here", true),
            (Careful, &[("all is wall here", -0.6), ("all is well here", -0.4)], "all is well here", true),
            (Careful, &[("all is well here", -0.6), ("all is wall here", -0.7)], "all is well here", true),
            (Fast, &[("all is well here", -0.6)], "all is well here", true),
            (Fast, &[("no no no no no no no", -0.1), ("no, I know", -0.9)], "no, I know", true),
            (Fast, &[("no no no no no no no", -0.1), ("", 0.0)], "no no no no no no no", false),
            (Fast, &[("no no no no no no no", -1.3), ("no no no no no no no", -1.2)], "no no no no no no no", false),
        ];
        for (profile, answers, expected, good) in rows {
            let (_, heard) = heard(profile, ENGLISH, 0.1, answers);
            assert_eq!((text(&heard).as_str(), heard.trust == Trust::Good), (expected, good), "{answers:?}");
        }
    }

    #[test]
    fn the_likeliest_language_is_tried_and_another_must_give_a_good_text() {
        let two: &[&str] = &["en", "sv"];
        let rows: [(&[&str], Answers, Answers, &str, &str); 8] = [
            (two, &[("en", 0.2), ("sv", 0.7)], &[("hej", -0.2)], "sv", "sv Greedy"),
            // Beside two languages French is likely and wins; its text is bad and it loses; it is not likely enough.
            (two, &[("en", 0.1), ("fr", 0.9)], &[("bonjour", -0.3), ("bon sure", -0.2)], "fr", "fr Greedy, en Greedy"),
            (two, &[("en", 0.1), ("fr", 0.9)], &[("ouais", -1.2), ("well", -0.3)], "en", "fr Greedy, en Greedy"),
            (two, &[("en", 0.4), ("fr", 0.6)], &[("well", -0.1)], "en", "en Greedy"),
            // Beside one it must be far likelier.
            (&["en"], &[("en", 0.1), ("fr", 0.9)], &[("well", -0.1)], "en", "en Greedy"),
            (&["en"], &[("en", 0.01), ("fr", 0.9)], &[("oui", -0.2), ("we", -0.4)], "fr", "fr Greedy, en Greedy"),
            // A bad text is tried in the next language, unless that is unlikely.
            (two, &[("en", 0.5), ("sv", 0.4)], &[("hay hay", -1.2), ("hej hej", -0.3)], "sv", "en Greedy, sv Greedy"),
            (two, &[("en", 0.9), ("sv", 0.1)], &[("hm so", -1.2), ("and so", -0.9)], "en", "en Greedy, en Second"),
        ];
        for (candidates, likely, answers, expected, tries) in rows {
            let (asked, heard) = heard_in(candidates, Profile::Fast, likely, 0.1, answers);
            assert_eq!((heard.language, asked), (language(expected), format!("listen 4000, {tries}")), "{likely:?}");
        }
        // A language that nobody allowed is never tried.
        let (_, welsh) = heard(Profile::Careful, &[("en", 0.1), ("cy", 0.9)], 0.1, &[("well", -0.1)]);
        assert_eq!(welsh.language, language("en"));
    }

    #[test]
    fn what_nobody_said_is_dropped_or_doubted() {
        let (_, noise) = heard(Profile::Fast, ENGLISH, 0.9, &[("no no no no no no no no", -1.4)]);
        assert_eq!((text(&noise), noise.trust), (String::new(), Trust::Good));
        // Four seconds of speech that the model hardly understands.
        let (_, foreign) = heard(Profile::Fast, ENGLISH, 0.9, &[("god morn", -1.4), ("god mogen", -1.2)]);
        let doubts = Trust::Doubtful(vec![Doubt::LowProbability, Doubt::NoSpeech]);
        assert_eq!((text(&foreign).as_str(), foreign.trust), ("god mogen", doubts));
        let (_, music) = heard(Profile::Fast, ENGLISH, 0.9, &[("Thank you", -0.2)]);
        assert_eq!((text(&music).as_str(), music.trust), ("Thank you", Trust::Doubtful(vec![Doubt::NoSpeech])));
    }

    #[test]
    fn speech_that_was_passed_over_is_heard_alone() {
        struct Early(u32);
        impl Ears for Early {
            fn listen(&mut self, sound: &[f32]) -> Result<Beginning, RecognitionError> {
                self.0 += 1;
                assert_eq!(sound.len(), if self.0 == 1 { 160_000 } else { 128_000 });
                Ok(Beginning { languages: vec![(language("en"), 1.0)], no_speech: 0.0 })
            }

            fn write(&mut self, _: &[f32], span: TimeSpan, _: Language, _: Search) -> Result<Try, RecognitionError> {
                let end = span.start().saturating_add(Millis::new(2000));
                let word = Word {
                    text: format!("{} ", self.0),
                    span: TimeSpan::at_least_one(span.start(), end),
                    confidence: Percent::FULL,
                    language: language("en"),
                    speaker: None,
                };
                let evidence = Evidence { mean_log_probability: -0.1, ..Evidence::default() };
                Ok(Try { words: vec![word], language: language("en"), evidence })
            }
        }
        let window = Window { span: span(0, 10_000), speech: vec![span(0, 10_000)] };
        let excerpt = Excerpt { window: &window, sound: &vec![0.0; 160_000], languages: &[], others: &[] };
        let languages = Languages { candidates: &[language("en")], others: &|_| false };
        let heard = hear(&mut Early(0), &excerpt, Profile::Careful, &languages).expect("it cannot fail");
        assert_eq!(text(&heard), "1 2");
    }
}
