//! A linear support vector machine for each output, with squared hinge loss, by dual coordinate descent (Hsieh, Chang,
//! Lin, Keerthi and Sundararajan, “A dual coordinate descent method for large-scale linear SVM”, ICML 2008).

use koppelaar_standard::model::output;

use crate::lessons::{Features, Lesson, Name};

/// A row of weights, one an output.
pub type Row = [f64; output::COUNT];

/// Passes over the lessons.
const PASSES: usize = 25;
/// A text that is further than this on its right side is not looked at for so many passes.
const FAR: f64 = 0.2;
const RESTS: usize = 3;
/// What the intents weigh together: as often as they occur in a neighbourhood, but that exchanges, of which eight in a hundred
/// are, weigh more: one that is read as asking or giving alone loses half of what it says.
pub const SHARES: [f64; output::INTENTS] = [0.38, 0.35, 0.12, 0.05, 0.10];

/// What an error costs, beside keeping the weights small.
const COST: f64 = 0.25;
/// The same for a category, which fewer words tell.
const TOPIC_COST: f64 = 0.15;
/// What it costs for a word or expression without a post, as a part of that.
const BARE_COST: f64 = 0.3;
/// How much more an error costs where an output is rarely true: the odds against it to this power, up to a bound.
const RARE_POWER: f64 = 0.7;
const RARE_MAX: f64 = 6.0;
/// What a click or title, a word, a piece and a pair count beside one another.
const BESIDE: f64 = 0.3;
const WORD: f64 = 0.15;
const PIECE: f64 = 0.15;
const PAIR: f64 = 0.17;

/// How much more a post of a whole neighbourhood tells of what posts are like than one that was written to teach.
const NATURAL: f64 = 4.0;

/// What was learned.
pub struct Learned {
    /// A row for each feature, for its value as it is counted.
    pub weights: Vec<Row>,
    /// The sum of an empty text.
    pub biases: Row,
}

/// Learns each output by itself, on two threads.
pub fn learn(lessons: &[&Lesson], features: &Features) -> Learned {
    let value = |name: &Name, id: usize| match name {
        Name::Beside(_) => BESIDE,
        Name::Word(_) => WORD * features.rarity(id),
        Name::Piece(_) => PIECE * features.rarity(id),
        Name::Pair(_) => PAIR * features.rarity(id),
    };
    let values: Vec<f64> = features
        .names
        .iter()
        .enumerate()
        .map(|(id, name)| if features.is_common(id) { value(name, id) } else { 0.0 })
        .collect();
    let weighed = |lesson: &&Lesson| -> Vec<(u32, f64)> {
        let found = lesson.features.iter().map(|(id, count)| (*id, count * values[*id as usize]));
        found.filter(|(_, value)| *value != 0.0).collect()
    };
    let texts: Vec<_> = lessons.iter().map(weighed).collect();
    let one = |output: usize| {
        let truths: Vec<Option<bool>> = lessons.iter().map(|lesson| lesson.targets[output]).collect();
        separate(&texts, &truths, &costs(lessons, output), features.names.len())
    };
    let columns: Vec<(Vec<f64>, f64)> = std::thread::scope(|scope| {
        let half = scope.spawn(|| (0..output::COUNT).filter(|output| output % 2 == 0).map(one).collect::<Vec<_>>());
        let odd: Vec<_> = (0..output::COUNT).filter(|output| output % 2 == 1).map(one).collect();
        let even = half.join().expect("a thread that only counts");
        let (mut even, mut odd) = (even.into_iter(), odd.into_iter());
        (0..output::COUNT).filter_map(|output| if output % 2 == 0 { even.next() } else { odd.next() }).collect()
    });
    let mut learned =
        Learned { weights: vec![[0.0; output::COUNT]; features.names.len()], biases: [0.0; output::COUNT] };
    for (output, (column, bias)) in columns.into_iter().enumerate() {
        learned.biases[output] = bias;
        for (id, weight) in column.into_iter().enumerate() {
            learned.weights[id][output] = weight * values[id];
        }
    }
    learned
}

/// The plane that separates the texts of which something is true from the others: a weight for each feature, and a bias.
/// A text without a truth teaches nothing.
fn separate(texts: &[Vec<(u32, f64)>], truths: &[Option<bool>], costs: &[f64], features: usize) -> (Vec<f64>, f64) {
    let mut weights = vec![0.0; features];
    let mut bias = 0.0;
    let mut order: Vec<usize> = (0..truths.len()).filter(|at| truths[*at].is_some()).collect();
    let prepared: Vec<(f64, f64)> = texts
        .iter()
        .zip(costs)
        .map(|(text, cost)| {
            let diagonal = 0.5 / cost;
            (1.0 + diagonal + text.iter().map(|(_, value)| value * value).sum::<f64>(), diagonal)
        })
        .collect();
    let mut alphas = vec![0.0; truths.len()];
    let mut resting = vec![0_usize; truths.len()];
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    for pass in 0..PASSES {
        shuffle(&mut order, &mut random);
        for &at in &order {
            if resting[at] > pass {
                continue;
            }
            let sign = if truths[at] == Some(true) { 1.0 } else { -1.0 };
            let (norm, diagonal) = prepared[at];
            let sum: f64 = bias + texts[at].iter().map(|(id, value)| weights[*id as usize] * value).sum::<f64>();
            let gradient = sign * sum - 1.0 + diagonal * alphas[at];
            let next = (alphas[at] - gradient / norm).max(0.0_f64);
            // Far on its right side, a text says nothing for a while: most texts have nothing to do with a category.
            if alphas[at] == 0.0 && gradient > FAR && pass + RESTS < PASSES {
                resting[at] = pass + 1 + RESTS;
            }
            let step = (next - alphas[at]) * sign;
            if step != 0.0 {
                alphas[at] = next;
                bias += step;
                for (id, value) in &texts[at] {
                    weights[*id as usize] += step * value;
                }
            }
        }
    }
    (weights, bias)
}

/// What an error costs, for each lesson.
fn costs(lessons: &[&Lesson], output: usize) -> Vec<f64> {
    let count = |output: usize, truth: bool| {
        let told = lessons.iter().filter(|lesson| !lesson.bare && lesson.targets[output] == Some(truth));
        told.count().max(1) as f64
    };
    let intents = output::INTENT..output::INTENT + output::INTENTS;
    let all: f64 = intents.clone().map(|intent| count(intent, true)).sum();
    let shares: Vec<f64> = intents.clone().map(|at| SHARES[at] * all / count(at, true)).collect();
    let rare = (count(output, false) / count(output, true)).powf(RARE_POWER).clamp(1.0, RARE_MAX);
    let topical = (output::TOPIC..output::TOPIC + output::TOPICS).contains(&output);
    let cost = |lesson: &&Lesson| {
        let own = intents.clone().find(|intent| lesson.targets[*intent] == Some(true));
        let part = match own {
            // Texts of one intent count together as much as such posts do in a neighbourhood.
            Some(intent) if intents.contains(&output) && !lesson.bare => shares[intent],
            _ if lesson.targets[output] == Some(true) => rare,
            _ => 1.0,
        };
        let weight = if lesson.bare { BARE_COST } else { 1.0 } * if lesson.natural { NATURAL } else { 1.0 };
        part * weight * if topical { TOPIC_COST } else { COST }
    };
    lessons.iter().map(cost).collect()
}

/// Fisher and Yates' shuffle with a xorshift generator: the same order everywhere.
pub fn shuffle(order: &mut [usize], random: &mut u64) {
    for i in (1..order.len()).rev() {
        *random ^= *random << 13;
        *random ^= *random >> 7;
        *random ^= *random << 17;
        let other = usize::try_from(*random % (i as u64 + 1)).expect("below the length");
        order.swap(i, other);
    }
}
