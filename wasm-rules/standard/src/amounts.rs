//! How old, how heavy and how high: what a text says of a child, a load, a hedge, and the bounds that a helper sets.

use crate::evidence::Evidence;
use crate::named::{JOINING, word};
use crate::phrases::Hit;
use crate::targets::{AMOUNTS, CATEGORIES, NUMBER_MASK};

/// Amounts kept of a post.
pub const AMOUNTS_MAX: usize = 8;
/// Words between an amount and its unit, or the word that bounds it: “up to about ten kilos”.
const NEAR: usize = 3;
/// Numbers of a text that are looked at.
const NUMBERS_MAX: usize = 40;
/// Ages in a list, beside the first.
const LISTED_MAX: usize = 4;
/// Older than this, somebody is no child.
const CHILD_MAX: u16 = 18 * YEAR;
/// What is written as 1: ages are in months, the others in tenths of a kilo and of a metre.
const YEAR: u16 = 12;
const TENTHS: u16 = 10;

/// A word of `targets::AMOUNTS`, in its order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Word {
    Kilo,
    Metre,
    Year,
    Month,
    Child,
    /// Stands between a child and its age.
    Link,
    /// What is counted, and no age: “at six o'clock”.
    Count,
    Above,
    Below,
    From,
    To,
    Most,
    Number,
}

const WORDS: [Word; AMOUNTS.len()] = [
    Word::Kilo,
    Word::Metre,
    Word::Year,
    Word::Month,
    Word::Child,
    Word::Link,
    Word::Count,
    Word::Above,
    Word::Below,
    Word::From,
    Word::To,
    Word::Most,
    Word::Number,
];

/// What is measured.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// Age, in months.
    Age = 0,
    /// Weight, in tenths of a kilo.
    Weight = 1,
    /// Length, in tenths of a metre.
    Length = 2,
}

/// What an amount is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bound {
    /// That of what the text is about.
    Is = 0,
    /// The least that is taken on.
    Least = 1,
    /// The most.
    Most = 2,
}

/// An amount of a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Amount {
    /// What is measured.
    pub unit: Unit,
    /// What it says.
    pub bound: Bound,
    /// In what [`Unit`] tells.
    pub value: u16,
}

impl Unit {
    /// Whether what it measures decides in a category.
    pub fn matters(self, category: u16) -> bool {
        let categories: &[&str] = match self {
            Self::Age => &["childcare", "homework"],
            Self::Weight => &["pet-care", "moving", "bulky-waste", "groceries", "lending"],
            Self::Length => &["garden"],
        };
        CATEGORIES.get(usize::from(category)).is_some_and(|category| categories.contains(category))
    }
}

impl Amount {
    /// Bytes of [`Amount::bytes`].
    pub const BYTES: usize = 3;

    /// As bytes.
    pub fn bytes(self) -> [u8; Self::BYTES] {
        let [low, high] = self.value.to_le_bytes();
        [(self.unit as u8) << 2 | self.bound as u8, low, high]
    }

    /// From bytes; none where they are those of no amount.
    pub fn of([kind, low, high]: [u8; Self::BYTES]) -> Option<Self> {
        let unit = [Unit::Age, Unit::Weight, Unit::Length].into_iter().nth(usize::from(kind >> 2))?;
        let bound = [Bound::Is, Bound::Least, Bound::Most].into_iter().nth(usize::from(kind & 3))?;
        Some(Self { unit, bound, value: u16::from_le_bytes([low, high]) })
    }

    /// Whether what one asks for lies outside what the other takes on, who says so by `self`.
    pub fn excludes(self, asked: Self) -> bool {
        // Who takes children from ten says nothing about somebody of eighty, nor the other way round.
        let comparable = self.unit != Unit::Age || (self.value <= CHILD_MAX) == (asked.value <= CHILD_MAX);
        let outside = match self.bound {
            Bound::Is => false,
            Bound::Least => asked.value < self.value,
            Bound::Most => asked.value > self.value,
        };
        self.unit == asked.unit && asked.bound == Bound::Is && comparable && outside
    }
}

/// The amounts of a text, those that bound first.
pub fn amounts(evidence: &Evidence) -> Vec<Amount> {
    let text = Text { evidence };
    let mut amounts: Vec<Amount> = Vec::new();
    let mut from = 0;
    for _ in 0..NUMBERS_MAX {
        let Some(at) = (from..evidence.tokens.list.len()).find(|at| text.number(*at).is_some()) else { break };
        let (found, next) = text.amount(at);
        amounts.extend(found.filter(|found| !amounts.contains(found)));
        from = next;
    }
    amounts.sort_by_key(|amount| amount.bound == Bound::Is);
    amounts.truncate(AMOUNTS_MAX);
    amounts
}

#[derive(Clone, Copy)]
struct Text<'a> {
    evidence: &'a Evidence,
}

impl<'a> Text<'a> {
    fn words(self, at: usize) -> impl Iterator<Item = (Word, &'a Hit)> {
        let all = &self.evidence.amounts;
        let here = &all[all.partition_point(|hit| usize::from(hit.from) < at)..];
        here.iter()
            .take_while(move |hit| usize::from(hit.from) == at)
            .map(|hit| (WORDS[usize::from(hit.target & NUMBER_MASK)], hit))
    }

    fn is(self, at: usize, wanted: Word) -> bool {
        self.words(at).any(|(word, _)| word == wanted)
    }

    /// A number in digits or words.
    fn number(self, at: usize) -> Option<u16> {
        self.evidence.tokens.list.get(at)?.number.or_else(|| self.said(at))
    }

    /// A number in words.
    fn said(self, at: usize) -> Option<u16> {
        let (_, hit) = self.words(at).find(|(word, _)| *word == Word::Number)?;
        u16::try_from(hit.weight).ok()
    }

    /// What the number at a place measures, and whether it bounds that; and the place to look on from.
    fn amount(self, at: usize) -> (Option<Amount>, usize) {
        let (said, Some(mut number)) = (self.said(at), self.number(at)) else { return (None, at + 1) };
        let tokens = &self.evidence.tokens.list;
        let mut next = at + 1;
        if self.is_part(at) {
            return (None, next);
        }
        // “Two and four years”: the unit stands behind the last.
        let units = [Word::Kilo, Word::Metre, Word::Year, Word::Month];
        let unit_at = |place: usize| units.into_iter().find(|unit| self.is(place, *unit));
        let behind = (at + 1..=at + NEAR).take_while(|place| self.is_beside(at, *place));
        let unit = behind.into_iter().find_map(|place| Some((unit_at(place)?, place)));
        // “Een kilo of tien” is about ten; otherwise “een” is no amount, but an article.
        if let Some((_, place)) = unit
            && place == at + 1
            && tokens.get(place + 1).is_some()
            && self.evidence.tokens.word(place + 1) == b"of"
            && let Some(about) = self.number(place + 2)
        {
            (number, next) = (about, place + 3);
        } else if said == Some(1) {
            return (None, next);
        }
        let times = |factor: u16, unit: Unit| Some((unit, number.checked_mul(factor)?));
        let measured = match unit {
            Some((Word::Kilo, _)) => times(TENTHS, Unit::Weight),
            Some((Word::Metre, _)) => times(TENTHS, Unit::Length),
            Some((Word::Month, _)) if self.is_age(at, true, LISTED_MAX) => Some((Unit::Age, number)),
            Some((Word::Year, _)) if self.is_age(at, true, LISTED_MAX) => times(YEAR, Unit::Age),
            None if self.is_age(at, false, LISTED_MAX) => times(YEAR, Unit::Age),
            _ => None,
        };
        let amount = |(unit, value)| Amount { unit, bound: self.bound(at), value };
        (measured.map(amount), next)
    }

    /// Whether two places are in one clause.
    fn is_beside(self, at: usize, other: usize) -> bool {
        let clause = |place: usize| self.evidence.tokens.list.get(place).map(|token| token.clause);
        clause(other).is_some() && clause(at) == clause(other)
    }

    /// Whether a number is only a part of one, such as of “7.30”, “2,5” and “vingt-cinq”.
    fn is_part(self, at: usize) -> bool {
        let number =
            |place: usize| self.is_beside(at, place) && self.said(place) != Some(1) && self.number(place).is_some();
        number(at + 1) || at.checked_sub(1).is_some_and(number)
    }

    /// Whether a number is an age: “our son of four”, “Fien is 9 maanden”, “vanaf 6 jaar”, and not “for three years”; where
    /// no `unit` follows, only that of a child. `listed` says of how many numbers before it, at most, it may be the last.
    fn is_age(self, at: usize, unit: bool, listed: usize) -> bool {
        let tokens = &self.evidence.tokens.list;
        let near = |back: usize| {
            let place = at.checked_sub(back)?;
            (tokens[place].sentence == tokens[at].sentence).then_some(place)
        };
        let child =
            |backs: std::ops::RangeInclusive<usize>| backs.filter_map(near).any(|place| self.is(place, Word::Child));
        let joined = || near(1).is_some_and(|place| JOINING.contains(&self.evidence.tokens.word(place)));
        let linked = || near(1).is_some_and(|place| self.is(place, Word::Link));
        // “Of 5 and 9”, “3, 6 and 8”.
        let before = near(if joined() { 2 } else { 1 }).filter(|_| listed > 0);
        let listed =
            || before.is_some_and(|place| self.number(place).is_some() && self.is_age(place, unit, listed - 1));
        let bounding = self.bounding(at).map(|(word, _)| word);
        if unit {
            // “More than ten years” and “at most three months” are how long something takes.
            return match bounding {
                Some(Word::From | Word::Below) => true,
                Some(_) => child(1..=NEAR + 1),
                None => linked() || child(1..=NEAR) || listed(),
            };
        }
        let small = self.number(at).is_some_and(|number| number <= CHILD_MAX / YEAR);
        // “Two girls” are two, and “from 4 July” is a date.
        let month = |hit: &Hit| usize::from(hit.from) == at + 1 && hit.target & NUMBER_MASK == u16::from(word::MONTH);
        let counts =
            self.is(at + 1, Word::Child) || self.is(at + 1, Word::Count) || self.evidence.times.iter().any(month);
        // “Our boy (5)”, and not “for our daughter, three pages”.
        let alone = || !self.is_beside(at, at + 1);
        let bounded = || matches!(bounding, Some(Word::From | Word::Above | Word::Below)) && child(1..=2 * NEAR);
        small && !counts && (child(1..=1) && alone() || linked() && child(2..=NEAR) || bounded() || listed())
    }

    /// The word that bounds the number at a place, and whether what it bounds is refused.
    fn bounding(self, at: usize) -> Option<(Word, bool)> {
        let Evidence { refused, negated, .. } = self.evidence;
        let bounds = [Word::Above, Word::Below, Word::From, Word::To, Word::Most];
        let before = (at.saturating_sub(NEAR)..at).rev().take_while(|place| self.is_beside(at, *place));
        let mut found =
            before.filter_map(|place| Some((bounds.into_iter().find(|bound| self.is(place, *bound))?, place)));
        found.next().map(|(bound, place)| (bound, refused[at] || negated[place]))
    }

    fn bound(self, at: usize) -> Bound {
        match self.bounding(at) {
            // “Up to three years I do not”: which way, nobody can tell.
            None | Some((Word::To, true)) => Bound::Is,
            // “From six on” and “ten kilos at most” are what is taken on, whatever else is refused.
            Some((Word::From, _) | (Word::Above, false) | (Word::Below, true)) => Bound::Least,
            Some(_) => Bound::Most,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Amount, Bound, Unit, amounts};
    use crate::evidence::Evidence;
    use crate::extra::Extra;

    fn read(text: &str, refuses: bool) -> Vec<Amount> {
        let mut evidence = Evidence::new(None, text, &Extra::default());
        if refuses {
            evidence.refuse(&(0..evidence.tokens.list.len()));
        }
        amounts(&evidence)
    }

    #[test]
    fn an_amount_is_one_with_a_unit_or_near_a_child() {
        for (text, unit, value) in [
            ("Wie loopt er met onze Berner sennen (48 kilo)?", Unit::Weight, 480),
            ("Ze zijn ruim drie meter, de gemeente heeft al een brief gestuurd.", Unit::Length, 30),
            ("Ons zoontje is 2.", Unit::Age, 24),
            ("Ons Fien is 9 maanden en slaapt door.", Unit::Age, 9),
            ("My boy of 4 is in summer camp.", Unit::Age, 48),
            ("Notre fille a six ans.", Unit::Age, 72),
            ("Je garde des enfants de 6 ans.", Unit::Age, 72),
            ("Oppas voor een tweeling van 6 gezocht, twee meisjes.", Unit::Age, 72),
            ("Onze haag is een meter of drie hoog.", Unit::Length, 30),
        ] {
            assert_eq!(read(text, false), [Amount { unit, bound: Bound::Is, value }], "{text}");
        }
        for text in [
            "Ik woon op nummer 12.",
            "We eten om 6 uur.",
            "A 3 minuten van het station.",
            "Twee kinderen, om 6 uur thuis.",
            "Max 2 kinderen.",
            "Wij wonen hier drie jaar.",
            "Al een jaar.",
            "Ik pas al meer dan tien jaar op kinderen.",
            "Ik vang kinderen op vanaf 7.30u.",
            "Ik pas op kinderen vanaf 4 juli.",
            "Ik neem kinderen mee, max 3 tegelijk.",
            "Depuis plus de 10 ans je garde des petits.",
            "Ons zoontje is 2,5 jaar.",
            "Ma mère a quatre-vingt-deux ans.",
        ] {
            assert_eq!(read(text, false), [], "{text}");
        }
    }

    #[test]
    fn what_is_refused_bounds_the_other_way() {
        for (text, refuses, unit, bound, value) in [
            ("I could walk a small one, up to 10 kg.", false, Unit::Weight, Bound::Most, 100),
            ("Vanaf 7 jaar, voor kleiner heb ik de papieren niet.", false, Unit::Age, Bound::Least, 84),
            ("Kinderen jonger dan 6", true, Unit::Age, Bound::Least, 72),
            ("Geen honden van meer dan 20 kg.", false, Unit::Weight, Bound::Most, 200),
            ("Je garde les enfants de plus de 6 ans.", false, Unit::Age, Bound::Least, 72),
            ("Dès 3 ans je les garde.", false, Unit::Age, Bound::Least, 36),
            ("Tot een kilo of tien.", false, Unit::Weight, Bound::Most, 100),
            ("Bakfiets, max 80 kg", true, Unit::Weight, Bound::Most, 800),
            ("Boven de twee meter begin ik er niet aan.", true, Unit::Length, Bound::Most, 20),
            ("Pas plus de 20 kilos", true, Unit::Weight, Bound::Most, 200),
        ] {
            assert_eq!(read(text, refuses), [Amount { unit, bound, value }], "{text}");
        }
    }

    #[test]
    fn a_bound_excludes_what_lies_beyond_it_and_is_comparable() {
        let amount = |unit, bound, value| Amount { unit, bound, value };
        let from_seven = amount(Unit::Age, Bound::Least, 84);
        for (asked, excluded) in [(48, true), (84, false), (120, false), (81 * 12, false)] {
            assert_eq!(from_seven.excludes(amount(Unit::Age, Bound::Is, asked)), excluded, "{asked} months");
        }
        let to_ten = amount(Unit::Weight, Bound::Most, 100);
        assert!(to_ten.excludes(amount(Unit::Weight, Bound::Is, 480)));
        assert!(!to_ten.excludes(amount(Unit::Length, Bound::Is, 480)));
        assert!(!to_ten.excludes(amount(Unit::Weight, Bound::Least, 480)));
        assert!(!amount(Unit::Weight, Bound::Is, 100).excludes(amount(Unit::Weight, Bound::Is, 480)));
    }

    #[test]
    fn survives_its_bytes() {
        for unit in [Unit::Age, Unit::Weight, Unit::Length] {
            for bound in [Bound::Is, Bound::Least, Bound::Most] {
                let amount = Amount { unit, bound, value: 4711 };
                assert_eq!(Amount::of(amount.bytes()), Some(amount));
            }
        }
        assert_eq!((Amount::of([3, 0, 0]), Amount::of([12, 0, 0])), (None, None));
    }
}
