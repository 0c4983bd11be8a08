//! From posts to what the concierge reads, and what comes of the answers.

use koppelaar::playground::world::{NewPost, PostKind};
use koppelaar_tests::{Rig, new_post};

const ASKS: &str = "Wie kan er zaterdagvoormiddag boodschappen voor mij doen? Ik ben slecht te been.";
const OFFERS: &str = "Ik doe elke zaterdagvoormiddag boodschappen en breng graag iets mee voor een buur.";
const OFFERS_TOO: &str = "Ik wil gerust boodschappen doen voor buren die niet goed te been zijn, ook zaterdag.";

async fn suggested() -> Rig {
    let rig = Rig::start().await;
    rig.post("ask", "rosa", Some(PostKind::Question), ASKS);
    rig.post("offer", "karim", Some(PostKind::Offer), OFFERS);
    rig.cycle().await;
    rig
}

#[tokio::test]
async fn a_request_and_an_offer_become_one_suggestion() {
    let rig = suggested().await;
    let told = rig.told().await;
    let (message, meaning) = &told[0];
    assert_eq!(told.len(), 1);
    assert_eq!(message.recipient, koppelaar_tests::CONCIERGE);
    assert_eq!(meaning.kind, "suggestion");
    assert_eq!(meaning.request.as_ref().unwrap().as_str(), "ask");
    assert_eq!(meaning.helpers[0].as_str(), "offer");
    insta::assert_snapshot!(message.text);
    // Nothing is said twice, however often the platform is asked.
    rig.cycle().await;
    rig.cycle().await;
    assert_eq!(rig.playground.ledger().message_count(), 1);
}

#[tokio::test]
async fn a_number_accepts_and_a_second_answer_changes_nothing() {
    let rig = suggested().await;
    rig.answer("1").await;
    insta::assert_snapshot!(rig.last_text());
    rig.answer("nee 1").await;
    assert!(rig.last_text().contains("al geantwoord"), "{}", rig.last_text());
    rig.cycle().await;
    assert_eq!(rig.kinds().await, ["suggestion", "notice", "notice"]);
}

#[tokio::test]
async fn a_declined_helper_makes_room_for_another() {
    let rig = suggested().await;
    rig.post("second", "fatima", Some(PostKind::Offer), OFFERS_TOO);
    rig.cycle().await;
    assert_eq!(rig.playground.ledger().message_count(), 1, "the request is taken care of");
    rig.answer("nee 1").await;
    rig.cycle().await;
    let told = rig.told().await;
    let (_, meaning) = told.last().unwrap();
    assert_eq!(meaning.kind, "suggestion");
    assert_eq!(meaning.helpers[0].as_str(), "second");
    assert!(rig.last_text().starts_with("Voorstel 2"), "numbers run up: {}", rig.last_text());
    let passed_over = "Karim is hiervoor al eens voorgesteld. Toen was het antwoord nee.";
    assert!(rig.last_text().contains(passed_over), "{}", rig.last_text());
    rig.answer("? 2").await;
    assert!(rig.last_text().contains(passed_over), "{}", rig.last_text());
}

#[tokio::test]
async fn who_is_passed_over_and_withdraws_is_not_named() {
    let rig = suggested().await;
    rig.answer("nee 1").await;
    rig.answer("stop").await;
    rig.post("second", "fatima", Some(PostKind::Offer), OFFERS_TOO);
    rig.cycle().await;
    // The suggestion that names Karim waits.
    rig.playground.world().set_shared("offer", false).unwrap();
    rig.answer("start").await;
    rig.cycle().await;
    rig.cycle().await;
    let text = rig.last_text();
    assert!(text.starts_with("Voorstel") && text.contains("Fatima"), "{text}");
    assert!(!text.contains("Karim"), "{text}");
    let named = rig.playground.ledger().messages().iter().filter(|message| message.text.contains("Karim")).count();
    assert_eq!(named, 1, "only while his post was shared");
}

#[tokio::test]
async fn a_helper_who_has_a_task_makes_room_and_the_concierge_reads_why() {
    let rig = Rig::start().await;
    let north = |id: &str, author: &str, text: &str| {
        let mut post = new_post(id, author, text);
        post.author.area = Some("noord".to_owned());
        rig.publish(post);
    };
    rig.post("ask", "rosa", Some(PostKind::Question), ASKS);
    north("offer", "karim", OFFERS);
    rig.cycle().await;
    // Karim lives nearer, and has one task already.
    north("ask-2", "jef", ASKS);
    rig.post("second", "fatima", Some(PostKind::Offer), OFFERS);
    rig.cycle().await;
    let told = rig.told().await;
    let (message, meaning) = told.last().unwrap();
    assert_eq!(meaning.request.as_ref().unwrap().as_str(), "ask-2");
    assert_eq!(meaning.helpers[0].as_str(), "second");
    insta::assert_snapshot!(message.text);
}

#[tokio::test]
async fn a_question_mark_explains() {
    let rig = suggested().await;
    rig.answer("? 1").await;
    insta::assert_snapshot!(rig.last_text());
}

#[tokio::test]
async fn stop_holds_suggestions_back_and_start_lets_them_through() {
    let rig = Rig::start().await;
    rig.post("ask", "rosa", None, ASKS);
    rig.post("offer", "karim", None, OFFERS);
    rig.cycle().await;
    rig.answer("stop").await;
    rig.post("ask-2", "jef", None, "Mijn fiets heeft een platte band, wie kan hem herstellen? Graag woensdag.");
    rig.post("offer-2", "sven", None, "Ik herstel graag fietsen voor buren: banden plakken, remmen, ketting.");
    rig.cycle().await;
    assert_eq!(rig.kinds().await, ["suggestion", "notice"]);
    rig.answer("start").await;
    rig.cycle().await;
    let kinds = rig.kinds().await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "suggestion").count(), 2, "{kinds:?}");
}

#[tokio::test]
async fn what_is_not_understood_gets_one_line_of_help() {
    let rig = suggested().await;
    rig.answer("Ik bel haar morgen eens, want ik ken Rosa nog van vroeger").await;
    insta::assert_snapshot!(rig.last_text());
    rig.answer("En het weer is ook slecht").await;
    assert_eq!(rig.kinds().await, ["suggestion", "help"]);
}

#[tokio::test]
async fn a_post_that_is_not_shared_does_not_exist() {
    let rig = Rig::start().await;
    rig.post("ask", "rosa", None, ASKS);
    rig.publish(NewPost { shared_with_municipality: false, ..new_post("offer", "karim", OFFERS) });
    rig.cycle().await;
    assert_eq!(rig.playground.ledger().message_count(), 0);
    let report = rig.connector.shared.store.report(&rig.municipality()).await.unwrap();
    assert_eq!(report.posts, 1);
    rig.playground.world().set_shared("offer", true).unwrap();
    rig.cycle().await;
    assert_eq!(rig.kinds().await, ["suggestion"]);
}

#[tokio::test]
async fn a_suggestion_that_no_longer_holds_is_taken_back() {
    let rig = suggested().await;
    rig.playground.world().withdraw("offer").unwrap();
    rig.post("second", "fatima", Some(PostKind::Offer), OFFERS_TOO);
    rig.cycle().await;
    assert_eq!(rig.kinds().await, ["suggestion", "notice", "suggestion"]);
    let messages = rig.playground.ledger().messages();
    insta::assert_snapshot!(messages[1].text);
    assert_eq!(rig.told().await[2].1.helpers[0].as_str(), "second");
}

#[tokio::test]
async fn a_crisis_reaches_the_concierge_at_once_and_is_never_paired() {
    let rig = Rig::start().await;
    rig.post("offer", "karim", None, "Ik luister graag en kom op de koffie bij wie alleen is.");
    rig.post("crisis", "an", None, "Ik zie het niet meer zitten en wil er niet meer zijn. Niemand die mij hoort.");
    rig.cycle().await;
    let told = rig.told().await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].1.kind, "crisis");
    assert!(told[0].1.helpers.is_empty());
    insta::assert_snapshot!(told[0].0.text);
}

#[tokio::test]
async fn text_is_data_in_every_message() {
    let rig = Rig::start().await;
    let hostile = "Wie kan boodschappen doen voor mij?\n\nAntwoord met:\n1 = ja\n\u{202e}txet\u{202c} \
                   <script>alert(1)</script> https://evil.example/x bel 0470 12 34 56 of rosa@example.be";
    rig.post("ask", "rosa", None, hostile);
    rig.post("offer", "karim", None, OFFERS);
    rig.cycle().await;
    let text = rig.last_text();
    for leaked in ["\u{202e}", "https://evil", "0470", "rosa@example"] {
        assert!(!text.contains(leaked), "{leaked:?} in {text}");
    }
    let answers = text.lines().filter(|line| line.trim_start().starts_with("Antwoord met:")).count();
    assert_eq!(answers, 1, "a post cannot write a part of the message: {text}");
}
