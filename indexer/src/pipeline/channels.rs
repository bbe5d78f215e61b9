//! How a recording's two channels are heard: mixed, or as one person each.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What becomes of two channels; as text `auto`, `mix` or `split`. Sound with one channel is never split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channels {
    /// Each channel is a speaker where two people were recorded on one channel each; otherwise they are mixed.
    #[default]
    Auto,
    /// They are mixed, and nobody is told apart.
    Mix,
    /// Each channel is a speaker, whatever is on it.
    Split,
}

/// A text is none of the three.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("give auto, mix or split")]
pub struct NotChannels;

impl FromStr for Channels {
    type Err = NotChannels;

    fn from_str(text: &str) -> Result<Self, NotChannels> {
        [Self::Auto, Self::Mix, Self::Split].into_iter().find(|it| it.to_string() == text).ok_or(NotChannels)
    }
}

impl fmt::Display for Channels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Mix => "mix",
            Self::Split => "split",
        })
    }
}
