//! Messages out, and answers in.

use super::*;

#[tokio::test]
async fn messages_are_sent_once_and_found_again() {
    let fixture = Fixture::start().await;
    assert_eq!(fixture.sent("r-1").await, Ok(None));
    let receipt = fixture.send(&to_concierge(), "Dag", "r-1").await.unwrap();
    assert_eq!(fixture.send(&to_concierge(), "Dag", "r-1").await.as_ref(), Ok(&receipt), "a second attempt");
    assert_eq!(fixture.sent("r-1").await, Ok(Some(receipt.clone())));
    let other = fixture.send(&to_concierge(), "Iets anders", "r-1").await.unwrap_err();
    assert!(matches!(other, PlatformError::Rejected { status: 422, .. }), "{other:?}");

    let thread = Destination::Conversation(receipt.conversation.clone());
    let second = fixture.send(&thread, "Nog iets", "r-2").await.unwrap();
    assert_eq!(second.conversation, receipt.conversation);
    let texts: Vec<_> = fixture.playground.ledger().messages().iter().map(|message| message.text.clone()).collect();
    assert_eq!(texts, ["Dag", "Nog iets"]);
    let nobody = Destination::Member(MemberId::new("r-a"));
    let error = fixture.send(&nobody, "Dag", "r-3").await.unwrap_err();
    assert!(matches!(error, PlatformError::Rejected { .. } | PlatformError::Refused { .. }), "{error:?}");
}

#[tokio::test]
async fn a_message_whose_answer_was_lost_is_found_by_its_reference() {
    let fixture = Fixture::start().await;
    for (number, when) in [When::BeforeWrite, When::AfterWrite].into_iter().enumerate() {
        let reference = format!("r-{number}");
        fixture.fault(Endpoint::StartConversation, Fault::Drop { when });
        let error = fixture.send(&to_concierge(), "Dag", &reference).await.unwrap_err();
        assert!(matches!(error, PlatformError::Unknown { .. }), "{error:?}");
        let found = fixture.sent(&reference).await.unwrap();
        assert_eq!(found.is_some(), when == When::AfterWrite, "{when:?}");
    }
}

#[tokio::test]
async fn answers_of_concierges_come_in() {
    let fixture = Fixture::start().await;
    let receipt = fixture.send(&to_concierge(), "Dag", "r-1").await.unwrap();
    let first = page(fixture.platform.incoming(None, None).await.unwrap());
    assert!(first.items.is_empty(), "our own messages do not come back");
    fixture.playground.world().write_as_concierge(CONCIERGE, "1").unwrap();
    let next = page(fixture.platform.incoming(Some(&first.next), first.etag.as_deref()).await.unwrap());
    let [answer] = &next.items[..] else { panic!("one message: {:?}", next.items) };
    assert_eq!((answer.from.as_str(), answer.text.reveal()), (CONCIERGE, "1"));
    assert_eq!(answer.conversation, receipt.conversation);
    let quiet = fixture.platform.incoming(Some(&next.next), None).await.unwrap();
    let etag = page(quiet).etag;
    let again = fixture.platform.incoming(Some(&next.next), etag.as_deref()).await.unwrap();
    assert!(matches!(again, Poll::Unchanged));
}
