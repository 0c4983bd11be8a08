//! `OAuth2`: client credentials and refresh tokens with rotation (RFC 6749, RFC 9700 section 4.14).

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use jiff::Timestamp;
use serde::Serialize;

use super::endpoint::Scope;
use super::percent::basic_credentials;
use super::problem::Problem;
use super::world::World;
use crate::clock::{Entropy, SharedClock};

/// Most tokens of each kind remembered; the oldest go first.
const TOKENS_MAX: usize = 100_000;

/// The authorisation server.
#[derive(Debug)]
pub(super) struct OAuth {
    world: World,
    clock: SharedClock,
    entropy: Entropy,
    access_ttl: Duration,
    refresh_ttl: Duration,
    tokens: Mutex<Tokens>,
}

/// Who asks: the municipality of a valid access token.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    pub municipality: Arc<str>,
}

/// A successful answer of the token endpoint.
#[derive(Serialize)]
pub(super) struct Granted {
    access_token: String,
    token_type: &'static str,
    expires_in: u64,
    scope: String,
    refresh_token: String,
}

/// A refusal of the token endpoint, as RFC 6749 section 5.2 names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    InvalidRequest,
    InvalidClient,
    InvalidGrant,
    UnsupportedGrantType,
    InvalidScope,
}

#[derive(Debug, Default)]
struct Tokens {
    access: Kept<Access>,
    refresh: Kept<Refresh>,
    /// Families that a reused refresh token has revoked.
    revoked: Kept<()>,
    families: u64,
}

#[derive(Debug)]
struct Access {
    family: u64,
    client: Arc<str>,
    scopes: Vec<Scope>,
    expires: Timestamp,
}

#[derive(Debug)]
struct Refresh {
    family: u64,
    client: Arc<str>,
    scopes: Vec<Scope>,
    expires: Timestamp,
    used: bool,
}

/// A map that forgets its oldest entries.
#[derive(Debug)]
struct Kept<T> {
    entries: HashMap<String, T>,
    by_age: VecDeque<String>,
}

impl OAuth {
    pub fn new(
        world: World,
        clock: SharedClock,
        entropy: Entropy,
        access_ttl: Duration,
        refresh_ttl: Duration,
    ) -> Self {
        Self { world, clock, entropy, access_ttl, refresh_ttl, tokens: Mutex::default() }
    }

    /// Answers a token request with the parameters of its form.
    pub fn grant(&self, headers: &HeaderMap, form: &[(String, String)]) -> Result<Granted, Refusal> {
        let parameter = |name: &str| single(form, name);
        let client = self.authenticate(headers, form)?;
        match parameter("grant_type")?.ok_or(Refusal::InvalidRequest)? {
            "client_credentials" => {
                let scopes = parse_scopes(parameter("scope")?, &Scope::ALL)?;
                let mut tokens = self.lock();
                tokens.families += 1;
                let family = tokens.families;
                Ok(self.issue(&mut tokens, family, client, scopes.clone(), scopes))
            }
            "refresh_token" => {
                let token = parameter("refresh_token")?.ok_or(Refusal::InvalidRequest)?;
                self.rotate(&client, token, parameter("scope")?)
            }
            _ => Err(Refusal::UnsupportedGrantType),
        }
    }

    /// The caller of a request whose access token carries `scope`.
    pub fn authorise(&self, headers: &HeaderMap, scope: Scope) -> Result<Caller, Problem> {
        let token = bearer(headers).ok_or_else(|| Problem::unauthorised(None))?;
        let tokens = self.lock();
        let access =
            tokens.valid(token, self.clock.now()).ok_or_else(|| Problem::unauthorised(Some("invalid_token")))?;
        if !access.scopes.contains(&scope) {
            return Err(Problem::missing_scope(scope.name()));
        }
        Ok(Caller { municipality: Arc::clone(&access.client) })
    }

    /// The client of a request with a valid access token.
    pub fn client_of(&self, headers: &HeaderMap) -> Option<Arc<str>> {
        let token = bearer(headers)?;
        self.lock().valid(token, self.clock.now()).map(|access| Arc::clone(&access.client))
    }

    /// Forgets the access token of a request, as if it had expired.
    pub fn expire(&self, headers: &HeaderMap) {
        if let Some(token) = bearer(headers) {
            self.lock().access.entries.remove(token);
        }
    }

    /// Forgets every access token; refresh tokens stay.
    pub fn expire_all(&self) {
        self.lock().access = Kept::default();
    }

    fn authenticate(&self, headers: &HeaderMap, form: &[(String, String)]) -> Result<Arc<str>, Refusal> {
        let posted = (single(form, "client_id")?, single(form, "client_secret")?);
        let (id, secret) = match headers.get(AUTHORIZATION) {
            // One way of authenticating per request.
            Some(_) if posted.1.is_some() => return Err(Refusal::InvalidRequest),
            Some(value) => value.to_str().ok().and_then(basic_credentials).ok_or(Refusal::InvalidClient)?,
            None => match posted {
                (Some(id), Some(secret)) => (id.to_owned(), secret.to_owned()),
                _ => return Err(Refusal::InvalidClient),
            },
        };
        match self.world.municipality(&id) {
            Some(known) if known.client_secret == secret => Ok(Arc::from(id)),
            _ => Err(Refusal::InvalidClient),
        }
    }

    fn rotate(&self, client: &Arc<str>, token: &str, scope: Option<&str>) -> Result<Granted, Refusal> {
        let mut tokens = self.lock();
        let now = self.clock.now();
        let known = tokens.refresh.entries.get_mut(token).ok_or(Refusal::InvalidGrant)?;
        if known.client != *client || known.expires <= now {
            return Err(Refusal::InvalidGrant);
        }
        let family = known.family;
        if known.used {
            // Two holders of one token: one of them stole it.
            tokens.revoked.insert(family.to_string(), ());
            return Err(Refusal::InvalidGrant);
        }
        let granted = known.scopes.clone();
        let scopes = parse_scopes(scope, &granted)?;
        if tokens.revoked.entries.contains_key(&family.to_string()) {
            return Err(Refusal::InvalidGrant);
        }
        if let Some(known) = tokens.refresh.entries.get_mut(token) {
            known.used = true;
        }
        // The access token may be narrower; the refresh token keeps what was granted (RFC 6749, section 6).
        Ok(self.issue(&mut tokens, family, Arc::clone(client), scopes, granted))
    }

    fn issue(
        &self,
        tokens: &mut Tokens,
        family: u64,
        client: Arc<str>,
        scopes: Vec<Scope>,
        granted: Vec<Scope>,
    ) -> Granted {
        let now = self.clock.now();
        let access_token = self.entropy.hex_128();
        let refresh_token = self.entropy.hex_128();
        let scope = scopes.iter().map(|scope| scope.name()).collect::<Vec<_>>().join(" ");
        let expires = now + self.access_ttl;
        let access = Access { family, client: Arc::clone(&client), scopes, expires };
        tokens.access.insert(access_token.clone(), access);
        let expires = now + self.refresh_ttl;
        tokens.refresh.insert(refresh_token.clone(), Refresh { family, client, scopes: granted, expires, used: false });
        Granted { access_token, token_type: "Bearer", expires_in: self.access_ttl.as_secs(), scope, refresh_token }
    }

    fn lock(&self) -> MutexGuard<'_, Tokens> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Refusal {
    /// The error code of RFC 6749.
    pub fn code(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
        }
    }

    /// What it means, for a person.
    pub fn description(self) -> &'static str {
        match self {
            Self::InvalidRequest => "a parameter is missing, repeated or contradicts another",
            Self::InvalidClient => "the client id or its secret is wrong",
            Self::InvalidGrant => "the refresh token is unknown, expired, used or revoked",
            Self::UnsupportedGrantType => "the grant type is not one of those in the discovery document",
            Self::InvalidScope => "a scope is unknown or goes beyond what was granted",
        }
    }
}

impl Tokens {
    fn valid(&self, token: &str, now: Timestamp) -> Option<&Access> {
        let access = self.access.entries.get(token)?;
        let alive = access.expires > now && !self.revoked.entries.contains_key(&access.family.to_string());
        alive.then_some(access)
    }
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self { entries: HashMap::new(), by_age: VecDeque::new() }
    }
}

impl<T> Kept<T> {
    fn insert(&mut self, key: String, value: T) {
        while self.by_age.len() >= TOKENS_MAX {
            if let Some(oldest) = self.by_age.pop_front() {
                self.entries.remove(&oldest);
            }
        }
        self.by_age.push_back(key.clone());
        self.entries.insert(key, value);
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

/// The only value of a form parameter; an empty one counts as absent (RFC 6749, section 3.2).
fn single<'a>(form: &'a [(String, String)], name: &str) -> Result<Option<&'a str>, Refusal> {
    let mut values = form.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let first = values.next();
    if values.next().is_some() { Err(Refusal::InvalidRequest) } else { Ok(first.filter(|value| !value.is_empty())) }
}

/// The scopes of a request, all of `allowed` when it names none.
fn parse_scopes(requested: Option<&str>, allowed: &[Scope]) -> Result<Vec<Scope>, Refusal> {
    let Some(requested) = requested else { return Ok(allowed.to_vec()) };
    let mut scopes = Vec::new();
    for name in requested.split(' ') {
        let scope = Scope::parse(name).filter(|scope| allowed.contains(scope)).ok_or(Refusal::InvalidScope)?;
        if !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    Ok(scopes)
}
