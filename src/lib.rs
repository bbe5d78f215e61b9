//! aloud.
