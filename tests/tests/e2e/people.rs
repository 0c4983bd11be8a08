//! What protects people: certificates, those who are kept apart, repeated visits, partners and departments.

use koppelaar::config::Municipality;
use koppelaar::matching::Certificates;
use koppelaar::messaging::services::{Department, Partner, ReferralKind, Service};
use koppelaar::playground::world::PostKind;
use koppelaar::store::Notes;
use koppelaar_tests::{PLACE, Rig};

const ASKS: &str = "Ik zit veel alleen. Wie komt er op dinsdagmiddag eens bij mij op de koffie voor wat gezelschap?";
const OFFERS: &str = "Ik kom graag op de koffie bij iemand die alleen is, elke dinsdagmiddag.";
const OFFERS_TOO: &str =
    "Ik kom op dinsdagmiddag graag langs bij iemand die alleen is, voor een kop koffie en een praatje.";
const BIKE: &str = "Mijn fiets heeft een platte band, wie kan hem herstellen? Graag woensdag.";
const MENDS: &str = "Ik herstel graag fietsen voor buren: banden plakken, remmen, ketting.";

fn ask(rig: &Rig, id: &str, author: &str) {
    rig.post(id, author, Some(PostKind::Question), ASKS);
}

fn offer(rig: &Rig, id: &str, author: &str, text: &str) {
    rig.post(id, author, Some(PostKind::Offer), text);
}

async fn suggested() -> Rig {
    let rig = Rig::start().await;
    ask(&rig, "ask", "rosa");
    offer(&rig, "offer", "karim", OFFERS);
    rig.cycle().await;
    rig
}

async fn notes(rig: &Rig) -> Notes {
    let place = koppelaar::domain::NeighbourhoodId::new(PLACE);
    rig.connector.shared.store.notes(&rig.municipality(), &place).await.unwrap()
}

fn certified(notes: &Notes) -> Vec<&str> {
    notes.certified.iter().map(koppelaar::domain::MemberId::as_str).collect()
}

/// The helpers of the last suggestion, first in line first.
async fn last_helpers(rig: &Rig) -> Vec<String> {
    let told = rig.told().await;
    let suggestion = told.iter().rev().find(|(_, meaning)| meaning.kind == "suggestion");
    let helpers = suggestion.map_or(&[][..], |(_, meaning)| &meaning.helpers);
    helpers.iter().map(|post| post.as_str().to_owned()).collect()
}

async fn suggestions(rig: &Rig) -> usize {
    rig.kinds().await.iter().filter(|kind| *kind == "suggestion").count()
}

#[tokio::test]
async fn a_visit_is_suggested_with_a_first_check_and_the_certificate_is_ticked_and_unticked() {
    let rig = suggested().await;
    insta::assert_snapshot!(rig.last_text());
    rig.answer("attest 1").await;
    insta::assert_snapshot!(rig.last_text());
    assert_eq!(certified(&notes(&rig).await), ["karim"]);
    rig.cycle().await;
    assert_eq!(suggestions(&rig).await, 1, "the suggestion waits for its own answer");
    ask(&rig, "ask-2", "an");
    rig.cycle().await;
    assert!(rig.last_text().contains("De VOG van Karim is al afgevinkt."), "{}", rig.last_text());
    rig.answer("vog 1 weg").await;
    insta::assert_snapshot!(rig.last_text());
    assert!(certified(&notes(&rig).await).is_empty());
    rig.answer("certificate 9").await;
    assert!(rig.last_text().contains("Voorstel 9 ken ik niet."), "{}", rig.last_text());
}

#[tokio::test]
async fn the_certificate_of_another_helper_is_counted() {
    let rig = Rig::start().await;
    ask(&rig, "ask", "rosa");
    offer(&rig, "offer", "karim", OFFERS);
    offer(&rig, "offer-2", "fatima", OFFERS_TOO);
    rig.cycle().await;
    let helpers = last_helpers(&rig).await;
    assert_eq!(helpers.len(), 2);
    rig.answer("attest 1 2").await;
    let second = if helpers[1] == "offer" { "karim" } else { "fatima" };
    assert_eq!(certified(&notes(&rig).await), [second]);
    rig.answer("attest 1 3").await;
    insta::assert_snapshot!(rig.last_text());
    assert_eq!(certified(&notes(&rig).await), [second], "nothing is guessed");
    rig.answer("attestation 1 2 annuler").await;
    assert!(certified(&notes(&rig).await).is_empty());
}

#[tokio::test]
async fn where_the_certificate_is_required_the_helper_alone_is_told_of_first() {
    let rig = Rig::start().await.reconfigure(|municipality| municipality.certificates = Certificates::Required).await;
    ask(&rig, "ask", "rosa");
    offer(&rig, "offer", "karim", OFFERS);
    rig.cycle().await;
    assert_eq!(rig.kinds().await, ["certificate"]);
    let told = rig.told().await;
    assert_eq!((told[0].1.request.as_ref(), told[0].1.helpers[0].as_str()), (None, "offer"));
    let text = rig.last_text();
    assert!(!text.contains("Rosa") && !text.contains("gezelschap?"), "the one who asks stays out of it: {text}");
    insta::assert_snapshot!(text);
    rig.answer("1").await;
    insta::assert_snapshot!(rig.last_text());
    rig.cycle().await;
    assert_eq!(suggestions(&rig).await, 0, "a bare number ticks nothing");
    rig.answer("attest 1").await;
    rig.cycle().await;
    assert_eq!(last_helpers(&rig).await, ["offer"]);
    assert!(rig.last_text().starts_with("Voorstel 2:"), "{}", rig.last_text());
    let known = rig.playground.ledger().message_count();
    rig.answer("attest 1 weg").await;
    rig.cycle().await;
    let texts = rig.texts_since(known);
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert!(texts[1].contains("Voorstel 2 gaat niet meer door: de VOG van de helper is niet afgevinkt."), "{texts:?}");
    rig.answer("2").await;
    assert!(rig.last_text().contains("de VOG van de helper is niet afgevinkt"), "{}", rig.last_text());
}

#[tokio::test]
async fn who_is_not_asked_for_a_certificate_makes_room_for_the_next() {
    let rig = Rig::start().await.reconfigure(|municipality| municipality.certificates = Certificates::Required).await;
    ask(&rig, "ask", "rosa");
    offer(&rig, "offer", "karim", OFFERS);
    offer(&rig, "offer-2", "fatima", OFFERS_TOO);
    offer(&rig, "mends", "sven", MENDS);
    rig.post("bike", "jef", Some(PostKind::Question), BIKE);
    rig.cycle().await;
    assert_eq!(
        rig.kinds().await,
        ["suggestion", "certificate"],
        "a bicycle needs no certificate, and one is asked for"
    );
    let first = rig.told().await[1].1.helpers[0].clone();
    rig.answer("nee 2").await;
    insta::assert_snapshot!(rig.last_text().replace("Fatima", "NAME").replace("Karim", "NAME"));
    rig.cycle().await;
    let told = rig.told().await;
    let (_, meaning) = told.last().unwrap();
    assert_eq!(meaning.kind, "certificate");
    assert_ne!(meaning.helpers[0], first);
    rig.answer("nee").await;
    rig.cycle().await;
    rig.cycle().await;
    assert_eq!(rig.kinds().await.last().unwrap(), "notice", "nobody is asked about twice");
}

#[tokio::test]
async fn open_suggestions_without_a_tick_lapse_when_certificates_become_required() {
    let rig = suggested().await;
    let rig = rig.reconfigure(|municipality| municipality.certificates = Certificates::Required).await;
    rig.cycle().await;
    assert_eq!(rig.kinds().await, ["suggestion", "notice", "certificate"]);
}

#[tokio::test]
async fn people_who_are_kept_apart_never_meet_until_it_is_taken_back() {
    let rig = suggested().await;
    offer(&rig, "offer-2", "fatima", OFFERS_TOO);
    rig.cycle().await;
    rig.answer("blok 1").await;
    insta::assert_snapshot!(rig.last_text());
    let known = rig.playground.ledger().message_count();
    rig.cycle().await;
    let texts = rig.texts_since(known);
    insta::assert_snapshot!(texts[0]);
    assert_eq!(last_helpers(&rig).await, ["offer-2"]);
    // Neither for another request nor the other way round.
    let before = suggestions(&rig).await;
    rig.playground.world().withdraw("offer-2").unwrap();
    ask(&rig, "ask-2", "rosa");
    rig.post("bike", "karim", Some(PostKind::Question), BIKE);
    offer(&rig, "mends", "rosa", MENDS);
    rig.cycle().await;
    assert_eq!(suggestions(&rig).await, before);
    rig.answer("bloquer 1 annuler").await;
    insta::assert_snapshot!(rig.last_text());
    rig.cycle().await;
    assert!(suggestions(&rig).await > before);
}

#[tokio::test]
async fn who_is_kept_apart_cannot_be_accepted_before_the_next_cycle_either() {
    let rig = suggested().await;
    rig.answer("block 1").await;
    rig.answer("1").await;
    assert!(rig.last_text().starts_with("Voorstel 1 gaat niet meer door"), "{}", rig.last_text());
}

#[tokio::test]
async fn of_a_group_two_are_kept_apart() {
    let rig = Rig::start().await;
    for (id, author) in [("g1", "rosa"), ("g2", "karim"), ("g3", "fatima"), ("g4", "jef")] {
        let text = "Wie wil samen zonnepanelen kopen? Met een groep is het goedkoper.";
        rig.post(id, author, Some(PostKind::Question), text);
    }
    rig.cycle().await;
    assert_eq!(rig.kinds().await, ["group"]);
    rig.answer("blok 1").await;
    insta::assert_snapshot!(rig.last_text());
    assert!(notes(&rig).await.apart.is_empty());
    rig.answer("blok 1 2 4").await;
    rig.cycle().await;
    let told = rig.told().await;
    let (_, meaning) = told.last().unwrap();
    assert_eq!(meaning.kind, "group");
    let members: Vec<_> = meaning.helpers.iter().map(koppelaar::domain::PostId::as_str).collect();
    assert_eq!(members, ["g1", "g2", "g3"]);
}

#[tokio::test]
async fn one_helper_is_not_sent_to_the_same_person_again_and_again() {
    let rig = Rig::start().await;
    offer(&rig, "offer", "karim", OFFERS);
    for visit in 1..=3 {
        ask(&rig, &format!("ask-{visit}"), "rosa");
        rig.cycle().await;
        rig.answer(&visit.to_string()).await;
    }
    assert_eq!(suggestions(&rig).await, 2);
    ask(&rig, "ask-of-another", "an");
    rig.cycle().await;
    assert_eq!(suggestions(&rig).await, 3, "somebody else is visited");
}

fn services(municipality: &mut Municipality) {
    let service = |name: &str, contact: &str| Service { name: name.to_owned(), contact: contact.to_owned() };
    let brug = Partner { kind: ReferralKind::FoodBank, service: service("Voedselbank De Brug", "0320 12 34 56") };
    municipality.services.partners = vec![brug];
    municipality.services.departments = vec![
        Department { service: service("Team Licht", "licht@lelystad.example"), words: vec!["lantaarn".to_owned()] },
        Department { service: service("Meldpunt", "14 0320"), words: Vec::new() },
    ];
}

#[tokio::test]
async fn a_referral_names_the_partner_and_a_report_the_department() {
    let rig = Rig::start().await.reconfigure(services).await;
    rig.post("hunger", "rosa", None, "Mijn geld is op en de kast is leeg. Wie heeft er nog eten voor mijn kinderen?");
    rig.cycle().await;
    assert_eq!(rig.kinds().await, ["referral"]);
    insta::assert_snapshot!(rig.last_text());
    rig.post("light", "karim", None, "De lantaarnpaal voor nummer 12 is al een week kapot, het is er pikdonker.");
    rig.cycle().await;
    insta::assert_snapshot!(rig.last_text());
    rig.post(
        "hole",
        "an",
        None,
        "Er zit een groot gat in het fietspad aan de Ketting, gevaarlijk voor fietsers. Wie meldt dit bij de gemeente?",
    );
    rig.cycle().await;
    assert!(rig.last_text().contains("Contact: Meldpunt, 14 0320"), "{}", rig.last_text());
    assert_eq!(rig.kinds().await, ["referral", "report", "report"]);
    let messages = rig.playground.ledger().messages();
    assert!(messages.iter().all(|message| message.recipient == koppelaar_tests::CONCIERGE));
}

#[tokio::test]
async fn a_crisis_does_not_wait_for_the_end_of_a_pause() {
    let rig = suggested().await;
    rig.answer("stop").await;
    rig.post("crisis", "an", None, "Ik zie het niet meer zitten en wil er niet meer zijn. Niemand die mij hoort.");
    ask(&rig, "ask-2", "jef");
    rig.cycle().await;
    assert_eq!(rig.kinds().await, ["suggestion", "notice", "crisis"]);
    let text = rig.last_text();
    assert!(text.starts_with("Dringend:"), "{text}");
    for line in ["112", "113 of 0800-0113", "0800-2000", "0800-0432"] {
        assert!(text.contains(line), "{line} in {text}");
    }
}
