//! Sound: from a media file to 16 kHz mono on the presentation clock.
//!
//! A [`Sound`] opens an mp4, mov, webm, mkv, ogg, mp3, flac, wav, aiff, caf or adts file and streams the sound of one of
//! its tracks, mixed or with the two channels side by side ([`Selection`]). Frame `n` of that stream is heard `n / 16` ms
//! after a browser's player shows 0:00, whatever the file does with edit lists, late tracks, gaps or damage, so that a
//! reader may count frames. Memory does not grow with the length.
//!
//! The way of a packet: `container` says what the file is, `movie` and `fragments` read the times of an mp4 that the
//! decoder drops, `decode` gives blocks of sound with the times that the container states, `timeline` turns those into
//! times of the presentation, `clock` places the blocks, `resample` brings them to 16 kHz; `opened` is the way in, and `sound`
//! the whole.
//! Where a machine has it, `ffmpeg` is asked for what is not decoded here.
//! What is decoded, and how exactly, stands in `docs/media.md`.

mod access;
mod boxes;
mod choice;
mod clock;
mod container;
mod convert;
mod decode;
mod error;
mod ffmpeg;
mod foreign;
mod fragments;
mod info;
mod masked;
mod matroska;
mod movie;
mod opened;
mod resample;
mod sound;
mod timeline;
mod wave;

pub use access::conversion;
pub use choice::{NotATrack, Selection, TrackChoice};
pub use error::{MediaError, ShownPath};
pub use ffmpeg::Ffmpeg;
pub use info::{AudioTrack, Damage, MediaInfo};
pub use opened::Options;
pub use sound::{Sound, probe};
