//! The platform's client against the playground: what it asks, and what it makes of each answer. The ledger says what
//! really happened.

mod messages;

use std::sync::Arc;
use std::time::Duration;

use koppelaar::clock::ManualClock;
use koppelaar::config::{Credentials, Secret};
use koppelaar::domain::{
    ClientReference, Cursor, Language, MemberId, MunicipalityId, NeighbourhoodId, PostId, Private,
};
use koppelaar::platform::hoplr::HoplrPlatform;
use koppelaar::platform::http::{Http, Timeouts};
use koppelaar::platform::{Destination, Outgoing, Page, Platform, PlatformError, Poll, Receipt, WirePost};
use koppelaar::playground::seed::{PostsFile, pretend_secret};
use koppelaar::playground::{Endpoint, Fault, FaultRule, Playground, PlaygroundConfig, RetryHint, Trigger, When};
use tokio::task::JoinSet;

const CONCIERGE: &str = "concierge-lelystad";
/// Long enough for an answer on loopback, short enough to wait for in a test.
const PATIENCE: Duration = Duration::from_millis(400);

struct Fixture {
    playground: Playground,
    clock: ManualClock,
    platform: Arc<HoplrPlatform>,
}

impl Fixture {
    async fn start() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut PlaygroundConfig)) -> Self {
        let clock = ManualClock::new("2026-03-02T08:00:00Z".parse().unwrap());
        let mut config = PlaygroundConfig::new(Arc::new(clock.clone()));
        change(&mut config);
        let playground = Playground::start(config).await.unwrap();
        let posts = ["a", "b", "c"].map(line).join("\n");
        PostsFile::parse(&posts).unwrap().publish_all(playground.world()).unwrap();
        let platform =
            Arc::new(client(playground.base_url(), &pretend_secret("lelystad"), &clock, Duration::from_secs(20)));
        Self { playground, clock, platform }
    }

    /// A client that waits for [`PATIENCE`] only.
    fn impatient(&self) -> HoplrPlatform {
        client(self.playground.base_url(), &pretend_secret("lelystad"), &self.clock, PATIENCE)
    }

    fn fault(&self, endpoint: Endpoint, fault: Fault) {
        self.faults(endpoint, 1, fault);
    }

    fn faults(&self, endpoint: Endpoint, times: u32, fault: Fault) {
        assert!(self.playground.faults().add(FaultRule::at(endpoint, Trigger::next(times), fault)));
    }

    /// The statuses with which an operation was answered, in order; 0 where there was no answer.
    fn statuses(&self, endpoint: Endpoint) -> Vec<u16> {
        let requests = self.playground.ledger().requests();
        let same = requests.iter().filter(|request| {
            request.path.as_deref() == Some(endpoint.path()) && request.method == endpoint.method().as_str()
        });
        same.map(|request| request.status.unwrap_or(0)).collect()
    }

    async fn page(&self) -> Page<WirePost> {
        page(self.posts(None, None).await.unwrap())
    }

    async fn posts(&self, after: Option<&Cursor>, etag: Option<&str>) -> Result<Poll<WirePost>, PlatformError> {
        self.platform.posts(&waterwijk(), after, etag).await
    }

    async fn failure(&self) -> PlatformError {
        self.posts(None, None).await.expect_err("a failure")
    }

    async fn send(&self, to: &Destination, text: &str, reference: &str) -> Result<Receipt, PlatformError> {
        let (text, reference) = (Private::new(text), ClientReference::new(reference));
        self.platform.send(Outgoing { to, text: &text, reference: &reference }).await
    }

    async fn sent(&self, reference: &str) -> Result<Option<Receipt>, PlatformError> {
        self.platform.sent(&ClientReference::new(reference)).await
    }
}

fn client(base: &str, secret: &str, clock: &ManualClock, patience: Duration) -> HoplrPlatform {
    let timeouts = Timeouts { connect: patience, idle: patience, total: patience };
    let http = Http::new(base.parse().unwrap(), timeouts, Arc::new(clock.clone())).unwrap();
    let credentials = Credentials { client_id: "lelystad".into(), client_secret: Secret::new(secret) };
    HoplrPlatform::new(Arc::new(http), MunicipalityId::new("lelystad"), &credentials)
}

fn line(id: &str) -> String {
    format!(
        r#"{{"id":"{id}","neighbourhood":"waterwijk","author":"r-{id}","category":"question",
            "created":"2026-03-01T10:00:00+01:00","title":"Titel","text":"tekst {id}"}}"#
    )
    .replace('\n', " ")
}

fn waterwijk() -> NeighbourhoodId {
    NeighbourhoodId::new("waterwijk")
}

fn to_concierge() -> Destination {
    Destination::Member(MemberId::new(CONCIERGE))
}

fn page<T>(poll: Poll<T>) -> Page<T> {
    match poll {
        Poll::Page(page) => page,
        Poll::Unchanged => panic!("unchanged"),
    }
}

fn ids(page: &Page<WirePost>) -> Vec<&str> {
    page.items.iter().map(|post| post.id.as_str()).collect()
}

fn unknown_cause(error: PlatformError) -> String {
    match error {
        PlatformError::Unknown { cause, .. } => cause,
        other => panic!("not unknown: {other:?}"),
    }
}

async fn fifty_calls(fixture: &Fixture) -> Vec<Result<(), PlatformError>> {
    let mut calls = JoinSet::new();
    for _ in 0..50 {
        let platform = Arc::clone(&fixture.platform);
        calls.spawn(async move { platform.neighbourhoods().await.map(|_| ()) });
    }
    calls.join_all().await
}

#[tokio::test]
async fn what_there_is_is_read() {
    let fixture = Fixture::start().await;
    let neighbourhoods = fixture.platform.neighbourhoods().await.unwrap();
    let [neighbourhood] = &neighbourhoods[..] else { panic!("one neighbourhood: {neighbourhoods:?}") };
    assert_eq!((neighbourhood.id.as_str(), neighbourhood.name.as_str()), ("waterwijk", "Waterwijk"));
    assert_eq!(neighbourhood.concierges[0].id.as_str(), CONCIERGE);
    assert_eq!(neighbourhood.concierges[0].language, Language::Nl);

    let page = fixture.page().await;
    assert_eq!((ids(&page), page.set_aside.len(), page.has_more), (vec!["a", "b", "c"], 0, false));
    assert_eq!(page.items[0].text.reveal(), "tekst a");
    let post = fixture.platform.post(&PostId::new("b")).await.unwrap().unwrap();
    assert_eq!(post, page.items[1]);
    assert_eq!(fixture.platform.post(&PostId::new("nowhere")).await, Ok(None));
}

#[tokio::test]
async fn fifty_calls_at_once_share_one_token_request() {
    let fixture = Fixture::start().await;
    assert!(fifty_calls(&fixture).await.iter().all(Result::is_ok));
    assert_eq!(fixture.statuses(Endpoint::Discovery), [200]);
    assert_eq!(fixture.statuses(Endpoint::Token), [200]);
    assert_eq!(fixture.statuses(Endpoint::Neighbourhoods), [200; 50]);

    fixture.playground.expire_access_tokens();
    assert!(fifty_calls(&fixture).await.iter().all(Result::is_ok));
    assert_eq!(fixture.statuses(Endpoint::Token), [200, 200], "one more for all those that were refused");
}

#[tokio::test]
async fn fifty_calls_at_once_share_one_failure() {
    let fixture = Fixture::start().await;
    fixture.fault(Endpoint::Token, Fault::InternalError { when: When::BeforeWrite });
    let outcomes = fifty_calls(&fixture).await;
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Err(PlatformError::Unknown { .. }))), "{outcomes:?}");
    assert_eq!(fixture.statuses(Endpoint::Token), [500]);
    fixture.page().await;
    assert_eq!(fixture.statuses(Endpoint::Token), [500, 200], "the failure is not remembered");
}

#[tokio::test]
async fn tokens_are_renewed_in_time_with_each_refresh_token_used_once() {
    let fixture = Fixture::start().await;
    fixture.page().await;
    fixture.clock.advance(Duration::from_secs(269));
    fixture.page().await;
    assert_eq!(fixture.statuses(Endpoint::Token), [200], "a second before the margin");
    for renewals in 1..=3 {
        fixture.clock.advance(Duration::from_secs(271));
        fixture.page().await;
        assert_eq!(fixture.statuses(Endpoint::Token).len(), 1 + renewals);
    }
    // A refresh token that is used twice, or not at all, would have been answered with 400 here or below.
    assert_eq!(fixture.statuses(Endpoint::Token), [200; 4]);
    assert!(fixture.statuses(Endpoint::Posts).iter().all(|status| *status == 200), "no request left with an old token");
}

#[tokio::test]
async fn a_dead_refresh_token_gives_way_to_the_credentials() {
    let fixture = Fixture::with(|config| config.refresh_token_ttl = Duration::from_mins(1)).await;
    fixture.page().await;
    fixture.clock.advance(Duration::from_mins(10));
    fixture.page().await;
    assert_eq!(fixture.statuses(Endpoint::Token), [200, 400, 200]);
}

#[tokio::test]
async fn a_refused_token_is_replaced_once() {
    let fixture = Fixture::start().await;
    fixture.fault(Endpoint::Posts, Fault::ExpiredToken);
    fixture.page().await;
    assert_eq!(fixture.statuses(Endpoint::Posts), [401, 200]);
    assert_eq!(fixture.statuses(Endpoint::Token), [200, 200]);

    fixture.faults(Endpoint::Posts, 2, Fault::ExpiredToken);
    assert!(matches!(fixture.failure().await, PlatformError::Refused { .. }));
    assert_eq!(fixture.statuses(Endpoint::Posts), [401, 200, 401, 401]);
}

#[tokio::test]
async fn wrong_credentials_are_refused_and_not_repeated() {
    let fixture = Fixture::start().await;
    let secret = "s3cret-of-somebody-else";
    let platform = client(fixture.playground.base_url(), secret, &fixture.clock, PATIENCE);
    let error = platform.neighbourhoods().await.unwrap_err();
    assert!(matches!(&error, PlatformError::Refused { cause, .. } if cause == "invalid_client"), "{error:?}");
    let shown = format!("{error} {error:?} {platform:?}");
    assert!(!shown.contains("s3cret"), "{shown}");
}

#[tokio::test]
async fn neither_tokens_nor_secrets_show() {
    let fixture = Fixture::start().await;
    fixture.page().await;
    let shown = format!("{:?}", fixture.platform);
    assert!(!shown.contains(&pretend_secret("lelystad")) && !shown.contains("Bearer"), "{shown}");
}

#[tokio::test]
async fn a_platform_that_asks_to_wait_is_heard() {
    let fixture = Fixture::start().await;
    let hints = [
        (RetryHint::Seconds(7), 7),
        (RetryHint::HttpDate(8), 8),
        (RetryHint::ResetEpoch(9), 9),
        (RetryHint::ResetIso8601(10), 10),
    ];
    for (retry, seconds) in hints {
        for fault in [Fault::TooManyRequests { retry }, Fault::ServiceUnavailable { retry, when: When::BeforeWrite }] {
            for endpoint in [Endpoint::Posts, Endpoint::Token] {
                fixture.playground.expire_access_tokens();
                fixture.fault(endpoint, fault);
                let error = fixture.failure().await;
                let PlatformError::Busy { after, .. } = error else { panic!("{fault:?} at {endpoint:?}: {error:?}") };
                assert_eq!(after, Some(Duration::from_secs(seconds)), "{fault:?} at {endpoint:?}");
                fixture.page().await;
            }
        }
    }
}

#[tokio::test]
async fn what_leaves_the_outcome_open_is_unknown() {
    let fixture = Fixture::start().await;
    fixture.page().await;
    let before = When::BeforeWrite;
    let cases = [
        (Fault::InternalError { when: before }, "status 500, `urn:koppelaar:problem:internal`"),
        (Fault::HtmlError { status: 502, when: before }, "status 502"),
        (Fault::ErrorObject { status: 500, when: before }, "status 500, `something went wrong`"),
        (Fault::Drop { when: before }, "the connection broke, or what came back is not HTTP"),
        (Fault::Redirect, "status 302 Found: redirects are not followed"),
        (Fault::ForeignNextLink, "the next page's address leads away from the platform"),
        (Fault::WrongJson, "not the JSON of the contract, at line 1, column 15"),
        (Fault::OversizedBody, "the answer is over 4194304 bytes; hint: the platform has to send smaller pages"),
        (Fault::HtmlError { status: 200, when: before }, "the answer is not JSON"),
    ];
    for (fault, cause) in cases {
        fixture.fault(Endpoint::Posts, fault);
        assert_eq!(unknown_cause(fixture.failure().await), cause, "{fault:?}");
        assert_eq!(ids(&fixture.page().await), ["a", "b", "c"], "after {fault:?}");
    }
    fixture.fault(Endpoint::Posts, Fault::TruncatedJson);
    assert!(unknown_cause(fixture.failure().await).starts_with("not the JSON of the contract"));
}

#[tokio::test]
async fn a_platform_that_is_silent_or_slow_is_unknown() {
    let fixture = Fixture::start().await;
    let platform = fixture.impatient();
    platform.neighbourhoods().await.unwrap();
    let silence = Fault::Silence { when: When::BeforeWrite, close_after_millis: None };
    // The playground's clock stands still, so that the second piece of a slow body never comes.
    for fault in [silence, Fault::SlowBody { pause_millis: 1000 }] {
        fixture.fault(Endpoint::Posts, fault);
        let error = platform.posts(&waterwijk(), None, None).await.unwrap_err();
        assert_eq!(unknown_cause(error), "timed out", "{fault:?}");
    }
}

#[tokio::test]
async fn without_a_connection_nothing_was_sent() {
    let fixture = Fixture::start().await;
    let base = fixture.playground.base_url().to_owned();
    let platform = client(&base, "x", &fixture.clock, PATIENCE);
    fixture.playground.shutdown().await;
    let error = platform.neighbourhoods().await.unwrap_err();
    assert!(matches!(&error, PlatformError::Unsent { origin, .. } if *origin == base), "{error:?}");
}

#[tokio::test]
async fn refusals_and_rejections_keep_their_reason() {
    let fixture = Fixture::start().await;
    fixture.fault(Endpoint::Posts, Fault::HtmlError { status: 403, when: When::BeforeWrite });
    assert!(matches!(fixture.failure().await, PlatformError::Refused { cause, .. } if cause == "status 403"));
    fixture.fault(Endpoint::Posts, Fault::ErrorObject { status: 410, when: When::BeforeWrite });
    let error = fixture.failure().await;
    assert!(
        matches!(&error, PlatformError::Rejected { status: 410, cause, .. } if cause == "something went wrong"),
        "{error:?}"
    );
    let error = fixture.posts(Some(&Cursor::new("no cursor of this platform")), None).await.unwrap_err();
    assert!(
        matches!(&error, PlatformError::Rejected { status: 400, cause, .. } if cause.ends_with("bad-cursor")),
        "{error:?}"
    );
}

#[tokio::test]
async fn odd_entries_do_not_hide_the_good_ones() {
    let fixture = Fixture::start().await;
    for (fault, expected) in [
        (Fault::DuplicateEntries, vec!["a", "a", "b", "b", "c", "c"]),
        (Fault::ReorderedEntries, vec!["c", "b", "a"]),
        (Fault::MalformedEntry, vec!["a", "b", "c"]),
    ] {
        fixture.fault(Endpoint::Posts, fault);
        let page = fixture.page().await;
        assert_eq!(ids(&page), expected, "{fault:?}");
        assert_eq!(page.set_aside.len(), usize::from(fault == Fault::MalformedEntry), "{fault:?}");
    }
}

#[tokio::test]
async fn a_quiet_poll_costs_a_304() {
    let fixture = Fixture::start().await;
    let first = fixture.page().await;
    let quiet = page(fixture.posts(Some(&first.next), None).await.unwrap());
    assert!(quiet.items.is_empty() && quiet.etag.is_some());
    let again = fixture.posts(Some(&first.next), quiet.etag.as_deref()).await.unwrap();
    assert!(matches!(again, Poll::Unchanged));
    fixture.playground.world().edit("b", None, "nieuw".into()).unwrap();
    let changed = page(fixture.posts(Some(&first.next), quiet.etag.as_deref()).await.unwrap());
    assert_eq!((ids(&changed), changed.items[0].text.reveal()), (vec!["b"], "nieuw"));
    assert_eq!(fixture.statuses(Endpoint::Posts), [200, 200, 304, 200]);
}

#[tokio::test]
async fn a_withdrawn_or_unshared_post_comes_without_its_text() {
    let fixture = Fixture::start().await;
    fixture.playground.world().withdraw("a").unwrap();
    fixture.playground.world().set_shared("b", false).unwrap();
    let page = fixture.page().await;
    let flags: Vec<_> = page.items.iter().map(|post| (post.id.as_str(), post.active, post.shared)).collect();
    assert_eq!(flags, [("c", true, true), ("a", false, true), ("b", true, false)]);
    assert!(page.items[1..].iter().all(|post| post.text.reveal().is_empty() && post.author.is_none()));
    let checked = fixture.platform.post(&PostId::new("b")).await.unwrap().unwrap();
    assert!(!checked.shared && checked.text.reveal().is_empty());
}
