//! What was found out about patterns, kept: the environments of a spec ask the same again and again,
//! and so do the specs of one fleet.

use std::collections::BTreeMap;
use std::sync::Mutex;

/// The most answers of one kind that are kept; beyond them each is computed anew.
const KEPT: usize = 512;

/// Answers by question.
#[derive(Debug)]
pub(super) struct Memory<K, V>(Mutex<BTreeMap<K, V>>);

impl<K: Ord, V: Clone> Memory<K, V> {
    pub(super) const fn new() -> Memory<K, V> {
        Memory(Mutex::new(BTreeMap::new()))
    }

    /// The answer, computed if it is not known. What `is_small` refuses is not kept.
    pub(super) fn get(
        &self,
        question: K,
        compute: impl FnOnce() -> V,
        is_small: impl FnOnce(&V) -> bool,
    ) -> V {
        let known = self.0.lock().ok();
        if let Some(answer) = known.and_then(|known| known.get(&question).cloned()) {
            return answer;
        }
        let answer = compute();
        if is_small(&answer)
            && let Ok(mut known) = self.0.lock()
            && known.len() < KEPT
        {
            known.insert(question, answer.clone());
        }
        answer
    }
}
