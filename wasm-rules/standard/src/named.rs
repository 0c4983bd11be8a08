//! What each time word of a text names: days, parts of the day, moments.

use std::ops::Range;

use koppelaar_rules::LocalTime;

use crate::calendar::day_number;
use crate::clock::{Point, Stretch, points};
use crate::evidence::Evidence;
use crate::phrases::Hit;
use crate::targets::NUMBER_MASK;

pub(crate) const MORNING: Stretch = (360, 720);
pub(crate) const AFTERNOON: Stretch = (720, 1080);
pub(crate) const EVENING: Stretch = (1080, 1440);
/// Parts of a day, in order.
pub(crate) const PARTS: [Stretch; 3] = [MORNING, AFTERNOON, EVENING];
/// Words between two days of a list: “di t/m do”.
const LISTED_MAX: usize = 3;
/// Words between the day on which a stretch begins and the month in which it ends: “24 tot en met 27 oktober”.
pub(crate) const STRETCH_MAX: usize = 5;
/// Words that join days: “Tuesday or Thursday”.
pub(crate) const JOINING: [&[u8]; 8] = [b"en", b"of", b"ou", b"et", b"and", b"or", b"ofwel", b"plus"];
/// Words from the first to the last day of a stretch.
pub(crate) const TO: [&[u8]; 11] =
    [b"tot", b"t", b"m", b"tem", b"tm", b"au", b"to", b"till", b"until", b"through", b"jusqu"];
/// Words before the day by which something must be done.
pub(crate) const BY: [&[u8]; 10] =
    [b"tot", b"tegen", b"uiterlijk", b"deadline", b"delai", b"jusque", b"jusqu", b"by", b"until", b"till"];
/// Words after which a stretch begins or has begun.
const SINCE: [&[u8]; 4] = [b"vanaf", b"from", b"du", b"van"];
/// Dates further ahead are taken as no date.
const AHEAD_MAX: i32 = 366;
/// A date so many days ago is over; one further back is one of next year.
const PAST_MAX: i32 = 120;
pub(crate) const EVERY_DAY: u8 = 0b111_1111;
pub(crate) const WEEKDAYS: u8 = 0b001_1111;
pub(crate) const WEEKEND: u8 = EVERY_DAY & !WEEKDAYS;

/// Number of a time word in `targets::TIMES`; the first seven are the weekdays.
pub(crate) mod word {
    pub const SUN: u8 = 6;
    pub const WEEKEND: u8 = 7;
    pub const WEEKDAYS: u8 = 8;
    pub const DAILY: u8 = 9;
    pub const MORNING: u8 = 10;
    pub const AFTERNOON: u8 = 11;
    pub const EVENING: u8 = 12;
    pub const DAY: u8 = 13;
    pub const TODAY: u8 = 14;
    pub const TOMORROW: u8 = 15;
    pub const OVERMORROW: u8 = 16;
    pub const TONIGHT: u8 = 17;
    pub const MONTH: u8 = 19;
    pub const CLOCK: u8 = 20;
    pub const PAST: u8 = 21;
}

/// Which sort of time a word names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Sort {
    /// A weekday.
    Weekday,
    /// The weekend, or all but it.
    Week,
    /// Every day.
    Daily,
    /// A part of the day.
    Part,
    /// A date.
    Date,
    /// A time of the clock.
    Clock,
}

/// What one time word names.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub sort: Sort,
    /// One bit a weekday, Monday the lowest.
    pub days: u8,
    /// Days from writing, when one date is meant.
    pub ahead: Option<u16>,
    pub parts: &'static [Stretch],
    pub moments: Vec<Point>,
}

/// What a hit names; none where it only keeps others from being heard. `once` says that a bare weekday means the next one
/// only.
pub(crate) fn named(evidence: &Evidence, hit: Hit, written: LocalTime, once: bool) -> Option<Named> {
    let number = number(hit);
    let plain = |sort, days, parts| Named { sort, days, ahead: None, parts, moments: Vec::new() };
    let date = |ahead: i32, parts| {
        let weekday = (i32::from(written.weekday) + ahead).rem_euclid(7);
        let known = u16::try_from(ahead).ok().filter(|_| ahead <= AHEAD_MAX);
        Named { ahead: known, ..plain(Sort::Date, 1 << weekday, parts) }
    };
    Some(match number {
        0..=word::SUN => {
            let ahead = (number + 7 - written.weekday % 7) % 7;
            let next = u16::from(if ahead == 0 { 7 } else { ahead });
            let ahead = (once && hit.weight <= 1).then_some(next);
            Named { ahead, ..plain(Sort::Weekday, 1 << number, &[]) }
        }
        word::WEEKEND => plain(Sort::Week, WEEKEND, &[]),
        word::WEEKDAYS => plain(Sort::Week, WEEKDAYS, &[]),
        word::DAILY => plain(Sort::Daily, EVERY_DAY, &[]),
        word::MORNING => plain(Sort::Part, 0, &PARTS[..1]),
        word::AFTERNOON => plain(Sort::Part, 0, &PARTS[1..2]),
        word::EVENING => plain(Sort::Part, 0, &PARTS[2..]),
        word::DAY => plain(Sort::Part, 0, &PARTS[..2]),
        word::TODAY => date(0, &[]),
        word::TONIGHT => date(0, &PARTS[2..]),
        word::TOMORROW => date(1, &[]),
        word::OVERMORROW => date(2, &[]),
        word::MONTH => {
            let last = days_to(evidence, hit, written)?;
            let single = date(last, &[]);
            match stretch(evidence, hit) {
                None => single,
                // “From 4 to 6 April” is three days.
                Some(length @ 1..=5) => {
                    let days = (0..=length).fold(0, |days, back| days | date(last - back, &[]).days);
                    Named { ahead: None, days, ..single }
                }
                // A stretch of a week or more bounds nothing.
                Some(_) => return None,
            }
        }
        word::CLOCK => Named { moments: points(evidence, hit), ..plain(Sort::Clock, 0, &[]) },
        _ => return None,
    })
}

fn number(hit: Hit) -> u8 {
    u8::try_from(hit.target & NUMBER_MASK).unwrap_or(u8::MAX)
}

/// The hits that are heard: what stands inside a longer one of its sort is not, nor inside one that names the past, nor a
/// short day (“do”, “sun”) that stands beside no other.
pub(crate) fn heard(evidence: &Evidence) -> impl Iterator<Item = Hit> {
    let is_part = |hit: Hit| (word::MORNING..=word::DAY).contains(&number(hit));
    let is_day = |hit: Hit| number(hit) <= word::SUN;
    let hides = move |hit: Hit, other: &Hit| {
        let holds = (other.from, other.to) != (hit.from, hit.to) && other.from <= hit.from && other.to >= hit.to;
        // “Every Tuesday evening” names a day and a part of it; neither hides the other.
        holds && (is_part(*other) == is_part(hit) || number(*other) == word::PAST)
    };
    evidence.times.iter().copied().filter(move |hit| {
        let mut others = evidence.times.iter();
        !others.clone().any(|other| hides(*hit, other))
            && (!is_day(*hit)
                || hit.weight != 0
                || others.any(|other| is_day(*other) && are_listed(evidence, *hit, *other)))
    })
}

/// Whether two different days stand side by side in a list: “ma, wo en vr”, “di t/m do”.
fn are_listed(evidence: &Evidence, one: Hit, other: Hit) -> bool {
    let tokens = &evidence.tokens;
    let (left, right) = if one.from < other.from { (one, other) } else { (other, one) };
    let (first, last) = (tokens.list[usize::from(left.from)], tokens.list[usize::from(right.from)]);
    let mut between = usize::from(left.to)..usize::from(right.from);
    let joins = |at: usize| JOINING.contains(&tokens.word(at)) || TO.contains(&tokens.word(at));
    // Without a word between them a comma must be: “ma zo” is “maar zo” in Flanders.
    let listed = if between.is_empty() {
        first.clause != last.clause
    } else {
        between.len() <= LISTED_MAX && between.all(joins)
    };
    one.target != other.target && first.sentence == last.sentence && listed
}

/// The days and parts of the day that some words name, however: a bit for each weekday and for each of [`PARTS`].
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Mentioned {
    /// Monday is the lowest.
    pub days: u8,
    /// Morning, afternoon, evening.
    pub parts: u8,
}

/// What the words of `range` name; none where they name no time.
pub fn times_of(evidence: &Evidence, range: &Range<usize>, written: LocalTime) -> Option<Mentioned> {
    let inside = heard(evidence).filter(|hit| range.contains(&usize::from(hit.from)));
    let mut all = inside.filter_map(|hit| named(evidence, hit, written, true)).peekable();
    all.peek()?;
    let mut times = Mentioned::default();
    for one in all {
        times.days |= one.days;
        let inside = |part: &Stretch| {
            one.parts.contains(part) || one.moments.iter().any(|at| (part.0..part.1).contains(&at.minute))
        };
        times.parts |= PARTS.iter().enumerate().fold(0, |bits, (i, part)| bits | u8::from(inside(part)) << i);
    }
    (times.days | times.parts != 0).then_some(times)
}

/// Days from writing to “25 april”.
fn days_to(evidence: &Evidence, hit: Hit, written: LocalTime) -> Option<i32> {
    let before = usize::from(hit.from).checked_sub(1)?;
    let tokens = &evidence.tokens;
    let day = u8::try_from(tokens.list[before].number?).ok().filter(|day| (1..=31).contains(day))?;
    let month = u8::try_from(hit.weight).ok()?;
    let year = i32::from(written.year);
    let today = day_number(year, written.month, written.day);
    let ahead = day_number(year, month, day) - today;
    match ahead {
        0.. => Some(ahead),
        ahead if ahead >= -PAST_MAX => None,
        _ => Some(day_number(year + 1, month, day) - today),
    }
}

/// For “24 tot 27 oktober” how many days the stretch goes on after its first; none for a single date.
fn stretch(evidence: &Evidence, hit: Hit) -> Option<i32> {
    let tokens = &evidence.tokens;
    let last = usize::from(hit.from).checked_sub(1)?;
    let before = last.checked_sub(1)?;
    let sentence = tokens.list[last].sentence;
    // “24 tot en met 27 oktober”.
    let through =
        before.checked_sub(2).is_some_and(|to| TO.contains(&tokens.word(to)) && tokens.word(before) == b"met");
    if SINCE.contains(&tokens.word(before)) {
        return Some(i32::MAX);
    }
    if !TO.contains(&tokens.word(before)) && !through {
        return None;
    }
    let number = |at: usize| tokens.list[at].number.filter(|_| tokens.list[at].sentence == sentence).map(i32::from);
    let first = (last.saturating_sub(STRETCH_MAX)..before).rev().find_map(number);
    // Without its first day, or over the end of a month, nobody knows how long it is: long.
    Some(first.zip(number(last)).map_or(i32::MAX, |(first, last)| if first < last { last - first } else { i32::MAX }))
}

#[cfg(test)]
mod tests {
    use koppelaar_rules::LocalTime;

    use super::{Mentioned, times_of};
    use crate::evidence::Evidence;
    use crate::extra::Extra;

    #[test]
    fn a_clause_names_days_and_parts_whatever_it_says_of_them() {
        let written = LocalTime { year: 2026, month: 3, day: 4, weekday: 2, minute: 600 };
        let evidence = Evidence::new(None, "Niet dinsdag of woensdagavond, wel in de week, graag.", &Extra::default());
        let of = |from, to| times_of(&evidence, &(from..to), written);
        assert_eq!(of(0, 4), Some(Mentioned { days: 0b110, parts: 0b100 }));
        assert_eq!(of(4, 8), Some(Mentioned { days: 0b1_1111, parts: 0 }));
        assert_eq!(of(8, 9), None);
    }
}
