use std::time::Duration;

use super::{Answer, Fixture};
use crate::playground::{Endpoint, FOREIGN_ORIGIN, Fault, FaultRule, RateLimit, RetryHint, Trigger, When};

const FEED: &str = "/v1/neighbourhoods/waterwijk/posts";

/// The next request of that operation fails so.
fn set(fixture: &Fixture, endpoint: Endpoint, fault: Fault) {
    assert!(fixture.playground.faults().add(FaultRule::at(endpoint, Trigger::next(1), fault)));
}

async fn feed_with(fixture: &Fixture, fault: Fault) -> Answer {
    set(fixture, Endpoint::Posts, fault);
    fixture.get(FEED).await
}

#[tokio::test]
async fn rate_limits_count_per_client_and_say_when_to_return() {
    let limit = RateLimit { requests: 2, window: Duration::from_mins(1) };
    let fixture = Fixture::with(|config| config.rate_limit = limit).await;
    assert_eq!(fixture.get(FEED).await.header("x-ratelimit-remaining"), "1");
    assert_eq!(fixture.get(FEED).await.header("x-ratelimit-remaining"), "0");
    let refused = fixture.get(FEED).await;
    assert_eq!((refused.status.as_u16(), refused.problem()), (429, "rate-limit"));
    assert_eq!((refused.header("retry-after"), refused.header("x-ratelimit-limit")), ("60", "2"));
    fixture.clock.advance(Duration::from_mins(1));
    assert_eq!(fixture.get(FEED).await.status, 200);
}

#[tokio::test]
async fn every_form_of_retry_after() {
    let fixture = Fixture::start().await;
    for (retry, name, value) in [
        (RetryHint::Seconds(7), "retry-after", "7"),
        (RetryHint::HttpDate(60), "retry-after", "Mon, 02 Mar 2026 08:01:00 GMT"),
        (RetryHint::ResetEpoch(60), "x-ratelimit-reset", "1772438460"),
        (RetryHint::ResetIso8601(60), "x-ratelimit-reset", "2026-03-02T08:01:00Z"),
    ] {
        let answer = feed_with(&fixture, Fault::TooManyRequests { retry }).await;
        assert_eq!((answer.status.as_u16(), answer.header(name)), (429, value));
        assert_eq!(answer.headers.contains_key("retry-after"), name == "retry-after");
    }
    let unavailable = Fault::ServiceUnavailable { retry: RetryHint::Seconds(3), when: When::BeforeWrite };
    let answer = feed_with(&fixture, unavailable).await;
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, "3"));
}

#[tokio::test]
async fn a_silent_or_dropped_write_may_have_happened() {
    for (when, written) in [(When::BeforeWrite, 0), (When::AfterWrite, 1)] {
        let silence = Fault::Silence { when, close_after_millis: None };
        for (fault, silent) in [(silence, true), (Fault::Drop { when }, false)] {
            let fixture = Fixture::start().await;
            set(&fixture, Endpoint::StartConversation, fault);
            let request = fixture.post("/v1/conversations", "k", &super::to_concierge("hallo"));
            let error = request.timeout(Duration::from_millis(200)).send().await.unwrap_err();
            assert_eq!((error.is_timeout(), error.is_connect()), (silent, false), "{error:?}");
            assert_eq!(fixture.playground.ledger().message_count(), written);
            let retry = fixture.start_conversation("k", "hallo").await;
            assert_eq!(retry.header("idempotent-replayed") == "true", written == 1);
            assert_eq!(fixture.playground.ledger().message_count(), 1);
        }
    }
}

#[tokio::test]
async fn a_silent_connection_is_closed_in_the_end() {
    let fixture = Fixture::start().await;
    set(&fixture, Endpoint::Posts, Fault::Silence { when: When::BeforeWrite, close_after_millis: Some(5_000) });
    let request = fixture.http.get(fixture.url(FEED)).bearer_auth(&fixture.token);
    let mut silent = tokio::spawn(request.send());
    let error = loop {
        tokio::select! {
            answer = &mut silent => break answer.unwrap().unwrap_err(),
            () = tokio::task::yield_now() => fixture.clock.advance(Duration::from_secs(1)),
        }
    };
    assert!(!error.is_timeout());
}

#[tokio::test]
async fn the_ledger_tells_what_was_asked_and_what_was_injected() {
    let fixture = Fixture::start().await;
    feed_with(&fixture, Fault::InternalError { when: When::BeforeWrite }).await;
    set(&fixture, Endpoint::Posts, Fault::Drop { when: When::BeforeWrite });
    fixture.http.get(fixture.url(FEED)).bearer_auth(&fixture.token).send().await.unwrap_err();
    fixture.get(FEED).await;
    let records = fixture.playground.ledger().requests();
    let told: Vec<_> = records
        .iter()
        .map(|record| (record.path.as_deref().unwrap(), record.status, record.fault, record.neighbourhood.as_deref()))
        .collect();
    let feed = "/v1/neighbourhoods/{id}/posts";
    assert_eq!(
        told,
        [
            ("/oauth/token", Some(200), None, None),
            (feed, Some(500), Some("internal_error"), Some("waterwijk")),
            (feed, None, Some("drop"), Some("waterwijk")),
            (feed, Some(200), None, Some("waterwijk")),
        ]
    );
    assert_eq!(records[3].client.as_deref(), Some("lelystad"));
    let counts = fixture.playground.ledger().counts();
    assert_eq!(counts.iter().map(|count| count.times).sum::<u64>(), 4);
    assert_eq!(fixture.playground.ledger().fault_counts()["drop"], 1);
}

#[tokio::test]
async fn pages_come_spoilt() {
    let fixture = Fixture::start().await;
    assert_eq!(feed_with(&fixture, Fault::DuplicateEntries).await.ids(), ["a", "a", "b", "b", "c", "c"]);
    assert_eq!(feed_with(&fixture, Fault::ReorderedEntries).await.ids(), ["c", "b", "a"]);
    let malformed = feed_with(&fixture, Fault::MalformedEntry).await;
    assert_eq!((malformed.body["items"].as_array().unwrap().len(), malformed.header("etag")), (4, ""));
    assert_eq!(feed_with(&fixture, Fault::WrongJson).await.body["items"], "none");
    let truncated = feed_with(&fixture, Fault::TruncatedJson).await;
    assert_eq!((truncated.status.as_u16(), truncated.body.is_null()), (200, true));
    let oversized = feed_with(&fixture, Fault::OversizedBody).await;
    assert!(oversized.header("content-length").parse::<usize>().unwrap() > 4 * 1024 * 1024);
    let html = feed_with(&fixture, Fault::HtmlError { status: 502, when: When::BeforeWrite }).await;
    assert_eq!((html.status.as_u16(), html.header("content-type")), (502, "text/html; charset=utf-8"));
    let object = feed_with(&fixture, Fault::ErrorObject { status: 400, when: When::BeforeWrite }).await;
    assert_eq!((object.status.as_u16(), object.body["error"].is_string()), (400, true));
    let link = feed_with(&fixture, Fault::ForeignNextLink).await;
    assert!(link.header("link").contains(FOREIGN_ORIGIN));
    let redirect = feed_with(&fixture, Fault::Redirect).await;
    assert_eq!((redirect.status.as_u16(), redirect.header("location")), (302, &*format!("{FOREIGN_ORIGIN}{FEED}")));
}

#[tokio::test]
async fn a_slow_body_comes_whole_in_the_end() {
    let fixture = Fixture::start().await;
    set(&fixture, Endpoint::Posts, Fault::SlowBody { pause_millis: 1_000 });
    let request = fixture.http.get(fixture.url(FEED)).bearer_auth(&fixture.token);
    let mut reading = tokio::spawn(Answer::of(request));
    let answer = loop {
        tokio::select! {
            answer = &mut reading => break answer.unwrap(),
            () = tokio::task::yield_now() => fixture.clock.advance(Duration::from_secs(1)),
        }
    };
    assert_eq!(answer.ids(), ["a", "b", "c"]);
}

#[tokio::test]
async fn an_expired_token_stays_expired() {
    let fixture = Fixture::start().await;
    assert_eq!(feed_with(&fixture, Fault::ExpiredToken).await.problem(), "unauthorised");
    assert_eq!(fixture.get(FEED).await.status, 401);
}

#[tokio::test]
async fn shutting_down_ends_silence() {
    let fixture = Fixture::start().await;
    set(&fixture, Endpoint::Posts, Fault::Silence { when: When::BeforeWrite, close_after_millis: None });
    let request = fixture.http.get(fixture.url(FEED)).bearer_auth(&fixture.token);
    let silent = tokio::spawn(request.send());
    while !fixture.playground.faults().rules().is_empty() {
        tokio::task::yield_now().await;
    }
    fixture.playground.shutdown().await;
    assert!(silent.await.unwrap().is_err());
}
