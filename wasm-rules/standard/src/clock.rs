//! Clock times that a text names: “from 9 to 12”, “na vijven”, “vers 17h30”.

use crate::evidence::Evidence;
use crate::named::{AFTERNOON, EVENING, MORNING};
use crate::phrases::Hit;

/// From which minute of a day to which.
pub type Stretch = (u16, u16);

const HOUR: u16 = 60;
const NOON: u16 = 12 * HOUR;
const DAY: u16 = 24 * HOUR;
/// Before this hour nobody says “in the evening”.
const LATE_MIN: u16 = 6 * HOUR;
/// Words between the beginning and the end of a stretch: “from 9 in the morning till 11”.
const APART_MAX: usize = 5;
/// A moment so near to another part of the day belongs to that as well, in minutes.
const NEAR: u16 = 60;

/// A clock time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// The place of its number.
    pub at: usize,
    /// Since midnight.
    pub minute: u16,
    sentence: u16,
    /// Whether it can be one in the morning as well as one in the evening: “at nine”.
    vague: bool,
}

impl Point {
    /// Takes “at nine” for one in the evening.
    pub fn take_late(&mut self) {
        if self.vague && (LATE_MIN..NOON).contains(&self.minute) {
            self.minute += NOON;
        }
        self.vague = false;
    }
}

/// The clock times of a hit: words carry the hour as weight, `u`/`h` follow their number, and with a weight below zero
/// numbers stand inside: “around 9”.
pub fn points(evidence: &Evidence, hit: Hit) -> Vec<Point> {
    let tokens = &evidence.tokens;
    let (from, to) = (usize::from(hit.from), usize::from(hit.to));
    let sentence = tokens.list[from].sentence;
    let point = |at: usize, minute: u16| Point { at, minute, sentence, vague: false };
    let vague = |at: usize, minute: u16| Point { vague: true, ..point(at, minute) };
    let hour = |at: usize| tokens.list[at].number.filter(|hour| *hour <= 24);
    match hit.weight {
        1.. => u16::try_from(hit.weight).ok().map(|hour| vague(from, hour * HOUR)).into_iter().collect(),
        0 => {
            let unit = tokens.word(from);
            // In French “6h30” is early; “half zeven” and “6 uur” mean the evening as often as not.
            let early = matches!(unit, b"h" | b"heures" | b"heure");
            let said = |at| match unit {
                b"pm" => Some(point(at, hour(at)? % 12 * HOUR + NOON)),
                b"am" => Some(point(at, hour(at)? % 12 * HOUR)),
                _ if early => Some(point(at, minute(hour(at)?, early))),
                _ => Some(vague(at, minute(hour(at)?, early))),
            };
            from.checked_sub(1).and_then(said).into_iter().collect()
        }
        _ => {
            let said = |at: usize| {
                let unit = tokens.list.get(at + 1).map_or(&b""[..], |_| tokens.word(at + 1));
                match unit {
                    // Found by that.
                    b"am" | b"pm" => None,
                    b"h" | b"heures" | b"heure" => Some(point(at, minute(hour(at)?, true))),
                    _ => Some(vague(at, minute(hour(at)?, false))),
                }
            };
            (from..to).filter_map(said).collect()
        }
    }
}

/// An hour to minutes. Nobody means one to four at night without saying so, and five or six only where `early`.
fn minute(hour: u16, early: bool) -> u16 {
    match hour {
        1..=4 => hour * HOUR + NOON,
        5 | 6 if !early => hour * HOUR + NOON,
        _ => hour * HOUR,
    }
}

/// What the clock times set, each with its place and sentence: from one time to another, from one on, until one, or the
/// part of the day around one.
pub fn stretches(evidence: &Evidence, mut points: Vec<Point>) -> Vec<(u16, u16, Stretch)> {
    points.sort_by_key(|point| point.at);
    // “Om tien uur” is found twice.
    points.dedup_by(|next, point| next.at == point.at || next.at == point.at + 1 && next.minute == point.minute);
    let before = |point: &Point| point.at.checked_sub(1).map_or(&b""[..], |at| evidence.tokens.word(at));
    let mut found = Vec::new();
    let mut rest = &points[..];
    while let [point, others @ ..] = rest {
        let opened = opens(before(point));
        let end = others.first().filter(|end| {
            let joined = closes(before(end)) || opened && matches!(before(end), b"en" | b"and" | b"et");
            end.sentence == point.sentence && end.at - point.at <= APART_MAX && (joined || end.at == point.at + 1)
        });
        let (from, to) = match end {
            // “From 9 to 3”.
            Some(end) if end.minute <= point.minute => (point.minute, end.minute + NOON),
            Some(end) => (point.minute, end.minute),
            None if opened => (point.minute, DAY),
            // “At 9” has the same word in French as “to 9”.
            None if closes(before(point)) && !matches!(before(point), b"a" | b"to") => (MORNING.0, point.minute),
            None => around(point.minute),
        };
        if from < to.min(DAY) {
            found.push((u16::try_from(point.at).unwrap_or(u16::MAX), point.sentence, (from, to.min(DAY))));
        }
        rest = if end.is_some() { &others[1..] } else { others };
    }
    found
}

/// Whether a clock time after this word begins a stretch.
fn opens(word: &[u8]) -> bool {
    const WORDS: [&[u8]; 12] = [
        b"van", b"vanaf", b"tussen", b"na", b"from", b"between", b"after", b"since", b"de", b"des", b"entre", b"apres",
    ];
    WORDS.contains(&word)
}

/// Whether a clock time after this word ends one.
fn closes(word: &[u8]) -> bool {
    const WORDS: [&[u8]; 10] = [b"tot", b"t", b"tem", b"until", b"till", b"to", b"a", b"jusqu", b"before", b"avant"];
    WORDS.contains(&word)
}

/// The part of the day of a moment, with the next where the moment lies near it.
fn around(minute: u16) -> Stretch {
    let part = |minute: u16| match minute {
        ..NOON => MORNING,
        NOON..1080 => AFTERNOON,
        _ => EVENING,
    };
    (part(minute.saturating_sub(NEAR)).0, part((minute + NEAR).min(DAY - 1)).1)
}

#[cfg(test)]
mod tests {
    use super::{points, stretches};
    use crate::evidence::Evidence;
    use crate::extra::Extra;
    use crate::named::word;
    use crate::phrases::Hit;
    use crate::targets::NUMBER_MASK;

    #[test]
    fn clock_times_set_stretches_of_the_day() {
        let read = |text: &str| {
            let evidence = Evidence::new(None, text, &Extra::default());
            let clock = |hit: &&Hit| hit.target & NUMBER_MASK == u16::from(word::CLOCK);
            let all = evidence.times.iter().filter(clock).flat_map(|hit| points(&evidence, *hit)).collect();
            stretches(&evidence, all).into_iter().map(|(.., (from, to))| (from / 60, to / 60)).collect::<Vec<_>>()
        };
        assert_eq!(read("Ik ben vrij tussen 9 en 16 uur op weekdagen."), [(9, 16)]);
        assert_eq!(read("On est ouverts de 9h30 à 11h30 le jeudi."), [(9, 11)]);
        assert_eq!(read("Maandag van 19u tot 21u."), [(19, 21)]);
        assert_eq!(read("Vanaf 11u heb ik tijd."), [(11, 24)]);
        assert_eq!(read("Donderdag tot 18u."), [(6, 18)]);
        // Near noon both parts of the day are meant.
        assert_eq!(read("L'école finit à 12h10."), [(6, 18)]);
        assert_eq!(read("Er kommt um 99 u."), []);
    }
}
