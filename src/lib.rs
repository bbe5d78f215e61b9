//! What a person, a browser or another machine meets of `aloud`: commands, the catalogue, the work, the server.
//!
//! The way from a media file to a hit is the crate `indexer`; this crate decides when it is gone, and keeps what comes.

pub mod config;
pub mod report;
pub mod metadata;
pub mod catalogue;
pub mod library;
pub mod models;
pub mod ffmpeg;
pub mod ingest;
pub mod work;
pub mod view;
pub mod export;
pub mod answer;
pub mod http;
pub mod cli;
