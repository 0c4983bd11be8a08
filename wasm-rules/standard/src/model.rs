//! The linear model: what the words of a post say for and against each of its labels.
//!
//! One weight for each feature and output, learned offline from `training/` (see its README) and packed into
//! `data/model.bin`. Here it is only summed, in whole numbers, so every machine gets the same.

use koppelaar_rules::Kind;

use crate::evidence::{Evidence, SIGNAL_COUNT};
use crate::grams::{Sink, pieces, visit, word_key};
use crate::targets::CATEGORIES;
use crate::tokens::Tokens;

/// What is decided for a post; the order of the columns.
pub mod output {
    /// Request, offer, exchange, report, notice.
    pub const INTENT: usize = 0;
    /// How many intents there are.
    pub const INTENTS: usize = 5;
    /// The categories but for the public space, as something asked or given.
    pub const TOPIC: usize = INTENT + INTENTS;
    /// How many categories there are.
    pub const TOPICS: usize = 26;
    /// It is solved or withdrawn.
    pub const CLOSED: usize = TOPIC + TOPICS;
    /// It must be answered within a day.
    pub const URGENT: usize = CLOSED + 1;
    /// The referrals, in the order of the manifest; the first is the crisis.
    pub const REFERRAL: usize = URGENT + 1;
    /// How many referrals there are.
    pub const REFERRALS: usize = 5;
    /// Asks, rather than gives.
    pub const ROLE: usize = REFERRAL + REFERRALS;
    /// All of them.
    pub const COUNT: usize = ROLE + 1;
}

/// One sum for each output, in 1/[`UNIT`]; above zero speaks for it, and from one on it is sure.
pub type Sums = [i32; output::COUNT];

/// What a sum of 1 is.
pub const UNIT: i32 = 1024;
/// Weights of pieces and pairs are small and many: their steps are this much finer than those of words.
pub const FINER: i32 = 8;
/// Numbers that are no words: the sums of signals and of the hits on each category, what was clicked, a title.
pub const NUMBERS: usize = SIGNAL_COUNT + CATEGORIES.len() + 6;
/// Beyond this a sum of weights says no more.
const NUMBER_MAX: i16 = 20;
/// The numbers are tenths.
pub const NUMBER_UNIT: i32 = 10;

/// Bytes of a known word: its weights and its rarity.
const ROW: usize = output::COUNT + 1;
/// A rarity of 1 (a word in one text of 2.7) in [`Model::rarity`].
pub const RARITY_UNIT: u8 = 16;
/// What a word is that no training text holds.
pub const UNKNOWN_RARITY: u8 = 10 * RARITY_UNIT;

/// What a municipality's own word adds to its category: it knows what its people mean.
const OWN_WORD: i32 = 2 * UNIT;

/// Scale of [`length_scale`].
pub const SCALE_UNIT: i32 = 4096;
/// Bounds of the number of words that the scale follows.
const WORDS: std::ops::RangeInclusive<usize> = 3..=400;

/// What each feature of a text of so many words weighs, in 1/[`SCALE_UNIT`]: one by the square root of the words, for a
/// long text has many features and is no surer for it.
pub fn length_scale(words: usize) -> i32 {
    let words = words.clamp(*WORDS.start(), *WORDS.end());
    let square = usize::try_from(SCALE_UNIT).unwrap_or(1).pow(2) / words;
    i32::try_from(square.isqrt()).unwrap_or(SCALE_UNIT)
}

/// What is known of the words that `keep` names beside the words themselves, in tenths; of a whole post also what the
/// signals say and what the resident clicked.
pub fn numbers(
    evidence: &Evidence,
    keep: impl Fn(usize) -> bool,
    whole: bool,
    clicked: Option<Kind>,
) -> [i16; NUMBERS] {
    let mut numbers = [0_i16; NUMBERS];
    for topic in evidence.topics.iter().filter(|topic| keep(usize::from(topic.at))) {
        let number = &mut numbers[SIGNAL_COUNT + topic.category];
        *number = number.saturating_add(topic.weight);
    }
    if whole {
        for sentence in &evidence.sentences {
            for (number, sum) in numbers.iter_mut().zip(sentence.signals) {
                *number = number.saturating_add(sum);
            }
        }
        let facts = &mut numbers[SIGNAL_COUNT + CATEGORIES.len()..];
        // The other kinds are clicked for anything.
        if let Some(kind @ (Kind::Question | Kind::Offer)) = clicked {
            facts[kind as usize] = 10;
        }
        facts[5] = i16::from(evidence.titled) * 10;
    }
    numbers.map(|number| number.clamp(-NUMBER_MAX, NUMBER_MAX))
}

/// The packed weights.
///
/// Layout, little-endian: what 1 is in the weights of words (`u32`), biases (`i32` an output, in 1/[`UNIT`]), weights of
/// numbers (`i16` in 1/[`UNIT`], a row of outputs for each), the numbers of word slots, of other slots (both powers of
/// two) and of word rows (`u32`), word slots (`u32` print, `u32` row), other slots (`u32` print, `u32` first entry · 64 +
/// entries), word rows (`i8` an output, then the word's rarity as `u8`), entries (`u8` output, `i8` weight).
#[derive(Clone, Copy, Debug)]
pub struct Model<'a> {
    unit: i32,
    biases: &'a [u8],
    numbers: &'a [u8],
    word_slots: &'a [u8],
    other_slots: &'a [u8],
    word_rows: &'a [u8],
    entries: &'a [u8],
}

impl<'a> Model<'a> {
    /// The model of the module.
    ///
    /// # Panics
    /// Never: a test reads it.
    pub fn built_in() -> Model<'static> {
        Model::new(include_bytes!("../data/model.bin")).expect("the built-in model is whole")
    }

    /// A view of packed weights; none when they are cut short.
    pub fn new(packed: &'a [u8]) -> Option<Self> {
        let mut rest = packed;
        let mut take = |bytes: usize| {
            let (taken, left) = rest.split_at_checked(bytes)?;
            rest = left;
            Some(taken)
        };
        let unit = i32::try_from(number_at(take(4)?, 0)).ok().filter(|unit| *unit > 0)?;
        let biases = take(output::COUNT * 4)?;
        let numbers = take(NUMBERS * output::COUNT * 2)?;
        let counts = take(12)?;
        let [words, others, rows] = [0, 1, 2].map(|at| number_at(counts, at) as usize);
        let word_slots = take(words * 8)?;
        let other_slots = take(others * 8)?;
        let word_rows = take(rows * ROW)?;
        let whole = words.is_power_of_two() && others.is_power_of_two();
        whole.then_some(Self { unit, biases, numbers, word_slots, other_slots, word_rows, entries: rest })
    }

    /// Sums for the words that `keep` names, with the biases and `numbers`.
    pub fn sums(
        &self,
        evidence: &Evidence,
        rarities: &[u8],
        keep: impl Fn(usize) -> bool,
        numbers: &[i16; NUMBERS],
    ) -> Sums {
        let mut summing = Summing { model: self, sums: [0; output::COUNT] };
        let mut words = 0;
        for at in (0..evidence.tokens.list.len()).filter(|at| keep(*at)) {
            visit(&evidence.tokens, rarities, &evidence.negated, at, &mut summing);
            words += 1;
        }
        let scale = length_scale(words);
        let mut sums = summing.sums.map(|sum| self.in_units(sum, scale));
        for (output, sum) in sums.iter_mut().enumerate() {
            *sum += number_at(self.biases, output).cast_signed();
        }
        for (row, &number) in numbers.iter().enumerate().filter(|(_, number)| **number != 0) {
            let row = &self.numbers[row * output::COUNT * 2..(row + 1) * output::COUNT * 2];
            for (sum, weight) in sums.iter_mut().zip(row.chunks_exact(2)) {
                *sum += i32::from(i16::from_le_bytes([weight[0], weight[1]])) * i32::from(number) / NUMBER_UNIT;
            }
        }
        for topic in evidence.topics[..evidence.own].iter().filter(|topic| keep(usize::from(topic.at))) {
            sums[output::TOPIC + topic.category] += OWN_WORD;
        }
        sums
    }

    /// How rare each word is: the logarithm of one in how many texts holds it, in 1/[`RARITY_UNIT`]; numbers are not.
    pub fn rarities(&self, tokens: &Tokens) -> Vec<u8> {
        let rarity = |at: usize| if tokens.list[at].number.is_some() { 0 } else { self.rarity(tokens.word(at)) };
        (0..tokens.list.len()).map(rarity).collect()
    }

    fn rarity(&self, word: &[u8]) -> u8 {
        look_up(self.word_slots, word_key(word)).map_or(UNKNOWN_RARITY, |row| self.word_rows[row * ROW + ROW - 1])
    }

    /// How much a word and its pairs speak for asking, or below zero for giving, in 1/[`UNIT`], in a text of so many
    /// words.
    pub fn role(&self, evidence: &Evidence, rarities: &[u8], at: usize) -> i32 {
        let mut summing = Summing { model: self, sums: [0; output::COUNT] };
        visit(&evidence.tokens, rarities, &evidence.negated, at, &mut summing);
        self.in_units(summing.sums[output::ROLE], length_scale(evidence.tokens.list.len()))
    }

    fn in_units(&self, sum: i32, scale: i32) -> i32 {
        let units = i64::from(sum) * i64::from(scale) * i64::from(UNIT) / i64::from(self.unit * FINER * SCALE_UNIT);
        i32::try_from(units).unwrap_or(i32::MAX)
    }
}

fn number_at(bytes: &[u8], index: usize) -> u32 {
    let at = index * 4;
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// What stands at a key in a table of slots.
fn look_up(slots: &[u8], key: u64) -> Option<usize> {
    let mask = slots.len() / 8 - 1;
    let [low, high] = [key & 0xffff_ffff, key >> 32].map(|half| u32::try_from(half).unwrap_or(0));
    let print = high | 1;
    let mut slot = low as usize & mask;
    loop {
        match number_at(slots, slot * 2) {
            0 => return None,
            found if found == print => return Some(number_at(slots, slot * 2 + 1) as usize),
            _ => slot = (slot + 1) & mask,
        }
    }
}

struct Summing<'a, 'm> {
    model: &'a Model<'m>,
    sums: Sums,
}

impl Summing<'_, '_> {
    fn add_entries(&mut self, key: u64) {
        if let Some(place) = look_up(self.model.other_slots, key) {
            let (from, count) = ((place >> 6) * 2, (place & 63) * 2);
            for entry in self.model.entries[from..from + count].chunks_exact(2) {
                self.sums[usize::from(entry[0])] += i32::from(entry[1].cast_signed());
            }
        }
    }
}

impl Sink for Summing<'_, '_> {
    fn word(&mut self, word: &[u8]) {
        // The row of a known word holds its pieces' weights already.
        if let Some(row) = look_up(self.model.word_slots, word_key(word)) {
            let row = &self.model.word_rows[row * ROW..row * ROW + output::COUNT];
            for (sum, weight) in self.sums.iter_mut().zip(row) {
                *sum += i32::from(weight.cast_signed()) * FINER;
            }
        } else {
            pieces(word, |key| self.add_entries(key));
        }
    }

    fn pair(&mut self, key: u64) {
        self.add_entries(key);
    }
}
