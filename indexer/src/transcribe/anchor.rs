//! An anchor is a token whose time the model names; the tokens between two anchors share the time between them.
//!
//! While Whisper writes, it also says at every token which time it would note there if it had to. Where it is sure
//! enough, that is the token's start (the same source as whisper.cpp's token times, whose refinement by energy looks
//! at the wrong sound from the second sentence of a window on and is therefore not used).

/// One token of a sentence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mark {
    /// When the model says that it starts, in centiseconds, if it says so.
    pub start: Option<i64>,
    /// How long it takes to say, in letters ([`weight`]).
    pub weight: f32,
}

/// Returns how long some bytes of text take to say, in letters.
///
/// Figures are read as words and marks are pauses; the rates are those of whisper.cpp's `voice_length`.
#[must_use]
pub fn weight(bytes: &[u8]) -> f32 {
    let each = |byte: &u8| match byte {
        b' ' => 0.01,
        b',' => 2.0,
        b'.' | b'!' | b'?' | b'0'..=b'9' => 3.0,
        // The bytes of one letter outside ASCII count once.
        0x80..=0xbf => 0.0,
        _ => 1.0,
    };
    bytes.iter().map(each).sum()
}

/// Returns start and end of every token of a sentence that lasts from `start` to `end`, in centiseconds.
///
/// The first token starts with the sentence; anchors that go back or lie outside are not believed.
#[must_use]
pub fn spread(marks: &[Mark], start: i64, end: i64) -> Vec<(i64, i64)> {
    let end = end.max(start);
    let mut anchors = vec![(0, start)];
    for (number, mark) in marks.iter().enumerate().skip(1) {
        let last = anchors[anchors.len() - 1].1;
        anchors.extend(mark.start.filter(|&time| time > last && time < end).map(|time| (number, time)));
    }
    anchors.push((marks.len(), end));
    let mut times = Vec::with_capacity(marks.len());
    for pair in anchors.windows(2) {
        let [(first, from), (next, to)] = [pair[0], pair[1]];
        let sum: f32 = marks[first..next].iter().map(|mark| mark.weight).sum();
        let (mut said, mut begin) = (0.0, from);
        for (number, mark) in (first..next).zip(&marks[first..next]) {
            said += mark.weight;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_precision_loss,
                reason = "centiseconds in a window"
            )]
            let part = ((to - from) as f32 * said / sum.max(f32::MIN_POSITIVE)) as i64;
            let until = if number + 1 == next { to } else { (from + part).clamp(begin, to) };
            times.push((begin, until));
            begin = until;
        }
    }
    times
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Times = &'static [(i64, i64)];

    #[test]
    fn tokens_share_the_time_between_anchors() {
        let mark = |start, weight| Mark { start, weight };
        let rows: [(&[Mark], Times); 5] = [
            (&[], &[]),
            (&[mark(None, 1.0)], &[(100, 200)]),
            (&[mark(None, 1.0), mark(None, 3.0)], &[(100, 125), (125, 200)]),
            (&[mark(None, 1.0), mark(Some(180), 3.0)], &[(100, 180), (180, 200)]),
            (&[mark(Some(150), 1.0), mark(Some(90), 1.0), mark(Some(900), 2.0)], &[(100, 125), (125, 150), (150, 200)]),
        ];
        for (marks, expected) in rows {
            assert_eq!(spread(marks, 100, 200), expected, "{marks:?}");
        }
    }

    #[test]
    fn a_letter_weighs_one_in_any_script() {
        for (text, expected) in [(" abc", 3.01), ("åäö", 3.0), ("12", 6.0), ("再见", 2.0), ("", 0.0)] {
            assert!((weight(text.as_bytes()) - expected).abs() < 0.001, "{text}");
        }
    }

    proptest! {
        #[test]
        fn times_are_in_order_and_inside(
            marks in prop::collection::vec((prop::option::of(-50_i64..400), 0.0_f32..9.0), 0..40),
            start in 0_i64..200, length in -5_i64..200,
        ) {
            let marks: Vec<_> = marks.into_iter().map(|(start, weight)| Mark { start, weight }).collect();
            let times = spread(&marks, start, start + length);
            prop_assert_eq!(times.len(), marks.len());
            prop_assert!(times.iter().all(|&(from, to)| start <= from && from <= to && to <= start + length.max(0)));
            prop_assert!(times.windows(2).all(|pair| pair[0].1 == pair[1].0));
        }
    }
}
