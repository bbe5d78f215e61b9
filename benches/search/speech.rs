//! An hour of speech that nobody said: 9,000 words of a vocabulary, two to four people in turns, sentences and pauses.

use indexer::recording::{Language, RecordingId};
use indexer::time::{Millis, TimeSpan};
use indexer::transcript::{Doubt, Percent, Provenance, SpeakerOrdinal, Stretch, Transcript, Trust, Word, WordRange};

use crate::random::Random;
use crate::vocabulary::Vocabulary;

/// 150 words a minute.
pub(crate) const WORDS: u32 = 9000;

/// Words of one window of the recogniser, which stays in one language and is doubtful as a whole.
const WINDOW_WORDS: u32 = 70;

/// Who speaks.
pub(crate) const NAMES: [&str; 12] = [
    "Ann Lee",
    "Bo Ek",
    "Chloé Petit",
    "Dana Scully",
    "Erik Åberg",
    "Fatou Diop",
    "Gunilla Strand",
    "Hugo Blanc",
    "Ines Moreau",
    "Jan Holm",
    "Karim Haddad",
    "Lena Quist",
];

/// Returns the recording of a number; the same for the same number.
pub(crate) fn recording(number: u32, vocabularies: &[Vocabulary]) -> Transcript {
    let mut random = Random::new(u64::from(number) + 1000);
    let main = number as usize % vocabularies.len();
    // One recording in ten mixes two languages.
    let other = if random.below(10) == 0 { (main + 1) % vocabularies.len() } else { main };
    let people = 2 + random.below(3);
    let first_name = random.below(NAMES.len());
    let speakers: Vec<String> = (0..people).map(|n| NAMES[(first_name + n) % NAMES.len()].to_owned()).collect();
    let (mut words, mut stretches) = (Vec::with_capacity(WORDS as usize), Vec::new());
    let (mut clock, mut speaker, mut turn, mut sentence) = (0, 0, 0, 0);
    while words.len() < WORDS as usize {
        let start = u32::try_from(words.len()).expect("few words");
        let vocabulary = &vocabularies[if random.below(4) == 0 { other } else { main }];
        let language = Language::from_tag(vocabulary.language).expect("a language");
        for _ in 0..WINDOW_WORDS.min(WORDS - start) {
            if turn == 0 {
                // Short questions and long answers.
                turn = if random.below(2) == 0 { 5 + random.below(30) } else { 60 + random.below(240) };
                speaker = random.below(people);
                sentence = 0;
            }
            let begins = sentence == 0;
            if begins {
                sentence = 6 + random.below(16);
            }
            (turn, sentence) = (turn - 1, sentence - 1);
            let ends = turn == 0 || sentence == 0;
            let word = &vocabulary.words[vocabulary.rank(&mut random)];
            let end = if ends {
                ". "
            } else if random.below(12) == 0 {
                ", "
            } else {
                " "
            };
            let text = if begins { capital(word) } else { word.clone() } + end;
            let length = 70 + 45 * u32::try_from(word.chars().count()).expect("few letters");
            let length = length + u32::try_from(random.below(120)).expect("small");
            let span = TimeSpan::at_least_one(Millis::new(clock), Millis::new(clock + length));
            let pause = if ends { 300 + random.below(900) } else { [0, 0, 0, 20, 60][random.below(5)] };
            clock += length + u32::try_from(pause).expect("small");
            let speaker = Some(SpeakerOrdinal::try_from(speaker).expect("few people"));
            words.push(Word { text, span, confidence: Percent::FULL, language, speaker });
        }
        let words = WordRange::new(start, u32::try_from(words.len()).expect("few words"));
        let trust = if random.below(20) == 0 { Trust::Doubtful(vec![Doubt::Repeats]) } else { Trust::Good };
        let provenance = Provenance::Recognised { model: "base".into() };
        stretches.push(Stretch { words, language, trust, provenance });
    }
    let mut id = [0x42; 16];
    id[..4].copy_from_slice(&number.wrapping_mul(2_654_435_761).to_be_bytes());
    id[12..].copy_from_slice(&number.to_be_bytes());
    Transcript { recording: RecordingId::new(id), revision: 1, words, stretches, gaps: Vec::new(), speakers }
}

/// Returns the number of a recording.
pub(crate) fn number(id: RecordingId) -> u32 {
    u32::from_be_bytes(id.as_bytes()[12..].try_into().expect("four bytes"))
}

/// Returns the day on which a recording was made.
pub(crate) fn date(number: u32) -> String {
    format!("{}-{:02}-{:02}", 1990 + number % 33, 1 + number % 12, 1 + number % 28)
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
