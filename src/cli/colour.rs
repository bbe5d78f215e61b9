//! Colour in the terminal, as ANSI escapes (ECMA-48).

/// Returns a text that stands out.
pub(super) fn bold(text: &str, colour: bool) -> String {
    if colour { format!("\x1b[1m{text}\x1b[0m") } else { text.to_owned() }
}

/// Returns a found word: bold and yellow, or in brackets where there is no colour.
pub(super) fn mark(text: &str, colour: bool) -> String {
    if colour { format!("\x1b[1;33m{text}\x1b[0m") } else { format!("[{text}]") }
}

/// Returns a text that stands back.
pub(super) fn dim(text: &str, colour: bool) -> String {
    if colour { format!("\x1b[2m{text}\x1b[0m") } else { text.to_owned() }
}

/// Returns a text without control characters, which could write anywhere on the screen.
pub(super) fn safe(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
