//! HTTP as this program uses it: one connection pool for all municipalities, no redirects, capped bodies, time-outs on
//! everything, and each failure sorted into a [`PlatformError`].

use std::net::IpAddr;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, RETRY_AFTER};
use reqwest::{Client, ClientBuilder, Request, Response, StatusCode, Url};
use serde::Deserialize;

use super::{PlatformError, retry};
use crate::clock::SharedClock;

/// The largest answer that is read, in bytes after decompression.
pub const BODY_LIMIT: usize = 4 * 1024 * 1024;
/// The largest answer that is read when it only explains a failure.
const FAILURE_BODY_LIMIT: usize = 64 * 1024;
/// The longest reason of a platform that is repeated, in characters.
const CAUSE_LIMIT: usize = 80;

/// How long to wait for the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Until a connection stands, TLS included.
    pub connect: Duration,
    /// Between two pieces of an answer.
    pub idle: Duration,
    /// From the request to the last byte of the answer.
    pub total: Duration,
}

/// Why an address cannot be that of a platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BaseUrlError {
    /// Neither `https` nor `http`.
    #[error("is not an https address")]
    Scheme,
    /// Tokens would travel in the open.
    #[error("uses plain http to another machine; only a platform on this machine may do that")]
    PlainHttp,
    /// Credentials have their own place in the configuration.
    #[error("holds a user name or password")]
    Credentials,
    /// More than scheme, host and port.
    #[error("has a path, query or fragment; only scheme, host and port belong here")]
    NotAnOrigin,
}

/// Why no connection pool could be made.
#[derive(Debug, thiserror::Error)]
pub enum HttpSetupError {
    /// The address cannot be used.
    #[error("the platform's address {0}")]
    BaseUrl(#[from] BaseUrlError),
    /// The TLS library could not start.
    #[error("TLS could not be set up; hint: are the system's CA certificates installed?")]
    Tls(#[source] reqwest::Error),
}

/// Checks that `url` can be the address of a platform: an https origin, or plain http on this machine.
pub fn check_base_url(url: &Url) -> Result<(), BaseUrlError> {
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(url) => {}
        "http" => return Err(BaseUrlError::PlainHttp),
        _ => return Err(BaseUrlError::Scheme),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(BaseUrlError::Credentials);
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(BaseUrlError::NotAnOrigin);
    }
    Ok(())
}

fn is_loopback(url: &Url) -> bool {
    // Brackets mark an IPv6 address in an address, and are no part of it.
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The connections to one platform, shared by all municipalities on it.
#[derive(Debug)]
pub struct Http {
    client: Client,
    base: Url,
    origin: String,
    pub(super) clock: SharedClock,
}

impl Http {
    /// A pool of connections to the platform at `base`. It connects when it is first asked something.
    pub fn new(base: Url, timeouts: Timeouts, clock: SharedClock) -> Result<Self, HttpSetupError> {
        check_base_url(&base)?;
        let client = builder(&base, timeouts).build().map_err(HttpSetupError::Tls)?;
        Ok(Self { client, origin: base.origin().ascii_serialization(), base, clock })
    }

    /// Scheme, host and port, as errors show it.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The address of `segments` below the base; each becomes one segment, whatever characters it has.
    pub(super) fn url(&self, segments: &[&str]) -> Url {
        let mut url = self.base.clone();
        // Never an error: `check_base_url` has seen that the address has a host.
        if let Ok(mut path) = url.path_segments_mut() {
            path.clear().extend(segments);
        }
        url
    }

    /// Whether `url` leads to the platform itself.
    pub(super) fn is_own(&self, url: &Url) -> bool {
        url.origin() == self.base.origin()
    }

    /// Whether `address`, absolute or relative, leads to the platform itself.
    pub(super) fn is_own_address(&self, address: &str) -> bool {
        self.base.join(address).is_ok_and(|url| self.is_own(&url))
    }

    /// Sends `request`; an answer of any status comes back, its body unread.
    pub(super) async fn execute(&self, operation: &'static str, request: Request) -> Result<Response, PlatformError> {
        self.client.execute(request).await.map_err(|error| self.broken(operation, &error))
    }

    /// The body of an answer, up to [`BODY_LIMIT`].
    pub(super) async fn body(&self, operation: &'static str, response: Response) -> Result<Vec<u8>, PlatformError> {
        self.read(operation, response, BODY_LIMIT).await
    }

    /// What an answer that is no success means.
    pub(super) async fn failure(&self, operation: &'static str, response: Response) -> PlatformError {
        let status = response.status();
        if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
            return PlatformError::Busy { operation, after: self.asked_wait(response.headers()) };
        }
        if status.is_redirection() {
            return PlatformError::Unknown { operation, cause: format!("status {status}: redirects are not followed") };
        }
        // A page of HTML comes from something before the platform, which may be gone in a minute.
        let from_platform = may_be_json(&response);
        let body = self.read(operation, response, FAILURE_BODY_LIMIT).await.unwrap_or_default();
        let reason = reason(&body);
        match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => PlatformError::Refused {
                operation,
                cause: reason.unwrap_or_else(|| format!("status {}", status.as_u16())),
            },
            // Of the client errors, these two leave open whether the request was, or is being, carried out.
            StatusCode::CONFLICT | StatusCode::REQUEST_TIMEOUT => unknown_status(operation, status, reason),
            status if status.is_client_error() && from_platform => PlatformError::Rejected {
                operation,
                status: status.as_u16(),
                cause: reason.unwrap_or_else(|| "no reason given".to_owned()),
            },
            status => unknown_status(operation, status, reason),
        }
    }

    fn asked_wait(&self, headers: &HeaderMap) -> Option<Duration> {
        let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let reset = text(HeaderName::from_static("x-ratelimit-reset"));
        retry::asked_wait(text(RETRY_AFTER), reset, self.clock.now())
    }

    async fn read(
        &self,
        operation: &'static str,
        mut response: Response,
        limit: usize,
    ) -> Result<Vec<u8>, PlatformError> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.broken(operation, &error))? {
            if body.len() + chunk.len() > limit {
                let cause = format!("the answer is over {limit} bytes; hint: the platform has to send smaller pages");
                return Err(PlatformError::Unknown { operation, cause });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    /// Sorts a failure of the network. Only the innermost cause is kept: the outer ones repeat the request's address.
    fn broken(&self, operation: &'static str, error: &reqwest::Error) -> PlatformError {
        if error.is_connect() {
            let mut cause: &dyn std::error::Error = error;
            while let Some(inner) = cause.source() {
                cause = inner;
            }
            return PlatformError::Unsent { origin: self.origin.clone(), cause: cause.to_string() };
        }
        let cause = if error.is_timeout() {
            "timed out"
        } else if error.is_body() || error.is_decode() {
            "the answer broke off or cannot be decoded"
        } else {
            "the connection broke, or what came back is not HTTP"
        };
        PlatformError::Unknown { operation, cause: cause.to_owned() }
    }
}

/// Whether the answer says that it is JSON, or says nothing.
pub(super) fn may_be_json(response: &Response) -> bool {
    let Some(declared) = response.headers().get(CONTENT_TYPE) else { return true };
    let media_type = declared.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    media_type.eq_ignore_ascii_case("application/json") || media_type.to_ascii_lowercase().ends_with("+json")
}

fn builder(base: &Url, timeouts: Timeouts) -> ClientBuilder {
    // Fails when a provider is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = Client::builder()
        .user_agent(concat!("koppelaar/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(timeouts.connect)
        .read_timeout(timeouts.idle)
        .timeout(timeouts.total);
    if base.scheme() == "https" {
        builder.https_only(true)
    } else {
        // On this machine: no proxy, and no need for the system's certificates.
        builder.no_proxy().tls_certs_only([])
    }
}

fn unknown_status(operation: &'static str, status: StatusCode, reason: Option<String>) -> PlatformError {
    let cause = reason.map_or_else(
        || format!("status {}", status.as_u16()),
        |reason| format!("status {}, `{reason}`", status.as_u16()),
    );
    PlatformError::Unknown { operation, cause }
}

/// The reason that a body of a failure gives: the `type` of a problem (RFC 9457), or an OAuth error code. Anything that
/// could be free text is dropped.
fn reason(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Failure {
        #[serde(rename = "type")]
        kind: Option<serde_json::Value>,
        error: Option<serde_json::Value>,
    }
    let failure: Failure = serde_json::from_slice(body).ok()?;
    let mut words = [failure.kind, failure.error].into_iter().flatten();
    words.find_map(|word| word.as_str().filter(|word| is_code(word)).map(str::to_owned))
}

fn is_code(word: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_.:/-".contains(c);
    !word.is_empty() && word != "about:blank" && word.len() <= CAUSE_LIMIT && word.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_codes_of_a_failure_are_repeated() {
        let reason = |body: &str| reason(body.as_bytes());
        let problem = r#"{"type":"about:blank","title":"Too early","detail":"Jan's post","status":425}"#;
        assert_eq!(reason(problem).as_deref(), Some("Too early"));
        assert_eq!(reason(r#"{"type":"/problems/gone","title":"Gone"}"#).as_deref(), Some("/problems/gone"));
        assert_eq!(reason(r#"{"error":"invalid_client"}"#).as_deref(), Some("invalid_client"));
        assert_eq!(reason(r#"{"error":"kan é niet"}"#), None, "free text");
        assert_eq!(reason(r#"{"error":{"message":"no"}}"#), None, "another shape");
        assert_eq!(reason("<html><h1>502 Bad Gateway</h1></html>"), None);
        assert_eq!(reason(""), None);
        assert_eq!(reason(&format!(r#"{{"title":"{}"}}"#, "a".repeat(81))), None, "too long");
    }

    #[test]
    fn the_base_is_an_https_origin_or_this_machine() {
        let check = |url: &str| check_base_url(&url.parse().unwrap());
        for good in ["https://platform.example", "http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:8080/"] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        assert_eq!(check("http://platform.example"), Err(BaseUrlError::PlainHttp));
        assert_eq!(check("http://127.0.0.1.example"), Err(BaseUrlError::PlainHttp));
        assert_eq!(check("ftp://platform.example"), Err(BaseUrlError::Scheme));
        assert_eq!(check("https://a:b@platform.example"), Err(BaseUrlError::Credentials));
        assert_eq!(check("https://platform.example/api"), Err(BaseUrlError::NotAnOrigin));
        assert_eq!(check("https://platform.example/?x"), Err(BaseUrlError::NotAnOrigin));
    }

    #[test]
    fn identifiers_stay_one_segment_of_the_path() {
        let clock = std::sync::Arc::new(crate::clock::SystemClock);
        let second = Duration::from_secs(1);
        let timeouts = Timeouts { connect: second, idle: second, total: second };
        let http = Http::new("http://127.0.0.1:9".parse().unwrap(), timeouts, clock).unwrap();
        assert_eq!(http.url(&["v1", "posts", "a/../b?c#d"]).path(), "/v1/posts/a%2F..%2Fb%3Fc%23d");
        assert!(http.is_own_address("/v1/messages?after=3"));
        assert!(http.is_own_address("http://127.0.0.1:9/v1/messages"));
        assert!(!http.is_own_address("http://127.0.0.1:10/v1/messages"));
        assert!(!http.is_own_address("//elsewhere.example/v1/messages"));
    }
}
