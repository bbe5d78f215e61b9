//! The order in which new recordings are transcribed.

use serde::{Deserialize, Serialize};

use super::identity::FoundFile;

/// Which of several new recordings comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// The file that was changed last.
    #[default]
    Newest,
    /// The file that was changed longest ago.
    Oldest,
    /// By path.
    Name,
    /// The file with the fewest bytes.
    Smallest,
}

impl Order {
    /// Puts files into this order.
    pub fn sort(self, files: &mut [FoundFile]) {
        match self {
            Self::Newest => files.sort_by(|a, b| b.stamp.mtime_ns.cmp(&a.stamp.mtime_ns).then(a.path.cmp(&b.path))),
            Self::Oldest => files.sort_by(|a, b| a.stamp.mtime_ns.cmp(&b.stamp.mtime_ns).then(a.path.cmp(&b.path))),
            Self::Name => files.sort_by(|a, b| a.path.cmp(&b.path)),
            Self::Smallest => files.sort_by(|a, b| a.stamp.size.cmp(&b.stamp.size).then(a.path.cmp(&b.path))),
        }
    }

    /// Returns the place of a file's job among those of other scans, the lowest first. What came newest comes before all
    /// that is older and waits already; in the other orders a scan's files come after those of earlier scans.
    #[must_use]
    pub fn place(self, file: &FoundFile) -> i64 {
        if self == Self::Newest { (file.stamp.mtime_ns / 1_000_000).saturating_neg() } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::files::Stamp;

    #[test]
    fn files_come_in_the_order_that_was_asked_for() {
        let file =
            |path: &str, size, mtime_ns| FoundFile { path: path.into(), stamp: Stamp { size, mtime_ns, inode: 0 } };
        for (order, expected) in [
            (Order::Newest, ["b", "a", "c"]),
            (Order::Oldest, ["a", "c", "b"]),
            (Order::Name, ["a", "b", "c"]),
            (Order::Smallest, ["c", "a", "b"]),
        ] {
            let mut files = [file("a", 2, 1), file("b", 3, 2_000_000), file("c", 1, 1)];
            order.sort(&mut files);
            assert_eq!(files.each_ref().map(|file| file.path.to_str().expect("UTF-8")), expected, "{order:?}");
            let places: Vec<_> = files.iter().map(|file| order.place(file)).collect();
            assert!(places.is_sorted(), "{order:?}: {places:?}");
        }
    }
}
