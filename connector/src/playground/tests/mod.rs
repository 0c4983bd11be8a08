//! Tests through real HTTP.

mod contract;
mod control;
mod faults;
mod messages;
mod oauth;
mod posts;

use std::sync::Arc;

use jiff::Timestamp;
use reqwest::header::HeaderMap;
use reqwest::{RequestBuilder, StatusCode};
use serde_json::{Value, json};

use super::seed::{PostsFile, pretend_secret};
use super::{Playground, PlaygroundConfig};
use crate::clock::ManualClock;

/// The description of the API.
const API: &str = include_str!("../../../platform-api.yaml");

const START: &str = "2026-03-02T08:00:00Z";

/// A playground with three posts in Waterwijk (Lelystad) and one in Utrecht West, and a client of Lelystad.
struct Fixture {
    playground: Playground,
    clock: ManualClock,
    http: reqwest::Client,
    token: String,
}

/// An answer, read to its end.
#[derive(Debug)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Value,
}

impl Fixture {
    async fn start() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut PlaygroundConfig)) -> Self {
        let clock = ManualClock::new(START.parse::<Timestamp>().unwrap());
        let mut config = PlaygroundConfig::new(Arc::new(clock.clone()));
        change(&mut config);
        let playground = Playground::start(config).await.unwrap();
        PostsFile::parse(
            &[line("a", "waterwijk"), line("b", "waterwijk"), line("c", "waterwijk"), line("u", "utrecht-west")]
                .join("\n"),
        )
        .unwrap()
        .publish_all(playground.world())
        .unwrap();
        // Another test may have installed it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let redirects = reqwest::redirect::Policy::none();
        let http = reqwest::Client::builder().redirect(redirects).no_proxy().build().unwrap();
        let mut fixture = Self { playground, clock, http, token: String::new() };
        fixture.token = fixture.token_for("lelystad", None).await;
        fixture
    }

    async fn token_for(&self, client: &str, scope: Option<&str>) -> String {
        let secret = pretend_secret(client);
        let mut form = vec![("grant_type", "client_credentials"), ("client_id", client), ("client_secret", &secret)];
        form.extend(scope.map(|scope| ("scope", scope)));
        let answer = self.token_request(&form).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body["access_token"].as_str().unwrap().to_owned()
    }

    async fn token_request(&self, form: &[(&str, &str)]) -> Answer {
        Answer::of(self.http.post(self.url("/oauth/token")).form(form)).await
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.playground.base_url())
    }

    async fn get(&self, path: &str) -> Answer {
        Answer::of(self.http.get(self.url(path)).bearer_auth(&self.token)).await
    }

    async fn get_if_changed(&self, path: &str, etag: &str) -> Answer {
        Answer::of(self.http.get(self.url(path)).bearer_auth(&self.token).header("if-none-match", etag)).await
    }

    fn post(&self, path: &str, key: &str, body: &Value) -> RequestBuilder {
        self.http.post(self.url(path)).bearer_auth(&self.token).header("idempotency-key", key).json(body)
    }

    async fn start_conversation(&self, key: &str, text: &str) -> Answer {
        Answer::of(self.post("/v1/conversations", key, &to_concierge(text))).await
    }
}

impl Answer {
    async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await.unwrap();
        Self { status, headers, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null) }
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    fn ids(&self) -> Vec<&str> {
        self.body["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect()
    }

    fn cursor(&self) -> &str {
        self.body["next_cursor"].as_str().unwrap()
    }

    fn problem(&self) -> &str {
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.body["status"], self.status.as_u16());
        let known = self.body["type"].as_str().unwrap();
        assert!(API.contains(&format!("- \"{known}\"\n")), "{known} is not described");
        known.strip_prefix("urn:koppelaar:problem:").unwrap()
    }
}

fn line(id: &str, neighbourhood: &str) -> String {
    let post = json!({"id": id, "neighbourhood": neighbourhood, "author": format!("r-{id}"), "category": "question",
        "created": "2026-03-01T10:00:00+01:00", "title": "Titel", "text": format!("tekst {id}")});
    post.to_string()
}

fn to_concierge(text: &str) -> Value {
    json!({"recipient_id": "concierge-lelystad", "text": text, "client_reference": "ref-1"})
}
