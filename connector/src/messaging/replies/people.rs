//! Notes about the people in a suggestion: whose certificate was seen, and who never meets again.
//!
//! People are counted as the message names them. A certificate is that of a helper, the first unless another is counted;
//! where all help each other or act together, one of them has to be counted. Kept apart are the one who asks and the
//! first helper, or the helper who is counted; all who help each other, or two of them; and of a group always two,
//! because nobody quarrels with everybody. What is open and names them lapses with the next cycle.

use super::super::compose::{Content, MessageKind, Wanted};
use crate::domain::{MemberId, Private};
use crate::store::{Note, Outcome, Reply, ToldSuggestion};

/// Somebody in a suggestion; without a name when the post no longer exists.
#[derive(Debug, Clone)]
struct Person {
    member: MemberId,
    name: Private,
}

/// Notes whether the certificate of the person at `place` was seen.
pub(super) fn note_certificate(
    told: &ToldSuggestion,
    number: u32,
    place: Option<u32>,
    seen: bool,
    write: &impl Fn(&Content<'_>) -> Option<Reply>,
) -> (Outcome, Option<Reply>) {
    let people = if together(told) { everybody(told) } else { helpers(told) };
    let place_or_first = place.or((!together(told)).then_some(1));
    let Some(person) = place_or_first.and_then(|place| at(&people, place)) else {
        return (Outcome::Nothing, which(&people, number, Wanted::Certificate, write));
    };
    let numbers: Vec<u32> = [number].into_iter().chain(place).collect();
    let reply = write(&Content::CertificateNoted { numbers: &numbers, name: &person.name, seen });
    (Outcome::Noted(Note::Certificate { member: person.member.clone(), seen }), reply)
}

/// Notes whether the people at `places` never meet again.
pub(super) fn note_apart(
    told: &ToldSuggestion,
    number: u32,
    places: [Option<u32>; 2],
    apart: bool,
    write: &impl Fn(&Content<'_>) -> Option<Reply>,
) -> (Outcome, Option<Reply>) {
    if told.is_about_certificate() {
        return (Outcome::Nothing, certificate_waits(told, number, false, write));
    }
    let people = everybody(told);
    let chosen = match (told.kind == MessageKind::Exchange.as_str(), together(told), places) {
        (_, false, [place, None]) => pair(&people, 1, place.unwrap_or(1).saturating_add(1)),
        (true, _, [None, None]) => Some(people.clone()),
        (_, true, [Some(one), Some(other)]) => pair(&people, one, other),
        _ => None,
    };
    let Some(chosen) = chosen else {
        let (people, wanted) = if together(told) { (people, Wanted::Pair) } else { (helpers(told), Wanted::Helper) };
        return (Outcome::Nothing, which(&people, number, wanted, write));
    };
    let numbers: Vec<u32> = [number].into_iter().chain(places.into_iter().flatten()).collect();
    let names: Vec<&Private> = chosen.iter().map(|person| &person.name).collect();
    let reply = write(&Content::ApartNoted { numbers: &numbers, names: &names, apart });
    let later = |(i, one): (usize, &Person)| {
        let pair = |other: &Person| (one.member.clone(), other.member.clone());
        chosen[i + 1..].iter().map(pair).collect::<Vec<_>>()
    };
    let pairs = chosen.iter().enumerate().flat_map(later).collect();
    (Outcome::Noted(Note::Apart { pairs, apart }), reply)
}

/// Says how a message about a certificate is answered, or what becomes of it.
pub(super) fn certificate_waits(
    told: &ToldSuggestion,
    number: u32,
    declined: bool,
    write: &impl Fn(&Content<'_>) -> Option<Reply>,
) -> Option<Reply> {
    let helpers = helpers(told);
    write(&Content::CertificateWaits { number, helper: &helpers.first()?.name, declined })
}

fn which(
    people: &[Person],
    number: u32,
    wanted: Wanted,
    write: &impl Fn(&Content<'_>) -> Option<Reply>,
) -> Option<Reply> {
    let names: Vec<&Private> = people.iter().map(|person| &person.name).collect();
    write(&Content::WhichPeople { number, names: &names, wanted })
}

/// Whether all of them act together, and nobody is the only one who helps.
fn together(told: &ToldSuggestion) -> bool {
    [MessageKind::Exchange, MessageKind::Group].iter().any(|kind| told.kind == kind.as_str())
}

fn helpers(told: &ToldSuggestion) -> Vec<Person> {
    let person = |helper: &crate::store::ToldHelper| Person {
        member: helper.member.clone(),
        name: helper.voice.as_ref().map(|voice| voice.name.clone()).unwrap_or_default(),
    };
    told.helpers.iter().map(person).collect()
}

/// The one who asks first.
fn everybody(told: &ToldSuggestion) -> Vec<Person> {
    let name = told.request.as_ref().map(|voice| voice.name.clone()).unwrap_or_default();
    let asker = told.asker.iter().map(|member| Person { member: member.clone(), name: name.clone() });
    asker.chain(helpers(told)).collect()
}

fn at(people: &[Person], place: u32) -> Option<&Person> {
    people.get(usize::try_from(place).ok()?.checked_sub(1)?)
}

/// Two different people of `people`.
fn pair(people: &[Person], one: u32, other: u32) -> Option<Vec<Person>> {
    let (one, other) = (at(people, one)?, at(people, other)?);
    (one.member != other.member).then(|| vec![one.clone(), other.clone()])
}
