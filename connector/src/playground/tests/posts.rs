use proptest::prelude::*;

use super::{Fixture, line};
use crate::playground::seed::PostsFile;
use crate::playground::{PlaygroundConfig, World};

const FEED: &str = "/v1/neighbourhoods/waterwijk/posts";

#[tokio::test]
async fn a_client_sees_its_own_municipality_only() {
    let fixture = Fixture::start().await;
    let list = fixture.get("/v1/neighbourhoods").await;
    assert_eq!(list.ids(), ["waterwijk"]);
    let concierge = &list.body["items"][0]["concierges"][0];
    assert_eq!((&concierge["member_id"], &concierge["language"]), (&"concierge-lelystad".into(), &"nl".into()));
    for path in
        ["/v1/neighbourhoods/utrecht-west/posts", "/v1/posts/u", "/v1/neighbourhoods/nowhere/posts", "/v1/posts/x"]
    {
        let answer = fixture.get(path).await;
        assert_eq!((answer.status.as_u16(), answer.problem()), (404, "not-found"), "{path}");
    }
    assert_eq!(fixture.get("/v1/posts/a").await.body["text"], "tekst a");
}

#[tokio::test]
async fn pages_end_with_a_cursor_that_may_be_polled_again() {
    let fixture = Fixture::start().await;
    let first = fixture.get(&format!("{FEED}?limit=2")).await;
    assert_eq!((first.ids(), &first.body["has_more"]), (vec!["a", "b"], &true.into()));
    let next = fixture.url(&format!("{FEED}?after={}&limit=2", first.cursor()));
    assert_eq!(first.header("link"), format!("<{next}>; rel=\"next\""));
    let second = fixture.get(&format!("{FEED}?after={}&limit=2", first.cursor())).await;
    assert_eq!((second.ids(), &second.body["has_more"]), (vec!["c"], &false.into()));
    assert_eq!(second.header("link"), "");
    let quiet = fixture.get(&format!("{FEED}?after={}", second.cursor())).await;
    assert_eq!((quiet.ids(), quiet.cursor()), (vec![], second.cursor()));
}

#[tokio::test]
async fn a_change_brings_the_post_again_in_its_latest_state() {
    let fixture = Fixture::start().await;
    let world = fixture.playground.world();
    let start = fixture.get(&format!("{FEED}?limit=1")).await;
    world.edit("a", None, "nieuw".into()).unwrap();
    world.withdraw("c").unwrap();
    world.set_shared("b", false).unwrap();
    world.delete("c").unwrap();
    let changes = fixture.get(&format!("{FEED}?after={}", start.cursor())).await;
    assert_eq!(changes.ids(), ["a", "b", "c"], "each once, at its latest change");
    let [edited, unshared, deleted] = [0, 1, 2].map(|index| &changes.body["items"][index]);
    assert_eq!((&edited["text"], &edited["updated_at"]), (&"nieuw".into(), &"2026-03-02T09:00:00+01:00".into()));
    assert_eq!(edited["created_at"], "2026-03-01T10:00:00+01:00");
    for hidden in [unshared, deleted] {
        assert_eq!((&hidden["text"], hidden["title"].is_null(), hidden["author"].is_null()), (&"".into(), true, true));
    }
    assert_eq!((&unshared["shared_with_municipality"], &unshared["state"]), (&false.into(), &"active".into()));
    assert_eq!(deleted["state"], "deleted");
    assert_eq!(fixture.get("/v1/posts/c").await.body["state"], "deleted");
    assert!(world.edit("c", None, "x".into()).is_err());
}

#[tokio::test]
async fn an_unchanged_page_is_304_until_something_changes() {
    let fixture = Fixture::start().await;
    for path in [FEED, "/v1/neighbourhoods", "/v1/messages"] {
        let page = fixture.get(path).await;
        let again = fixture.get_if_changed(path, page.header("etag")).await;
        assert_eq!((again.status.as_u16(), again.header("etag")), (304, page.header("etag")), "{path}");
        assert_eq!(fixture.get_if_changed(path, "\"other\"").await.status, 200);
    }
    let page = fixture.get(FEED).await;
    fixture.playground.world().withdraw("a").unwrap();
    let changed = fixture.get_if_changed(FEED, page.header("etag")).await;
    assert_eq!(changed.status, 200);
    assert_ne!(changed.header("etag"), page.header("etag"));
}

#[tokio::test]
async fn wrong_queries_are_400() {
    let fixture = Fixture::start().await;
    let other = fixture.get("/v1/messages").await;
    for query in ["limit=0", "limit=201", "limit=x", "limit=+5", "limit=1&limit=2"] {
        assert_eq!(fixture.get(&format!("{FEED}?{query}")).await.problem(), "bad-request", "{query}");
    }
    for after in ["", "x", "000000000000000200000000", other.cursor()] {
        assert_eq!(fixture.get(&format!("{FEED}?after={after}")).await.problem(), "bad-cursor", "{after}");
    }
}

#[tokio::test]
async fn unknown_addresses_and_methods_are_problems() {
    let fixture = Fixture::start().await;
    assert_eq!(fixture.get("/v2").await.problem(), "no-route");
    let answer = super::Answer::of(fixture.http.delete(fixture.url(FEED))).await;
    assert_eq!((answer.status.as_u16(), answer.problem(), answer.header("allow")), (405, "method", "GET,HEAD"));
    let control = fixture.http.get(fixture.url("/_control/ledger"));
    assert_eq!(super::Answer::of(control).await.status, 404, "control is off unless asked for");
}

#[derive(Debug, Clone)]
enum Step {
    Publish,
    Change(usize),
    Read(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step =
        prop_oneof![Just(Step::Publish), (0..50_usize).prop_map(Step::Change), (1..5_usize).prop_map(Step::Read)];
    proptest::collection::vec(step, 1..80)
}

proptest! {
    /// Whoever follows the cursor to the end knows the latest state of every post, however changes and pages mix.
    #[test]
    fn a_reader_misses_nothing(steps in steps()) {
        let config = PlaygroundConfig::new(std::sync::Arc::new(crate::clock::SystemClock));
        let world = World::new(config.clock);
        PostsFile::parse(&line("p0", "waterwijk")).unwrap().publish_all(&world).unwrap();
        let mut published = 1;
        let mut after = 0;
        let mut seen = std::collections::BTreeMap::new();
        let mut read = |after: &mut u64, limit| {
            let (_, page) = world.changes("lelystad", "waterwijk", *after, limit).unwrap();
            seen.extend(page.items.iter().map(|post| (post.id.clone(), post.text.clone())));
            *after = page.next_after;
            page.has_more
        };
        for (number, step) in steps.into_iter().enumerate() {
            match step {
                Step::Publish => {
                    let file = PostsFile::parse(&line(&format!("p{published}"), "waterwijk")).unwrap();
                    file.publish_all(&world).unwrap();
                    published += 1;
                }
                Step::Change(which) => {
                    world.edit(&format!("p{}", which % published), None, format!("edit {number}")).unwrap();
                }
                Step::Read(limit) => {
                    read(&mut after, limit);
                }
            }
        }
        while read(&mut after, 3) {}
        let truth = world.newest_posts("waterwijk", usize::MAX);
        prop_assert_eq!(seen.len(), published);
        for post in truth {
            prop_assert_eq!(&seen[&post.id], &post.text);
        }
    }
}
