//! Patterns say which names in a folder count: `*.mp4`, `drafts`, `2021/**/final*`.
//!
//! A pattern without a slash is compared with every name on the way from the folder to the file, one with a slash with
//! the whole way. `*` and `?` stand for anything but a slash, `**` for any folders. Small and large letters are equal.

use std::path::Path;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// What is let in of a folder, and what is left out; by default everything is let in.
#[derive(Debug, Clone, Default)]
pub struct Patterns {
    include: Option<Set>,
    exclude: Set,
}

#[derive(Debug, Clone, Default)]
struct Set {
    /// Compared with single names.
    names: GlobSet,
    /// Compared with the way from the folder.
    ways: GlobSet,
}

/// Why a pattern means nothing.
#[derive(Debug, thiserror::Error)]
#[error("the pattern {pattern:?} cannot be understood: {problem}")]
pub struct PatternError {
    pattern: String,
    problem: String,
}

impl Patterns {
    /// Reads patterns.
    ///
    /// # Errors
    /// When one means nothing.
    pub fn new(include: &[String], exclude: &[String]) -> Result<Self, PatternError> {
        let include = if include.is_empty() { None } else { Some(Set::new(include)?) };
        Ok(Self { include, exclude: Set::new(exclude)? })
    }

    /// Returns whether a folder on the way is left out with all that is in it; `way` begins at the watched folder.
    #[must_use]
    pub fn leave_out(&self, way: &Path) -> bool {
        self.exclude.matches(way)
    }

    /// Returns whether a file counts; `way` begins at the watched folder.
    #[must_use]
    pub fn let_in(&self, way: &Path) -> bool {
        let included = self.include.as_ref().is_none_or(|include| include.matches(way));
        included && !way.ancestors().any(|part| self.exclude.matches(part))
    }
}

impl Set {
    fn new(patterns: &[String]) -> Result<Self, PatternError> {
        let (mut names, mut ways) = (GlobSetBuilder::new(), GlobSetBuilder::new());
        let wrong = |pattern: &str, error: &globset::Error| PatternError {
            pattern: pattern.to_owned(),
            problem: error.kind().to_string(),
        };
        for pattern in patterns {
            let bare = pattern.trim_start_matches("./").trim_end_matches('/');
            if bare.is_empty() {
                return Err(PatternError { pattern: pattern.clone(), problem: "it is empty".into() });
            }
            let glob = GlobBuilder::new(bare.trim_start_matches('/'))
                .case_insensitive(true)
                .literal_separator(true)
                .build()
                .map_err(|error| wrong(pattern, &error))?;
            if bare.contains('/') {
                ways.add(glob)
            } else {
                names.add(glob)
            };
        }
        let build = |set: GlobSetBuilder| set.build().map_err(|error| wrong(&patterns.join(" "), &error));
        Ok(Self { names: build(names)?, ways: build(ways)? })
    }

    fn matches(&self, way: &Path) -> bool {
        self.ways.is_match(way) || way.iter().any(|name| self.names.is_match(Path::new(name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(include: &[&str], exclude: &[&str], way: &str) -> bool {
        let owned = |patterns: &[&str]| patterns.iter().map(|&pattern| pattern.to_owned()).collect::<Vec<_>>();
        Patterns::new(&owned(include), &owned(exclude)).expect("patterns").let_in(Path::new(way))
    }

    #[test]
    fn names_and_ways_are_let_in_and_left_out() {
        for (include, exclude, way, expected) in [
            (&[][..], &[][..], "a/b.mp4", true),
            (&["*.mp4"], &[], "a/B.MP4", true),
            (&["*.mp4"], &[], "a/b.mov", false),
            (&["*.mp4", "*.mov"], &["b.*"], "a/b.mov", false),
            (&["2021/**"], &[], "2021/may/talk.mp4", true),
            (&["2021/**"], &[], "2022/2021/talk.mp4", false),
            (&["2021"], &[], "2022/2021/talk.mp4", true),
            (&[], &["drafts"], "a/Drafts/b/c.mp4", false),
            (&[], &["drafts/"], "drafts.mp4", true),
            (&[], &["a/*.mp4"], "a/b/c.mp4", true),
            (&[], &["a/*.mp4"], "a/c.mp4", false),
            (&[], &["/a/b"], "a/b/c/d.mp4", false),
        ] {
            assert_eq!(check(include, exclude, way), expected, "{include:?} {exclude:?} {way}");
        }
    }

    #[test]
    fn what_means_nothing_is_named() {
        for pattern in ["[a", "{a", "", "/"] {
            let error = Patterns::new(&[], &[pattern.to_owned()]).expect_err(pattern).to_string();
            assert!(error.contains(&format!("{pattern:?}")), "{error}");
        }
    }
}
