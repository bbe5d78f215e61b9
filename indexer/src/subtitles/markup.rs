//! Markup is what stands between the words of a cue: tags, character references and the times of single words.
//!
//! Follows the cue text rules of WebVTT, <https://www.w3.org/TR/webvtt1/#webvtt-cue-text-parsing-rules>, with one
//! difference: what is not a known tag stays text, so that `a < b` and `<inaudible>` are not lost. SubRip files use
//! the same tags, and `{\an8}` from another format.

use super::clock;
use super::cue::Piece;
use crate::recording::Language;

/// The longest tag: longer than any in use.
const MAX_TAG: usize = 1000;

/// The longest character reference, `&CounterClockwiseContourIntegral;`.
const MAX_REFERENCE: usize = 33;

/// Splits a cue's text into pieces, of which each has one speaker, one language and one time.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let mut reader = Reader { pieces: Vec::new(), open: Piece::plain(""), languages: Vec::new(), in_gloss: false };
    let mut rest = text;
    while let Some(at) = rest.find(['<', '&', '{']) {
        reader.text(&rest[..at]);
        rest = &rest[at..];
        let length = reader.markup(rest).unwrap_or_else(|| {
            reader.text(&rest[..1]);
            1
        });
        rest = &rest[length..];
    }
    reader.text(rest);
    reader.close(None);
    reader.pieces
}

struct Reader {
    pieces: Vec<Piece>,
    open: Piece,
    /// The languages of the `<lang>` tags that are open.
    languages: Vec<Option<Language>>,
    /// Whether a `<rt>` is open: the reading printed above a character, which nobody says a second time.
    in_gloss: bool,
}

impl Reader {
    fn text(&mut self, text: &str) {
        if !self.in_gloss {
            self.open.text.push_str(text);
        }
    }

    /// Ends the open piece, at a time if there is one, and opens another with the same speaker and language.
    fn close(&mut self, time: Option<crate::time::Millis>) {
        let next =
            Piece { start: time, speaker: self.open.speaker.clone(), language: self.open.language, ..Piece::plain("") };
        let mut piece = std::mem::replace(&mut self.open, next);
        if piece.text.is_empty() {
            if time.is_none() {
                self.open.start = piece.start;
            }
        } else {
            piece.end = time;
            self.pieces.push(piece);
        }
    }

    /// Reads the markup at the start of a text and returns its length; `None` when it is text.
    fn markup(&mut self, text: &str) -> Option<usize> {
        let first = *text.as_bytes().first()?;
        let (opening, closing, longest) = match first {
            b'<' => (1, b'>', MAX_TAG),
            b'&' => (0, b';', MAX_REFERENCE),
            _ if text.starts_with("{\\") => (2, b'}', MAX_TAG),
            _ => return None,
        };
        // Another opening means that this one opens nothing; looking no further keeps a file of `<` quick to read.
        let sign = |&(at, byte): &(usize, u8)| byte == closing || (byte == first && at > 0);
        let (end, _) = text.bytes().enumerate().take(longest).find(sign).filter(|&(_, byte)| byte == closing)?;
        let content = text.get(opening..end)?;
        match closing {
            b'>' => self.tag(content)?,
            b';' => {
                let reference = &text[..=end];
                let meant = html_escape::decode_html_entities(reference);
                if meant == reference {
                    return None;
                }
                self.text(&meant);
            }
            _ => {}
        }
        Some(end + 1)
    }

    fn tag(&mut self, content: &str) -> Option<()> {
        if content.starts_with(|c: char| c.is_ascii_digit()) {
            self.close(Some(clock::read(content)?));
            return Some(());
        }
        let name_end = content.find(|c: char| c == '.' || c.is_whitespace()).unwrap_or(content.len());
        let annotation = content.split_once(char::is_whitespace).map_or("", |(_, annotation)| annotation);
        match content[..name_end].to_ascii_lowercase().trim_end_matches('/') {
            "v" => self.speak(name(annotation)),
            "/v" => self.speak(None),
            "lang" => self.use_language(|languages| languages.push(Language::from_tag(annotation.trim()))),
            "/lang" => self.use_language(|languages| _ = languages.pop()),
            "rt" => self.in_gloss = true,
            "/rt" | "/ruby" => self.in_gloss = false,
            "br" | "p" | "/p" => self.text("\n"),
            "c" | "/c" | "i" | "/i" | "b" | "/b" | "u" | "/u" | "s" | "/s" | "em" | "/em" | "strong" | "/strong"
            | "font" | "/font" | "span" | "/span" | "ruby" => {}
            _ => return None,
        }
        Some(())
    }

    fn speak(&mut self, speaker: Option<String>) {
        self.close(None);
        self.open.speaker = speaker;
    }

    fn use_language(&mut self, change: impl FnOnce(&mut Vec<Option<Language>>)) {
        self.close(None);
        change(&mut self.languages);
        self.open.language = self.languages.last().copied().flatten();
    }
}

/// Returns a speaker's name in the words of a reader: references resolved, single spaces.
fn name(annotation: &str) -> Option<String> {
    let name = html_escape::decode_html_entities(annotation);
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Millis;

    #[test]
    fn tags_and_references_leave_the_text() {
        for (marked, plain) in [
            ("<i>Hello</i> <b.loud>there</b>", "Hello there"),
            ("<c.yellow.bg_blue>classes</c>", "classes"),
            ("<font color=\"#fff\">SRT</font> {\\an8}top", "SRT top"),
            ("AT&amp;T &lt;3&nbsp;&lrm;x&rlm; &#228;&#xE4; &eacute;", "AT&T <3\u{a0}\u{200e}x\u{200f} ää é"),
            ("AT&T; R&D &unknown; &", "AT&T; R&D &unknown; &"),
            ("a < b, c > d, <3 and <inaudible>", "a < b, c > d, <3 and <inaudible>"),
            ("{not a tag} {\\broken", "{not a tag} {\\broken"),
            ("one<br/>two", "one\ntwo"),
            ("<ruby>漢<rt>かん</rt></ruby>字", "漢字"),
            ("<v Ann unclosed <i>x</i>", "<v Ann unclosed x"),
            ("<>", "<>"),
        ] {
            let text: String = pieces(marked).iter().map(|piece| piece.text.as_str()).collect();
            assert_eq!(text, plain, "{marked:?}");
        }
    }

    #[test]
    fn voices_name_the_speaker() {
        for (marked, speakers) in [
            ("<v Roger Bingham>We are in New York City", vec![Some("Roger Bingham")]),
            ("<v.loud.first Mary>Yes", vec![Some("Mary")]),
            ("<v  Ann   &amp; Bo >Both", vec![Some("Ann & Bo")]),
            ("<v A>one</v> <v B>two", vec![Some("A"), None, Some("B")]),
            ("<v>nobody", vec![None]),
        ] {
            let found = pieces(marked);
            assert_eq!(found.iter().map(|piece| piece.speaker.as_deref()).collect::<Vec<_>>(), speakers, "{marked:?}");
        }
    }

    #[test]
    fn inline_times_part_the_text() {
        let found = pieces("a<00:00:01.000><c> b</c><00:00:02.000><00:03.000> <lang sv>c</lang>");
        let seen: Vec<_> = found.iter().map(|p| (p.text.as_str(), p.start, p.end, p.language)).collect();
        let (one, two, three) = (Millis::new(1000), Millis::new(2000), Millis::new(3000));
        let expected = [
            ("a", None, Some(one), None),
            (" b", Some(one), Some(two), None),
            (" ", Some(three), None, None),
            ("c", None, None, Language::from_tag("sv")),
        ];
        assert_eq!(seen, expected);
    }
}
