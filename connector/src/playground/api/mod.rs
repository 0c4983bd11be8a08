//! The platform API over HTTP, as `platform-api.yaml` describes it.

mod messages;
mod oauth;
mod posts;
mod request;
mod response;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{MethodRouter, get, post};

use super::endpoint::Endpoint;
use super::problem::Problem;
use super::server::Shared;

/// Longest request body, in bytes: the longest message with every character escaped, and room to spare.
const BODY_MAX_BYTES: usize = 256 * 1024;

/// Every operation, and problem details for everything else.
pub(super) fn routes() -> Router<Shared> {
    let operations = Endpoint::ALL.into_iter().fold(Router::new(), |router, endpoint| {
        let handler: MethodRouter<Shared> = match endpoint {
            Endpoint::Discovery => get(oauth::discovery),
            Endpoint::Token => post(oauth::token),
            Endpoint::Neighbourhoods => get(posts::neighbourhoods),
            Endpoint::Posts => get(posts::posts),
            Endpoint::Post => get(posts::post),
            Endpoint::StartConversation => post(messages::start),
            Endpoint::AddMessage => post(messages::add),
            Endpoint::Thread => get(messages::thread),
            Endpoint::Messages => get(messages::messages),
        };
        router.route(endpoint.path(), handler)
    });
    operations
        .method_not_allowed_fallback(async || Problem::method())
        .fallback(async || Problem::no_route())
        .layer(DefaultBodyLimit::max(BODY_MAX_BYTES))
}
