//! The partners and departments of a municipality: whom a concierge can pass something on to.

use std::collections::BTreeSet;

use super::error::Place;
use super::reader::{Section, Setting};
use super::suggest::alternatives;
use crate::messaging::services::{Department, Partner, ReferralKind, Service, Services};

/// The most departments of a municipality.
const DEPARTMENTS_LIMIT: usize = 20;
/// The longest name of a service, in characters.
const NAME_LIMIT: usize = 80;
/// The longest line that says how to reach a service, in characters.
const CONTACT_LIMIT: usize = 200;
/// The most words of a department.
const WORDS_LIMIT: usize = 50;
/// The longest of them, in characters.
const WORD_LIMIT: usize = 40;
const KINDS: [(&str, ReferralKind); 4] = [
    ("food-bank", ReferralKind::FoodBank),
    ("home-care", ReferralKind::HomeCare),
    ("social-services", ReferralKind::SocialServices),
    ("repair-shop", ReferralKind::RepairShop),
];

/// Every `[[municipality.partners]]` and `[[municipality.departments]]`. One that is wrong is reported and left out.
pub(super) fn services(section: &mut Section<'_, '_>) -> Services {
    Services { partners: partners(section), departments: departments(section) }
}

fn partners(section: &mut Section<'_, '_>) -> Vec<Partner> {
    let mut kinds = BTreeSet::new();
    let tables = section.inner_tables("partners").into_iter();
    let partners = tables.filter_map(|(table, span)| {
        let mut partner = section.inner_table("partners", table, span);
        let kind = kind(&mut partner, &mut kinds);
        let service = service(&mut partner);
        Some(Partner { kind: kind?, service: service? })
    });
    partners.collect()
}

fn kind(section: &mut Section<'_, '_>, kinds: &mut BTreeSet<String>) -> Option<ReferralKind> {
    let words = KINDS.map(|(word, _)| word);
    let Setting { value, place } = section.required_text("kind", &format!("one of {}", alternatives(&words)))?;
    let kind = section.one_of("kind", &value, place.clone(), &KINDS)?;
    if kinds.contains(&value) {
        let hint = "name both in one, or the one that knows the way to the other".to_owned();
        section.report(place, "kind", format!("is `{value}`, which another partner has already"), Some(hint));
        return None;
    }
    kinds.insert(value);
    Some(kind)
}

fn departments(section: &mut Section<'_, '_>) -> Vec<Department> {
    let tables = section.inner_tables("departments");
    if let Some((_, span)) = tables.get(DEPARTMENTS_LIMIT) {
        let place = section.reader.place(span.clone());
        let problem = format!("is there more than {DEPARTMENTS_LIMIT} times");
        section.report(place, "departments", problem, None);
        return Vec::new();
    }
    let departments = tables.into_iter().filter_map(|(table, span)| {
        let mut department = section.inner_table("departments", table, span);
        let service = service(&mut department);
        let words = words(&mut department);
        Some(Department { service: service?, words: words? })
    });
    departments.collect()
}

fn service(section: &mut Section<'_, '_>) -> Option<Service> {
    let name = line(section, "name", NAME_LIMIT, "what people call it, for example `Voedselbank De Brug`");
    let contact = line(section, "contact", CONTACT_LIMIT, "how to reach it, for example `03 123 45 67, elke dinsdag`");
    Some(Service { name: name?, contact: contact? })
}

/// A text that stands on one line of a message.
fn line(section: &mut Section<'_, '_>, key: &'static str, limit: usize, hint: &str) -> Option<String> {
    let Setting { value, place } = section.required_text(key, hint)?;
    let text = value.trim();
    let problem = if text.is_empty() {
        "is empty".to_owned()
    } else if text.chars().any(char::is_control) {
        "has several lines; it must be one".to_owned()
    } else if text.chars().nth(limit).is_some() {
        format!("is longer than {limit} characters")
    } else {
        return Some(text.to_owned());
    };
    section.report(place, key, problem, Some(hint.to_owned()));
    None
}

fn words(section: &mut Section<'_, '_>) -> Option<Vec<String>> {
    const KEY: &str = "words";
    if !section.has(KEY) {
        return Some(Vec::new());
    }
    let Setting { value, place } = section.text_or_list(KEY)?;
    let words = value.map_or_else(|words| words, |word| vec![word]);
    let is_word = |word: &String| {
        !word.is_empty() && word.chars().all(char::is_alphanumeric) && word.chars().nth(WORD_LIMIT).is_none()
    };
    let problem = if words.is_empty() {
        "is an empty list".to_owned()
    } else if words.len() > WORDS_LIMIT {
        format!("has more than {WORDS_LIMIT} entries")
    } else if let Some(wrong) = words.iter().find(|word| !is_word(word)) {
        format!("holds `{wrong}`, which is not one word of at most {WORD_LIMIT} letters")
    } else {
        return Some(words.iter().map(|word| word.to_lowercase()).collect());
    };
    report_words(section, place, problem);
    None
}

fn report_words(section: &mut Section<'_, '_>, place: Place, problem: String) {
    let hint = "how words of its reports begin, for example `[\"lantaarn\", \"verlicht\"]`".to_owned();
    section.report(place, "words", problem, Some(hint));
}
