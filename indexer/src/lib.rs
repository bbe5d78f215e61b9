//! From a media file to a hit: a synchronous, silent library.
//!
//! The modules are declared in the order in which a recording meets them, and each uses only those above it.
//! A media file is decoded on the presentation clock ([`audio`]), speech becomes words ([`transcribe`], or
//! [`subtitles`] when somebody already wrote them down), words become a [`transcript`], the transcript is cut into
//! [`passage`]s and its words into [`term`]s, and a [`query`] finds them again ([`search`]).
//!
//! This crate has no async runtime, prints nothing, reads no environment and knows neither URLs nor SQL.

pub mod time;
pub mod cancel;
pub mod recording;
pub mod transcript;
pub mod audio;
pub mod term;
pub mod models;
pub mod transcribe;
pub mod subtitles;
pub mod pipeline;
pub mod passage;
pub mod query;
pub mod search;
