use std::time::Duration;

use serde_json::json;

use super::{Answer, Fixture, to_concierge};
use crate::playground::{Endpoint, Fault, FaultRule, Profile, Trigger};

#[tokio::test]
async fn one_conversation_per_concierge_holds_both_directions() {
    let fixture = Fixture::start().await;
    let first = fixture.start_conversation("k1", "een").await;
    assert_eq!(first.status, 201);
    assert_eq!(first.header("idempotent-replayed"), "");
    let conversation = first.body["conversation_id"].as_str().unwrap();
    let second = fixture.start_conversation("k2", "twee").await;
    assert_eq!(second.body["conversation_id"], conversation);
    let path = format!("/v1/conversations/{conversation}/messages");
    let body = json!({"text": "drie", "client_reference": "ref-3"});
    let third = Answer::of(fixture.post(&path, "k3", &body)).await;
    assert_eq!(third.status, 201);

    let world = fixture.playground.world();
    world.write_as_concierge("concierge-lelystad", "1").unwrap();
    let inbox: Vec<_> = world.inbox("concierge-lelystad").iter().map(|message| message.text.clone()).collect();
    assert_eq!(inbox, ["een", "twee", "drie", "1"]);

    let thread = fixture.get(&format!("{path}?limit=3")).await;
    assert_eq!((thread.ids().len(), &thread.body["has_more"]), (3, &true.into()));
    let rest = fixture.get(&format!("{path}?after={}", thread.cursor())).await;
    assert_eq!(rest.body["items"][0]["from"], "concierge-lelystad");
    let incoming = fixture.get("/v1/messages").await;
    assert_eq!(incoming.ids(), rest.ids(), "incoming messages only");
    assert_eq!(incoming.body["items"][0]["direction"], "incoming");
    let found = fixture.get("/v1/messages?client_reference=ref-3").await;
    assert_eq!(found.body["items"][0]["id"], third.body["message"]["id"]);
    assert_eq!(fixture.get("/v1/messages?client_reference=ref-4").await.ids(), [""; 0]);
}

#[tokio::test]
async fn messages_reach_own_concierges_only() {
    let fixture = Fixture::start().await;
    for recipient in ["concierge-utrecht", "r-a", "nobody"] {
        let body = json!({"recipient_id": recipient, "text": "t", "client_reference": "r"});
        let answer = Answer::of(fixture.post("/v1/conversations", recipient, &body)).await;
        assert_eq!((answer.status.as_u16(), answer.problem()), (403, "recipient"));
    }
    fixture.start_conversation("k", "hallo").await;
    let mut utrecht = Fixture { token: fixture.token_for("utrecht", None).await, ..fixture };
    let stolen = utrecht.post("/v1/conversations/c-1/messages", "k", &json!({"text": "t", "client_reference": "r"}));
    assert_eq!(Answer::of(stolen).await.problem(), "not-found");
    assert_eq!(utrecht.get("/v1/conversations/c-1/messages").await.problem(), "not-found");
    utrecht.token = String::new();
    assert_eq!(utrecht.get("/v1/conversations/c-1/messages").await.problem(), "unauthorised");
    assert_eq!(utrecht.playground.ledger().message_count(), 1);
}

#[tokio::test]
async fn a_key_is_replayed_or_refused_and_lasts_a_day() {
    let fixture = Fixture::start().await;
    let first = fixture.start_conversation("k", "hallo").await;
    let replay = fixture.start_conversation("k", "hallo").await;
    assert_eq!((replay.status.as_u16(), replay.header("idempotent-replayed")), (201, "true"));
    assert_eq!(replay.body, first.body);
    let reused = fixture.start_conversation("k", "iets anders").await;
    assert_eq!((reused.status.as_u16(), reused.problem()), (422, "key-reused"));
    assert_eq!(fixture.playground.ledger().message_count(), 1);

    let without = fixture.http.post(fixture.url("/v1/conversations")).bearer_auth(&fixture.token);
    assert_eq!(Answer::of(without.json(&to_concierge("x"))).await.problem(), "bad-request");

    fixture.clock.advance(Duration::from_hours(24));
    let fixture = Fixture { token: fixture.token_for("lelystad", None).await, ..fixture };
    let later = fixture.start_conversation("k", "hallo").await;
    assert_ne!(later.body["message"]["id"], first.body["message"]["id"]);
    let accepted = fixture.playground.ledger().messages();
    assert_eq!((accepted.len(), accepted[1].idempotency_key.as_deref()), (2, Some("k")));
}

#[tokio::test]
async fn a_key_in_flight_is_409() {
    let fixture = Fixture::start().await;
    let slow = FaultRule::at(Endpoint::StartConversation, Trigger::next(2), Fault::SlowWrite { millis: 60_000 });
    fixture.playground.faults().add(slow);
    // Whichever takes the key is held until the clock moves, so the other answers first.
    let mut one = Box::pin(fixture.start_conversation("k", "hallo"));
    let mut two = Box::pin(fixture.start_conversation("k", "hallo"));
    let (refused, held) = tokio::select! {
        answer = &mut one => (answer, two),
        answer = &mut two => (answer, one),
    };
    assert_eq!((refused.status.as_u16(), refused.problem()), (409, "key-in-flight"));
    assert_eq!(fixture.playground.ledger().message_count(), 0);
    fixture.clock.advance(Duration::from_mins(1));
    assert_eq!(held.await.status, 201);
    assert_eq!(fixture.start_conversation("k", "hallo").await.header("idempotent-replayed"), "true");
}

#[tokio::test]
async fn a_platform_without_keys_or_look_up_writes_again() {
    let lacking = Profile { idempotency_keys: false, reference_lookup: false };
    let fixture = Fixture::with(|config| config.profile = lacking).await;
    fixture.start_conversation("k", "hallo").await;
    let again = fixture.start_conversation("k", "hallo").await;
    assert_eq!((again.status.as_u16(), again.header("idempotent-replayed")), (201, ""));
    assert_eq!(fixture.playground.ledger().message_count(), 2);
    assert_eq!(fixture.get("/v1/messages?client_reference=ref-1").await.ids(), [""; 0]);
}

#[tokio::test]
async fn wrong_bodies_are_refused_without_repeating_them() {
    let fixture = Fixture::start().await;
    let long = "é".repeat(10_001);
    for body in [
        json!({"recipient_id": "concierge-lelystad", "text": "", "client_reference": "r"}),
        json!({"recipient_id": "concierge-lelystad", "text": long, "client_reference": "r"}),
        json!({"recipient_id": "concierge-lelystad", "text": "geheim", "client_reference": "met spatie"}),
        json!({"recipient_id": "concierge-lelystad", "text": "geheim", "client_reference": "r", "geheim": 1}),
        json!({"recipient_id": 7, "text": "geheim", "client_reference": "r"}),
        json!(["geheim"]),
    ] {
        let answer = Answer::of(fixture.post("/v1/conversations", "k", &body)).await;
        assert_eq!((answer.status.as_u16(), answer.problem()), (400, "bad-request"));
        assert!(!answer.body.to_string().contains("geheim"));
    }
    let post = || fixture.http.post(fixture.url("/v1/conversations")).bearer_auth(&fixture.token);
    let broken = post().header("content-type", "application/json").body("{\"text\":");
    assert_eq!(Answer::of(broken).await.problem(), "bad-request");
    let plain = post().header("content-type", "text/plain").body("hallo");
    assert_eq!(Answer::of(plain).await.problem(), "media-type");
    let huge = post().json(&json!({"text": "x".repeat(300 * 1024)}));
    assert_eq!(Answer::of(huge).await.problem(), "too-large");
    let longest = json!({"recipient_id": "concierge-lelystad", "text": "é".repeat(10_000), "client_reference": "r"});
    assert_eq!(Answer::of(fixture.post("/v1/conversations", "k", &longest)).await.status, 201);
}
