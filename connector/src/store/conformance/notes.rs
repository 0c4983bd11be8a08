//! Notes about people.

use super::super::{Note, Notes};
use super::*;

fn member(id: &str) -> MemberId {
    MemberId::new(id)
}

fn by(id: &str, author: &str) -> Change {
    let Change::Shared(post) = shared(id, "text") else { unreachable!() };
    Change::Shared(Post { author: Author { id: member(author), ..post.author }, ..post })
}

impl Fixture {
    /// Rosa asks, and Karim, who is told of under number 1, offers.
    async fn with_two_neighbours() -> Self {
        let fixture = Self::new().await;
        fixture.page(&[by("a", "rosa"), by("b", "karim")], "c1").await;
        fixture.suggest("a", "b").await;
        fixture
    }

    /// The concierge has this noted, in the answer of that identifier.
    async fn note(&self, answer: &str, note: Note) -> Vec<NeighbourhoodId> {
        let message = Incoming {
            id: MessageId::new(answer),
            conversation: ConversationId::new("c"),
            from: member("lies"),
            text: Private::new("noted"),
            created_at: at(1),
        };
        self.store.save_incoming(&self.town, &[message], &Cursor::new(answer)).await.unwrap();
        let waiting = self.store.waiting_answers(&self.town, 1).await.unwrap().remove(0);
        let answering = self.store.answering(&self.town, waiting).await.unwrap();
        answering.commit(Outcome::Noted(note), None, at(2)).await.unwrap()
    }

    async fn notes(&self) -> Notes {
        self.store.notes(&self.town, &self.place).await.unwrap()
    }

    /// Asks for Karim's certificate, under a number.
    async fn ask_for_certificate(&self) {
        let compose = |number| Private::new(format!("certificate {number}"));
        let helper = NewHelper { post: PostId::new("b"), author: member("karim"), score: 0, reasons: "[]".into() };
        let asked = NewSuggestion {
            id: "certificate of karim".into(),
            kind: "certificate",
            request: None,
            asker: None,
            numbered: true,
            inputs: "inputs".into(),
            helpers: vec![helper],
            asker_reasons: "[]".into(),
            passed_over: None,
            recipients: vec![Recipient { concierge: member("lies"), compose: Box::new(compose) }],
        };
        self.cycle(vec![asked], Vec::new()).await;
    }

    async fn matched_rules(&self) -> Option<String> {
        self.store.feeds(&self.town).await.unwrap().remove(0).matched_rules
    }
}

fn apart(one: &str, other: &str, apart: bool) -> Note {
    Note::Apart { pairs: vec![(member(one), member(other))], apart }
}

fn certificate(seen: bool) -> Note {
    Note::Certificate { member: member("karim"), seen }
}

#[tokio::test]
async fn people_are_kept_apart_in_either_order_until_it_is_taken_back() {
    let fixture = Fixture::with_two_neighbours().await;
    fixture.send(Settled::Confirmed(receipt())).await;
    assert!(fixture.matched_rules().await.is_some());
    assert_eq!(fixture.note("m1", apart("rosa", "karim", true)).await, std::slice::from_ref(&fixture.place));
    assert_eq!(fixture.matched_rules().await, None, "the neighbourhood is matched afresh");
    fixture.note("m2", apart("karim", "rosa", true)).await;
    assert_eq!(fixture.notes().await.apart, [(member("karim"), member("rosa"))]);
    let fixture = fixture.reopen().await;
    assert_eq!(fixture.notes().await.apart.len(), 1);
    fixture.note("m3", apart("karim", "rosa", false)).await;
    assert_eq!(fixture.notes().await, Notes::default());
}

#[tokio::test]
async fn only_a_tick_is_kept_of_a_certificate() {
    let fixture = Fixture::with_two_neighbours().await;
    fixture.send(Settled::Confirmed(receipt())).await;
    assert_eq!(fixture.note("m1", certificate(true)).await, std::slice::from_ref(&fixture.place));
    assert_eq!(fixture.notes().await.certified, [member("karim")]);
    let rows: Vec<(String, String, String, i64)> =
        sqlx::query_as("SELECT * FROM certificate").fetch_all(&fixture.store.reader).await.unwrap();
    assert_eq!(rows, [("town".to_owned(), "karim".to_owned(), "lies".to_owned(), 2)]);
    fixture.note("m2", certificate(false)).await;
    assert_eq!(fixture.notes().await, Notes::default());
}

#[tokio::test]
async fn a_tick_answers_what_asked_for_it() {
    let fixture = Fixture::with_two_neighbours().await;
    fixture.send(Settled::Confirmed(receipt())).await;
    fixture.ask_for_certificate().await;
    assert_eq!(fixture.due(0).await, ["certificate 2"]);
    fixture.note("m1", certificate(true)).await;
    assert_eq!(fixture.state("certificate of karim").await, "accepted");
    assert!(fixture.due(0).await.is_empty(), "what was not sent is not sent any more");
    assert_eq!(fixture.state("a+b").await, "open", "another suggestion is not decided by it");
}

#[tokio::test]
async fn who_is_kept_apart_is_not_told_of_together_any_more() {
    let fixture = Fixture::with_two_neighbours().await;
    fixture.send(Settled::Confirmed(receipt())).await;
    fixture.suggest("a", "c").await;
    assert_eq!(fixture.due(0).await, ["suggestion 2"]);
    fixture.note("m1", apart("karim", "lou", true)).await;
    assert_eq!(fixture.due(0).await, ["suggestion 2"], "it does not name both");
    fixture.note("m2", apart("karim", "rosa", true)).await;
    assert!(fixture.due(0).await.is_empty());
    assert_eq!(fixture.state("a+c").await, "open", "until the next cycle takes it back");
}

#[tokio::test]
async fn notes_are_those_of_the_authors_of_a_neighbourhood() {
    let fixture = Fixture::with_two_neighbours().await;
    fixture.send(Settled::Confirmed(receipt())).await;
    fixture.note("m1", certificate(true)).await;
    fixture.page(&[Change::Gone(PostId::new("b"))], "c2").await;
    assert_eq!(fixture.notes().await, Notes::default());
    fixture.page(&[by("e", "karim")], "c3").await;
    assert_eq!(fixture.notes().await.certified, [member("karim")], "a new post of the same person");
}
