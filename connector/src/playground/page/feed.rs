//! A neighbourhood's posts: read them, write one as a resident, withdraw one.

use std::sync::Arc;

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::Site;
use super::feed_view::{FeedView, Writing};
use super::layout::{self, Frame, Tab};
use super::visit::Visit;
use super::writing::{Draft, FieldError, KINDS};
use crate::playground::world::{Post, PostState, World, WorldError};

/// Posts on a page.
const PAGE_POSTS: usize = 20;
/// Most posts that can be reached by paging; older ones are read over the API.
const REACHED_MAX: usize = 2_000;

pub(super) async fn feed(State(site): State<Site>, visit: Visit, Path(neighbourhood): Path<String>) -> Response {
    let kind = visit.parameter("write").and_then(|asked| KINDS.iter().find(|(value, _)| *value == asked));
    let writing = kind.map(|(value, _)| Writing { draft: Draft::empty(value), errors: Vec::new() });
    show(&site, &visit, &neighbourhood, StatusCode::OK, writing)
}

pub(super) async fn publish(
    State(site): State<Site>,
    visit: Visit,
    Path(neighbourhood): Path<String>,
    form: Result<Form<Draft>, FormRejection>,
) -> Response {
    let world = &site.app.world;
    if world.neighbourhood(&neighbourhood).is_none() {
        return layout::missing(&visit);
    }
    let Form(draft) = match form {
        Ok(form) => form,
        Err(rejection) => return layout::notice(&visit, rejection.status(), "unreadable"),
    };
    let refused = |draft, errors| {
        show(&site, &visit, &neighbourhood, StatusCode::UNPROCESSABLE_ENTITY, Some(Writing { draft, errors }))
    };
    let new = match draft.check(visit.words, &neighbourhood, &newest(world, &neighbourhood)) {
        Ok(new) => new,
        Err(errors) => return refused(draft, errors),
    };
    match world.publish(new) {
        Ok(post) => Redirect::to(&format!("/n/{neighbourhood}?posted={}#posted", post.id)).into_response(),
        Err(WorldError::Full { .. }) => {
            let full = FieldError { field: "text", text: visit.words.say("error-full") };
            refused(draft, vec![full])
        }
        Err(_) => layout::missing(&visit),
    }
}

pub(super) async fn withdraw(
    State(site): State<Site>,
    visit: Visit,
    Path((neighbourhood, id)): Path<(String, String)>,
) -> Response {
    let world = &site.app.world;
    let here = world.post(&id).is_some_and(|post| *post.neighbourhood == *neighbourhood);
    if here && world.withdraw(&id).is_ok() {
        Redirect::to(&format!("/n/{neighbourhood}#post-{id}")).into_response()
    } else {
        layout::missing(&visit)
    }
}

/// The latest posts that are there to be read, newest first.
fn newest(world: &World, neighbourhood: &str) -> Vec<Arc<Post>> {
    let mut posts = world.newest_posts(neighbourhood, REACHED_MAX);
    posts.retain(|post| post.state != PostState::Deleted);
    // A change moves a post to the end of the feed that programs read, not to the top of what people read.
    posts.sort_by_key(|post| std::cmp::Reverse(post.created_at.at));
    posts
}

fn show(site: &Site, visit: &Visit, neighbourhood: &str, status: StatusCode, writing: Option<Writing>) -> Response {
    let world = &site.app.world;
    let Some(view) = world.neighbourhood(neighbourhood) else { return layout::missing(visit) };
    let posts = newest(world, neighbourhood);
    let pages = posts.len().div_ceil(PAGE_POSTS).max(1);
    let page = visit.count("page", pages);
    let posted = visit.parameter("posted").and_then(|id| world.post(id));
    let has_errors = writing.as_ref().is_some_and(|writing| !writing.errors.is_empty());
    let content = FeedView {
        words: visit.words,
        now: site.app.clock.now(),
        place: &view,
        recent: &posts,
        shown: &posts[(page - 1) * PAGE_POSTS..posts.len().min(page * PAGE_POSTS)],
        page,
        pages,
        posted: posted.filter(|post| *post.neighbourhood == *neighbourhood),
        writing,
    };
    let live = format!("/n/{neighbourhood}/live?seen={}", view.last_sequence);
    let frame = Frame { title: content.title(), place: Some((&view, Tab::Feed)), live: Some(live), has_errors };
    frame.answer(visit, status, &content.render())
}
