//! A date is a year, a month or a day: `2021`, `2021-05` or `2021-05-31` (ISO 8601).

/// Reads a date as people and programs write it, the year first; a time of day behind it is passed over. `None` for
/// what is no date.
pub(super) fn read(text: &str) -> Option<String> {
    let text = text.trim();
    let day = match text.split_once(['T', ' ']) {
        Some((day, time)) if time.trim_start().starts_with(|c: char| c.is_ascii_digit()) => day,
        Some(_) => return None,
        None => text,
    };
    let digits = |part: &str| (!part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())).then_some(());
    let mut parts: Vec<&str> = day.split(['-', '/', '.', ':']).collect();
    if let [whole] = parts[..]
        && whole.len() == 8
        && whole.is_ascii()
    {
        parts = vec![&whole[..4], &whole[4..6], &whole[6..]];
    }
    parts.iter().try_for_each(|part| digits(part))?;
    let (year, rest) = parts.split_first()?;
    if year.len() != 4 || rest.len() > 2 || rest.iter().any(|part| part.len() > 2) {
        return None;
    }
    let numbers: Vec<i8> = rest.iter().map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let (month, day) = (numbers.first().copied().unwrap_or(1), numbers.get(1).copied().unwrap_or(1));
    let date = jiff::civil::Date::new(year.parse().ok()?, month, day).ok()?;
    let whole = date.to_string();
    // Four digits of the year, three more for the month, three for the day.
    Some(whole[..4 + 3 * numbers.len()].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_begin_with_the_year() {
        for (text, expected) in [
            ("2021", Some("2021")),
            (" 2021-5 ", Some("2021-05")),
            ("2021-05-31", Some("2021-05-31")),
            ("2021/05/31", Some("2021-05-31")),
            ("2021.5.3", Some("2021-05-03")),
            ("20210531", Some("2021-05-31")),
            ("2021-05-31T09:12:00Z", Some("2021-05-31")),
            ("2021:05:31 09:12:00", Some("2021-05-31")),
            ("2021-02-30", None),
            ("2021-13", None),
            ("2021-00-00", None),
            ("31.05.2021", None),
            ("May 2021", None),
            ("2021 or later", None),
            ("2021-", None),
            ("2021-05-31-1", None),
            ("٢٠٢١", None),
            ("", None),
        ] {
            assert_eq!(read(text).as_deref(), expected, "{text:?}");
        }
    }
}
