//! What the phrases of a post say, sentence by sentence.

use crate::lexicon::TAG_GROUPS;
use crate::phrases::{Hit, find};
use crate::targets::{ANY_LANGUAGE, CATEGORIES, LANGUAGES, kind};
use crate::tokens::Tokens;

/// A signal of the data; the order is that of `targets::SIGNALS`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Signal {
    /// Somebody asks.
    Request,
    /// Somebody gives.
    Offer,
    /// One thing for another.
    Exchange,
    /// Neither asking nor giving.
    Notice,
    /// Something wrong in the public space.
    Report,
    /// Solved or withdrawn.
    Closed,
    /// Within a day.
    Urgent,
    /// Speaks against haste.
    Calm,
    /// A life or a child is in danger.
    Crisis,
    /// No food, or no money for it.
    FoodBank,
    /// Daily personal care.
    HomeCare,
    /// Debts, eviction, income.
    SocialServices,
    /// Dangerous work.
    RepairShop,
    /// Negates what follows; the weight is the number of words it reaches.
    Not,
    /// Only what follows.
    Only,
    /// All but what follows.
    Except,
    /// Asks others to do something together.
    Group,
}

const SIGNALS: usize = crate::targets::SIGNALS.len();

/// Sums of one sentence.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sentence {
    /// Sum for each signal.
    pub signals: [i16; SIGNALS],
}

impl Sentence {
    /// Sum of one signal.
    pub fn of(&self, signal: Signal) -> i16 {
        self.signals[signal as usize]
    }
}

/// A hit on a category, after negation.
#[derive(Clone, Copy, Debug)]
pub struct Topic {
    /// Index of the category.
    pub category: usize,
    /// `kind::TOPIC`, `kind::NEED` or `kind::GIVE`.
    pub side: u16,
    /// Its weight.
    pub weight: i16,
    /// Its sentence.
    pub sentence: usize,
}

/// Everything found in a post.
#[derive(Debug)]
pub struct Evidence {
    /// The words.
    pub tokens: Tokens,
    /// Index of the language.
    pub language: usize,
    /// One entry a sentence.
    pub sentences: Vec<Sentence>,
    /// Whether the first sentence is the title.
    pub titled: bool,
    /// Hits on categories that nothing negates.
    pub topics: Vec<Topic>,
    /// Hits on times.
    pub times: Vec<Hit>,
    /// Tags that the text affirms, one bit each.
    pub tags: u128,
    /// Tags that the text excludes, one bit each.
    pub excluded: u128,
    /// For each word, whether it names what is excepted: “all but Monday”.
    pub excepted: Vec<bool>,
}

impl Evidence {
    /// Reads title and text.
    pub fn new(title: Option<&str>, text: &str) -> Self {
        let tokens = Tokens::new(title, text);
        let hits = find(&tokens);
        let (language, spoken) = languages(&hits);
        let mut evidence = Self {
            sentences: vec![Sentence::default(); tokens.questions.len()],
            titled: title.is_some_and(|title| !title.is_empty()),
            tokens,
            language,
            topics: Vec::new(),
            times: Vec::new(),
            tags: 0,
            excluded: 0,
            excepted: Vec::new(),
        };
        let hits: Vec<Hit> = hits
            .into_iter()
            .filter(|hit| hit.language == ANY_LANGUAGE || spoken[usize::from(hit.language)])
            .collect();
        let negated = evidence.scopes(&hits, Signal::Not);
        let only = evidence.scopes(&hits, Signal::Only);
        evidence.excepted = evidence.scopes(&hits, Signal::Except);
        for (i, hit) in hits.iter().enumerate() {
            let hidden = hits[..i]
                .iter()
                .rev()
                .take(24)
                .chain(hits[i + 1..].iter().take(24))
                .any(|other| covers(other, hit));
            if !hidden {
                evidence.add(
                    hit,
                    negated[usize::from(hit.from)],
                    only[usize::from(hit.from)],
                );
            }
        }
        evidence
    }

    /// Sum of a signal over the whole post.
    pub fn sum(&self, signal: Signal) -> i16 {
        self.sentences.iter().fold(0, |sum: i16, sentence| {
            sum.saturating_add(sentence.of(signal))
        })
    }

    fn add(&mut self, hit: &Hit, negated: bool, only: bool) {
        let number = usize::from(hit.target & 0xff);
        let sentence = usize::from(self.tokens.list[usize::from(hit.from)].sentence);
        match hit.target >> 8 {
            side @ (kind::TOPIC | kind::NEED | kind::GIVE) => {
                if !negated && number < CATEGORIES.len() {
                    self.topics.push(Topic {
                        category: number,
                        side,
                        weight: hit.weight,
                        sentence,
                    });
                }
            }
            kind::SIGNAL => {
                if let Some(sum) = self.sentences[sentence].signals.get_mut(number) {
                    *sum = sum.saturating_add(hit.weight);
                }
            }
            kind::TIME => self.times.push(*hit),
            kind::TAG => {
                let bit = 1_u128 << number;
                if negated != (hit.weight < 0) {
                    self.excluded |= bit;
                } else {
                    self.tags |= bit;
                    if only {
                        let group = TAG_GROUPS[number];
                        let others = TAG_GROUPS
                            .iter()
                            .enumerate()
                            .filter(|&(i, &g)| g == group && i != number);
                        self.excluded |= others.fold(0, |bits, (i, _)| bits | 1_u128 << i);
                    }
                }
            }
            _ => {}
        }
    }

    /// For each word, whether a signal that reaches forward covers it. A hit of weight 0 cancels those inside it.
    fn scopes(&self, hits: &[Hit], signal: Signal) -> Vec<bool> {
        let words = &self.tokens.list;
        let mut covered = vec![false; words.len() + 1];
        let target = kind::SIGNAL << 8 | signal as u16;
        for hit in hits
            .iter()
            .filter(|hit| hit.target == target && hit.weight > 0)
        {
            let cancelled = hits.iter().any(|other| {
                other.target == target
                    && other.weight == 0
                    && other.from <= hit.from
                    && other.to >= hit.to
            });
            if cancelled {
                continue;
            }
            let reach = usize::from(hit.to) + usize::from(hit.weight.unsigned_abs());
            let clause = words[usize::from(hit.from)].clause;
            for at in usize::from(hit.to)..reach.min(words.len()) {
                if words[at].clause == clause {
                    covered[at] = true;
                }
            }
        }
        covered
    }
}

/// Whether `other` says the same about more words, so that `hit` adds nothing.
fn covers(other: &Hit, hit: &Hit) -> bool {
    other.target == hit.target
        && other.from <= hit.from
        && other.to >= hit.to
        && (other.to - other.from > hit.to - hit.from)
}

/// The language of a post, and those that its phrases may be in.
fn languages(hits: &[Hit]) -> (usize, [bool; LANGUAGES.len()]) {
    let mut votes = [0_i32; LANGUAGES.len()];
    for hit in hits.iter().filter(|hit| hit.target >> 8 == kind::LANGUAGE) {
        votes[usize::from(hit.target & 0xff).min(LANGUAGES.len() - 1)] += i32::from(hit.weight);
    }
    let mut best = 0;
    for (i, &count) in votes.iter().enumerate() {
        if count > votes[best] {
            best = i;
        }
    }
    let mut spoken = [false; LANGUAGES.len()];
    for (i, flag) in spoken.iter_mut().enumerate() {
        *flag = i == best || (votes[i] >= 4 && votes[i] * 4 >= votes[best]);
    }
    (best, spoken)
}
