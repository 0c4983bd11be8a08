//! Tells an open page that something changed, so that it can renew itself.

use std::convert::Infallible;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tokio::sync::{OwnedSemaphorePermit, watch};

use super::Site;
use super::visit::Visit;
use crate::playground::world::World;

/// Most pages that are told of changes at a time; others are renewed by hand.
pub(super) const LIVE_PAGES_MAX: usize = 64;

/// Server-sent events: one whenever the state differs from the one that the page last knew, first from `seen`.
pub(super) async fn live(State(site): State<Site>, visit: Visit, Path(neighbourhood): Path<String>) -> Response {
    match Watch::begin(&site, &visit, neighbourhood) {
        Some(watch) => {
            let events = stream::unfold(watch, async |mut watch| {
                let state = watch.next_state().await?;
                Some((Ok::<_, Infallible>(Event::default().data(state.to_string())), watch))
            });
            Sse::new(events).keep_alive(KeepAlive::default()).into_response()
        }
        // Tells the browser not to try again.
        None => StatusCode::NO_CONTENT.into_response(),
    }
}

/// What a page watches.
enum Watched {
    Feed(String),
    Inbox(String),
}

struct Watch {
    world: World,
    watched: Watched,
    seen: u64,
    changes: watch::Receiver<u64>,
    closing: watch::Receiver<bool>,
    _place: OwnedSemaphorePermit,
}

impl Watch {
    fn begin(site: &Site, visit: &Visit, neighbourhood: String) -> Option<Self> {
        let place = site.live.clone().try_acquire_owned().ok()?;
        let seen = visit.parameter("seen")?.parse().ok()?;
        let view = site.app.world.neighbourhood(&neighbourhood)?;
        let watched = match visit.parameter("concierge") {
            None => Watched::Feed(neighbourhood),
            Some(id) if view.concierges.iter().any(|member| member.id == id) => Watched::Inbox(id.to_owned()),
            Some(_) => return None,
        };
        Some(Self {
            world: site.app.world.clone(),
            watched,
            seen,
            changes: site.app.world.subscribe(),
            closing: site.app.closing.clone(),
            _place: place,
        })
    }

    /// Waits until the state is another one; `None` when the server shuts down.
    async fn next_state(&mut self) -> Option<u64> {
        loop {
            let state = self.state();
            if state != self.seen {
                self.seen = state;
                return Some(state);
            }
            tokio::select! {
                changed = self.changes.changed() => changed.ok()?,
                _ = self.closing.wait_for(|closing| *closing) => return None,
            }
        }
    }

    /// A number that changes with what the page shows.
    fn state(&self) -> u64 {
        match &self.watched {
            Watched::Feed(neighbourhood) => {
                self.world.neighbourhood(neighbourhood).map_or(0, |view| view.last_sequence)
            }
            Watched::Inbox(member) => self.world.inbox(member).len() as u64,
        }
    }
}
