//! What every request passes: the ledger, the rate limit and the faults, in that order, before its handler.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tokio::sync::watch;

use super::connection::Line;
use super::endpoint::Endpoint;
use super::faults::{Faults, Outcome, inject};
use super::idempotency::IdempotencyKeys;
use super::ledger::{Ledger, RequestRecord};
use super::oauth::OAuth;
use super::problem::Problem;
use super::rate_limit::RateLimiter;
use super::world::World;
use super::{Profile, api, control, page};
use crate::clock::SharedClock;

/// Who is counted when a request carries no valid token.
const ANONYMOUS: &str = "";

/// What all handlers share.
pub(super) type Shared = Arc<App>;

#[derive(Debug)]
pub(super) struct App {
    pub world: World,
    pub ledger: Ledger,
    pub faults: Faults,
    pub oauth: OAuth,
    pub keys: IdempotencyKeys,
    pub limiter: RateLimiter,
    pub profile: Profile,
    pub clock: SharedClock,
    /// Origin, without a slash at its end.
    pub base_url: String,
    /// Becomes true when the server shuts down.
    pub closing: watch::Receiver<bool>,
}

impl App {
    /// Waits for `duration` of the injected clock, or until the server shuts down.
    pub async fn wait(&self, duration: Duration) {
        let mut closing = self.closing.clone();
        tokio::select! {
            () = self.clock.sleep(duration) => {}
            // An error means that the server is gone.
            _ = closing.wait_for(|closing| *closing) => {}
        }
    }
}

/// Every address of the playground.
pub(super) fn router(app: &Shared, with_control: bool) -> Router {
    let api = api::routes().layer(middleware::from_fn_with_state(Arc::clone(app), around)).with_state(Arc::clone(app));
    let all = api.merge(page::routes(app));
    if with_control { control::routes().with_state(Arc::clone(app)).merge(all) } else { all }
}

async fn around(
    State(app): State<Shared>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: Request,
    next: Next,
) -> Response {
    let now = app.clock.now();
    let path = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let endpoint = path.as_deref().and_then(|path| Endpoint::of(request.method(), path));
    let neighbourhood = match endpoint {
        Some(Endpoint::Posts) => request.uri().path().split('/').nth(3).map(str::to_owned),
        _ => None,
    };
    let client = app.oauth.client_of(request.headers());
    let mut record = app.ledger.open(RequestRecord {
        at: now,
        method: request.method().to_string(),
        path,
        neighbourhood: neighbourhood.clone(),
        client: client.as_deref().map(str::to_owned),
        status: None,
        fault: None,
    });
    let quota = app.limiter.take(client.as_deref().unwrap_or(ANONYMOUS), now);
    let outcome = if quota.exhausted {
        Outcome::Answer(Problem::too_many(quota.retry_after_secs(now)).into_response())
    } else if let Some(fault) = app.faults.draw(endpoint, neighbourhood.as_deref()) {
        record.fault(fault.name());
        inject(&app, fault, request, next).await
    } else {
        Outcome::Answer(next.run(request).await)
    };
    match outcome {
        Outcome::Answer(mut response) => {
            quota.write(response.headers_mut());
            record.close(Some(response.status().as_u16()));
            response
        }
        Outcome::Cut => {
            record.close(None);
            line.cut();
            // Never leaves: the connection is cut.
            Problem::internal().into_response()
        }
    }
}
