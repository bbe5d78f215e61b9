//! The vocabulary is the list of byte strings that a model's text tokens stand for.
//!
//! Published vocabularies write each byte as one printable character, after `bytes_to_unicode` in GPT-2's
//! `encoder.py`: printable Latin-1 stands for itself, the other 68 bytes, in order, for U+0100 and what follows.

/// The token after the last that stands for text.
const END_OF_TEXT: &str = "<|endoftext|>";

/// Why a vocabulary cannot be used, as the end of "… is damaged: …".
type Reason = String;

/// Returns the bytes of the text tokens, which must be `expected` in number: the ids after them are fixed by it.
pub(super) fn text_tokens<'a>(
    tokens: impl IntoIterator<Item = &'a str>,
    expected: u32,
) -> Result<Vec<Vec<u8>>, Reason> {
    let mut text = Vec::new();
    for token in tokens {
        if token == END_OF_TEXT {
            return match text.len() {
                count if count == expected as usize => Ok(text),
                count => Err(format!("{END_OF_TEXT} follows {count} tokens where {expected} belong")),
            };
        }
        let bytes =
            bytes_of(token).ok_or_else(|| format!("token {} is not written in GPT-2's alphabet", text.len()))?;
        text.push(bytes);
    }
    Err(format!("it has no token {END_OF_TEXT}"))
}

fn bytes_of(token: &str) -> Option<Vec<u8>> {
    token.chars().map(byte_of).collect()
}

fn byte_of(character: char) -> Option<u8> {
    let code = u32::from(character);
    let byte = match code {
        0x21..=0x7e | 0xa1..=0xac | 0xae..=0xff => code,
        0x100..=0x120 => code - 0x100,
        0x121..=0x142 => code - 0x121 + 0x7f,
        0x143 => 0xad,
        _ => return None,
    };
    u8::try_from(byte).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_byte_has_one_character() {
        let bytes: HashSet<u8> = ('\0'..='\u{200}').filter_map(byte_of).collect();
        assert_eq!(bytes.len(), 256);
        assert_eq!(('\0'..=char::MAX).filter(|&it| byte_of(it).is_some()).count(), 256);
    }

    #[test]
    fn tokens_are_turned_back_into_bytes() {
        for (token, text) in [("Ġthe", " the"), ("Ċ", "\n"), ("Ã¤", "ä"), ("", ""), ("!", "!"), ("åĽ", "\u{56fd}")]
        {
            assert!(text.as_bytes().starts_with(&bytes_of(token).expect("the alphabet")), "{token}");
        }
        assert_eq!(bytes_of("Ã¤"), Some("ä".as_bytes().to_vec()));
    }

    #[test]
    fn a_vocabulary_that_does_not_fit_is_refused() {
        let check = |tokens: &[&str]| text_tokens(tokens.iter().copied(), 2);
        assert_eq!(check(&["a", "Ġb", END_OF_TEXT, "<|sv|>"]), Ok(vec![b"a".to_vec(), b" b".to_vec()]));
        assert_eq!(check(&["a", END_OF_TEXT]), Err("<|endoftext|> follows 1 tokens where 2 belong".into()));
        assert_eq!(check(&["a", "b"]), Err("it has no token <|endoftext|>".into()));
        assert_eq!(check(&["a", "b c"]), Err("token 1 is not written in GPT-2's alphabet".into()));
    }
}
