//! Times that a text names, resolved against the moment of writing.

use koppelaar_rules::{LocalTime, Slot};

use crate::clock::{Point, Stretch, stretches};
use crate::evidence::Evidence;
use crate::named::{
    BY, EVENING, EVERY_DAY, JOINING, MORNING, PARTS, STRETCH_MAX, Sort, TO, WEEKDAYS, WEEKEND, heard, named,
};

const WHOLE: Stretch = (0, 1440);
/// Slots that a reading has at most.
const SLOTS_MAX: usize = 64;
/// Words between two days that make them one stretch: “Monday up to and including Friday”.
const RANGE_WORDS_MAX: u16 = 5;
/// The same between a part of the day and the weekend that make two times: “in the evening or at the weekend”.
const BESIDE_WORDS_MAX: usize = 4;

/// Days that the text names.
struct Days {
    /// One bit a weekday, Monday the lowest.
    set: u8,
    /// Days from writing, when one date is meant.
    ahead: Option<u16>,
    from: u16,
    /// The word after it.
    to: u16,
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

    /// Whether a part of the day at a place is that of the day: “donderdagochtend”, “elke donderdag ochtend”, “jeudi matin”.
    fn is_joined(&self, part: u16) -> bool {
        (self.from..=self.to).contains(&part)
    }
}

/// What the text says about time, before it is put together.
#[derive(Default)]
struct Told {
    days: Vec<Days>,
    /// Days that are excepted.
    except: Vec<Days>,
    /// Parts of the day, each with its place and sentence.
    parts: Vec<(u16, u16, Stretch)>,
    /// Parts that are excepted, each with its place.
    except_parts: Vec<(u16, Stretch)>,
    moments: Vec<Point>,
}

fn told(evidence: &Evidence, written: LocalTime, once: bool) -> Told {
    let mut told = Told::default();
    let mut dated = Vec::new();
    for hit in heard(evidence) {
        let Some(named) = named(evidence, hit, written, once) else { continue };
        let over = |scope: &[bool]| scope[usize::from(hit.from)..usize::from(hit.to)].contains(&true);
        let excused = over(&evidence.excused);
        let away = over(&evidence.excepted) || !once && excused;
        let sentence = evidence.tokens.list[usize::from(hit.from)].sentence;
        let days = (named.days != 0).then(|| Days {
            set: named.days,
            ahead: named.ahead,
            from: hit.from,
            to: hit.to,
            sentence,
            parts: Vec::new(),
            range: named.sort == Sort::Date && !named.days.is_power_of_two(),
            firm: named.sort != Sort::Date && hit.weight > 1,
        });
        match named.sort {
            Sort::Weekday | Sort::Week | Sort::Part if away => {
                told.except.extend(days);
                told.except_parts.extend(named.parts.iter().map(|part| (hit.from, *part)));
                continue;
            }
            // “In the week I work” may tell when they cannot, or when somebody must be there: it bounds nothing.
            Sort::Week | Sort::Daily | Sort::Part if excused => continue,
            _ => {}
        }
        if let Some(days) = days {
            told.days.push(days);
            dated.extend((named.sort == Sort::Date).then_some(hit.from));
        }
        told.parts.extend(named.parts.iter().map(|part| (hit.from, sentence, *part)));
        told.moments.extend(named.moments);
    }
    // “From 4 to 6 April” names no hours.
    let before = |point: &Point, month: u16| (1..=STRETCH_MAX + 1).any(|back| point.at + back == usize::from(month));
    told.moments.retain(|point| !dated.iter().any(|month| before(point, *month)));
    told
}

/// The slots of a post. `once` says that a bare weekday means the next one only, as in a request.
pub fn slots(evidence: &Evidence, written: LocalTime, once: bool) -> Vec<Slot> {
    let Told { mut days, except, mut parts, except_parts, mut moments } = told(evidence, written, once);
    let Excepted { days: except, parts: except_parts, both: except_both } = Excepted::of(&except, &except_parts);
    merge_dates(&mut days);
    fill_ranges(&mut days, evidence);
    days.retain(|day| {
        let deadline = !day.range && is_deadline(evidence, usize::from(day.from));
        parts.retain(|(from, ..)| !(deadline && day.is_joined(*from)));
        !deadline
    });
    share_parts(&mut days, &mut parts, evidence);
    // “In the week I work, on Saturday I am free”: who names a day means it, and the rest tells why.
    if days.iter().any(|day| day.set.is_power_of_two()) {
        // “Weekday evenings” are meant, “after school” tells only when.
        let own = |day: &Days| parts.iter().any(|(from, ..)| *from == day.from + 1);
        let chosen = |day: &Days| {
            day.from
                .checked_sub(1)
                .is_some_and(|at| matches!(evidence.tokens.word(usize::from(at)), b"of" | b"ou" | b"or"))
        };
        days.retain(|day| !day.is_general() || own(day) || chosen(day));
    }
    if days.iter().any(|day| day.set == WEEKDAYS) {
        days.retain(|day| day.set != EVERY_DAY);
    }
    // “In the evening, around nine”.
    let named = |part: Stretch| parts.iter().any(|(.., named)| *named == part);
    if named(EVENING) && !named(MORNING) {
        moments.iter_mut().for_each(Point::take_late);
    }
    let clocks = stretches(evidence, moments);
    let evenings_too = beside_weekend(&days, &mut parts, evidence);
    if parts.is_empty() && !except_parts.is_empty() {
        let left = PARTS.into_iter().filter(|part| !except_parts.contains(part));
        parts.extend(left.map(|part| (0, u16::MAX, part)));
    }
    parts.retain(|(.., part)| !except_parts.contains(part));
    // Who asks and excepts a day speaks of a bus as often as of themselves.
    if days.is_empty() && (!parts.is_empty() || (except != 0 || !except_both.is_empty()) && !once) {
        days.push(Days {
            set: EVERY_DAY,
            ahead: None,
            from: 0,
            to: 0,
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
    days.extend(evenings_too);
    spell_out(&days, except, &except_both)
}

/// What is excepted.
struct Excepted {
    /// Whole days, as [`Days::set`].
    days: u8,
    /// Parts of every day.
    parts: Vec<Stretch>,
    /// Parts of some days: “not on Wednesday afternoon”.
    both: Vec<(u8, Stretch)>,
}

impl Excepted {
    fn of(days: &[Days], parts: &[(u16, Stretch)]) -> Self {
        let own = |day: &Days| parts.iter().filter(|(at, _)| day.is_joined(*at)).map(|(_, part)| *part).collect();
        let owned: Vec<(u8, Vec<Stretch>)> = days.iter().map(|day| (day.set, own(day))).collect();
        let whole = owned.iter().filter(|(_, own)| own.is_empty()).fold(0, |all, (set, _)| all | set);
        let both = owned.iter().flat_map(|(set, own)| own.iter().map(|part| (*set, *part))).collect();
        let alone = parts.iter().filter(|(at, _)| !days.iter().any(|day| day.is_joined(*at)));
        Self { days: whole, parts: alone.map(|(_, part)| *part).collect(), both }
    }
}

/// “Vrijdag 30 oktober” is one day: the date says which Friday.
fn merge_dates(days: &mut Vec<Days>) {
    let mut i = 1;
    while i < days.len() {
        let (before, after) = days.split_at_mut(i);
        let (left, right) = (&mut before[i - 1], &after[0]);
        let near = left.sentence == right.sentence && right.from - left.from <= 3;
        if near && left.set == right.set && right.ahead.is_some() {
            (left.ahead, left.to) = (right.ahead, right.to);
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
        let until = |at: usize| TO.contains(&evidence.tokens.word(at));
        if near && single(left) && single(right) && !left.range && between.clone().any(until) {
            let (first, last) = (left.set.trailing_zeros(), right.set.trailing_zeros());
            left.set = (0..=(last + 7 - first) % 7).fold(0, |set, ahead| set | 1 << ((first + ahead) % 7));
            left.range = true;
            (left.ahead, left.to) = (None, right.to);
            days.remove(i);
        } else {
            i += 1;
        }
    }
}

/// “Before Friday”, “until Monday”: it says by when, not on which day.
fn is_deadline(evidence: &Evidence, at: usize) -> bool {
    let ends = |back: usize| at.checked_sub(back).is_some_and(|at| BY.contains(&evidence.tokens.word(at)));
    ends(1) || ends(2)
}

/// “Tuesday- and Thursday morning”, “Mon, Tue and Wed evenings”: a bare day just before a day with its part has it too.
fn share_parts(days: &mut [Days], parts: &mut Vec<(u16, u16, Stretch)>, evidence: &Evidence) {
    let joins = |at: u16| JOINING.contains(&evidence.tokens.word(usize::from(at)));
    for i in (1..days.len()).rev() {
        let (left, next, right) = (days[i - 1].from, days[i - 1].to, days[i].from);
        let joined = days[i - 1].sentence == days[i].sentence && (right == next || right == next + 1 && joins(next));
        let bare = !parts.iter().any(|(from, ..)| days[i - 1].is_joined(*from));
        if joined && bare {
            let sentence = days[i].sentence;
            let own: Vec<_> =
                parts.iter().filter(|(from, ..)| days[i].is_joined(*from)).map(|(.., part)| *part).collect();
            parts.extend(own.into_iter().map(|part| (left, sentence, part)));
        }
    }
}

/// “In the evening or at the weekend”: that part of the other days, and all of the weekend. Takes such parts out.
fn beside_weekend(days: &[Days], parts: &mut Vec<(u16, u16, Stretch)>, evidence: &Evidence) -> Vec<Days> {
    let joins = |at: usize| JOINING.contains(&evidence.tokens.word(at));
    let all: Vec<u16> = days.iter().map(|day| day.from).chain(parts.iter().map(|(from, ..)| *from)).collect();
    let owned = |day: &Days| all.iter().any(|from| *from != day.from && day.is_joined(*from));
    let beside = |day: &Days, from: u16| {
        let (left, right) = (from.min(day.from), from.max(day.from));
        let mut between = usize::from(left) + 1..usize::from(right);
        let others = all.iter().any(|other| (left + 1..right).contains(other));
        day.set == WEEKEND && !owned(day) && !others && between.len() <= BESIDE_WORDS_MAX && between.any(joins)
    };
    let taken = parts.extract_if(.., |(from, sentence, _)| {
        days.iter().any(|day| day.sentence == *sentence && beside(day, *from))
            && !days.iter().any(|day| day.is_joined(*from))
    });
    let other = |(from, sentence, part)| Days {
        set: WEEKDAYS,
        ahead: None,
        from,
        to: from + 1,
        sentence,
        parts: vec![part],
        range: false,
        firm: true,
    };
    taken.map(other).collect()
}

/// Gives a part of the day to the days that it belongs to: those of its sentence, else of the last sentence before that
/// names days, else all.
fn attach(days: &mut [Days], from: u16, sentence: u16, part: Stretch) {
    // The part is that day's alone.
    let joined = days.iter().any(|day| day.is_joined(from) && day.sentence == sentence);
    let same = days.iter().any(|day| day.sentence == sentence);
    let last = days.iter().rposition(|day| day.from <= from).map(|last| days[last].sentence);
    for day in days.iter_mut() {
        let belongs = if joined {
            day.is_joined(from) && day.sentence == sentence
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

fn spell_out(days: &[Days], except: u8, except_both: &[(u8, Stretch)]) -> Vec<Slot> {
    let mut slots: Vec<Slot> = Vec::new();
    for day in days {
        let parts: &[Stretch] = if day.parts.is_empty() { &[WHOLE] } else { &day.parts };
        for weekday in (0..7).filter(|bit| day.set & !except & (1 << bit) != 0) {
            let away = |part: &Stretch| except_both.iter().any(|(set, away)| set >> weekday & 1 == 1 && away == part);
            let cut = parts == [WHOLE] && PARTS.iter().any(away);
            for &(from_minute, to_minute) in if cut { &PARTS } else { parts }.iter().filter(|part| !away(part)) {
                let slot = Slot { weekday, from_minute, to_minute, days_ahead: day.ahead };
                if slots.len() < SLOTS_MAX && !slots.contains(&slot) {
                    slots.push(slot);
                }
            }
        }
    }
    slots
}

#[cfg(test)]
mod tests {
    use koppelaar_rules::LocalTime;

    use super::slots;
    use crate::evidence::Evidence;
    use crate::extra::Extra;

    /// What a text of Wednesday 4 March 2026 says, as days (1 is Monday) and hours.
    fn read(text: &str) -> String {
        let written = LocalTime { year: 2026, month: 3, day: 4, weekday: 2, minute: 600 };
        let slots = slots(&Evidence::new(None, text, &Extra::default()), written, false);
        let slot = |slot: &koppelaar_rules::Slot| match (slot.from_minute / 60, slot.to_minute / 60) {
            (0, 24) => format!("{}", slot.weekday + 1),
            (from, to) => format!("{}:{from}-{to}", slot.weekday + 1),
        };
        slots.iter().map(slot).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn short_days_count_beside_others_only() {
        assert_eq!(read("Ik kan ma, woe en vr boodschappen doen."), "1 3 5");
        assert_eq!(read("Ik ben er ma t/m do voor een klusje."), "1 2 3 4");
        assert_eq!(read("I can babysit on Mon, Tue and Wed evenings."), "1:18-24 2:18-24 3:18-24");
        assert_eq!(read("Ik do mee met de wandeling en ma komt ook, in de zon."), "");
    }

    #[test]
    fn a_stretch_of_dates_is_its_days_unless_it_is_long() {
        assert_eq!(read("Van 6 tot 8 maart ben ik thuis voor de kat van iemand."), "5 6 7");
        assert_eq!(read("Van 6 tot en met 8 maart ben ik thuis voor de kat van iemand."), "5 6 7");
        assert_eq!(read("Ik heb 2 katten. Vanaf 8 maart ben ik thuis."), "");
        assert_eq!(read("Van 6 tot 28 maart ben ik thuis voor de kat van iemand."), "");
        assert_eq!(read("Op zaterdag 7 maart help ik verhuizen."), "6");
    }

    #[test]
    fn the_clock_follows_what_is_said_of_the_day() {
        assert_eq!(read("On Wednesday at 8 pm I can help you with the computer."), "3:18-24");
        assert_eq!(
            read("Elke avond rond negen laat ik honden uit."),
            "1:18-24 2:18-24 3:18-24 4:18-24 5:18-24 6:18-24 7:18-24"
        );
        assert_eq!(read("Zaterdag om tien uur help ik iemand."), "6:6-12");
    }

    #[test]
    fn days_of_the_week_stay_beside_a_day_where_they_are_meant() {
        let evenings = "1:18-24 2:18-24 3:18-24 4:18-24 5:18-24";
        assert_eq!(read("I can read with a child on weekday evenings or Saturday."), format!("{evenings} 6"));
        assert_eq!(read("In de week werk ik, zaterdag help ik graag."), "6");
        for both in [
            "Ik pas graag op, 's avonds of in het weekend.",
            "Evenings and weekends I can drive a neighbour.",
            "Je suis libre le week-end et le soir.",
            "Weekday evenings and weekends.",
        ] {
            let mut times: Vec<_> = read(both).split(' ').map(str::to_owned).collect();
            times.sort_unstable();
            assert_eq!(times.join(" "), format!("{evenings} 6 7"), "{both}");
        }
        assert_eq!(read("In het weekend, 's avonds, kan ik."), "6:18-24 7:18-24");
        assert_eq!(read("Weekend mornings and evenings I can help."), "6:6-12 6:18-24 7:6-12 7:18-24");
        let either = read("In het weekend of maandag in de namiddag.");
        assert!(!either.contains("2:") && either.contains("1:12-18"), "{either}");
    }

    #[test]
    fn what_is_excepted_is_no_time_of_help() {
        assert_eq!(read("I help with the garden on Saturday, not Sunday."), "6");
        assert_eq!(read("Je garde votre chat tous les jours sauf le mardi."), "1 3 4 5 6 7");
        assert_eq!(read("Je peux aider le samedi, pas le dimanche."), "6");
        assert_eq!(read("Ik kan elke avond buiten dinsdag."), "1:18-24 3:18-24 4:18-24 5:18-24 6:18-24 7:18-24");
        assert_eq!(read("Ik help maandag en woensdag, niet op woensdagnamiddag."), "1 3:6-12 3:18-24");
        assert_eq!(read("Ik help maandag en woensdag, niet op woensdag namiddag."), "1 3:6-12 3:18-24");
        assert_eq!(read("Vrij op maandag- en donderdagavonden."), "1:18-24 4:18-24");
    }
}
