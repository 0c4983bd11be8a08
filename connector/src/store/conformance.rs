//! What every database behind the store has to do.

mod notes;
mod rules;

use jiff::Timestamp;
use tempfile::TempDir;

use super::{
    CycleResult, Lapsed, NewHelper, NewReading, NewSuggestion, Outcome, Recipient, Reply, Settled, Store, StoreError,
};
use crate::domain::{
    Author, Change, Concierge, ConversationId, Cursor, Language, MemberId, MessageId, MunicipalityId, Neighbourhood,
    NeighbourhoodId, Post, PostId, Private,
};
use crate::platform::{Destination, Incoming, Receipt, SetAside};

struct Fixture {
    store: Store,
    town: MunicipalityId,
    place: NeighbourhoodId,
    folder: TempDir,
}

impl Fixture {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&url(&folder)).await.unwrap();
        let (town, place) = (MunicipalityId::new("town"), NeighbourhoodId::new("place"));
        let concierge = Concierge { id: MemberId::new("lies"), name: Private::new("Lies"), language: Language::Nl };
        let neighbourhood = Neighbourhood { id: place.clone(), name: "Place".into(), concierges: vec![concierge] };
        store.save_neighbourhoods(&town, &[neighbourhood]).await.unwrap();
        Self { store, town, place, folder }
    }

    async fn reopen(self) -> Self {
        self.store.close().await;
        let store = Store::open(&url(&self.folder)).await.unwrap();
        Self { store, ..self }
    }

    async fn page(&self, changes: &[Change], next: &str) -> i64 {
        let next = Cursor::new(next);
        self.store.save_page(&self.town, &self.place, changes, &[], &next, at(0)).await.unwrap()
    }

    /// Queues a suggestion of `ask` and `offer` for the concierge.
    async fn suggest(&self, ask: &str, offer: &str) {
        let compose = |number| Private::new(format!("suggestion {number}"));
        let suggestion = NewSuggestion {
            id: format!("{ask}+{offer}"),
            kind: "suggestion",
            request: Some(PostId::new(ask)),
            asker: Some(MemberId::new("rosa")),
            numbered: true,
            inputs: "inputs".into(),
            helpers: vec![NewHelper {
                post: PostId::new(offer),
                author: MemberId::new("karim"),
                score: 700,
                reasons: "[]".into(),
            }],
            asker_reasons: "[]".into(),
            passed_over: None,
            recipients: vec![Recipient { concierge: MemberId::new("lies"), compose: Box::new(compose) }],
        };
        self.cycle(vec![suggestion], Vec::new()).await;
    }

    async fn tell_crisis(&self, post: &str) {
        let compose = |_| Private::new("crisis");
        let crisis = NewSuggestion {
            id: post.to_owned(),
            kind: "crisis",
            request: Some(PostId::new(post)),
            asker: Some(MemberId::new("an")),
            numbered: false,
            inputs: "inputs".into(),
            helpers: Vec::new(),
            asker_reasons: "[]".into(),
            passed_over: None,
            recipients: vec![Recipient { concierge: MemberId::new("lies"), compose: Box::new(compose) }],
        };
        self.cycle(vec![crisis], Vec::new()).await;
    }

    async fn lapse(&self, suggestion: &str) {
        let compose = |number| Private::new(format!("{number} lapsed"));
        let recipient = Recipient { concierge: MemberId::new("lies"), compose: Box::new(compose) };
        let lapsed = Lapsed { suggestion: suggestion.to_owned(), cause: "helper", recipients: vec![recipient] };
        self.cycle(Vec::new(), vec![lapsed]).await;
    }

    async fn cycle(&self, suggestions: Vec<NewSuggestion<'_>>, lapsed: Vec<Lapsed<'_>>) {
        let result = CycleResult { version: Some(1), rules: "rules", readings: &[], suggestions, lapsed };
        self.store.save_cycle(&self.town, &self.place, result, at(0)).await.unwrap();
    }

    async fn due(&self, millis: i64) -> Vec<String> {
        let due = self.store.due(&self.town, at(millis), 100).await.unwrap();
        due.into_iter().map(|message| message.text.reveal().to_owned()).collect()
    }

    /// Sends the first message that is due, with this outcome.
    async fn send(&self, outcome: Settled) {
        let due = self.store.due(&self.town, at(0), 1).await.unwrap();
        let marked = self.store.mark_sending(&self.town, &due).await.unwrap();
        self.store
            .settle(&self.town, marked.into_iter().map(|message| (message, outcome.clone())), at(0))
            .await
            .unwrap();
    }

    async fn state(&self, suggestion: &str) -> String {
        let told = self.store.history(&self.town, &self.place, at(0)).await.unwrap();
        told.into_iter().find(|told| told.id == suggestion).unwrap().state
    }
}

fn url(folder: &TempDir) -> String {
    format!("sqlite:{}", folder.path().join("store.sqlite").display())
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap()
}

fn shared(id: &str, text: &str) -> Change {
    Change::Shared(Post {
        id: PostId::new(id),
        neighbourhood: NeighbourhoodId::new("place"),
        author: Author { id: MemberId::new("rosa"), name: Private::new("Rosa"), area: None },
        kind: None,
        title: None,
        text: Private::new(text),
        created_at: at(0),
    })
}

fn reading(post: PostId, version: i64) -> NewReading {
    NewReading { post, version, data: "{}".to_owned() }
}

fn receipt() -> Receipt {
    Receipt { message: MessageId::new("m"), conversation: ConversationId::new("c") }
}

#[tokio::test]
async fn a_page_moves_the_cursor_and_a_second_time_changes_nothing() {
    let fixture = Fixture::new().await;
    assert_eq!(fixture.page(&[shared("a", "one"), shared("b", "two")], "c1").await, 1);
    assert_eq!(fixture.page(&[shared("a", "one"), shared("b", "two")], "c1").await, 1);
    assert_eq!(fixture.page(&[shared("a", "edited")], "c2").await, 2);
    let fixture = fixture.reopen().await;
    let feed = fixture.store.feeds(&fixture.town).await.unwrap().remove(0);
    assert_eq!((feed.cursor, feed.version, feed.matched_version), (Some(Cursor::new("c2")), 2, 0));
    assert_eq!(feed.neighbourhood.concierges.len(), 1);
}

#[tokio::test]
async fn only_what_is_new_or_edited_is_read() {
    let fixture = Fixture::new().await;
    fixture.page(&[shared("a", "one"), shared("b", "two")], "c1").await;
    let unread = fixture.store.posts_to_read(&fixture.town, &fixture.place, "rules").await.unwrap();
    let readings: Vec<_> = unread.into_iter().map(|post| reading(post.id, post.version)).collect();
    assert_eq!(readings.len(), 2);
    fixture.store.save_readings(&fixture.town, "rules", &readings).await.unwrap();
    fixture.page(&[shared("b", "edited")], "c2").await;
    let unread = fixture.store.posts_to_read(&fixture.town, &fixture.place, "rules").await.unwrap();
    assert_eq!(unread.iter().map(|post| post.id.as_str()).collect::<Vec<_>>(), ["b"]);
    let posts = fixture.store.read_posts(&fixture.town, &fixture.place, "rules").await.unwrap();
    assert_eq!(posts.iter().map(|post| post.reading.is_some()).collect::<Vec<_>>(), [true, false]);
    assert_eq!(fixture.store.posts_to_read(&fixture.town, &fixture.place, "others").await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_post_that_is_gone_leaves_nothing() {
    let fixture = Fixture::new().await;
    fixture.page(&[shared("a", "one")], "c1").await;
    fixture.store.save_readings(&fixture.town, "rules", &[reading(PostId::new("a"), 1)]).await.unwrap();
    assert_eq!(fixture.page(&[Change::Gone(PostId::new("a"))], "c2").await, 2);
    assert_eq!(fixture.page(&[Change::Gone(PostId::new("a"))], "c3").await, 2);
    assert!(fixture.store.voices(&fixture.town, [&PostId::new("a")]).await.unwrap().is_empty());
    assert!(fixture.store.readings(&fixture.town).await.unwrap().is_empty());
}

#[tokio::test]
async fn set_aside_entries_are_counted_by_reason() {
    let fixture = Fixture::new().await;
    let aside = [SetAside { id: Some("x".into()), reason: "`text` is not text".into() }];
    for cursor in ["c1", "c2"] {
        let next = Cursor::new(cursor);
        fixture.store.save_page(&fixture.town, &fixture.place, &[], &aside, &next, at(0)).await.unwrap();
    }
    let report = fixture.store.report(&fixture.town).await.unwrap();
    assert_eq!((report.set_aside.len(), report.set_aside[0].times), (1, 2));
}

#[tokio::test]
async fn the_same_suggestion_is_told_once_and_numbers_run_up() {
    let fixture = Fixture::new().await;
    for (ask, offer) in [("a", "b"), ("a", "b"), ("c", "d")] {
        fixture.suggest(ask, offer).await;
    }
    assert_eq!(fixture.due(0).await, ["suggestion 1", "suggestion 2"]);
}

#[tokio::test]
async fn a_message_that_waits_holds_back_those_behind_it() {
    let fixture = Fixture::new().await;
    fixture.suggest("a", "b").await;
    fixture.suggest("c", "d").await;
    fixture.send(Settled::Unsent(at(5_000))).await;
    assert!(fixture.due(4_999).await.is_empty());
    assert_eq!(fixture.store.next_due(&fixture.town).await.unwrap(), Some(at(5_000)));
    assert_eq!(fixture.due(5_000).await, ["suggestion 1", "suggestion 2"]);
}

#[tokio::test]
async fn a_send_that_was_interrupted_is_not_trusted() {
    let fixture = Fixture::new().await;
    fixture.suggest("a", "b").await;
    let due = fixture.store.due(&fixture.town, at(0), 1).await.unwrap();
    assert!(!due[0].unknown);
    assert_eq!(fixture.store.mark_sending(&fixture.town, &due).await.unwrap().len(), 1);
    assert!(fixture.due(0).await.is_empty(), "it is under way");
    let fixture = fixture.reopen().await;
    let due = fixture.store.due(&fixture.town, at(0), 1).await.unwrap();
    assert!(due[0].unknown);
}

#[tokio::test]
async fn the_first_message_opens_the_conversation_of_the_next_and_its_text_is_erased() {
    let fixture = Fixture::new().await;
    fixture.suggest("a", "b").await;
    fixture.suggest("c", "d").await;
    fixture.send(Settled::Confirmed(receipt())).await;
    let due = fixture.store.due(&fixture.town, at(0), 9).await.unwrap();
    assert_eq!(due.len(), 1);
    assert_eq!(due[0].destination, Destination::Conversation(ConversationId::new("c")));
    let texts: Vec<(String,)> = sqlx::query_as("SELECT text FROM outbox WHERE state = 'confirmed'")
        .fetch_all(&fixture.store.reader)
        .await
        .unwrap();
    assert_eq!(texts, [(String::new(),)]);
}

#[tokio::test]
async fn what_lapses_before_it_was_told_is_never_told() {
    let fixture = Fixture::new().await;
    fixture.suggest("a", "b").await;
    fixture.suggest("c", "d").await;
    fixture.send(Settled::Confirmed(receipt())).await;
    fixture.lapse("a+b").await;
    fixture.lapse("c+d").await;
    assert_eq!(fixture.due(0).await, ["1 lapsed"]);
    assert_eq!(fixture.state("c+d").await, "lapsed");
}

#[tokio::test]
async fn a_message_that_was_cancelled_meanwhile_is_not_marked() {
    let fixture = Fixture::new().await;
    fixture.suggest("a", "b").await;
    let due = fixture.store.due(&fixture.town, at(0), 1).await.unwrap();
    fixture.lapse("a+b").await;
    assert!(fixture.store.mark_sending(&fixture.town, &due).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_answer_counts_once_and_only_from_a_concierge() {
    let fixture = Fixture::new().await;
    fixture.suggest("a", "b").await;
    fixture.send(Settled::Confirmed(receipt())).await;
    let incoming = |id: &str, from: &str| Incoming {
        id: MessageId::new(id),
        conversation: ConversationId::new("c"),
        from: MemberId::new(from),
        text: Private::new("1"),
        created_at: at(1),
    };
    let page = [incoming("m1", "lies"), incoming("m2", "stranger")];
    for _ in 0..2 {
        fixture.store.save_incoming(&fixture.town, &page, &Cursor::new("i1")).await.unwrap();
    }
    let waiting = fixture.store.waiting_answers(&fixture.town, 10).await.unwrap();
    assert_eq!(waiting.len(), 1);
    let mut answering = fixture.store.answering(&fixture.town, waiting[0].clone()).await.unwrap();
    assert_eq!(answering.thread().await.unwrap().newest_open, Some(1));
    let told = answering.told(1).await.unwrap().unwrap();
    answering
        .commit(Outcome::Accepted(told.id), Some(Reply { kind: "notice", text: Private::new("good") }), at(2))
        .await
        .unwrap();
    assert!(fixture.store.waiting_answers(&fixture.town, 10).await.unwrap().is_empty());
    assert_eq!(fixture.state("a+b").await, "accepted");
    assert_eq!(fixture.due(2).await, ["good"]);
}

#[tokio::test]
async fn one_process_at_a_time() {
    let fixture = Fixture::new().await;
    let second = Store::open(&url(&fixture.folder)).await;
    assert!(matches!(second, Err(StoreError::InUse { .. })), "{second:?}");
}

/// A crisis waits for nothing: neither for a message that has to wait, nor for a pause.
#[tokio::test]
async fn a_crisis_overtakes() {
    let fixture = Fixture::new().await;
    fixture.suggest("a", "b").await;
    fixture.send(Settled::Unsent(at(5_000))).await;
    fixture.tell_crisis("c").await;
    assert_eq!(fixture.due(0).await, ["crisis"]);
    assert_eq!(fixture.store.next_due(&fixture.town).await.unwrap(), Some(at(0)));
    assert_eq!(fixture.due(5_000).await, ["crisis"], "alone, so that nothing before it can fail");
}

#[tokio::test]
async fn what_was_cancelled_meanwhile_stays_cancelled() {
    let fixture = Fixture::new().await;
    fixture.suggest("a", "b").await;
    let due = fixture.store.due(&fixture.town, at(0), 1).await.unwrap();
    fixture.lapse("a+b").await;
    fixture.store.settle(&fixture.town, [(&due[0], Settled::Unsent(at(0)))], at(0)).await.unwrap();
    assert!(fixture.due(0).await.is_empty());
}

#[tokio::test]
async fn a_suggestion_that_nobody_was_told_opens_its_neighbourhood_again() {
    let fixture = Fixture::new().await;
    fixture.suggest("a", "b").await;
    let due = fixture.store.due(&fixture.town, at(0), 1).await.unwrap();
    let settled = [(&due[0], Settled::Cancelled)];
    assert_eq!(
        fixture.store.settle(&fixture.town, settled, at(0)).await.unwrap(),
        std::slice::from_ref(&fixture.place)
    );
    assert_eq!(fixture.state("a+b").await, "lapsed");
    let feed = fixture.store.feeds(&fixture.town).await.unwrap().remove(0);
    assert_eq!(feed.matched_rules, None);
}

#[tokio::test]
async fn who_is_no_concierge_any_more_gets_nothing() {
    let fixture = Fixture::new().await;
    fixture.suggest("a", "b").await;
    fixture.store.save_neighbourhoods(&fixture.town, &[]).await.unwrap();
    assert!(fixture.due(0).await.is_empty());
    assert_eq!(fixture.store.next_due(&fixture.town).await.unwrap(), None);
}
