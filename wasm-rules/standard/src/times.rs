//! Times that a text names, resolved against the moment of writing.

use koppelaar_rules::{LocalTime, Slot};

use crate::calendar::day_number;
use crate::clock::{Point, Stretch, points, stretches};
use crate::evidence::Evidence;
use crate::phrases::Hit;
use crate::targets::NUMBER_MASK;

pub(crate) const MORNING: Stretch = (360, 720);
pub(crate) const AFTERNOON: Stretch = (720, 1080);
pub(crate) const EVENING: Stretch = (1080, 1440);
const WHOLE: Stretch = (0, 1440);
/// Slots that a reading has at most.
const SLOTS_MAX: usize = 64;
/// Dates further ahead are taken as no date.
const AHEAD_MAX: i32 = 366;
/// A date so many days ago is over; one further back is one of next year.
const PAST_MAX: i32 = 120;
const EVERY_DAY: u8 = 0b111_1111;
const WEEKDAYS: u8 = 0b001_1111;
/// Words between two days that make them one stretch: “Monday up to and including Friday”.
const RANGE_WORDS_MAX: u16 = 5;

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

/// Days that the text names.
struct Days {
    /// One bit a weekday, Monday the lowest.
    set: u8,
    /// Days from writing, when one date is meant.
    ahead: Option<u16>,
    from: u16,
    sentence: u16,
    parts: Vec<Stretch>,
    /// Whether it is a stretch from one day to another.
    range: bool,
    /// Whether it comes back, or is said with emphasis: “every working day”.
    firm: bool,
}

impl Days {
    /// Whether it names no day of its own: every day, or all but the weekend.
    fn is_general(&self) -> bool {
        !self.firm && (self.set == EVERY_DAY || self.set == WEEKDAYS && !self.range)
    }
}

/// What the text says about time, before it is put together.
#[derive(Default)]
struct Told {
    days: Vec<Days>,
    /// Days that are excepted, as [`Days::set`].
    except: u8,
    /// Parts of the day, each with its place and sentence.
    parts: Vec<(u16, u16, Stretch)>,
    except_parts: Vec<Stretch>,
    moments: Vec<Point>,
}

fn told(evidence: &Evidence, written: LocalTime, once: bool) -> Told {
    let Told { mut days, mut except, mut parts, mut except_parts, mut moments } = Told::default();
    for hit in &evidence.times {
        let sentence = evidence.tokens.list[usize::from(hit.from)].sentence;
        let number = u8::try_from(hit.target & NUMBER_MASK).unwrap_or(u8::MAX);
        let hidden = evidence.times.iter().any(|other| {
            let holds = (other.from, other.to) != (hit.from, hit.to) && other.from <= hit.from && other.to >= hit.to;
            // “Every Tuesday evening” names a day and a part of it; neither hides the other.
            holds && (is_part(*other) == is_part(*hit) || other.target & NUMBER_MASK == u16::from(word::PAST))
        });
        if hidden {
            continue;
        }
        let mut day = |set: u8, ahead: Option<i32>| {
            let ahead = ahead.filter(|ahead| (0..=AHEAD_MAX).contains(ahead)).and_then(|a| u16::try_from(a).ok());
            let firm = hit.weight > 1;
            days.push(Days { set, ahead, from: hit.from, sentence, parts: Vec::new(), range: false, firm });
        };
        let weekday = |ahead: u8| 1_u8 << ((written.weekday % 7 + ahead) % 7);
        let over = |scope: &[bool]| scope[usize::from(hit.from)..usize::from(hit.to)].contains(&true);
        let excused = over(&evidence.excused);
        let away = over(&evidence.excepted) || !once && excused;
        match number {
            0..=word::SUN if away => except |= 1 << number,
            word::WEEKDAYS if away => except |= 0b001_1111,
            word::WEEKEND if away => except |= 0b110_0000,
            word::MORNING if away => except_parts.push(MORNING),
            word::AFTERNOON if away => except_parts.push(AFTERNOON),
            word::EVENING if away => except_parts.push(EVENING),
            word::DAY if away => except_parts.extend([MORNING, AFTERNOON]),
            // “In the week I work” may tell when they cannot, or when somebody must be there: it bounds nothing.
            word::WEEKDAYS | word::WEEKEND | word::DAILY | word::MORNING..=word::DAY if excused => {}
            0..=word::SUN => {
                let ahead = (number + 7 - written.weekday % 7) % 7;
                let next = if ahead == 0 { 7 } else { ahead };
                day(1 << number, (once && hit.weight == 1).then_some(i32::from(next)));
            }
            word::WEEKEND => day(0b110_0000, None),
            word::WEEKDAYS => day(0b001_1111, None),
            word::DAILY => day(EVERY_DAY, None),
            word::MORNING => parts.push((hit.from, sentence, MORNING)),
            word::AFTERNOON => parts.push((hit.from, sentence, AFTERNOON)),
            word::EVENING => parts.push((hit.from, sentence, EVENING)),
            word::DAY => {
                parts.push((hit.from, sentence, MORNING));
                parts.push((hit.from, sentence, AFTERNOON));
            }
            word::TODAY => day(weekday(0), Some(0)),
            word::TONIGHT => {
                day(weekday(0), Some(0));
                parts.push((hit.from, sentence, EVENING));
            }
            word::TOMORROW => day(weekday(1), Some(1)),
            word::OVERMORROW => day(weekday(2), Some(2)),
            word::MONTH => {
                if let Some((ahead, weekday)) = date(evidence, *hit, written) {
                    day(1 << weekday, Some(ahead));
                }
            }
            word::CLOCK => moments.extend(points(evidence, *hit)),
            _ => {}
        }
    }
    Told { days, except, parts, except_parts, moments }
}

/// The slots of a post. `once` says that a bare weekday means the next one only, as in a request.
pub fn slots(evidence: &Evidence, written: LocalTime, once: bool) -> Vec<Slot> {
    let Told { mut days, except, mut parts, except_parts, moments } = told(evidence, written, once);
    merge_dates(&mut days);
    fill_ranges(&mut days, evidence);
    days.retain(|day| {
        let deadline = is_deadline(evidence, usize::from(day.from));
        parts.retain(|(from, ..)| !(deadline && is_joined(day.from, *from)));
        !deadline
    });
    share_parts(&mut days, &mut parts, evidence);
    // “In the week I work, on Saturday I am free”: who names a day means it, and the rest tells why.
    if days.iter().any(|day| day.set.is_power_of_two()) {
        days.retain(|day| !day.is_general());
    }
    let clocks = stretches(evidence, moments);
    if parts.is_empty() && !except_parts.is_empty() {
        let left = [MORNING, AFTERNOON, EVENING].into_iter().filter(|part| !except_parts.contains(part));
        parts.extend(left.map(|part| (0, u16::MAX, part)));
    }
    parts.retain(|(.., part)| !except_parts.contains(part));
    // Who asks and excepts a day speaks of a bus as often as of themselves.
    if days.is_empty() && (!parts.is_empty() || except != 0 && !once) {
        days.push(Days {
            set: EVERY_DAY,
            ahead: None,
            from: 0,
            sentence: 0,
            parts: Vec::new(),
            range: false,
            firm: false,
        });
    }
    for (from, sentence, part) in parts {
        attach(&mut days, from, sentence, part);
    }
    // Where the text names a part of the day, the clock says nothing more.
    let mut untimed: Vec<Days> = days.extract_if(.., |day| day.parts.is_empty()).collect();
    for (from, sentence, stretch) in clocks {
        attach(&mut untimed, from, sentence, stretch);
    }
    days.extend(untimed);
    spell_out(&days, except)
}

/// “Vrijdag 30 oktober” is one day: the date says which Friday.
fn merge_dates(days: &mut Vec<Days>) {
    let mut i = 1;
    while i < days.len() {
        let (before, after) = days.split_at_mut(i);
        let (left, right) = (&mut before[i - 1], &after[0]);
        let near = left.sentence == right.sentence && right.from - left.from <= 3;
        if near && left.set == right.set && right.ahead.is_some() {
            left.ahead = right.ahead;
            days.remove(i);
        } else {
            i += 1;
        }
    }
}

/// “From Monday to Friday” is five days.
fn fill_ranges(days: &mut Vec<Days>, evidence: &Evidence) {
    let mut i = 1;
    while i < days.len() {
        let (before, after) = days.split_at_mut(i);
        let (left, right) = (&mut before[i - 1], &after[0]);
        let near =
            left.sentence == right.sentence && right.from > left.from && right.from - left.from <= RANGE_WORDS_MAX;
        let single = |day: &Days| day.set.is_power_of_two();
        let between = usize::from(left.from) + 1..usize::from(right.from);
        let until = |at: usize| {
            matches!(
                evidence.tokens.word(at),
                b"tot" | b"t" | b"tem" | b"tm" | b"au" | b"to" | b"till" | b"until" | b"through" | b"jusqu"
            )
        };
        if near && single(left) && single(right) && !left.range && between.clone().any(until) {
            let (first, last) = (left.set.trailing_zeros(), right.set.trailing_zeros());
            left.set = (0..=(last + 7 - first) % 7).fold(0, |set, ahead| set | 1 << ((first + ahead) % 7));
            left.range = true;
            left.ahead = None;
            days.remove(i);
        } else {
            i += 1;
        }
    }
}

/// “Before Friday”, “until Monday”: it says by when, not on which day.
fn is_deadline(evidence: &Evidence, at: usize) -> bool {
    let ends = |back: usize| {
        let word = at.checked_sub(back).map(|at| evidence.tokens.word(at));
        matches!(
            word.unwrap_or_default(),
            b"tot"
                | b"tegen"
                | b"uiterlijk"
                | b"deadline"
                | b"delai"
                | b"jusque"
                | b"jusqu"
                | b"by"
                | b"until"
                | b"till"
        )
    };
    ends(1) || ends(2)
}

/// “Tuesday- and Thursday morning”: a bare day just before a day with its part in the same word has that part too.
fn share_parts(days: &mut [Days], parts: &mut Vec<(u16, u16, Stretch)>, evidence: &Evidence) {
    let joins = |at: usize| matches!(evidence.tokens.word(at), b"en" | b"of" | b"ou" | b"et" | b"and" | b"or");
    for i in (1..days.len()).rev() {
        let (left, right) = (days[i - 1].from, days[i].from);
        let joined = days[i - 1].sentence == days[i].sentence && right == left + 2 && joins(usize::from(left) + 1);
        let bare = !parts.iter().any(|(from, ..)| is_joined(left, *from));
        if joined && bare {
            let sentence = days[i].sentence;
            let own: Vec<_> =
                parts.iter().filter(|(from, ..)| is_joined(right, *from)).map(|(.., part)| *part).collect();
            parts.extend(own.into_iter().map(|part| (left, sentence, part)));
        }
    }
}

/// Whether a part of the day belongs to a day: “donderdagochtend”, “elke donderdagochtend”, “jeudi matin”.
const fn is_joined(day: u16, part: u16) -> bool {
    part == day || part == day + 1
}

/// Whether a hit names a part of the day.
fn is_part(hit: Hit) -> bool {
    (u16::from(word::MORNING)..=u16::from(word::DAY)).contains(&(hit.target & NUMBER_MASK))
}

/// Gives a part of the day to the days that it belongs to: those of its sentence, else of the last sentence before that
/// names days, else all.
fn attach(days: &mut [Days], from: u16, sentence: u16, part: Stretch) {
    // The part is that day's alone.
    let joined = days.iter().any(|day| is_joined(day.from, from) && day.sentence == sentence);
    let same = days.iter().any(|day| day.sentence == sentence);
    let last = days.iter().rposition(|day| day.from <= from).map(|last| days[last].sentence);
    for day in days.iter_mut() {
        let belongs = if joined {
            is_joined(day.from, from) && day.sentence == sentence
        } else if same {
            day.sentence == sentence
        } else {
            last.is_none_or(|last| last == day.sentence)
        };
        if belongs && !day.parts.contains(&part) {
            day.parts.push(part);
        }
    }
}

fn spell_out(days: &[Days], except: u8) -> Vec<Slot> {
    let mut slots: Vec<Slot> = Vec::new();
    for day in days {
        let parts: &[Stretch] = if day.parts.is_empty() { &[WHOLE] } else { &day.parts };
        for weekday in (0..7).filter(|bit| day.set & !except & (1 << bit) != 0) {
            for &(from_minute, to_minute) in parts {
                let slot = Slot { weekday, from_minute, to_minute, days_ahead: day.ahead };
                if slots.len() < SLOTS_MAX && !slots.contains(&slot) {
                    slots.push(slot);
                }
            }
        }
    }
    slots
}

/// Days from writing to “25 april”, and its weekday.
fn date(evidence: &Evidence, hit: Hit, written: LocalTime) -> Option<(i32, u8)> {
    let before = usize::from(hit.from).checked_sub(1)?;
    let tokens = &evidence.tokens;
    let day = u8::try_from(tokens.list[before].number?).ok().filter(|day| (1..=31).contains(day))?;
    // “4 tot 12 april” is a stretch of days and sets no time of help.
    let range = before.checked_sub(1).is_some_and(|at| {
        matches!(
            tokens.word(at),
            b"tot" | b"tem" | b"m" | b"au" | b"to" | b"until" | b"vanaf" | b"from" | b"du" | b"van"
        )
    });
    if range {
        return None;
    }
    let month = u8::try_from(hit.weight).ok()?;
    let year = i32::from(written.year);
    let today = day_number(year, written.month, written.day);
    let mut ahead = day_number(year, month, day) - today;
    if (-PAST_MAX..0).contains(&ahead) {
        return None;
    }
    if ahead < 0 {
        ahead = day_number(year + 1, month, day) - today;
    }
    let weekday = (i32::from(written.weekday) + ahead).rem_euclid(7);
    Some((ahead, u8::try_from(weekday).ok()?))
}
