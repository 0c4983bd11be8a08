//! `OAuth2` of one municipality: discovery (RFC 8414), `client_credentials`, and `refresh_token` with rotation (RFC 6749
//! sections 4.4 and 6). However many ask at once, one token request is in flight.

use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use oauth2::basic::{BasicClient, BasicTokenResponse, BasicTokenType};
use oauth2::{
    AsyncHttpClient, AuthType, ClientId, ClientSecret, HttpRequest, HttpResponse, RefreshToken, RequestTokenError,
    Scope, TokenResponse, TokenUrl,
};
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Method, Request, StatusCode, Url};
use serde::Deserialize;
use tokio::sync::Mutex;

use super::PlatformError;
use super::http::Http;

/// What the program asks permission for.
pub const SCOPES: [&str; 3] = ["posts:read", "messages:read", "messages:write"];
/// How long a token lasts whose answer does not say.
const ASSUMED_LIFETIME: Duration = Duration::from_mins(5);
/// A token is renewed this long before it expires, or a fifth of its lifetime before, whichever is less: a request that
/// leaves with it must still arrive in time.
const RENEWAL_MARGIN: Duration = Duration::from_secs(30);

const DISCOVER: &str = "discovery";
const TOKEN: &str = "token";

/// An access token, ready for use as a header, which its `Debug` does not show.
#[derive(Debug, Clone)]
pub struct Access {
    /// The value of `Authorization`.
    pub header: HeaderValue,
    serial: u64,
    renew_at: Timestamp,
}

/// The tokens of one municipality.
#[derive(Debug)]
pub struct Tokens {
    client_id: ClientId,
    client_secret: ClientSecret,
    /// Token requests that have ended, well or not.
    ended: AtomicU64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    endpoint: Option<Endpoint>,
    access: Option<Access>,
    refresh: Option<RefreshToken>,
    failure: Option<PlatformError>,
}

#[derive(Debug, Clone)]
struct Endpoint {
    url: TokenUrl,
    auth_type: AuthType,
}

impl Tokens {
    /// No tokens yet; the first one is requested when it is needed.
    pub fn new(client_id: String, client_secret: String) -> Self {
        Self {
            client_id: ClientId::new(client_id),
            client_secret: ClientSecret::new(client_secret),
            ended: AtomicU64::new(0),
            state: Mutex::default(),
        }
    }

    /// A token that is good for now, from the platform if need be.
    pub async fn access(&self, http: &Http) -> Result<Access, PlatformError> {
        self.usable(http, |access| access.renew_at > http.clock.now()).await
    }

    /// Another token than `refused`, which the platform did not accept although its time is not up.
    pub async fn instead_of(&self, http: &Http, refused: &Access) -> Result<Access, PlatformError> {
        self.usable(http, |access| access.serial != refused.serial && access.renew_at > http.clock.now()).await
    }

    async fn usable(&self, http: &Http, good: impl Fn(&Access) -> bool) -> Result<Access, PlatformError> {
        let ended_before = self.ended.load(Ordering::Acquire);
        let mut state = self.state.lock().await;
        if let Some(access) = state.access.as_ref().filter(|access| good(access)) {
            return Ok(access.clone());
        }
        // A request that was in flight while this caller waited has failed: its failure answers everybody who waited.
        if self.ended.load(Ordering::Acquire) != ended_before
            && let Some(failure) = &state.failure
        {
            return Err(failure.clone());
        }
        let outcome = self.request(http, &mut state).await;
        self.ended.fetch_add(1, Ordering::Release);
        state.failure = outcome.as_ref().err().cloned();
        outcome
    }

    async fn request(&self, http: &Http, state: &mut State) -> Result<Access, PlatformError> {
        state.access = None;
        let endpoint = match state.endpoint.take() {
            Some(endpoint) => endpoint,
            // Whatever is wrong with the discovery, the request that needs the token has not been made.
            None => discover(http).await.map_err(|error| match error {
                PlatformError::Rejected { operation, cause, .. } => PlatformError::Refused { operation, cause },
                other => other,
            })?,
        };
        // Not the time of the answer: the token's lifetime may begin before its answer arrives.
        let asked_at = http.clock.now();
        let response = self.grant(http, &endpoint, &mut state.refresh).await?;
        // Only a working endpoint is kept: after a failure the next attempt looks whether it has moved.
        state.endpoint = Some(endpoint);
        let access = self.accept(&response, asked_at)?;
        state.refresh = response.refresh_token().cloned().or_else(|| state.refresh.take());
        state.access = Some(access.clone());
        Ok(access)
    }

    async fn grant(
        &self,
        http: &Http,
        endpoint: &Endpoint,
        refresh: &mut Option<RefreshToken>,
    ) -> Result<BasicTokenResponse, PlatformError> {
        let client = BasicClient::new(self.client_id.clone())
            .set_client_secret(self.client_secret.clone())
            .set_auth_type(endpoint.auth_type.clone())
            .set_token_uri(endpoint.url.clone());
        let send = Carrier(http);
        if let Some(token) = refresh.as_ref() {
            match client.exchange_refresh_token(token).request_async(&send).await.map_err(token_error) {
                // Rotated elsewhere, expired or revoked: the municipality's own credentials still stand.
                Err(PlatformError::Refused { .. }) => *refresh = None,
                outcome => return outcome,
            }
        }
        let scopes = SCOPES.map(|scope| Scope::new(scope.to_owned()));
        client.exchange_client_credentials().add_scopes(scopes).request_async(&send).await.map_err(token_error)
    }

    fn accept(&self, response: &BasicTokenResponse, asked_at: Timestamp) -> Result<Access, PlatformError> {
        if *response.token_type() != BasicTokenType::Bearer {
            return Err(PlatformError::Unknown { operation: TOKEN, cause: "`token_type` is not `Bearer`".into() });
        }
        if let Some(granted) = response.scopes()
            && let Some(missing) =
                SCOPES.iter().find(|scope| !granted.iter().any(|granted| granted.as_str() == **scope))
        {
            let cause = format!("the scope `{missing}` is not granted");
            return Err(PlatformError::Refused { operation: TOKEN, cause });
        }
        let mut header =
            HeaderValue::try_from(format!("Bearer {}", response.access_token().secret())).map_err(|_| {
                PlatformError::Unknown { operation: TOKEN, cause: "`access_token` does not fit into a header".into() }
            })?;
        header.set_sensitive(true);
        let lifetime = response.expires_in().unwrap_or(ASSUMED_LIFETIME);
        let usable = lifetime.saturating_sub(RENEWAL_MARGIN.min(lifetime / 5));
        let renew_at = asked_at.checked_add(usable).unwrap_or(Timestamp::MAX);
        Ok(Access { header, serial: self.ended.load(Ordering::Acquire), renew_at })
    }
}

/// The part of the authorization server's metadata that is used.
#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    token_endpoint: String,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

async fn discover(http: &Http) -> Result<Endpoint, PlatformError> {
    let unusable = |cause: &str| PlatformError::Unknown { operation: DISCOVER, cause: cause.to_owned() };
    let url = http.url(&[".well-known", "oauth-authorization-server"]);
    let response = http.execute(DISCOVER, Request::new(Method::GET, url)).await?;
    if response.status() != StatusCode::OK {
        return Err(http.failure(DISCOVER, response).await);
    }
    let body = http.body(DISCOVER, response).await?;
    let metadata: Metadata =
        serde_json::from_slice(&body).map_err(|_| unusable("not the metadata that RFC 8414 describes"))?;
    // RFC 8414 section 3.3: an issuer that is not the one asked may be somebody else's.
    if metadata.issuer.trim_end_matches('/') != http.origin() {
        return Err(unusable("`issuer` is not the platform's own address"));
    }
    let token_endpoint: Url =
        metadata.token_endpoint.parse().map_err(|_| unusable("`token_endpoint` is not an address"))?;
    if !(http.is_own(&token_endpoint) || token_endpoint.scheme() == "https") {
        return Err(unusable("`token_endpoint` would send the credentials in the open"));
    }
    let in_body_only = metadata
        .token_endpoint_auth_methods_supported
        .is_some_and(|methods| methods.iter().all(|method| method != "client_secret_basic"));
    Ok(Endpoint {
        url: TokenUrl::from_url(token_endpoint),
        auth_type: if in_body_only { AuthType::RequestBody } else { AuthType::BasicAuth },
    })
}

/// Carries the requests of the `OAuth2` library over our connections.
struct Carrier<'h>(&'h Http);

impl<'c> AsyncHttpClient<'c> for Carrier<'_> {
    type Error = PlatformError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, PlatformError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(exchange(self.0, request))
    }
}

/// The library gets to see only successes: it would lose the wait that a refusal asks for, and keep bodies that are
/// nobody's business.
async fn exchange(http: &Http, request: HttpRequest) -> Result<HttpResponse, PlatformError> {
    let unreadable = |_| PlatformError::Unknown { operation: TOKEN, cause: "the address cannot be used".into() };
    let request = Request::try_from(request).map_err(unreadable)?;
    let response = http.execute(TOKEN, request).await?;
    if response.status() != StatusCode::OK {
        return Err(match http.failure(TOKEN, response).await {
            // RFC 6749 section 5.2 gives 400 to refused credentials, tokens and scopes too.
            PlatformError::Rejected { operation, cause, .. } => PlatformError::Refused { operation, cause },
            other => other,
        });
    }
    let content_type = response.headers().get(CONTENT_TYPE).cloned();
    let mut answer = HttpResponse::new(http.body(TOKEN, response).await?);
    if let Some(content_type) = content_type {
        answer.headers_mut().insert(CONTENT_TYPE, content_type);
    }
    Ok(answer)
}

fn token_error<T: oauth2::ErrorResponse>(error: RequestTokenError<PlatformError, T>) -> PlatformError {
    match error {
        RequestTokenError::Request(error) => error,
        // The library's own texts can quote the answer, and with it a token.
        _ => PlatformError::Unknown { operation: TOKEN, cause: "not the token answer of RFC 6749".into() },
    }
}
