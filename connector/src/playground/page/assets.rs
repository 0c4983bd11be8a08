//! The style, the script and the icon, embedded and named by their content, so that browsers may keep them.

use std::sync::LazyLock;

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::IntoResponse;
use axum::routing::get;
use sha2::{Digest, Sha256};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");
const ICON: &str = include_str!("icon.svg");

static VERSION: LazyLock<String> = LazyLock::new(|| {
    let digest = Sha256::new().chain_update(STYLE).chain_update(SCRIPT).chain_update(ICON).finalize();
    digest.iter().take(6).fold(String::new(), |version, byte| format!("{version}{byte:02x}"))
});

/// Address of a file, which changes with the files' content.
pub(super) fn address(file: &str) -> String {
    format!("/page/{file}?v={}", *VERSION)
}

pub(super) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/page/page.css", get(async || file("text/css; charset=utf-8", STYLE)))
        .route("/page/page.js", get(async || file("text/javascript; charset=utf-8", SCRIPT)))
        .route("/page/icon.svg", get(async || file("image/svg+xml", ICON)))
}

fn file(media_type: &'static str, content: &'static str) -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, media_type),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, content)
}
