//! The built component and the whole of the rules on every kind of input.

use koppelaar_rules::{Candidate, Intent, Kind, LocalTime, Post, Rules, Slot};
use koppelaar_standard::settings::{SCHEMA, Settings};
use koppelaar_standard::{Standard, targets};
use proptest::prelude::*;

const MONDAY: LocalTime = LocalTime { year: 2026, month: 3, day: 2, weekday: 0, minute: 600 };

/// Section of a component that holds its imports, as in the component model's `Binary.md`.
const IMPORTS: u8 = 10;

#[test]
fn the_component_has_no_imports() {
    let bytes = include_bytes!("../standard.wasm");
    assert_eq!(&bytes[..8], b"\0asm\x0d\0\x01\0", "a component, not a core module");
    let (mut at, mut sections) = (8, Vec::new());
    while at < bytes.len() {
        sections.push(bytes[at]);
        let (mut size, mut shift) = (0_usize, 0);
        loop {
            at += 1;
            size |= usize::from(bytes[at] & 0x7f) << shift;
            shift += 7;
            if bytes[at] & 0x80 == 0 {
                break;
            }
        }
        at += 1 + size;
    }
    assert_eq!(at, bytes.len());
    assert!(sections.len() > 3 && !sections.contains(&IMPORTS), "{sections:?}");
}

#[test]
fn the_manifest_keeps_the_limits_of_the_contract() {
    let manifest = Standard::manifest();
    assert_eq!(manifest.categories.len(), targets::CATEGORIES.len());
    assert!(manifest.reasons.len() <= 200 && manifest.referrals[0] == "crisis");
    for reason in &manifest.reasons {
        assert_eq!(reason.sentences.len(), 3, "{}", reason.id);
        assert!(reason.sentences.iter().all(|sentence| sentence.text.chars().count() <= 200));
    }
    let mut ids: Vec<_> = manifest.reasons.iter().map(|reason| &reason.id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), manifest.reasons.len());
    let schema: serde_json::Value = serde_json::from_str(SCHEMA).expect("JSON");
    assert_eq!(schema["additionalProperties"], false);
}

#[test]
fn settings_add_words_and_exclude_categories() {
    let post =
        Post { kind: None, title: None, text: "Wie kan mij helpen met mijn kiekenkot?".to_owned(), written: MONDAY };
    let category = |id: &str| targets::CATEGORIES.iter().position(|known| *known == id);
    let read = |settings: &str| {
        let settings: Settings = serde_json::from_str(settings).expect("settings");
        let needs = Standard::new(settings).read(&post).needs;
        needs.first().map(|need| usize::from(need.category))
    };
    assert_ne!(read("{}"), category("garden"));
    assert_eq!(read(r#"{"extra_words":{"nl":{"garden":["Kieken*"]}}}"#), category("garden"));
    assert_ne!(read(r#"{"extra_words":{"fr":{"garden":["Kieken*"]}}}"#), category("garden"));
    let excluded = r#"{"extra_words":{"nl":{"garden":["Kieken*"]}},"excluded_categories":["garden"]}"#;
    assert_ne!(read(excluded), category("garden"));
}

fn posts() -> impl Strategy<Value = Post> {
    let word = prop_oneof![
        any::<String>(),
        "[ .,?!'’0-9€\n]{1,4}",
        prop::sample::select(vec![
            "wie kan",
            "zoek",
            "hond",
            "morgen",
            "12 maart",
            "geen",
            "niet",
            "zaterdag",
            "je cherche",
            "babysit",
            "in ruil",
            "opgelost",
            "[phone]",
            "31 februari",
            "behalve",
            "want",
            "om tien uur",
            "samedi matin",
            "ĳ",
        ])
        .prop_map(str::to_owned),
    ];
    let text = prop::collection::vec(word, 0..40).prop_map(|words| words.join(" "));
    let kind = prop::option::of(prop::sample::select(vec![
        Kind::Question,
        Kind::Offer,
        Kind::Lend,
        Kind::Notice,
        Kind::Event,
    ]));
    let written = (any::<i16>(), any::<u8>(), any::<u8>(), any::<u8>(), any::<u16>())
        .prop_map(|(year, month, day, weekday, minute)| LocalTime { year, month, day, weekday, minute });
    (kind, prop::option::of(any::<String>()), text, written).prop_map(|(kind, title, text, written)| Post {
        kind,
        title,
        text,
        written,
    })
}

proptest! {
    #[test]
    fn every_input_gets_an_answer_within_the_contract(a in posts(), b in posts(), load: u16, helped: u16) {
        let rules = Standard::default();
        let readings = [rules.read(&a), rules.read(&b)];
        for (reading, post) in readings.iter().zip([&a, &b]) {
            prop_assert_eq!(reading, &rules.read(post));
            prop_assert!(reading.slots.len() <= 64 && reading.needs.len() <= 8 && reading.gives.len() <= 8);
            prop_assert!(reading.features.len() <= 4096);
            let sound = |slot: &Slot| slot.weekday < 7 && slot.from_minute < slot.to_minute && slot.to_minute <= 1440;
            prop_assert!(reading.slots.iter().all(sound));
            let weighted = reading.needs.iter().chain(&reading.gives);
            prop_assert!(weighted.clone().all(|w| (1..=1000).contains(&w.weight)));
        }
        let candidate = Candidate { offer: readings[1].view(), load, same_area: true, helped_before: helped };
        let verdict = rules.assess(&readings[0].view(), &candidate, &MONDAY);
        prop_assert!(verdict.reasons.len() <= 8 && verdict.score.is_none_or(|score| score <= 1000));
    }

    #[test]
    fn features_of_others_are_harmless(features in prop::collection::vec(any::<u8>(), 0..300)) {
        let rules = Standard::default();
        let read = |text: &str| rules.read(&Post { kind: None, title: None, text: text.to_owned(), written: MONDAY });
        let mut request = read("Wie kan mijn hond uitlaten?");
        let mut offer = read("Ik laat graag honden uit.");
        prop_assert_eq!(request.intent, Intent::Request);
        prop_assert_eq!(offer.intent, Intent::Offer);
        request.features = features.clone();
        offer.features = features;
        let candidate = Candidate { offer: offer.view(), load: 0, same_area: false, helped_before: 0 };
        rules.assess(&request.view(), &candidate, &MONDAY);
    }
}
