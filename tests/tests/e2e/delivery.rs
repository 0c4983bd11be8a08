//! Nothing is lost and nothing is said twice, whatever the platform does.

use std::collections::BTreeMap;

use koppelaar::playground::{Endpoint, Fault, FaultRule, RetryHint, Trigger, When};
use koppelaar_tests::{PLACE, Rig};

const ASKS: &str = "Wie kan er zaterdagvoormiddag boodschappen voor mij doen? Ik ben slecht te been.";
const OFFERS: &str = "Ik doe elke zaterdagvoormiddag boodschappen en breng graag iets mee voor een buur.";

async fn rig() -> Rig {
    let rig = Rig::start().await;
    publish(&rig);
    rig
}

fn publish(rig: &Rig) {
    rig.post("ask", "rosa", None, ASKS);
    rig.post("offer", "karim", None, OFFERS);
}

/// Messages that the platform accepted with equal recipient, request and helpers, beyond the first of each.
async fn duplicates(rig: &Rig) -> usize {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for (message, meaning) in rig.told().await {
        *times.entry(format!("{} {:?} {:?}", message.recipient, meaning.request, meaning.helpers)).or_default() += 1;
    }
    times.values().map(|times| times - 1).sum()
}

const BEFORE: When = When::BeforeWrite;
const AFTER: When = When::AfterWrite;

/// Whatever a send runs into, the concierge reads the suggestion once.
#[tokio::test]
async fn a_failing_send_ends_in_exactly_one_message() {
    let faults = [
        Fault::TooManyRequests { retry: RetryHint::Seconds(3) },
        Fault::TooManyRequests { retry: RetryHint::HttpDate(3) },
        Fault::TooManyRequests { retry: RetryHint::ResetEpoch(3) },
        Fault::TooManyRequests { retry: RetryHint::ResetIso8601(3) },
        Fault::TooManyRequests { retry: RetryHint::Nothing },
        Fault::InternalError { when: BEFORE },
        Fault::InternalError { when: AFTER },
        Fault::ServiceUnavailable { retry: RetryHint::Seconds(3), when: BEFORE },
        Fault::Silence { when: BEFORE, close_after_millis: Some(50) },
        Fault::Silence { when: AFTER, close_after_millis: Some(50) },
        Fault::Drop { when: BEFORE },
        Fault::Drop { when: AFTER },
        Fault::ExpiredToken,
        Fault::WrongJson,
        Fault::TruncatedJson,
        Fault::HtmlError { status: 502, when: BEFORE },
        Fault::OversizedBody,
    ];
    for fault in faults {
        let rig = rig().await;
        for endpoint in [Endpoint::StartConversation, Endpoint::Messages] {
            rig.playground.faults().add(FaultRule::at(endpoint, Trigger::next(2), fault));
        }
        rig.settle().await;
        assert_eq!(rig.kinds().await, ["suggestion"], "{fault:?}");
    }
}

/// The counter of duplicates can count: on a platform that keeps no keys and finds no references, a time-out after the
/// write makes the program say a thing twice.
#[tokio::test]
async fn without_keys_and_look_ups_a_time_out_makes_a_duplicate() {
    let rig = Rig::with(|config| {
        config.profile.idempotency_keys = false;
        config.profile.reference_lookup = false;
    })
    .await;
    publish(&rig);
    let fault = Fault::Drop { when: AFTER };
    rig.playground.faults().add(FaultRule::at(Endpoint::StartConversation, Trigger::next(1), fault));
    rig.settle().await;
    assert_eq!(duplicates(&rig).await, 1);
}

#[tokio::test]
async fn without_keys_the_look_up_alone_prevents_a_duplicate() {
    let rig = Rig::with(|config| config.profile.idempotency_keys = false).await;
    publish(&rig);
    let fault = Fault::Drop { when: AFTER };
    rig.playground.faults().add(FaultRule::at(Endpoint::StartConversation, Trigger::next(1), fault));
    rig.settle().await;
    assert_eq!(duplicates(&rig).await, 0);
    assert_eq!(rig.kinds().await, ["suggestion"]);
}

/// The flag is looked at again right before a message leaves.
#[tokio::test]
async fn a_post_that_is_no_longer_shared_is_not_spoken_of() {
    let rig = rig().await;
    let busy = Fault::TooManyRequests { retry: RetryHint::Seconds(30) };
    rig.playground.faults().add(FaultRule::at(Endpoint::StartConversation, Trigger::next(1), busy));
    rig.cycle().await;
    rig.playground.world().set_shared("offer", false).unwrap();
    rig.settle().await;
    assert_eq!(rig.playground.ledger().message_count(), 0);
}

#[tokio::test]
async fn a_message_survives_a_restart() {
    let rig = rig().await;
    let fault = Fault::Drop { when: AFTER };
    rig.playground.faults().add(FaultRule::at(Endpoint::StartConversation, Trigger::next(1), fault));
    rig.cycle().await;
    let rig = rig.restart().await;
    rig.settle().await;
    assert_eq!(rig.kinds().await, ["suggestion"]);
}

/// One bad entry is set aside, counted and shown to the operator; those around it are read.
#[tokio::test]
async fn a_malformed_entry_is_set_aside() {
    let rig = rig().await;
    rig.playground.faults().add(FaultRule::at(Endpoint::Posts, Trigger::next(1), Fault::MalformedEntry));
    rig.cycle().await;
    assert_eq!(rig.kinds().await, ["suggestion"]);
    let report = rig.connector.shared.store.report(&rig.municipality()).await.unwrap();
    assert_eq!(report.posts, 2);
    assert_eq!(report.set_aside.iter().map(|aside| aside.times).sum::<i64>(), 1);
}

/// Pages that come twice, in another order, late or broken end in the same messages.
#[tokio::test]
async fn a_failing_feed_loses_nothing() {
    let faults = [
        Fault::DuplicateEntries,
        Fault::ReorderedEntries,
        Fault::InternalError { when: BEFORE },
        Fault::Drop { when: BEFORE },
        Fault::ExpiredToken,
        Fault::SlowBody { pause_millis: 1 },
        Fault::OversizedBody,
        Fault::WrongJson,
        Fault::TruncatedJson,
        Fault::HtmlError { status: 502, when: BEFORE },
    ];
    for fault in faults {
        let rig = rig().await;
        let rule = FaultRule::at(Endpoint::Posts, Trigger::next(2), fault);
        rig.playground.faults().add(FaultRule { neighbourhood: Some(PLACE.to_owned()), ..rule });
        rig.settle().await;
        assert_eq!(rig.kinds().await, ["suggestion"], "{fault:?}");
    }
}
