//! Errors as the platform answers them: RFC 9457 problem details.

use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::world::WorldError;

/// One refusal. Its `detail` never repeats what a client sent as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    status: StatusCode,
    slug: &'static str,
    title: &'static str,
    detail: String,
    headers: Vec<(HeaderName, String)>,
}

#[derive(Serialize)]
struct Body<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
}

impl Problem {
    fn new(status: StatusCode, slug: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        Self { status, slug, title, detail: detail.into(), headers: Vec::new() }
    }

    fn with(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad-request", "The request is malformed", detail)
    }

    pub fn bad_cursor() -> Self {
        let detail = "`after` is no cursor of this list; leave it out to read from the start";
        Self::new(StatusCode::BAD_REQUEST, "bad-cursor", "The cursor is not known", detail)
    }

    pub fn unauthorised(error: Option<&str>) -> Self {
        let challenge = match error {
            Some(error) => format!("Bearer realm=\"playground\", error=\"{error}\""),
            None => "Bearer realm=\"playground\"".to_owned(),
        };
        let detail = "the access token is missing, unknown or expired";
        Self::new(StatusCode::UNAUTHORIZED, "unauthorised", "A valid access token is needed", detail)
            .with(WWW_AUTHENTICATE, challenge)
    }

    pub fn missing_scope(scope: &str) -> Self {
        let detail = format!("the access token lacks the scope `{scope}`");
        Self::new(StatusCode::FORBIDDEN, "missing-scope", "The access token does not allow this", detail).with(
            WWW_AUTHENTICATE,
            format!("Bearer realm=\"playground\", error=\"insufficient_scope\", scope=\"{scope}\""),
        )
    }

    pub fn not_found(what: &str) -> Self {
        let detail = format!("no {what} of this municipality has that identifier");
        Self::new(StatusCode::NOT_FOUND, "not-found", "There is no such thing", detail)
    }

    pub fn no_route() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "no-route",
            "There is no such address",
            "the API has no operation at this path",
        )
    }

    pub fn method() -> Self {
        let detail = "the header `Allow` names the methods of this path";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method", "This path does not know that method", detail)
    }

    pub fn request_timeout() -> Self {
        let detail = "the body did not arrive in time";
        Self::new(StatusCode::REQUEST_TIMEOUT, "request-timeout", "The request took too long", detail)
    }

    pub fn too_large(most_bytes: usize) -> Self {
        let detail = format!("the body is longer than {most_bytes} bytes");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The body is too large", detail)
    }

    pub fn media_type(expected: &str) -> Self {
        let detail = format!("the body must be `{expected}`");
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", "The body has another type", detail)
    }

    pub fn key_in_flight() -> Self {
        let detail = "a request with this Idempotency-Key is still being handled";
        Self::new(StatusCode::CONFLICT, "key-in-flight", "The first request is not finished", detail)
            .with(RETRY_AFTER, "1")
    }

    pub fn key_reused() -> Self {
        let detail = "this Idempotency-Key was used for another request";
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "key-reused", "The key belongs to another body", detail)
    }

    pub fn too_many(retry_after_secs: u64) -> Self {
        Self::too_many_bare().with(RETRY_AFTER, retry_after_secs.to_string())
    }

    /// 429 without `Retry-After`.
    pub fn too_many_bare() -> Self {
        let detail = "the client asked more often than its rate limit allows";
        Self::new(StatusCode::TOO_MANY_REQUESTS, "rate-limit", "Too many requests", detail)
    }

    pub fn full(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "full", "The platform takes no more", detail).with(RETRY_AFTER, "60")
    }

    pub fn internal() -> Self {
        let detail = "a fault that was asked for";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "The platform failed", detail)
    }

    pub fn unavailable() -> Self {
        let detail = "a fault that was asked for";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "The platform is not available", detail)
    }
}

impl From<WorldError> for Problem {
    fn from(error: WorldError) -> Self {
        match &error {
            WorldError::Unknown { what, .. } => Self::not_found(what),
            WorldError::NotAConcierge { .. } => {
                let detail = "messages go to concierges of the client's own municipality only";
                Self::new(StatusCode::FORBIDDEN, "recipient", "The recipient is not a concierge", detail)
            }
            WorldError::Full { .. } => Self::full(error.to_string()),
            WorldError::Taken { .. }
            | WorldError::BadId { .. }
            | WorldError::Length { .. }
            | WorldError::Deleted { .. } => Self::bad_request(error.to_string()),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = Body {
            r#type: format!("urn:koppelaar:problem:{}", self.slug),
            title: self.title,
            status: self.status.as_u16(),
            detail: &self.detail,
        };
        let bytes = serde_json::to_vec(&body).expect("strings and a number always serialise");
        let mut response = (self.status, bytes).into_response();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}
