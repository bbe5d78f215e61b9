//! The work: from jobs in the catalogue to words in the index.
//!
//! A [`foreman`] in the program leases jobs out and stores what comes back; a [`supervisor`] keeps a [`worker`] process
//! running, which does everything that can crash: decoding hostile files, and recognition. They speak the [`protocol`]
//! over HTTP, so that workers on other machines can help later.

pub mod protocol;
pub mod folder;
pub mod estimate;
pub mod foreman;
pub mod supervisor;
pub mod worker;
