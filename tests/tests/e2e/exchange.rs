//! Three people of whom each helps the next, from their posts to what the concierge reads and answers.

use koppelaar_tests::Rig;

const POSTS: [(&str, &str, &str); 3] = [
    (
        "garden",
        "rosa",
        "Mijn tuin is een wildernis geworden. Wie kan er mijn haag snoeien en het gras maaien? In ruil kook ik graag een \
         warme maaltijd voor je.",
    ),
    (
        "meal",
        "karim",
        "Ik zoek iemand die voor mij een warme maaltijd kookt. In ruil herstel ik je fiets: banden plakken, remmen, \
         ketting.",
    ),
    (
        "bike",
        "an",
        "Ik zoek iemand die mijn fiets kan herstellen. In ruil maai ik graag het gras in je tuin en snoei ik je haag.",
    ),
];

async fn suggested() -> Rig {
    let rig = Rig::start().await;
    for (id, author, text) in POSTS {
        rig.post(id, author, None, text);
    }
    rig.cycle().await;
    rig
}

#[tokio::test]
async fn three_who_help_each_other_are_one_suggestion() {
    let rig = suggested().await;
    let told = rig.told().await;
    let (message, meaning) = &told[0];
    assert_eq!(rig.kinds().await, ["exchange"]);
    assert_eq!(meaning.request.as_ref().unwrap().as_str(), "bike");
    assert_eq!(meaning.helpers.iter().map(koppelaar::domain::PostId::as_str).collect::<Vec<_>>(), ["garden", "meal"]);
    insta::assert_snapshot!(message.text);
    rig.cycle().await;
    assert_eq!(rig.playground.ledger().message_count(), 1, "its members are not paired one by one as well");
}

#[tokio::test]
async fn a_ring_is_explained_and_accepted_with_all_of_its_members() {
    let rig = suggested().await;
    rig.answer("? 1").await;
    insta::assert_snapshot!(rig.last_text());
    rig.answer("ja 1").await;
    assert!(rig.last_text().contains("An, Rosa en Karim"), "{}", rig.last_text());
    rig.post("offer", "fatima", None, "Ik werk graag in de tuin van een buur: haag snoeien, gras maaien.");
    rig.cycle().await;
    assert_eq!(rig.kinds().await, ["exchange", "notice", "notice"], "all three are taken care of");
}

#[tokio::test]
async fn a_declined_ring_does_not_come_again_but_its_members_may() {
    let rig = suggested().await;
    rig.answer("nee 1").await;
    rig.cycle().await;
    assert_eq!(rig.kinds().await, ["exchange", "notice", "suggestion", "suggestion", "suggestion"]);
}

#[tokio::test]
async fn a_ring_ends_when_one_of_the_three_withdraws() {
    let rig = suggested().await;
    rig.playground.world().withdraw("meal").unwrap();
    rig.cycle().await;
    assert_eq!(rig.kinds().await, ["exchange", "notice", "suggestion"]);
    let told = rig.told().await;
    let (_, meaning) = told.last().unwrap();
    assert_eq!(meaning.request.as_ref().unwrap().as_str(), "garden");
    assert_eq!(meaning.helpers[0].as_str(), "bike");
}
