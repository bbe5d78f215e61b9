//! The real program, driven from outside as a person or a browser drives it.

mod architecture;
mod broken_media;
mod damage;
mod folders;
mod faults;
mod kills;
mod librivox;
mod metadata;
mod openapi;
mod resume;
mod search;
mod server;
mod sidecars;
mod speakers;
mod speech;
mod support;
mod transcripts;
mod upkeep;
