use serde_json::{Value, json};

use super::{Answer, Fixture, line};
use crate::playground::{Playground, PlaygroundConfig, PlaygroundError};

async fn control(fixture: &Fixture, path: &str, body: &Value) -> Answer {
    Answer::of(fixture.http.post(fixture.url(path)).json(body)).await
}

#[tokio::test]
async fn another_process_can_change_the_world() {
    let mut fixture = Fixture::with(|config| config.control = true).await;
    let municipality = json!({"id": "gent", "name": "Gent", "country": "BE", "language": "nl", "client_secret": "s",
        "neighbourhoods": [{"id": "brugse-poort", "name": "Brugse Poort", "concierges":
            [{"id": "c-gent", "display_name": "Els", "language": "nl"}]}]});
    assert_eq!(control(&fixture, "/_control/municipalities", &municipality).await.status, 204);
    let lines = fixture.http.post(fixture.url("/_control/posts")).body(line("g1", "brugse-poort"));
    assert_eq!(Answer::of(lines).await.body["published"], 1);
    assert_eq!(control(&fixture, "/_control/posts/g1", &json!({"action": "unshare"})).await.status, 204);
    assert_eq!(control(&fixture, "/_control/posts/zz", &json!({"action": "delete"})).await.status, 404);
    let message = json!({"member_id": "c-gent", "text": "start"});
    assert_eq!(control(&fixture, "/_control/messages", &message).await.status, 204);
    let rules = json!([{"endpoint": "messages", "trigger": {"times": 1}, "fault": {"kind": "internal_error"}}]);
    assert_eq!(control(&fixture, "/_control/faults", &rules).await.status, 204);

    let form = [("grant_type", "client_credentials"), ("client_id", "gent"), ("client_secret", "s")];
    let granted = fixture.token_request(&form).await;
    granted.body["access_token"].as_str().unwrap().clone_into(&mut fixture.token);
    let feed = fixture.get("/v1/neighbourhoods/brugse-poort/posts").await;
    assert_eq!((feed.ids(), &feed.body["items"][0]["shared_with_municipality"]), (vec!["g1"], &false.into()));
    assert_eq!(fixture.get("/v1/messages").await.status, 500);
    assert_eq!(fixture.get("/v1/messages").await.body["items"][0]["text"], "start");

    let body = json!({"recipient_id": "c-gent", "text": "twee\nregels", "client_reference": "r"});
    Answer::of(fixture.post("/v1/conversations", "k", &body)).await;
    let ledger = fixture.http.get(fixture.url("/_control/ledger")).send().await.unwrap().text().await.unwrap();
    let accepted: Vec<Value> = ledger.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(accepted.len(), 1);
    assert_eq!((&accepted[0]["recipient"], &accepted[0]["text"]), (&"c-gent".into(), &"twee\nregels".into()));
    let counts = Answer::of(fixture.http.get(fixture.url("/_control/counts"))).await;
    assert_eq!(counts.body["faults"]["internal_error"], 1);
}

#[tokio::test]
async fn control_is_for_loopback_only() {
    let mut config = PlaygroundConfig::new(std::sync::Arc::new(crate::clock::SystemClock));
    config.listen = "0.0.0.0:0".parse().unwrap();
    config.control = true;
    assert!(matches!(Playground::start(config).await, Err(PlaygroundError::ControlExposed { .. })));
}
