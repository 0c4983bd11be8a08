//! Reading what a client sent: bodies, query and path parameters, each refusal a problem.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequest, Path, Query, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode, Uri};
use serde::de::DeserializeOwned;

use crate::playground::problem::Problem;

/// Longest time that a body may take to arrive. Measured on the machine's own clock, since it guards a connection.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);
/// Most entries of a page.
const PAGE_LIMIT_MAX: usize = 200;
/// Entries of a page unless the client says otherwise.
const PAGE_LIMIT_DEFAULT: usize = 100;

/// The path's only parameter.
pub type Id = Result<Path<String>, PathRejection>;

/// The query of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListQuery {
    /// Cursor; from the start when `None`.
    pub after: Option<String>,
    /// Most entries.
    pub limit: usize,
    /// The reference to look for, on the list of messages.
    pub client_reference: Option<String>,
}

impl ListQuery {
    /// Reads the query of `uri`; parameters that the API does not know are ignored.
    pub fn parse(uri: &Uri) -> Result<Self, Problem> {
        let malformed = |_| Problem::bad_request("the query is not form-encoded");
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(uri).map_err(malformed)?;
        let single = |name: &str| {
            let mut values = pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone());
            let first = values.next();
            match values.next() {
                Some(_) => Err(Problem::bad_request(format!("the parameter `{name}` stands there twice"))),
                None => Ok(first),
            }
        };
        let limit = match single("limit")? {
            None => PAGE_LIMIT_DEFAULT,
            Some(text) => page_limit(&text)
                .ok_or_else(|| Problem::bad_request(format!("`limit` is no number from 1 to {PAGE_LIMIT_MAX}")))?,
        };
        let client_reference = single("client_reference")?;
        if client_reference.as_deref().is_some_and(|reference| !is_visible_ascii(reference)) {
            return Err(Problem::bad_request("`client_reference` is not 1 to 128 visible ASCII characters"));
        }
        Ok(Self { after: single("after")?, limit, client_reference })
    }
}

/// Whether `text` is 1 to 128 visible ASCII characters, as references and idempotency keys are.
pub fn is_visible_ascii(text: &str) -> bool {
    (1..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The path parameter; one that is not UTF-8 names nothing.
pub fn path_id(id: Id, what: &str) -> Result<String, Problem> {
    id.map(|Path(id)| id).map_err(|_| Problem::not_found(what))
}

/// The bytes of a body of the media type `expected`.
pub async fn read_body(request: Request, expected: &str) -> Result<Bytes, Problem> {
    if !has_media_type(request.headers(), expected) {
        return Err(Problem::media_type(expected));
    }
    match tokio::time::timeout(BODY_TIMEOUT, Bytes::from_request(request, &())).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(rejection)) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            Err(Problem::too_large(super::BODY_MAX_BYTES))
        }
        Ok(Err(_)) => Err(Problem::bad_request("the body could not be read to its end")),
        Err(_) => Err(Problem::request_timeout()),
    }
}

/// A body as JSON of the form `T`, which `shape` describes.
pub fn parse_json<T: DeserializeOwned>(bytes: &[u8], shape: &str) -> Result<T, Problem> {
    // The parser's own message may repeat what stands in the body.
    serde_json::from_slice(bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Problem::bad_request(format!("the body is not {shape} (line {line}, column {column})"))
    })
}

fn page_limit(text: &str) -> Option<usize> {
    let digits_only = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let limit = digits_only.then(|| text.parse().ok())??;
    (1..=PAGE_LIMIT_MAX).contains(&limit).then_some(limit)
}

fn has_media_type(headers: &HeaderMap, expected: &str) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().is_some_and(|essence| essence.trim().eq_ignore_ascii_case(expected))
}
