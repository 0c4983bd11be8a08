//! Labelled texts to lessons: features with values, and what each output should say.

use std::collections::HashMap;
use std::ops::Range;

use koppelaar_rules::Kind;
use koppelaar_standard::evidence::Evidence;
use koppelaar_standard::extra::Extra;
use koppelaar_standard::grams::{pairs, pieces, spelling};
use koppelaar_standard::known::{RARITY_UNIT, UNKNOWN_RARITY};
use koppelaar_standard::model::{LENGTH_UNIT, beside, length_scale, output};
use koppelaar_standard::named::{Mentioned, times_of};
use koppelaar_standard::tokens::Tokens;

use crate::posts::Labelled;

/// Lessons that must hold a word or pair, and different words that must hold a piece, for it to count: what is rarer says
/// little and takes much room. Pieces are for words that nobody knows, in which those of common words do not stand.
const WORDS_MIN: u32 = 3;
const PIECES_MIN: u32 = 8;
const PAIRS_MIN: u32 = 40;

/// Which features are left out, to see what each kind is worth.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is left out by itself")]
pub struct Without {
    /// Pairs of words.
    pub pairs: bool,
    /// Pieces of words.
    pub pieces: bool,
    /// The net that decides.
    pub decision: bool,
    /// The trees that correct the points of a pair.
    pub trees: bool,
}

/// A feature's name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Name {
    /// What is no word, by its row.
    Beside(usize),
    /// A word.
    Word(Vec<u8>),
    /// A piece of a word, by its key.
    Piece(u64),
    /// A pair of words, by its key.
    Pair(u64),
}

/// All features, in the order in which they were first seen.
#[derive(Default)]
pub struct Features {
    ids: HashMap<Name, u32>,
    /// Their names.
    pub names: Vec<Name>,
    /// In how many lessons each occurs.
    pub counts: Vec<u32>,
    /// Of pieces, in how many different words each occurs.
    words: Vec<u32>,
    lessons: u32,
    rarities: HashMap<Vec<u8>, u8>,
}

impl Features {
    /// Counts in how many posts each word stands.
    pub fn new<'a>(texts: impl Iterator<Item = &'a Labelled>) -> Self {
        let (mut counts, mut posts) = (HashMap::<Vec<u8>, u32>::new(), 1_u32);
        for text in texts.filter(|text| text.intent.is_some()) {
            let tokens = Tokens::new(text.post.title.as_deref(), &text.post.text);
            let mut words: Vec<&[u8]> = (0..tokens.list.len()).map(|at| tokens.word(at)).collect();
            words.sort_unstable();
            words.dedup();
            for word in words {
                *counts.entry(word.to_vec()).or_insert(0) += 1;
            }
            posts += 1;
        }
        let rarity = |count: u32| {
            let rarity = (f64::from(posts) / f64::from(count)).ln() * f64::from(RARITY_UNIT);
            u8::try_from(rarity.round() as i32).unwrap_or(u8::MAX)
        };
        Self { rarities: counts.into_iter().map(|(word, count)| (word, rarity(count))).collect(), ..Self::default() }
    }

    /// How rare a word is in posts, as [`koppelaar_standard::known::Known`] tells.
    pub fn rarity_of(&self, word: &[u8]) -> u8 {
        self.rarities.get(word).copied().unwrap_or(UNKNOWN_RARITY)
    }

    fn id(&mut self, name: Name) -> u32 {
        *self.ids.entry(name.clone()).or_insert_with(|| {
            self.names.push(name);
            self.counts.push(0);
            self.words.push(0);
            u32::try_from(self.names.len() - 1).expect("fewer than 2^32 features")
        })
    }

    /// Whether a feature stands in enough lessons to count. What is left out must not teach either: weights are right only
    /// beside those that they were learned with.
    pub fn is_common(&self, id: usize) -> bool {
        match self.names[id] {
            Name::Beside(_) => true,
            Name::Word(_) => self.counts[id] >= WORDS_MIN,
            Name::Piece(_) => self.words[id] >= PIECES_MIN,
            Name::Pair(_) => self.counts[id] >= PAIRS_MIN,
        }
    }

    /// The feature of a name, if it was ever seen.
    pub fn find(&self, name: &Name) -> Option<usize> {
        self.ids.get(name).map(|id| *id as usize)
    }

    /// How telling a feature is: the rarer, the more (inverse document frequency, smoothed by one).
    pub fn rarity(&self, id: usize) -> f64 {
        (f64::from(1 + self.lessons) / f64::from(1 + self.counts[id])).ln() + 1.0
    }
}

/// One text to learn from.
pub struct Lesson {
    /// Feature and value, by feature; of words, pieces and pairs not yet weighed by rarity.
    pub features: Vec<(u32, f64)>,
    /// What each output should say; none where this text teaches nothing.
    pub targets: [Option<bool>; output::COUNT],
    /// Whether it is a word or expression without a post.
    pub bare: bool,
    /// Whether it is a post of a whole neighbourhood.
    pub natural: bool,
}

struct Collecting<'a> {
    tokens: &'a Tokens,
    features: &'a mut Features,
    found: HashMap<u32, f64>,
    without: Without,
}

impl Collecting<'_> {
    fn add(&mut self, name: Name, value: f64) {
        let id = self.features.id(name);
        *self.found.entry(id).or_insert(0.0) += value;
    }

    fn word(&mut self, at: usize) {
        let word = spelling(self.tokens, at);
        if self.features.find(&Name::Word(word.to_vec())).is_none() && !self.without.pieces {
            let mut own = Vec::new();
            pieces(word, |key| own.push(key));
            own.sort_unstable();
            own.dedup();
            for key in own {
                let id = self.features.id(Name::Piece(key)) as usize;
                self.features.words[id] += 1;
            }
        }
        self.add(Name::Word(word.to_vec()), 1.0);
        if !self.without.pieces {
            pieces(word, |key| self.add(Name::Piece(key), 1.0));
        }
    }
}

/// The lessons of a text: one of the whole, and of an exchange one of each side.
pub fn lessons(text: &Labelled, features: &mut Features, without: Without) -> Vec<Lesson> {
    let evidence = Evidence::new(text.post.title.as_deref(), &text.post.text, &Extra::default());
    let count = evidence.tokens.list.len();
    let mut lessons = Vec::new();
    let all = features_of(&evidence, |_| true, Scope::Whole(text.post.kind), features, without);
    let exchange = text.intent == Some(2);
    let mut targets = text.signals;
    if let Some(intent) = text.intent {
        for i in 0..output::INTENTS {
            targets[output::INTENT + i] = Some(i == intent);
        }
        targets[output::CLOSED] = Some(text.closed);
        targets[output::URGENT] = Some(text.urgent);
        for i in 0..output::REFERRALS {
            targets[output::REFERRAL + i] = Some(text.referral == Some(i));
        }
        targets[output::ROLE] = (intent <= 1).then_some(intent == 0);
    }
    if !exchange && (!text.needs.is_empty() || !text.gives.is_empty()) {
        let topics: Vec<usize> = text.needs.iter().chain(&text.gives).copied().collect();
        teach_topics(&mut targets, &topics);
    }
    lessons.push(Lesson { features: all, targets, bare: text.intent.is_none(), natural: text.natural });
    let given = words_of(text, &text.given);
    if exchange && !given.is_empty() {
        let titled = text.post.title.as_deref().map_or(0, |title| Tokens::new(Some(title), "").list.len());
        for (asks, topics) in [(true, &text.needs), (false, &text.gives)] {
            let keep = |at: usize| at >= titled && at < count && given.iter().any(|range| range.contains(&at)) != asks;
            let mut targets = [None; output::COUNT];
            targets[output::ROLE] = Some(asks);
            teach_topics(&mut targets, topics);
            let features = features_of(&evidence, keep, Scope::Side, features, without);
            lessons.push(Lesson { features, targets, bare: false, natural: text.natural });
        }
    }
    lessons.extend(clauses(text, &evidence, &given, features, without));
    lessons
}

/// Parts of a text as ranges of its words.
fn words_of(text: &Labelled, parts: &[Range<usize>]) -> Vec<Range<usize>> {
    let title = text.post.title.as_deref();
    // Words are cut from left to right, so those of a beginning are the first of the whole.
    let words = |to: usize| Tokens::new(title, &text.post.text[..to]).list.len();
    parts.iter().map(|part| words(part.start)..words(part.end)).collect()
}

/// A lesson for each clause that tells something by itself: whether it refuses what its author gives, and whether the times
/// that it names are those of the help.
fn clauses(
    text: &Labelled,
    evidence: &Evidence,
    given: &[Range<usize>],
    features: &mut Features,
    without: Without,
) -> Vec<Lesson> {
    let refused = text.refused.as_ref().map(|refused| words_of(text, refused));
    let mut lessons = Vec::new();
    let mut from = 0;
    for clause in evidence.tokens.list.chunk_by(|one, next| one.sentence == next.sentence && one.clause == next.clause)
    {
        let range = from..from + clause.len();
        from = range.end;
        let inside =
            |parts: &[Range<usize>]| range.clone().filter(|at| parts.iter().any(|part| part.contains(at))).count();
        let mut targets = [None; output::COUNT];
        if let Some(refused) = &refused
            && (text.intent != Some(2) || inside(given) * 2 > clause.len())
        {
            targets[output::REFUSED] = Some(inside(refused) * 2 >= clause.len());
        }
        if let Some(when) = text.when {
            targets[output::TIMED] = times_of(evidence, &range, text.post.written).map(|times| is_in(times, when));
        }
        if targets.iter().any(Option::is_some) {
            let features = features_of(evidence, |at| range.contains(&at), Scope::Clause, features, without);
            lessons.push(Lesson { features, targets, bare: false, natural: text.natural });
        }
    }
    lessons
}

/// Whether times that a clause names are among those of the help, of which `when` holds a bit for each part of each day.
fn is_in(times: Mentioned, when: [u8; 7]) -> bool {
    const ALL: u8 = 0b111;
    let named = |day: usize| times.days == 0 || times.days >> day & 1 == 1;
    (0..7).filter(|day| named(*day)).any(|day| match (when[day], times.parts) {
        (parts, 0) => parts != 0,
        // A part by itself bounds only what is bounded: with “on Saturday” alone, “back in the evening” is something else.
        (ALL, _) => times.days != 0,
        (parts, named) => parts & named != 0,
    })
}

fn teach_topics(targets: &mut [Option<bool>; output::COUNT], topics: &[usize]) {
    for i in 0..output::TOPICS {
        targets[output::TOPIC + i] = Some(topics.contains(&i));
    }
}

/// Which part of a post teaches.
#[derive(Clone, Copy)]
enum Scope {
    /// All of it, and what the resident clicked.
    Whole(Option<Kind>),
    /// One side of an exchange.
    Side,
    /// A clause, by its words alone: of those there are so many that how rare a feature is must not be counted in them.
    Clause,
}

fn features_of(
    evidence: &Evidence,
    keep: impl Fn(usize) -> bool,
    scope: Scope,
    features: &mut Features,
    without: Without,
) -> Vec<(u32, f64)> {
    let tokens = &evidence.tokens;
    let rarity = |at: usize| if tokens.list[at].number.is_some() { 0 } else { features.rarity_of(tokens.word(at)) };
    let rarities: Vec<u8> = (0..tokens.list.len()).map(rarity).collect();
    let mut collecting = Collecting { tokens, features, found: HashMap::new(), without };
    let mut words = 0;
    for at in (0..evidence.tokens.list.len()).filter(|at| keep(*at)) {
        collecting.word(at);
        if !without.pairs {
            pairs(tokens, &rarities, &evidence.negated, at, |key| collecting.add(Name::Pair(key), 1.0));
        }
        words += 1;
    }
    let scale = f64::from(length_scale(words)) / f64::from(LENGTH_UNIT);
    let mut found: Vec<(u32, f64)> = collecting.found.into_iter().map(|(id, value)| (id, value * scale)).collect();
    let clicked = match scope {
        Scope::Whole(clicked) => Some(clicked),
        Scope::Side => None,
        Scope::Clause => {
            found.sort_unstable_by_key(|(id, _)| *id);
            return found;
        }
    };
    if let Some(clicked) = clicked {
        let rows = beside(evidence, clicked).into_iter().enumerate().filter(|(_, has)| *has);
        found.extend(rows.map(|(row, _)| (features.id(Name::Beside(row)), 1.0)));
    }
    features.lessons += 1;
    for (id, _) in &found {
        features.counts[*id as usize] += 1;
    }
    found.sort_unstable_by_key(|(id, _)| *id);
    found
}
