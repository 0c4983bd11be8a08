//! Writing what the platform answers: pages with cursors and entity tags.

use std::sync::Arc;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, LINK};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::request::ListQuery;
use crate::playground::cursor;
use crate::playground::percent;
use crate::playground::problem::Problem;
use crate::playground::server::App;
use crate::playground::world::Page;

/// A list that clients read by cursor.
pub struct List<'a> {
    /// Its path.
    pub path: String,
    /// A name that no other list has.
    pub name: String,
    /// What the client asks of it.
    pub query: &'a ListQuery,
    /// Changes whenever a page could; also the highest sequence number.
    pub version: u64,
}

#[derive(Serialize)]
struct PageBody<'a, T> {
    items: Vec<&'a T>,
    next_cursor: String,
    has_more: bool,
}

impl List<'_> {
    /// Answers a page: 304 when the client has it, else what `fetch` finds.
    pub fn answer<T: Serialize>(
        &self,
        app: &App,
        headers: &HeaderMap,
        fetch: impl FnOnce(u64, usize) -> Option<(u64, Page<Arc<T>>)>,
    ) -> Result<Response, Problem> {
        let after = match &self.query.after {
            None => 0,
            Some(text) => cursor::decode(&self.name, text, self.version).ok_or_else(Problem::bad_cursor)?,
        };
        let limit = self.query.limit;
        let known = cursor::etag(&self.name, self.version, after, limit);
        if cursor::matches(headers, &known) {
            return Ok(not_modified(&known));
        }
        let (version, page) = fetch(after, limit).ok_or_else(|| Problem::not_found("list"))?;
        let next_cursor = cursor::encode(&self.name, page.next_after);
        let link = page.has_more.then(|| self.link(&app.base_url, &next_cursor));
        let items = page.items.iter().map(AsRef::as_ref).collect();
        let body = PageBody { items, next_cursor, has_more: page.has_more };
        let mut response = tagged(&body, &cursor::etag(&self.name, version, after, limit));
        if let Some(link) = link {
            set(&mut response, LINK, &link);
        }
        Ok(response)
    }

    fn link(&self, base_url: &str, next_cursor: &str) -> String {
        let Self { path, query, .. } = self;
        let reference = query.client_reference.as_deref().map(percent::encode);
        let reference = reference.map(|text| format!("&client_reference={text}")).unwrap_or_default();
        format!("<{base_url}{path}?after={next_cursor}&limit={}{reference}>; rel=\"next\"", query.limit)
    }
}

/// JSON with that status.
pub fn json(status: StatusCode, body: &impl Serialize) -> Response {
    let bytes = serde_json::to_vec(body).expect("strings, numbers and lists always serialise");
    let mut response = (status, bytes).into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// 200 with an entity tag.
pub fn tagged(body: &impl Serialize, etag: &str) -> Response {
    let mut response = json(StatusCode::OK, body);
    tag(&mut response, etag);
    response
}

/// 304 with its entity tag.
pub fn not_modified(etag: &str) -> Response {
    let mut response = StatusCode::NOT_MODIFIED.into_response();
    tag(&mut response, etag);
    response
}

/// Sets a header whose value is made of what a header may hold.
pub fn set(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

fn tag(response: &mut Response, etag: &str) {
    set(response, ETAG, etag);
    set(response, CACHE_CONTROL, "private, no-cache");
}
