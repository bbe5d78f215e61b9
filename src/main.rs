//! aloud.
fn main() {}
