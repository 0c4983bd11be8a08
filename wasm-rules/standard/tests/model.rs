//! The packed model: whole, and refused when it is not.

use koppelaar_rules::{Intent, LocalTime, Post, Reading, Rules};
use koppelaar_standard::Standard;
use koppelaar_standard::manifest::CRISIS;
use koppelaar_standard::model::Model;
use koppelaar_standard::targets::CATEGORIES;

#[test]
fn a_model_that_is_cut_short_is_refused() {
    let packed = include_bytes!("../data/model.bin");
    assert!(Model::new(packed).is_some());
    for length in [0, 3, 100, packed.len() / 3] {
        assert!(Model::new(&packed[..length]).is_none(), "{length} bytes");
    }
}

fn read(text: &str) -> Reading {
    let written = LocalTime { year: 2026, month: 3, day: 2, weekday: 0, minute: 600 };
    Standard::default().read(&Post { kind: None, title: None, text: text.to_owned(), written })
}

#[test]
fn the_plainest_posts_are_open_requests_and_offers() {
    let lines: Vec<(&str, &str)> =
        include_str!("plain.tsv").lines().map(|line| line.split_once('\t').expect("an intent and a text")).collect();
    let wrong = lines.iter().filter(|(intent, text)| {
        let meant = if *intent == "request" { Intent::Request } else { Intent::Offer };
        let reading = read(text);
        reading.intent != meant || reading.closed || reading.referral == Some(CRISIS)
    });
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.len() <= 2, "{} of {}: {wrong:#?}", wrong.len(), lines.len());
}

#[test]
fn plain_posts_are_read_as_they_stand() {
    for (text, intent, category) in [
        (
            "Wie kan er zaterdagvoormiddag boodschappen voor mij doen? Ik ben slecht te been.",
            Intent::Request,
            "groceries",
        ),
        (
            "Ik doe elke zaterdagvoormiddag boodschappen en breng graag iets mee voor een buur.",
            Intent::Offer,
            "groceries",
        ),
        ("Ik herstel graag fietsen voor buren: banden plakken, remmen, ketting.", Intent::Offer, "bike-repair"),
        ("Qui pourrait promener mon chien demain matin ?", Intent::Request, "pet-care"),
        ("I am happy to help neighbours with their computer or phone.", Intent::Offer, "digital"),
    ] {
        let reading = read(text);
        let first = reading.needs.first().or(reading.gives.first()).map(|w| CATEGORIES[usize::from(w.category)]);
        assert_eq!((reading.intent, first), (intent, Some(category)), "{text}");
    }
    for text in [
        "Ik zie het niet meer zitten en wil er niet meer zijn. Niemand die mij hoort.",
        "Mon mari me frappe et j'ai peur de rentrer à la maison.",
        "My neighbour is lying on the floor and does not answer.",
    ] {
        assert_eq!(read(text).referral, Some(CRISIS), "{text}");
    }
}
