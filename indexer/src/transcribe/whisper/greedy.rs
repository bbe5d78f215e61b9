//! The greedy search: always the likeliest next token. The same sound gives the same words.

use super::Model;
use super::ear::Ear;
use super::path::{Bounds, Path};
use super::rules;
use super::vocabulary::TokenId;
use crate::cancel::Cancel;
use crate::transcribe::RecognitionError;

/// A text that must be kept from repeating itself so often has nothing to say.
const PATIENCE: usize = 3;

/// The way through what an ear has heard.
pub(super) struct Walk<'a> {
    pub(super) ear: &'a mut Ear,
    pub(super) model: &'a Model,
    pub(super) bounds: Bounds,
    pub(super) cancel: &'a Cancel,
}

impl Walk<'_> {
    /// Goes on with the likeliest tokens until the text ends or repeats itself.
    pub(super) fn follow(&mut self, path: &mut Path) -> Result<(), RecognitionError> {
        while self.step(path, &[])? {
            if path.before_loop().is_some() {
                break;
            }
        }
        Ok(())
    }

    /// Goes on without ever repeating a run of words too often.
    pub(super) fn follow_without_loops(&mut self, path: &mut Path) -> Result<(), RecognitionError> {
        let mut patience = PATIENCE;
        loop {
            let barred = path.barred();
            if !barred.is_empty() {
                patience -= 1;
            }
            if patience == 0 || !self.step(path, &barred)? {
                return Ok(());
            }
        }
    }

    /// Adds the likeliest token that is not barred; returns `false` when the text has ended.
    pub(super) fn step(&mut self, path: &mut Path, barred: &[TokenId]) -> Result<bool, RecognitionError> {
        if self.cancel.is_cancelled() {
            return Err(RecognitionError::Cancelled);
        }
        if self.bounds.are_reached_by(path) {
            return Ok(false);
        }
        let logits = self.ear.after(path.tokens())?;
        let choice = rules::choose(logits, path.written(), self.bounds.latest, barred, &self.model.vocabulary);
        if choice.id == self.model.vocabulary.end {
            return Ok(false);
        }
        path.push(choice);
        Ok(true)
    }
}
