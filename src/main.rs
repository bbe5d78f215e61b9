//! aloud.
fn main(){}
