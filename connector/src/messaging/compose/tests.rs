//! One snapshot a locale holds every message, so that it can be read through as its reader would.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;
use regex::Regex;

use super::*;
use crate::messaging::services::ReferralKind;

const SOURCES: [(Language, &str); 3] = [
    (Language::Nl, include_str!("../../../locales/nl.ftl")),
    (Language::Fr, include_str!("../../../locales/fr.ftl")),
    (Language::En, include_str!("../../../locales/en.ftl")),
];

/// Posts and sentences that last as long as the content that borrows them.
struct Words {
    names: [Private; 9],
    title: Private,
    texts: [Private; 4],
    reasons: Vec<String>,
    service: Service,
}

impl Words {
    fn new() -> Self {
        Self {
            names: ["Marieke", "Jan Peeters", "Amina", "Luc", "Els", "Tom", "Sofie", "Karim", ""].map(Private::new),
            title: Private::new("Boodschappenhulp"),
            texts: [
                "Ik ben [name] en lig al twee weken met mijn enkel omhoog.\nWie brengt er zaterdag een pak water mee? Bel [phone].",
                "Zaterdags rij ik toch altijd naar de winkel. Voor iemand iets meebrengen is voor mij geen moeite.",
                "Ik kom graag helpen»\nVoorstel 99: «alles",
                "",
            ]
            .map(Private::new),
            reasons: vec!["Allebei op zaterdag.".into(), "Ze wonen dicht bij elkaar.".into()],
            service: Service { name: "De Brug".into(), contact: "03 123 45 67, elke dinsdag".into() },
        }
    }

    fn voice(&self, name: usize, text: usize) -> Voice<'_> {
        let written = LocalTime(date(2026, 3, i8::try_from(name + 1).unwrap()).at(9, 30, 0, 0));
        Voice { name: &self.names[name], title: (text == 0).then_some(&self.title), text: &self.texts[text], written }
    }

    fn helper(&self, name: usize, text: usize) -> Helper<'_> {
        Helper { voice: self.voice(name, text), reasons: if text == 1 { &self.reasons } else { &[] } }
    }
}

/// Gives every content to `visit`, with the name of its variant.
fn every_content(mut visit: impl FnMut(&str, &Content)) {
    let words = Words::new();
    let need = "boodschappen";
    let (request, helper) = (words.voice(0, 0), words.helper(1, 1));
    let alternates = [words.helper(2, 2), words.helper(8, 1)];
    let (number, names) = (12, [&words.names[0], &words.names[1]]);
    let plain = Content::Suggestion {
        number,
        request,
        need,
        helper,
        alternates: &[],
        passed_over: None,
        first_check: None,
        urgent: false,
        referral: None,
    };
    visit("suggestion", &plain);
    passed_over(&words, &mut visit);
    for (name, check, referral) in [
        ("suggestion: children, food bank", FirstCheck::Childcare, ReferralKind::FoodBank),
        ("suggestion: care, home care", FirstCheck::Care, ReferralKind::HomeCare),
        ("suggestion: company, social services", FirstCheck::Company, ReferralKind::SocialServices),
        ("suggestion: company, certificate seen, repair shop", FirstCheck::Company, ReferralKind::RepairShop),
        ("suggestion: company, other", FirstCheck::Company, ReferralKind::Other),
    ] {
        let seen = referral == ReferralKind::RepairShop;
        let partner = (referral == ReferralKind::FoodBank).then_some(&words.service);
        let (first_check, referral) = (Some(Check { matter: check, seen }), Some(Referral { kind: referral, partner }));
        let alternates = if check == FirstCheck::Childcare { &alternates[..] } else { &[] };
        visit(
            name,
            &Content::Suggestion {
                number,
                request,
                need,
                helper,
                alternates,
                passed_over: None,
                first_check,
                urgent: true,
                referral,
            },
        );
    }
    let member = |name, need, give| Member { voice: words.voice(name, 1), need, give, first_check: None };
    let ring = [member(1, "koken", "tuin"), member(2, "tuin", "fiets"), member(3, "fiets", "koken")];
    let two = [ring[0], member(2, "tuin", "koken")];
    visit("exchange of two", &Content::Exchange { number, members: &two, all_or_nothing: false });
    visit("exchange of three", &Content::Exchange { number, members: &ring, all_or_nothing: true });
    let checked = |seen| Some(Check { matter: FirstCheck::Childcare, seen });
    let (one, other) = (member(1, "tuin", "oppas"), member(2, "oppas", "tuin"));
    let checked = [Member { first_check: checked(false), ..one }, Member { first_check: checked(true), ..other }];
    visit("exchange with children", &Content::Exchange { number, members: &checked, all_or_nothing: true });
    let group: Vec<Voice> = [1, 2, 3, 1, 2, 3, 4, 5, 6, 7].map(|name| words.voice(name, 1)).into();
    visit("group", &Content::Group { number, need: "samen mazout kopen", members: &group[..3] });
    visit("group of many", &Content::Group { number, need: "samen mazout kopen", members: &group });
    for kind in ["food-bank", "home-care", "social-services", "repair-shop", "another"] {
        let to = Referral { kind: ReferralKind::from_id(kind), partner: None };
        visit(&format!("referral: {kind}"), &Content::Referral { request, to });
    }
    let to = Referral { kind: ReferralKind::FoodBank, partner: Some(&words.service) };
    visit("referral: food-bank, a partner", &Content::Referral { request, to });
    visit("report", &Content::Report { voice: words.voice(3, 1), department: None });
    visit("report: a department", &Content::Report { voice: words.voice(3, 1), department: Some(&words.service) });
    visit("crisis", &Content::Crisis { voice: words.voice(3, 2) });
    for matter in [FirstCheck::Childcare, FirstCheck::Care, FirstCheck::Company] {
        let content = Content::Certificate { number, helper: words.voice(1, 1), matter };
        visit(&format!("certificate: {matter:?}").to_lowercase(), &content);
    }
    for declined in [false, true] {
        let content = Content::CertificateWaits { number, helper: names[1], declined };
        visit(if declined { "certificate declined" } else { "certificate waits" }, &content);
    }
    for (noted, numbers) in [(true, &[12][..]), (false, &[12, 2])] {
        let certificate = Content::CertificateNoted { numbers, name: names[1], seen: noted };
        visit(if noted { "certificate noted" } else { "certificate taken back" }, &certificate);
        let content = Content::ApartNoted { numbers, names: &names, apart: noted };
        visit(if noted { "apart noted" } else { "apart taken back" }, &content);
    }
    for wanted in [Wanted::Certificate, Wanted::Helper, Wanted::Pair] {
        visit(
            &format!("which people: {wanted:?}").to_lowercase(),
            &Content::WhichPeople { number, names: &names, wanted },
        );
    }
    visit("accepted", &Content::Accepted { number, names: &names });
    visit("declined", &Content::Declined { number, search_goes_on: false });
    visit("declined, another follows", &Content::Declined { number, search_goes_on: true });
    explained(&words, &mut visit);
    visit("already decided", &Content::AlreadyDecided { number });
    visit("unknown number", &Content::UnknownNumber { number: 99, open: &[3, 4, 7] });
    visit("unknown number, nothing open", &Content::UnknownNumber { number: 99, open: &[] });
    visit("nothing open", &Content::NothingOpen);
    visit("paused", &Content::Paused);
    visit("resumed", &Content::Resumed);
    visit("help", &Content::Help);
    visit("lapsed request", &Content::Lapsed { number, gone: Lapse::Request });
    visit("lapsed helper", &Content::Lapsed { number, gone: Lapse::Helper });
    visit("lapsed, kept apart", &Content::Lapsed { number, gone: Lapse::Apart });
    visit("lapsed, no certificate", &Content::Lapsed { number, gone: Lapse::Certificate });
}

/// Gives a suggestion for each cause for which somebody is passed over.
fn passed_over(words: &Words, visit: &mut impl FnMut(&str, &Content)) {
    let (request, helper) = (words.voice(0, 0), words.helper(1, 1));
    for (what, cause) in [
        ("one task", Cause::Tasks(1)),
        ("many tasks", Cause::Tasks(4)),
        ("elsewhere", Cause::Elsewhere),
        ("in an exchange", Cause::Exchange),
        ("on a condition", Cause::Condition),
        ("familiar", Cause::Familiar),
        ("declined", Cause::Declined),
    ] {
        let passed_over = Some(PassedOver { name: &words.names[5], cause });
        let (alternates, first_check, urgent, referral) = (&[], None, false, None);
        let content = Content::Suggestion {
            number: 12,
            request,
            need: "boodschappen",
            helper,
            alternates,
            passed_over,
            first_check,
            urgent,
            referral,
        };
        visit(&format!("suggestion, somebody passed over: {what}"), &content);
    }
}

/// Gives explanations of pairs that fit more and less, and of a ring.
fn explained(words: &Words, visit: &mut impl FnMut(&str, &Content)) {
    let (number, names) = (12, [&words.names[0], &words.names[1]]);
    for score in [900, 700, 500] {
        let [request, helper] = names;
        let reasons = if score == 500 { &[] } else { &words.reasons[..] };
        let passed_over = (score == 700).then_some(PassedOver { name: &words.names[5], cause: Cause::Elsewhere });
        let pairs = &[Pair { request, helper, reasons }];
        visit(&format!("explained: {score}"), &Content::Explained { number, pairs, score, passed_over });
    }
    let pair = |request: usize, helper: usize| {
        let reasons = if helper == 3 { &[] } else { &words.reasons[..] };
        Pair { request: &words.names[request], helper: &words.names[helper], reasons }
    };
    let pairs = [pair(2, 1), pair(3, 2), pair(1, 3)];
    visit("explained: a ring", &Content::Explained { number, pairs: &pairs, score: 700, passed_over: None });
}

fn all_messages(language: Language, country: Country) -> String {
    let mut all = Vec::new();
    every_content(|name, content| {
        let kind = content.kind().as_str();
        let text = compose(language, country, content);
        all.push(format!("──── {name} ({kind})\n{}\n\n", text.reveal()));
    });
    all.concat()
}

#[test]
fn every_message_as_it_is_read() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| {
        insta::assert_snapshot!("messages-nl-BE", all_messages(Language::Nl, Country::Belgium));
        insta::assert_snapshot!("messages-nl-NL", all_messages(Language::Nl, Country::Netherlands));
        insta::assert_snapshot!("messages-fr-BE", all_messages(Language::Fr, Country::Belgium));
        insta::assert_snapshot!("messages-en-BE", all_messages(Language::En, Country::Belgium));
    });
}

#[test]
fn every_locale_has_the_same_messages_with_the_same_variables() {
    let [(_, dutch), (_, french), (_, english)] = SOURCES;
    assert_eq!(messages(dutch), messages(french));
    assert_eq!(messages(dutch), messages(english));
}

#[test]
fn every_message_of_the_locales_is_used() {
    let code = [
        include_str!("../compose.rs"),
        include_str!("locale.rs"),
        include_str!("notes.rs"),
        include_str!("paragraphs.rs"),
        include_str!("pairing.rs"),
        include_str!("quote.rs"),
    ]
    .concat();
    for id in messages(SOURCES[0].1).keys() {
        assert!(code.contains(&format!("\"{id}\"")), "`{id}` is not used");
    }
}

#[test]
fn no_message_shows_a_variable_or_a_fault() {
    for (language, _) in SOURCES {
        for country in [Country::Belgium, Country::Netherlands] {
            let all = all_messages(language, country);
            assert!(!all.contains(['{', '}', '$', '\u{2068}']), "{all}");
        }
    }
}

#[test]
fn a_quote_cannot_look_like_the_message_around_it() {
    let text = all_messages(Language::Nl, Country::Belgium);
    assert!(text.contains("«Ik kom graag helpen\" Voorstel 99: \"alles»"), "{text}");
    assert!(!text.lines().any(|line| line.starts_with("Voorstel 99:")));
}

#[test]
fn a_long_post_is_cut_between_words() {
    let words = Words::new();
    let text = Private::new("woordje ".repeat(100));
    let voice = Voice { text: &text, ..words.voice(0, 1) };
    let message = compose(Language::Nl, Country::Belgium, &Content::Report { voice, department: None });
    let quote = message.reveal().split(['«', '»']).nth(1).unwrap();
    assert!(quote.chars().count() <= MAX_QUOTE_CHARS && quote.ends_with("woordje…"), "{quote}");
}

#[test]
fn who_is_in_danger_is_quoted_at_length() {
    let words = Words::new();
    let text = Private::new(format!("{}Niet aanbellen.", "woordje ".repeat(100)));
    let voice = Voice { text: &text, ..words.voice(0, 1) };
    let message = compose(Language::Nl, Country::Belgium, &Content::Crisis { voice });
    assert!(message.reveal().contains("Niet aanbellen.»"));
}

#[test]
fn the_first_of_the_month_in_french() {
    let words = Words::new();
    let message =
        compose(Language::Fr, Country::Belgium, &Content::Report { voice: words.voice(0, 1), department: None });
    assert!(message.reveal().contains("Marieke a écrit le dimanche 1er mars :"), "{}", message.reveal());
}

#[test]
fn an_abbreviated_name_ends_a_sentence_with_one_full_stop() {
    let words = Words::new();
    let (name, text) = (Private::new("Lou R."), Private::new("Ik weet het niet meer..."));
    let voice = Voice { name: &name, text: &text, ..words.voice(0, 1) };
    let message = compose(Language::Fr, Country::Belgium, &Content::Crisis { voice });
    let (head, _) = message.reveal().split_once('\n').unwrap();
    assert!(head.ends_with("Lou R."), "{head}");
    assert!(!head.ends_with(".."), "{head}");
    assert!(message.reveal().contains("meer...»"), "what was written stays as it was");
}

/// The identifiers of a Fluent file, with the variables that each one speaks of.
fn messages(source: &str) -> BTreeMap<&str, BTreeSet<&str>> {
    let begin = Regex::new(r"^([a-z][a-z-]*) =").unwrap();
    let variable = Regex::new(r"\$([a-z]+)").unwrap();
    let mut messages: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut current = "";
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        if let Some(found) = begin.captures(line) {
            current = found.get(1).unwrap().as_str();
            assert!(messages.insert(current, BTreeSet::new()).is_none(), "`{current}` is there twice");
        }
        for found in variable.captures_iter(line) {
            // Every message knows the country, and not every language has other words for each.
            let variable = found.get(1).unwrap().as_str();
            messages.get_mut(current).unwrap().extend((variable != "country").then_some(variable));
        }
    }
    messages
}
