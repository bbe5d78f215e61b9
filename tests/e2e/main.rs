//! Tests of the whole: the real program from outside, and the house that it is built in.

mod architecture;
