use std::time::Duration;

use super::{Answer, Fixture};
use crate::playground::seed::pretend_secret;

async fn refresh(fixture: &Fixture, token: &str) -> Answer {
    let secret = pretend_secret("lelystad");
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token),
        ("client_id", "lelystad"),
        ("client_secret", &secret),
    ];
    fixture.token_request(&form).await
}

async fn granted(fixture: &Fixture) -> Answer {
    let secret = pretend_secret("lelystad");
    let request = fixture.http.post(fixture.url("/oauth/token")).basic_auth("lelystad", Some(secret));
    Answer::of(request.form(&[("grant_type", "client_credentials")])).await
}

#[tokio::test]
async fn discovery_names_the_token_endpoint() {
    let fixture = Fixture::start().await;
    let found = fixture.get("/.well-known/oauth-authorization-server").await;
    assert_eq!(found.body["issuer"], fixture.playground.base_url());
    assert_eq!(found.body["token_endpoint"], fixture.url("/oauth/token"));
    assert_eq!(found.body["scopes_supported"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn an_access_token_expires() {
    let fixture = Fixture::start().await;
    fixture.clock.advance(Duration::from_secs(299));
    assert_eq!(fixture.get("/v1/neighbourhoods").await.status, 200);
    fixture.clock.advance(Duration::from_secs(1));
    let expired = fixture.get("/v1/neighbourhoods").await;
    assert_eq!((expired.status.as_u16(), expired.problem()), (401, "unauthorised"));
    assert!(expired.header("www-authenticate").contains("invalid_token"));
}

#[tokio::test]
async fn a_refresh_token_rotates_and_its_reuse_revokes_the_family() {
    let mut fixture = Fixture::start().await;
    let first = granted(&fixture).await;
    assert_eq!(first.header("cache-control"), "no-store");
    let old = first.body["refresh_token"].as_str().unwrap();
    let second = refresh(&fixture, old).await;
    let new = second.body["refresh_token"].as_str().unwrap();
    assert_ne!(old, new);
    second.body["access_token"].as_str().unwrap().clone_into(&mut fixture.token);
    assert_eq!(fixture.get("/v1/neighbourhoods").await.status, 200);

    let reused = refresh(&fixture, old).await;
    assert_eq!((reused.status.as_u16(), &reused.body["error"]), (400, &"invalid_grant".into()));
    let revoked = refresh(&fixture, new).await;
    assert_eq!(revoked.body["error"], "invalid_grant");
    assert_eq!(fixture.get("/v1/neighbourhoods").await.status, 401);
}

#[tokio::test]
async fn a_refresh_token_expires_and_belongs_to_one_client() {
    let fixture = Fixture::start().await;
    let first = granted(&fixture).await;
    let token = first.body["refresh_token"].as_str().unwrap();
    let secret = pretend_secret("utrecht");
    let stolen = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token),
        ("client_id", "utrecht"),
        ("client_secret", &secret),
    ];
    assert_eq!(fixture.token_request(&stolen).await.body["error"], "invalid_grant");
    fixture.clock.advance(Duration::from_hours(30 * 24));
    assert_eq!(refresh(&fixture, token).await.body["error"], "invalid_grant");
}

#[tokio::test]
async fn wrong_token_requests_are_refused_as_the_rfc_names_them() {
    let fixture = Fixture::start().await;
    let secret = pretend_secret("lelystad");
    let with = |more: &[(&'static str, &'static str)]| {
        let mut form: Vec<(&str, &str)> = vec![("client_id", "lelystad"), ("client_secret", &secret)];
        form.extend(more);
        form.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect::<Vec<_>>()
    };
    for (form, status, error) in [
        (with(&[]), 400, "invalid_request"),
        (with(&[("grant_type", "password")]), 400, "unsupported_grant_type"),
        (with(&[("grant_type", "client_credentials"), ("scope", "posts:write")]), 400, "invalid_scope"),
        (with(&[("grant_type", "client_credentials"), ("grant_type", "refresh_token")]), 400, "invalid_request"),
        (with(&[("grant_type", "refresh_token")]), 400, "invalid_request"),
        (vec![("grant_type".into(), "client_credentials".into())], 401, "invalid_client"),
    ] {
        let answer = Answer::of(fixture.http.post(fixture.url("/oauth/token")).form(&form)).await;
        assert_eq!((answer.status.as_u16(), &answer.body["error"]), (status, &error.into()), "{form:?}");
    }
}

#[tokio::test]
async fn a_missing_scope_is_forbidden() {
    let mut fixture = Fixture::start().await;
    fixture.token = fixture.token_for("lelystad", Some("posts:read")).await;
    assert_eq!(fixture.get("/v1/neighbourhoods").await.status, 200);
    assert_eq!(fixture.get("/v1/messages").await.problem(), "missing-scope");
    let written = fixture.start_conversation("k", "hallo").await;
    assert_eq!((written.status.as_u16(), written.problem()), (403, "missing-scope"));
    assert!(written.header("www-authenticate").contains("scope=\"messages:write\""));
}
