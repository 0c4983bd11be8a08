//! Whether who asks and who helps name a time at which both can.

use koppelaar_rules::{Intent, ReadingRef, Slot};

use crate::manifest::{Why, both_on};

/// How the times of the two meet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Times {
    /// Who asks names none.
    Open,
    /// Who helps names none.
    Any,
    /// They meet, as this reason tells.
    Meet(u16),
    /// They do not.
    Apart,
}

/// How the times of two readings meet, each with its day of writing since 1970.
pub fn times((request, asked): (&ReadingRef<'_>, i32), (offer, offered): (&ReadingRef<'_>, i32)) -> Times {
    let (wanted, given) = (request.slots, offer.slots);
    if wanted.is_empty() {
        return Times::Open;
    }
    if given.is_empty() {
        return Times::Any;
    }
    let date = |slot: &Slot, written: i32| slot.days_ahead.map(|ahead| written.saturating_add(i32::from(ahead)));
    // Of an exchange nobody can say whether a date bounds what is asked or what is given.
    let swapped = request.intent == Intent::Exchange || offer.intent == Intent::Exchange;
    // The first time that both can, and whether all others are on its day.
    let mut common = None;
    let mut one_weekday = true;
    for want in wanted {
        for give in given.iter().filter(|give| give.weekday == want.weekday) {
            let (from, to) = (want.from_minute.max(give.from_minute), want.to_minute.min(give.to_minute));
            // Two dates must be one; a date and a weekday that comes back always meet.
            let one_day = match (date(want, asked), date(give, offered)) {
                (Some(want), Some(give)) => want == give || swapped,
                _ => true,
            };
            if from < to && one_day {
                let (day, ..) = *common.get_or_insert((want.weekday, from, to));
                one_weekday &= day == want.weekday;
            }
        }
    }
    let Some((day, from, to)) = common else { return Times::Apart };
    Times::Meet(match (one_weekday, from, to) {
        (false, ..) => Why::SameTime as u16,
        (true, 360.., ..=720) => both_on(day, 1),
        (true, 720.., ..=1080) => both_on(day, 2),
        (true, 1080.., _) => both_on(day, 3),
        (true, ..) => both_on(day, 0),
    })
}
