//! Follows a neighbourhood's change sequence: page after page into the store, the cursor with each of them.

use super::normalise;
use crate::clock::Clock;
use crate::domain::{Change, Cursor, MunicipalityId, NeighbourhoodId, PostId};
use crate::pipeline::CycleError;
use crate::platform::{Page, Platform, PlatformError, Poll};
use crate::store::Store;

/// The most pages of one neighbourhood in one cycle, so that a long backlog does not keep the others waiting.
const MAX_PAGES_PER_CYCLE: u32 = 50;

/// A place in a change sequence. The validator is for the page that begins there, and need not survive a restart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// Where the next page begins; none at the very start.
    pub cursor: Option<Cursor>,
    /// Validator of that page, once it was seen.
    pub etag: Option<String>,
}

impl Place {
    /// The place that the store remembers.
    pub fn at(cursor: Option<Cursor>) -> Self {
        Self { cursor, etag: None }
    }

    /// Takes in what the platform answered. `None` when there is nothing to keep.
    pub fn news<T>(&mut self, poll: Poll<T>) -> Option<Page<T>> {
        let Poll::Page(page) = poll else { return None };
        if page.items.is_empty() && page.set_aside.is_empty() && self.cursor.as_ref() == Some(&page.next) {
            self.etag = page.etag;
            return None;
        }
        Some(page)
    }

    /// Moves behind a page that has been kept.
    pub fn advance(&mut self, next: Cursor) {
        *self = Self::at(Some(next));
    }

    /// Begins again when the platform does not know the place any more, as after its own restore. What comes twice
    /// changes nothing. Gives whether there was anything to forget.
    pub fn forget_if_rejected(&mut self, error: &PlatformError) -> bool {
        let rejected = matches!(error, PlatformError::Rejected { status: 400 | 410, .. });
        let forget = rejected && self.cursor.is_some();
        if forget {
            *self = Self::default();
        }
        forget
    }
}

/// Reads what has changed in a neighbourhood, at most [`MAX_PAGES_PER_CYCLE`] pages, and raises its `version` with each
/// page that changed something. Gives whether the sequence goes on behind what was read.
pub async fn poll<P: Platform>(
    platform: &P,
    store: &Store,
    clock: &dyn Clock,
    municipality: &MunicipalityId,
    neighbourhood: &NeighbourhoodId,
    place: &mut Place,
    version: &mut i64,
) -> Result<bool, CycleError> {
    let mut forgotten = false;
    for _ in 0..MAX_PAGES_PER_CYCLE {
        let answer = platform.posts(neighbourhood, place.cursor.as_ref(), place.etag.as_deref()).await;
        if let Err(error) = &answer
            && !forgotten
            && place.forget_if_rejected(error)
        {
            forgotten = true;
            tracing::warn!(%municipality, %neighbourhood, "the platform does not know the cursor of `{neighbourhood}` any more; reading from the start");
            continue;
        }
        let Some(page) = place.news(answer?) else { return Ok(false) };
        let Page { items, set_aside, next, has_more, .. } = page;
        for entry in &set_aside {
            tracing::warn!(%municipality, %neighbourhood, reason = entry.reason, "set aside an entry of `{neighbourhood}`: {}", entry.reason);
        }
        // Of an entry that cannot be read nobody knows whether it is still shared.
        let unreadable =
            set_aside.iter().filter_map(|entry| entry.id.as_deref()).map(|id| Change::Gone(PostId::new(id)));
        let changes: Vec<Change> = items.into_iter().map(normalise::change).chain(unreadable).collect();
        *version = store.save_page(municipality, neighbourhood, &changes, &set_aside, &next, clock.now()).await?;
        tracing::debug!(%municipality, %neighbourhood, stage = "page", "stored a page of `{neighbourhood}`");
        place.advance(next);
        if !has_more {
            return Ok(false);
        }
    }
    Ok(true)
}
