//! A neighbourhood's posts in the order in which they last changed.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::model::Post;

/// A page of something that is ordered by sequence numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The entries, ascending.
    pub items: Vec<T>,
    /// Sequence number after which the next page begins.
    pub next_after: u64,
    /// Whether there is more already.
    pub has_more: bool,
}

impl<T> Page<T> {
    /// A page of an empty list.
    pub fn empty() -> Self {
        Self { items: Vec::new(), next_after: 0, has_more: false }
    }
}

/// Each post at the sequence number of its latest change: a change moves the post to the end, so a reader who
/// remembers a number misses nothing and reads only the latest state.
#[derive(Debug, Default)]
pub struct Feed {
    changes: BTreeMap<u64, Arc<Post>>,
    last_sequence: u64,
}

impl Feed {
    /// Number of the latest change; zero before the first.
    pub fn last_sequence(&self) -> u64 {
        self.last_sequence
    }

    /// Puts `post` at the end, removing it from `previous`, and returns its new number.
    pub fn record(&mut self, previous: Option<u64>, post: Arc<Post>) -> u64 {
        if let Some(previous) = previous {
            self.changes.remove(&previous);
        }
        self.last_sequence += 1;
        self.changes.insert(self.last_sequence, post);
        self.last_sequence
    }

    /// The post whose latest change has that number.
    pub fn at(&self, sequence: u64) -> Option<&Arc<Post>> {
        self.changes.get(&sequence)
    }

    /// At most `limit` changes after `after`.
    pub fn page(&self, after: u64, limit: usize) -> Page<Arc<Post>> {
        let mut later = self.changes.range(after.saturating_add(1)..);
        let mut next_after = after;
        let items = later
            .by_ref()
            .take(limit)
            .map(|(sequence, post)| {
                next_after = *sequence;
                Arc::clone(post)
            })
            .collect();
        Page { items, next_after, has_more: later.next().is_some() }
    }

    /// The latest `limit` changes, newest first.
    pub fn newest(&self, limit: usize) -> Vec<Arc<Post>> {
        self.changes.values().rev().take(limit).cloned().collect()
    }
}

/// At most `limit` entries of an append-only list, whose sequence numbers are its positions counted from one.
pub fn page_of<T: Clone>(all: &[T], after: u64, limit: usize) -> Page<T> {
    let start = usize::try_from(after).unwrap_or(usize::MAX).min(all.len());
    let end = start.saturating_add(limit).min(all.len());
    Page { items: all[start..end].to_vec(), next_after: end as u64, has_more: end < all.len() }
}
