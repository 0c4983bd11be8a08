//! How each fault reaches the client.

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH, LINK, LOCATION, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use futures_util::stream;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use serde_json::{Value, json};

use super::{FOREIGN_ORIGIN, Fault, RetryHint, When};
use crate::clock::SharedClock;
use crate::playground::problem::Problem;
use crate::playground::server::Shared;

/// How long a silent connection stays open unless the fault says otherwise.
const SILENCE_MAX: Duration = Duration::from_mins(10);
/// Length of an oversized body, in bytes: beyond the 4 MiB that a client accepts.
const OVERSIZED_BYTES: usize = 5 * 1024 * 1024;
/// Longest body of our own that a fault works on, in bytes.
const BODY_MAX_BYTES: usize = 64 * 1024 * 1024;
/// Pieces of a slow body.
const SLOW_PIECES: usize = 16;

/// What the client gets.
pub(in crate::playground) enum Outcome {
    /// An answer.
    Answer(Response),
    /// A connection that closes without one.
    Cut,
}

/// A request's extension: hold the write that long once its idempotency key is taken.
#[derive(Debug, Clone, Copy)]
pub(in crate::playground) struct Hold(pub Duration);

/// Answers a request as `fault` has it.
pub(in crate::playground) async fn inject(app: &Shared, fault: Fault, mut request: Request, next: Next) -> Outcome {
    if let Some(when) = fault.when() {
        if when == When::AfterWrite {
            drop(next.run(request).await);
        }
        return replace(app, fault).await;
    }
    match fault {
        Fault::ExpiredToken => {
            app.oauth.expire(request.headers());
            return Outcome::Answer(Problem::unauthorised(Some("invalid_token")).into_response());
        }
        Fault::Redirect => {
            let location = format!("{FOREIGN_ORIGIN}{}", request.uri().path());
            return Outcome::Answer((StatusCode::FOUND, [(LOCATION, location)]).into_response());
        }
        Fault::SlowWrite { millis } => {
            request.extensions_mut().insert(Hold(Duration::from_millis(millis)));
            return Outcome::Answer(next.run(request).await);
        }
        _ => {}
    }
    // What follows works on a body, which a 304 would not have.
    request.headers_mut().remove(IF_NONE_MATCH);
    Outcome::Answer(spoil(app, fault, next.run(request).await).await)
}

impl Fault {
    /// Whether an answer that replaces the true one comes before or after the write; `None` for what spoils it.
    fn when(self) -> Option<When> {
        match self {
            Self::TooManyRequests { .. } => Some(When::BeforeWrite),
            Self::InternalError { when }
            | Self::ServiceUnavailable { when, .. }
            | Self::Silence { when, .. }
            | Self::Drop { when }
            | Self::HtmlError { when, .. }
            | Self::ErrorObject { when, .. } => Some(when),
            _ => None,
        }
    }
}

/// The answer of a fault that leaves nothing of the true one.
async fn replace(app: &Shared, fault: Fault) -> Outcome {
    let now = app.clock.now();
    let response = match fault {
        Fault::TooManyRequests { retry } => hinted(Problem::too_many_bare().into_response(), retry, now),
        Fault::ServiceUnavailable { retry, .. } => hinted(Problem::unavailable().into_response(), retry, now),
        Fault::HtmlError { status, .. } => {
            let page =
                "<!doctype html><html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1></body></html>";
            (status_of(status), Html(page)).into_response()
        }
        Fault::ErrorObject { status, .. } => {
            (status_of(status), axum::Json(json!({"error": "something went wrong"}))).into_response()
        }
        Fault::Silence { close_after_millis, .. } => {
            let hold = close_after_millis.map_or(SILENCE_MAX, Duration::from_millis).min(SILENCE_MAX);
            app.wait(hold).await;
            return Outcome::Cut;
        }
        Fault::Drop { .. } => return Outcome::Cut,
        _ => Problem::internal().into_response(),
    };
    Outcome::Answer(response)
}

/// The true answer, spoilt.
async fn spoil(app: &Shared, fault: Fault, response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, BODY_MAX_BYTES).await else { return Problem::internal().into_response() };
    parts.headers.remove(CONTENT_LENGTH);
    if let Fault::SlowBody { pause_millis } = fault {
        return Response::from_parts(parts, slow(app.clock.clone(), bytes, Duration::from_millis(pause_millis)));
    }
    parts.headers.remove(ETAG);
    let mut page: Value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    let bytes = match fault {
        Fault::WrongJson => {
            parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            Bytes::from_static(br#"{"items":"none","next_cursor":7}"#)
        }
        Fault::TruncatedJson => bytes.slice(..bytes.len() / 2),
        Fault::OversizedBody => {
            page["padding"] = Value::String("x".repeat(OVERSIZED_BYTES));
            page.to_string().into()
        }
        Fault::ForeignNextLink => {
            let link = HeaderValue::from_str(&format!("<{FOREIGN_ORIGIN}/v1/next>; rel=\"next\""));
            if let Ok(link) = link {
                parts.headers.insert(LINK, link);
            }
            page["has_more"] = Value::Bool(true);
            page.to_string().into()
        }
        _ => {
            if let Some(items) = page.get_mut("items").and_then(Value::as_array_mut) {
                rearrange(fault, items);
            }
            page.to_string().into()
        }
    };
    Response::from_parts(parts, Body::from(bytes))
}

fn rearrange(fault: Fault, items: &mut Vec<Value>) {
    match fault {
        Fault::DuplicateEntries => {
            let doubled = items.iter().flat_map(|item| [item.clone(), item.clone()]).collect();
            *items = doubled;
        }
        Fault::ReorderedEntries => items.reverse(),
        Fault::MalformedEntry => {
            items.insert(items.len() / 2, json!({"id": 7, "text": null, "created_at": "yesterday"}));
        }
        _ => {}
    }
}

fn slow(clock: SharedClock, bytes: Bytes, pause: Duration) -> Body {
    let piece = bytes.len().div_ceil(SLOW_PIECES).max(1);
    Body::from_stream(stream::unfold((clock, bytes), move |(clock, mut rest)| async move {
        if rest.is_empty() {
            return None;
        }
        clock.sleep(pause).await;
        let next = rest.split_to(piece.min(rest.len()));
        Some((Ok::<_, std::convert::Infallible>(next), (clock, rest)))
    }))
}

fn hinted(mut response: Response, retry: RetryHint, now: Timestamp) -> Response {
    let later = |secs: u32| now + Duration::from_secs(secs.into());
    let (name, value) = match retry {
        RetryHint::Seconds(secs) => (RETRY_AFTER.as_str(), secs.to_string()),
        RetryHint::HttpDate(secs) => {
            let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&later(secs));
            (RETRY_AFTER.as_str(), date.unwrap_or_default())
        }
        RetryHint::ResetEpoch(secs) => ("x-ratelimit-reset", later(secs).as_second().to_string()),
        RetryHint::ResetIso8601(secs) => ("x-ratelimit-reset", later(secs).to_string()),
        RetryHint::Nothing => return response,
    };
    if let Ok(value) = HeaderValue::from_str(&value) {
        response.headers_mut().insert(name, value);
    }
    response
}

fn status_of(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
