//! The playground's web page: the feed of a neighbourhood, where one can post as a resident, and the concierge's
//! inbox, where one can read and answer. Rendered here in full; the script only spares the visitor a reload.

mod assets;
mod dates;
mod feed;
mod feed_view;
mod home;
mod inbox;
mod layout;
mod live;
mod origin;
mod quick;
#[cfg(test)]
mod tests;
mod user_text;
mod visit;
mod words;
mod writing;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};
use tokio::sync::Semaphore;

use super::server::Shared;
use visit::Visit;

/// Longest form, in bytes: the longest post with every character percent-encoded, and room to spare.
const FORM_MAX_BYTES: usize = 320 * 1024;

/// What may load and run: this site's own style, script and requests, nothing inline, nothing from elsewhere.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 5] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    // With `no-referrer`, browsers would send `Origin: null` with this site's own forms.
    (REFERRER_POLICY, "same-origin"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (VARY, "cookie, accept-language"),
    (CACHE_CONTROL, "no-store"),
];

/// What the pages share.
#[derive(Debug, Clone)]
struct Site {
    app: Shared,
    /// Places for pages that are told of changes.
    live: Arc<Semaphore>,
}

/// The addresses of the pages, outside `/v1`.
pub(super) fn routes(app: &Shared) -> Router {
    let site = Site { app: Arc::clone(app), live: Arc::new(Semaphore::new(live::LIVE_PAGES_MAX)) };
    Router::new()
        .route("/", get(home::home))
        .route("/n/{neighbourhood}", get(feed::feed))
        .route("/n/{neighbourhood}/posts", post(feed::publish))
        .route("/n/{neighbourhood}/posts/{id}/withdraw", post(feed::withdraw))
        .route("/n/{neighbourhood}/inbox", get(inbox::inbox).post(inbox::answer))
        .route("/n/{neighbourhood}/live", get(live::live))
        .layer(middleware::from_fn(guard))
        .merge(assets::routes())
        .layer(DefaultBodyLimit::max(FORM_MAX_BYTES))
        .with_state(site)
}

/// Refuses forms of other sites and sets the headers of every page.
async fn guard(visit: Visit, request: Request, next: Next) -> Response {
    let mut response = if request.method() == Method::POST && !origin::is_own(request.headers()) {
        layout::notice(&visit, StatusCode::FORBIDDEN, "refused")
    } else {
        next.run(request).await
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
