//! A clock time is how subtitle files write a point in time: `00:01:23.250`, `01:23,250`.

use crate::time::Millis;

/// Reads `[hours:]minutes:seconds[.fraction]`; the fraction follows a dot, a comma or (as some tools write) a colon.
///
/// Spaces are ignored, a time before 0 becomes 0. `None` for anything else, and beyond [`Millis::MAX`].
pub(super) fn read(text: &str) -> Option<Millis> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let (text, negative) = text.strip_prefix('-').map_or((text.as_str(), false), |rest| (rest, true));
    let mut parts: Vec<&str> = text.split([':', '.', ',']).collect();
    let colons = text.matches(':').count();
    let has_point = text.rfind(['.', ',']) > text.rfind(':');
    let fraction = match (colons, parts.len()) {
        (1, 3) | (2, 4) if has_point => millis(parts.pop()?)?,
        (3, 4) => millis(parts.pop()?)?,
        (1, 2) | (2, 3) => 0,
        _ => return None,
    };
    let mut seconds = 0_u64;
    for part in parts {
        seconds = seconds * 60 + number(part)?;
    }
    let time = u32::try_from(seconds.checked_mul(1000)?.checked_add(fraction)?).ok()?;
    Some(if negative { Millis::ZERO } else { Millis::new(time) })
}

/// Makes a time of a number of milliseconds that a file gives: before 0 becomes 0, too late the latest.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` stops at 0 and at the largest time")]
pub(super) fn from_millis(millis: f64) -> Millis {
    Millis::new(millis.round() as u32)
}

/// Reads at most nine digits, so that nothing that is made of them can overflow.
fn number(digits: &str) -> Option<u64> {
    let plain = matches!(digits.len(), 1..=9) && digits.bytes().all(|digit| digit.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

/// Reads the digits after the point as milliseconds, leaving out what is finer.
fn millis(fraction: &str) -> Option<u64> {
    number(fraction)?;
    number(&format!("{fraction:0<3}")[..3])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_however_they_are_written() {
        for (text, millis) in [
            ("00:00:01.000", 1000),
            ("00:01.000", 1000),
            ("01:02:03,004", 3_723_004),
            ("1:2:3.4", 3_723_400),
            ("100:00:00.000", 360_000_000),
            ("00:00:01:500", 1500),
            ("00:00:01", 1000),
            ("0:01", 1000),
            ("00: 00:01, 500", 1500),
            ("00:00:01.1234567", 1123),
            ("-00:00:01,000", 0),
            ("1193:02:47.295", u32::MAX),
        ] {
            assert_eq!(read(text), Some(Millis::new(millis)), "{text:?}");
        }
        for wrong in [
            "",
            "1",
            "1.5",
            ":",
            "::",
            "00:00:01.",
            "a:b",
            "00:00:00:01.5",
            "1193:02:47.296",
            "99999999999:00",
            "٠:٠١",
            "1.5:0",
        ] {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
    }
}
