//! Cells are what stands between the separators of a table (CSV, RFC 4180, read tolerantly).

/// One line of a table; a cell in quotation marks may reach over several of the file's.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Line {
    /// Where it begins, counted from 1.
    pub(super) number: u64,
    /// Whether its last cell begins with a quotation mark that is never closed, and so reaches to the end.
    pub(super) is_open: bool,
    pub(super) cells: Vec<String>,
}

/// Returns the lines of a table, blank ones left out.
pub(super) fn lines(text: &str, separator: char) -> Vec<Line> {
    let mut lines = Vec::new();
    let (mut line, mut cell) = (Line { number: 1, ..Line::default() }, String::new());
    let (mut number, mut is_quoted) = (1, false);
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        // However lines end, they are counted once.
        let ends_line = sign == '\n' || sign == '\r' && signs.peek() != Some(&'\n');
        number += u64::from(ends_line);
        match sign {
            '"' if is_quoted && signs.next_if_eq(&'"').is_some() => cell.push('"'),
            '"' if is_quoted => is_quoted = false,
            '"' if cell.is_empty() => is_quoted = true,
            _ if is_quoted => cell.push(sign),
            _ if sign == separator => line.cells.push(std::mem::take(&mut cell)),
            _ if ends_line => {
                line.cells.push(std::mem::take(&mut cell));
                let whole = std::mem::replace(&mut line, Line { number, ..Line::default() });
                lines.extend((whole.cells != [""]).then_some(whole));
            }
            '\r' => {}
            _ => cell.push(sign),
        }
    }
    line.cells.push(cell);
    line.is_open = is_quoted;
    lines.extend((line.cells != [""]).then_some(line));
    lines
}

/// Writes a line; what would be read as something else stands in quotation marks.
pub(super) fn write<'a>(text: &mut String, cells: impl IntoIterator<Item = &'a str>) {
    for (place, cell) in cells.into_iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        if cell.contains(['"', ',', ';', '\t', '\n', '\r']) {
            text.extend(["\"", &cell.replace('"', "\"\""), "\""]);
        } else {
            text.push_str(cell);
        }
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_read_and_written() {
        for (text, expected) in [
            ("a;b\n\nc;d", &[(1, &["a", "b"][..]), (3, &["c", "d"])][..]),
            ("a;\"b;\"\"c\"\"\r\n2\"\r\nd\r\n", &[(1, &["a", "b;\"c\"\r\n2"]), (3, &["d"])]),
            ("a\rb", &[(1, &["a"]), (2, &["b"])]),
            (";\n", &[(1, &["", ""])]),
            ("a\"b;\"c\"d\n", &[(1, &["a\"b", "cd"])]),
            ("\"a;b\nc", &[(1, &["a;b\nc"])]),
            ("", &[]),
        ] {
            let lines = lines(text, ';');
            let shown: Vec<(u64, Vec<&str>)> =
                lines.iter().map(|line| (line.number, line.cells.iter().map(String::as_str).collect())).collect();
            let expected: Vec<_> = expected.iter().map(|&(number, cells)| (number, cells.to_vec())).collect();
            assert_eq!(shown, expected, "{text:?}");
            assert_eq!(lines.last().is_some_and(|line| line.is_open), text.starts_with('"'), "{text:?}");
            let mut written = String::new();
            for (_, cells) in &shown {
                write(&mut written, cells.iter().copied());
            }
            let again: Vec<_> = super::lines(&written, ',').into_iter().map(|line| line.cells).collect();
            assert_eq!(again, lines.into_iter().map(|line| line.cells).collect::<Vec<_>>(), "{written:?}");
        }
    }
}
