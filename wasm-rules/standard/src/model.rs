//! The linear model: what the words of a post say for and against each of its labels.
//!
//! One weight for each feature and output, learned offline from `training/` (see its README) and packed into
//! `data/model.bin`. Here it is only summed, in whole numbers, so every machine gets the same.

use std::ops::Range;

use koppelaar_rules::Kind;

use crate::decide::{DECIDED, FACTS, NET_BYTES, Net, OF_SENTENCES, Sentence};
use crate::evidence::{Evidence, Own};
use crate::known::Known;
use crate::table::{self, LevelSums, Table};

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
    /// Of a clause of what somebody gives: it names what they do not give, or when.
    pub const REFUSED: usize = ROLE + 1;
    /// Of a clause that names a time: help is asked or given then.
    pub const TIMED: usize = REFUSED + 1;
    /// All of them.
    pub const COUNT: usize = TIMED + 1;
}

/// One sum for each output, in 1/[`UNIT`]; above zero speaks for it, and from one on it is sure.
pub type Sums = [i32; output::COUNT];

/// What a sum of 1 is.
pub const UNIT: i32 = 1024;
/// Bytes of weights in a row.
const ROW: usize = table::row_bytes(output::COUNT);
/// Rows of what is no word: a click on “question”, one on “offer”, and a title. The other kinds are clicked for anything.
pub const BESIDE: usize = 3;

/// Which of the rows of what is no word a post has.
pub fn beside(evidence: &Evidence, clicked: Option<Kind>) -> [bool; BESIDE] {
    [clicked == Some(Kind::Question), clicked == Some(Kind::Offer), evidence.titled]
}

/// What a municipality's own word adds to its category: it knows what its people mean.
const OWN_WORD: i32 = 2 * UNIT;

/// Scale of [`length_scale`].
pub const LENGTH_UNIT: i32 = 4096;
/// Bounds of the number of words that the scale follows.
const WORDS: std::ops::RangeInclusive<usize> = 3..=400;

/// What each feature of a text of so many words weighs, in 1/[`LENGTH_UNIT`]: one by the square root of the words, for a
/// long text has many features and is no surer for it.
pub fn length_scale(words: usize) -> i32 {
    let words = words.clamp(*WORDS.start(), *WORDS.end());
    let square = usize::try_from(LENGTH_UNIT).unwrap_or(1).pow(2) / words;
    i32::try_from(square.isqrt()).unwrap_or(LENGTH_UNIT)
}

/// What the model says of a post.
#[derive(Debug)]
pub struct Whole {
    /// Of all of it.
    pub sums: Sums,
    /// Of each sentence.
    pub sentences: Vec<Sentence>,
    /// Of each clause.
    pub clauses: Vec<Clause>,
}

/// A clause, and what it says that the others do not.
#[derive(Debug)]
pub struct Clause {
    /// Its words.
    pub range: Range<usize>,
    /// Whether it is one of the title.
    pub titled: bool,
    /// What speaks for a refusal, in 1/[`UNIT`]; above zero it is likelier than not, if the clause is one of somebody who
    /// gives.
    pub refused: i32,
    /// The same for its times being those of the help, if it names any.
    pub timed: i32,
    /// The same for the post's being over, if the clause were all of it.
    pub closed: i32,
    /// The same for an answer within a day.
    pub urgent: i32,
}

/// The packed weights.
///
/// Layout, little-endian: biases (`i32` an output, in 1/[`UNIT`]), weights of what is no word (`i16` in 1/[`UNIT`],
/// a row of outputs for each), the net that decides, as [`Net`] reads it, scales (`i32` an output), then the tables of
/// words, of pieces and of pairs. A sum of their rows times the scale, divided by [`table::SCALE_UNIT`], is in 1/[`UNIT`].
/// The row of a known word holds the weights of its pieces too, and ends with its rarity.
#[derive(Clone, Debug)]
pub struct Model<'a> {
    biases: [i32; output::COUNT],
    beside: &'a [u8],
    net: Net<'a>,
    scales: [i32; output::COUNT],
    /// A row for each word.
    pub words: Table<'a, ROW>,
    /// A row for each piece of a word.
    pub pieces: Table<'a, ROW>,
    /// A row for each pair or frame.
    pub pairs: Table<'a, ROW>,
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
        let biases = of_outputs(take(output::COUNT * 4)?);
        let beside = take(BESIDE * output::COUNT * 2)?;
        let net = Net::new(take(NET_BYTES)?.first_chunk()?);
        let scales = of_outputs(take(output::COUNT * 4)?);
        let words = Table::take(&mut rest, 1)?;
        let pieces = Table::take(&mut rest, 0)?;
        let pairs = Table::take(&mut rest, 0)?;
        rest.is_empty().then_some(Self { biases, beside, net, scales, words, pieces, pairs })
    }

    /// Sums for the words that `keep` names.
    pub fn sums(&self, evidence: &Evidence, known: &Known, keep: impl Fn(usize) -> bool) -> Sums {
        let mut levels = LevelSums::ZERO;
        let mut count = 0;
        for at in (0..evidence.tokens.list.len()).filter(|at| keep(*at)) {
            self.add(known, at..at + 1, &mut levels);
            count += 1;
        }
        self.all_scaled(&levels, length_scale(count), evidence.own.iter().filter(|own| keep(own.at)))
    }

    /// Sums for a whole post, those of each of its sentences, and what each of its clauses says.
    pub fn whole(&self, evidence: &Evidence, known: &Known, clicked: Option<Kind>) -> Whole {
        let tokens = &evidence.tokens.list;
        let mut total = LevelSums::ZERO;
        let mut sentences = Vec::with_capacity(evidence.tokens.questions.len());
        let mut clauses = Vec::with_capacity(tokens.len() / 4);
        let mut from = 0;
        for sentence in tokens.chunk_by(|one, next| one.sentence == next.sentence) {
            let mut levels = LevelSums::ZERO;
            let mut at = from;
            for clause in sentence.chunk_by(|one, next| one.clause == next.clause) {
                let range = at..at + clause.len();
                let mut part = LevelSums::ZERO;
                self.add(known, range.clone(), &mut part);
                let length = length_scale(clause.len());
                let sum = |output: usize| self.scaled(&part, output, length) + self.biases[output];
                let (refused, timed) = (sum(output::REFUSED), sum(output::TIMED));
                let (closed, urgent) = (sum(output::CLOSED), sum(output::URGENT));
                levels.add(&part);
                at = range.end;
                clauses.push(Clause { range, titled: evidence.titled && from == 0, refused, timed, closed, urgent });
            }
            let length = length_scale(sentence.len());
            let sum = |output: usize| self.scaled(&levels, output, length) + self.biases[output];
            sentences.push(OF_SENTENCES.map(sum));
            total.add(&levels);
            from = at;
        }
        let mut sums = self.all_scaled(&total, length_scale(tokens.len()), evidence.own.iter());
        let rows = self.beside.as_chunks::<2>().0.chunks_exact(output::COUNT);
        for (row, _) in rows.zip(beside(evidence, clicked)).filter(|(_, has)| *has) {
            sums.iter_mut().zip(row).for_each(|(sum, weight)| *sum += i32::from(i16::from_le_bytes(*weight)));
        }
        Whole { sums, sentences, clauses }
    }

    /// What speaks for each intent, for being closed and for being urgent, as [`Net::decide`] tells.
    pub fn decide(&self, facts: &[i32; FACTS]) -> [i32; DECIDED] {
        self.net.decide(facts)
    }

    /// What one word and its pairs say for some outputs, in 1/[`UNIT`], as a part of their text.
    pub fn word<const N: usize>(&self, evidence: &Evidence, known: &Known, at: usize, outputs: [usize; N]) -> [i32; N] {
        let mut levels = LevelSums::ZERO;
        self.add(known, at..at + 1, &mut levels);
        let length = length_scale(evidence.tokens.list.len());
        outputs.map(|output| self.scaled(&levels, output, length))
    }

    /// Adds the levels of the words in a range.
    fn add(&self, known: &Known, range: Range<usize>, levels: &mut LevelSums<ROW>) {
        known.words.of_all(range.clone()).iter().for_each(|row| self.words.add(*row, levels));
        known.pieces.of_all(range.clone()).iter().for_each(|row| self.pieces.add(*row, levels));
        known.pairs.of_all(range).iter().for_each(|row| self.pairs.add(*row, levels));
    }

    /// What was summed for an output, in 1/[`UNIT`], for a text whose features weigh `length`, as [`length_scale`] tells.
    fn scaled(&self, levels: &LevelSums<ROW>, output: usize, length: i32) -> i32 {
        let sum = i64::from(levels.get(output)) * i64::from(self.scales[output]);
        let units = sum / table::SCALE_UNIT * i64::from(length) / i64::from(LENGTH_UNIT);
        i32::try_from(units).unwrap_or(if units < 0 { i32::MIN / 2 } else { i32::MAX / 2 })
    }

    /// The sums of all outputs, with the biases and a municipality's own words.
    fn all_scaled<'o>(&self, levels: &LevelSums<ROW>, length: i32, own: impl Iterator<Item = &'o Own>) -> Sums {
        let mut sums = std::array::from_fn(|output| self.scaled(levels, output, length) + self.biases[output]);
        own.for_each(|own| sums[output::TOPIC + own.category] += OWN_WORD);
        sums
    }
}

/// A number for each output.
fn of_outputs(bytes: &[u8]) -> [i32; output::COUNT] {
    let numbers = bytes.as_chunks().0;
    std::array::from_fn(|output| i32::from_le_bytes(numbers[output]))
}
