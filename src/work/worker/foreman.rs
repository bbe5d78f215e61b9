//! The program that started this worker, as it is spoken to.

use std::io::{self, Read};
use std::time::Duration;

use crate::work::protocol::{LeaseAnswer, LeaseId, LeaseRequest};

/// How long one request may take; storing a long transcript on a slow disk is the slowest.
const REQUEST: Duration = Duration::from_secs(120);

/// The program that started this worker, as it is spoken to.
#[derive(Debug, Clone)]
pub(super) struct Foreman {
    agent: ureq::Agent,
    address: String,
    authorization: String,
}

impl Foreman {
    pub(super) fn new(address: &str, token: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(REQUEST))
            // The program is on this machine, whatever proxy the user has.
            .proxy(None)
            .http_status_as_error(false)
            .build();
        Self { agent: config.into(), address: address.to_owned(), authorization: format!("Bearer {token}") }
    }

    pub(super) fn post(
        &self,
        path: &str,
        body: &impl serde::Serialize,
    ) -> io::Result<ureq::http::Response<ureq::Body>> {
        self.agent
            .post(format!("{}/work/v1/{path}", self.address))
            .header("authorization", &self.authorization)
            .send_json(body)
            .map_err(io::Error::other)
    }

    pub(super) fn lease(&self, worker: u64) -> io::Result<LeaseAnswer> {
        let mut answer = self.post("lease", &LeaseRequest { worker })?;
        if !answer.status().is_success() {
            return Err(io::Error::other(format!("no work was given: {}", answer.status())));
        }
        answer.body_mut().read_json().map_err(io::Error::other)
    }

    pub(super) fn sound(&self, lease: LeaseId) -> io::Result<Vec<i16>> {
        let answer = self
            .agent
            .get(format!("{}/work/v1/sound/{lease}", self.address))
            .header("authorization", &self.authorization)
            .call()
            .map_err(io::Error::other)?;
        if !answer.status().is_success() {
            return Err(io::Error::other(format!("the sound was not given: {}", answer.status())));
        }
        let mut bytes = Vec::new();
        answer.into_body().into_reader().read_to_end(&mut bytes)?;
        Ok(bytes.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect())
    }
}
