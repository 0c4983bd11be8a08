//! Messages about what a concierge notes: whose certificate was seen, and who never meets again.

use super::locale::Locale;
use super::pairing::first_check_of;
use super::quote::{name, voice};
use super::{Check, FirstCheck, Voice, Wanted};
use crate::domain::Private;

/// A helper who can be suggested once the concierge has seen the certificate.
pub fn certificate(locale: &Locale, number: u32, helper: &Voice, matter: FirstCheck) -> Vec<String> {
    let number = number.to_string();
    let helper_name = name(locale, helper.name);
    vec![
        locale.text("certificate-head", &[("number", &number), ("helper", &helper_name)]),
        voice(locale, helper),
        locale.text("certificate-why", &[("helper", &helper_name)]),
        first_check_of(locale, None, &helper_name, Check { matter, seen: false }),
        locale.text("answer-certificate", &[("number", &number)]),
    ]
}

/// What becomes of such a message that was answered without a tick.
pub fn waits(locale: &Locale, number: u32, helper: &Private, declined: bool) -> Vec<String> {
    let id = if declined { "certificate-declined" } else { "certificate-waits" };
    vec![locale.text(id, &[("number", &number.to_string()), ("helper", &name(locale, helper))])]
}

/// Whether somebody's certificate was seen.
pub fn certificate_noted(locale: &Locale, numbers: &[u32], whose: &Private, seen: bool) -> Vec<String> {
    let id = if seen { "certificate-noted" } else { "certificate-taken-back" };
    vec![locale.text(id, &[("numbers", &spaced(numbers)), ("helper", &name(locale, whose))])]
}

/// Whether people never meet again.
pub fn apart_noted(locale: &Locale, numbers: &[u32], names: &[&Private], apart: bool) -> Vec<String> {
    let names: Vec<String> = names.iter().map(|person| name(locale, person)).collect();
    let id = if apart { "apart-noted" } else { "apart-taken-back" };
    vec![locale.text(id, &[("numbers", &spaced(numbers)), ("names", &locale.list(&names))])]
}

/// Whom a note could be about.
pub fn which_people(locale: &Locale, number: u32, names: &[&Private], wanted: Wanted) -> Vec<String> {
    let people: Vec<String> =
        (1..).zip(names).map(|(place, person): (u32, _)| format!("{place} = {}", name(locale, person))).collect();
    let id = match wanted {
        Wanted::Certificate => "which-certificate",
        Wanted::Helper => "which-helper",
        Wanted::Pair => "which-pair",
    };
    vec![
        format!("{}\n{}", locale.text("which-people", &[("number", &number.to_string())]), people.join("\n")),
        locale.text(id, &[("number", &number.to_string())]),
    ]
}

/// How the person at `place`, counted from 1, in suggestion `number` is written.
pub fn place(number: &str, place: u32) -> String {
    format!("{number} {place}")
}

fn spaced(numbers: &[u32]) -> String {
    numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(" ")
}
