//! A pretend neighbourhood platform: the API of `platform-api.yaml` on a socket, with a world that tests and the demo
//! can change, faults on demand, and a ledger of all that it was asked.
//!
//! Everything is made up: its people, its secrets and its tokens. It is not built to face the internet.

mod api;
mod connection;
mod control;
mod cursor;
mod endpoint;
mod faults;
mod idempotency;
mod ledger;
mod oauth;
mod page;
mod percent;
mod problem;
mod rate_limit;
pub mod seed;
mod server;
#[cfg(test)]
mod tests;
pub mod world;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use endpoint::{Endpoint, Scope};
pub use faults::{FOREIGN_ORIGIN, Fault, FaultRule, Faults, RULES_MAX, RetryHint, Trigger, When};
pub use ledger::{AcceptedMessage, Count, Ledger, REQUESTS_KEPT, RequestRecord};
pub use rate_limit::RateLimit;
pub use world::World;

use crate::clock::{Entropy, SharedClock};

use connection::{Doorway, Line};
use server::{App, Shared};

/// How long a shutdown waits for requests that are being answered.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);

/// What a playground is to be like.
#[derive(Debug, Clone)]
pub struct PlaygroundConfig {
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where it takes the time from.
    pub clock: SharedClock,
    /// Repeats the chances of faults.
    pub seed: u64,
    /// How long an access token is valid.
    pub access_token_ttl: Duration,
    /// How long a refresh token is valid.
    pub refresh_token_ttl: Duration,
    /// How often one client may ask.
    pub rate_limit: RateLimit,
    /// What this platform can do.
    pub profile: Profile,
    /// Whether other processes may change the world under `/_control/`; on a loopback address only.
    pub control: bool,
}

/// Abilities that not every platform has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Profile {
    /// Heeds `Idempotency-Key`; without it every request writes.
    pub idempotency_keys: bool,
    /// Finds messages by `client_reference`; without it none is ever found.
    pub reference_lookup: bool,
}

/// Why a playground did not start.
#[derive(Debug, thiserror::Error)]
pub enum PlaygroundError {
    /// The address cannot be listened on.
    #[error("cannot listen on `{address}`\nhint: another program may use that port; port 0 takes a free one")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the operating system said.
        source: io::Error,
    },
    /// Control by other processes was asked for where strangers could reach it.
    #[error("control is not offered on `{address}`\nhint: listen on a loopback address, such as 127.0.0.1")]
    ControlExposed {
        /// The address.
        address: SocketAddr,
    },
}

/// A playground that runs until it is shut down or dropped.
#[derive(Debug)]
pub struct Playground {
    app: Shared,
    closing: watch::Sender<bool>,
    server: JoinHandle<io::Result<()>>,
}

impl PlaygroundConfig {
    /// A playground on a free loopback port with short-lived tokens, generous limits and every ability.
    pub fn new(clock: SharedClock) -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            clock,
            seed: 0,
            access_token_ttl: Duration::from_mins(5),
            refresh_token_ttl: Duration::from_hours(30 * 24),
            rate_limit: RateLimit { requests: 1_000_000, window: Duration::from_mins(1) },
            profile: Profile::default(),
            control: false,
        }
    }
}

impl Default for Profile {
    fn default() -> Self {
        Self { idempotency_keys: true, reference_lookup: true }
    }
}

impl Playground {
    /// Starts a playground with an empty world.
    pub async fn start(config: PlaygroundConfig) -> Result<Self, PlaygroundError> {
        let address = config.listen;
        if config.control && !address.ip().is_loopback() {
            return Err(PlaygroundError::ControlExposed { address });
        }
        let listen = |source| PlaygroundError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(listen)?;
        let bound = listener.local_addr().map_err(listen)?;
        let (closing, closing_seen) = watch::channel(false);
        let world = World::new(Arc::clone(&config.clock));
        let app = Arc::new(App {
            oauth: oauth::OAuth::new(
                world.clone(),
                Arc::clone(&config.clock),
                Entropy::from_os(),
                config.access_token_ttl,
                config.refresh_token_ttl,
            ),
            world,
            ledger: Ledger::default(),
            faults: Faults::new(config.seed),
            keys: idempotency::IdempotencyKeys::default(),
            limiter: rate_limit::RateLimiter::new(config.rate_limit),
            profile: config.profile,
            clock: config.clock,
            base_url: format!("http://{bound}"),
            closing: closing_seen.clone(),
        });
        let service = server::router(&app, config.control).into_make_service_with_connect_info::<Line>();
        let server = axum::serve(Doorway::new(listener), service).with_graceful_shutdown(async move {
            let mut closing = closing_seen;
            // An error means that the playground was dropped.
            let _ = closing.wait_for(|closing| *closing).await;
        });
        Ok(Self { app, closing, server: tokio::spawn(server.into_future()) })
    }

    /// Origin of the platform, without a slash at its end.
    pub fn base_url(&self) -> &str {
        &self.app.base_url
    }

    /// The world: to publish and change posts, to write as a concierge, to read an inbox.
    pub fn world(&self) -> &World {
        &self.app.world
    }

    /// The faults that are set.
    pub fn faults(&self) -> &Faults {
        &self.app.faults
    }

    /// What was asked and accepted.
    pub fn ledger(&self) -> &Ledger {
        &self.app.ledger
    }

    /// Lets every access token expire; refresh tokens stay valid.
    pub fn expire_access_tokens(&self) {
        self.app.oauth.expire_all();
    }

    /// Stops listening, lets requests finish for at most five seconds, and returns when all is closed.
    pub async fn shutdown(mut self) {
        self.closing.send_replace(true);
        if tokio::time::timeout(SHUTDOWN_TIMEOUT, &mut self.server).await.is_err() {
            self.server.abort();
        }
    }
}

impl Drop for Playground {
    fn drop(&mut self) {
        self.closing.send_replace(true);
    }
}
