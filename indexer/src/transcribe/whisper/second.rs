//! A second thought about a text: where another word was nearly as likely, that word is followed for a while, and the
//! more probable of both ways stays. It costs a few tokens a place, where a beam writes every token several times.

use super::greedy::Walk;
use super::path::Path;
use super::rules::Choice;
use super::vocabulary::TokenId;
use crate::transcribe::RecognitionError;

/// A word is a rival from this share of the chosen word's probability on.
const RIVAL: f32 = 0.4;

/// So many rivals are followed in one text, the likeliest first.
const RIVALS: usize = 8;

/// A rival's way is followed for so many tokens at most.
const FAR: usize = 14;

/// Ways that have so many tokens in a row in common have met.
const MEETING: usize = 3;

/// Where ways meet, one may be at most so many tokens longer: nobody skips a line.
const NEAR: usize = 4;

/// Thinks a text over.
pub(super) fn thoughts(walk: &mut Walk<'_>, mut path: Path) -> Result<Path, RecognitionError> {
    if let Some(place) = path.before_loop() {
        let again = path.written()[place];
        path = path.up_to(place);
        if walk.step(&mut path, &[again])? {
            walk.follow_without_loops(&mut path)?;
        }
    } else if !path.has_words() {
        path = path.up_to(path.written().len().min(1));
        let end = walk.model.vocabulary.end;
        if walk.step(&mut path, &[end])? {
            walk.follow(&mut path)?;
        }
    }
    // From the last place to the first: what stands before a place is what the decoder remembers.
    for place in rivals(path.choices()) {
        path = better(walk, path, place)?;
    }
    Ok(path)
}

/// Returns the places where another word was nearly as likely, the last first.
fn rivals(choices: &[Choice]) -> Vec<usize> {
    let rival = |(place, choice): (usize, &Choice)| {
        let share = choice.rival?.1 / choice.probability;
        (share >= RIVAL).then_some((place, share))
    };
    let mut rivals: Vec<(usize, f32)> = choices.iter().enumerate().filter_map(rival).collect();
    rivals.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    rivals.truncate(RIVALS);
    let mut places: Vec<usize> = rivals.into_iter().map(|it| it.0).collect();
    places.sort_unstable_by(|a, b| b.cmp(a));
    places
}

/// Follows the rival at a place until it meets the path, and returns the better of the two.
fn better(walk: &mut Walk<'_>, path: Path, place: usize) -> Result<Path, RecognitionError> {
    let Some(choice) = path.choices().get(place).copied() else { return Ok(path) };
    let Some((id, probability)) = choice.rival else { return Ok(path) };
    let mut other = path.up_to(place);
    other.push(Choice { id, probability, time: choice.time, rival: None });
    for _ in 0..FAR {
        let meeting = if walk.step(&mut other, &[])? {
            meets(&other, &path, place, walk.model.vocabulary.first_time)
        } else if other.written().len() + NEAR < path.written().len() {
            break;
        } else {
            Some(path.written().len())
        };
        let Some(meeting) = meeting else { continue };
        let ours = path.log_probability(place..meeting);
        let theirs = other.log_probability(place..other.written().len());
        if theirs > ours {
            other.join(&path, meeting);
            return Ok(other);
        }
        break;
    }
    Ok(path)
}

/// Returns how many tokens of `path` lie before the place where `other`, which parted from it at `place`, has met it.
fn meets(other: &Path, path: &Path, place: usize, first_time: TokenId) -> Option<usize> {
    let (new, old) = (other.written(), path.written());
    let tail = new.len().checked_sub(MEETING).filter(|&from| from > place).map(|from| &new[from..])?;
    let same = |a: &TokenId, b: &TokenId| a == b || (*a >= first_time && *b >= first_time);
    let nearest = place.max(new.len().saturating_sub(MEETING + NEAR));
    let meetings = (nearest..=old.len().saturating_sub(MEETING).min(new.len() - MEETING + NEAR))
        .filter(|&from| old[from..from + MEETING].iter().zip(tail).all(|(a, b)| same(a, b)))
        .map(|from| from + MEETING);
    meetings.min_by_key(|&meeting| meeting.abs_diff(new.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(tokens: &[TokenId]) -> Path {
        let mut path = Path::new(&[], 100);
        for &id in tokens {
            path.push(Choice { id, probability: 0.5, time: None, rival: None });
        }
        path
    }

    #[test]
    fn the_likeliest_rivals_are_thought_over_from_the_end() {
        let choice = |rival: f32| Choice { id: 1, probability: 0.5, time: None, rival: Some((2, rival)) };
        assert_eq!(rivals(&[choice(0.4), choice(0.1), choice(0.3), choice(0.49)]), [3, 2, 0]);
        let many: Vec<Choice> = (0..12_u8).map(|place| choice(0.3 + f32::from(place) / 100.0)).collect();
        assert_eq!(rivals(&many), [11, 10, 9, 8, 7, 6, 5, 4]);
        assert!(rivals(&[Choice { rival: None, ..choice(0.0) }]).is_empty());
    }

    #[test]
    fn ways_meet_where_three_tokens_are_the_same() {
        let old = path(&[200, 1, 2, 3, 4, 5, 210, 6, 7, 8]);
        let rows: [(&[TokenId], Option<usize>); 6] = [
            (&[200, 1, 9, 3, 4], None),
            (&[200, 1, 9, 3, 4, 5], Some(6)),
            // With a word more, or one less, or at another time.
            (&[200, 1, 9, 9, 3, 4, 5], Some(6)),
            (&[200, 1, 4, 5, 213, 6], Some(8)),
            (&[200, 1, 9, 9, 9, 5, 215, 6], Some(8)),
            // Not with what they have in common before they part.
            (&[200, 1, 2], None),
        ];
        for (new, expected) in rows {
            assert_eq!(meets(&path(new), &old, 2, 200), expected, "{new:?}");
        }
        // A refrain further on is another place.
        let song: Vec<TokenId> = (1..=20).chain([3, 4, 5, 21]).collect();
        assert_eq!(meets(&path(&[1, 2, 9, 3, 4, 5]), &path(&song), 2, 200), Some(5));
        let song: Vec<TokenId> = [1, 2].into_iter().chain(6..=20).chain([3, 4, 5, 21]).collect();
        assert_eq!(meets(&path(&[1, 2, 9, 3, 4, 5]), &path(&song), 2, 200), None);
    }
}
