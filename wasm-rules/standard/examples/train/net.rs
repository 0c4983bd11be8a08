//! The net that decides, learned by stochastic gradient descent with momentum estimates (Kingma and Ba, “Adam: a
//! method for stochastic optimization”, ICLR 2015) on the cross-entropy of the intents, of closed and of urgent.

use koppelaar_standard::decide::{CLOSED, DECIDED, FACTS, HIDDEN, NET_BYTES, URGENT, WEIGHT_MAX, WEIGHT_UNIT};
use koppelaar_standard::model::{UNIT, output};

use crate::learn::{SHARES, shuffle};

/// Passes over the posts, and posts of one step.
const PASSES: usize = 15;
const BATCH: usize = 64;
/// Length of the first steps; it falls to nothing with the last.
const STEP: f64 = 0.001;
/// How much of a weight is lost with each step of a full length.
const DECAY: f64 = 0.1;
/// What Adam keeps of its estimates, and what keeps it from dividing by nothing.
const KEPT: (f64, f64) = (0.9, 0.999);
const TINY: f64 = 1e-8;
/// How much more a post of a whole neighbourhood tells of what posts are like than one that was written to teach.
const NATURAL: f64 = 3.0;

/// What an error about closed or urgent counts beside one about the intent.
const FLAG: f64 = 1.0;

const INTENTS: usize = output::INTENTS;
/// Where the weights of the decisions begin.
const LAST: usize = HIDDEN * (1 + FACTS);
const WEIGHTS: usize = NET_BYTES / 2;

/// A post that the first model never saw: its facts, what a person says of it, and whether it stands in a neighbourhood's
/// set.
pub struct Unseen {
    /// As `koppelaar_standard::decide::facts` tells.
    pub facts: [i32; FACTS],
    /// Index of its intent.
    pub intent: usize,
    /// Solved or withdrawn.
    pub closed: bool,
    /// Within a day.
    pub urgent: bool,
    /// Whether it is one of a whole neighbourhood.
    pub natural: bool,
}

/// The weights of the net in the order of its bytes.
pub fn learn(posts: &[Unseen]) -> Vec<f64> {
    let count = posts.len().max(1) as f64;
    let value = |post: &Unseen, fact: usize| f64::from(post.facts[fact]) / f64::from(UNIT);
    let mean = |f: &dyn Fn(&Unseen) -> f64| posts.iter().map(f).sum::<f64>() / count;
    let means: Vec<f64> = (0..FACTS).map(|fact| mean(&|post| value(post, fact))).collect();
    let spreads: Vec<f64> =
        (0..FACTS).map(|fact| mean(&|post| (value(post, fact) - means[fact]).powi(2)).sqrt().max(1e-6)).collect();
    let texts: Vec<Vec<f64>> = posts
        .iter()
        .map(|post| (0..FACTS).map(|fact| (value(post, fact) - means[fact]) / spreads[fact]).collect())
        .collect();
    let told: Vec<f64> =
        (0..INTENTS).map(|i| posts.iter().filter(|post| post.intent == i).count().max(1) as f64).collect();
    let cost =
        |post: &Unseen| SHARES[post.intent] * count / told[post.intent] * if post.natural { NATURAL } else { 1.0 };
    let mut costs: Vec<f64> = posts.iter().map(cost).collect();
    let each = costs.iter().sum::<f64>() / count;
    for cost in &mut costs {
        *cost /= each;
    }
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut net = first(&mut random);
    let mut adam = Adam { mean: vec![0.0; WEIGHTS], square: vec![0.0; WEIGHTS], steps: 0 };
    let mut order: Vec<usize> = (0..posts.len()).collect();
    let steps = (PASSES * posts.len().div_ceil(BATCH)) as f64;
    for _ in 0..PASSES {
        shuffle(&mut order, &mut random);
        for batch in order.chunks(BATCH) {
            let mut slopes = vec![0.0; WEIGHTS];
            for &at in batch {
                slope(&net, &texts[at], &posts[at], costs[at] / batch.len() as f64, &mut slopes);
            }
            let left = 1.0 - f64::from(adam.steps) / steps;
            adam.step(&mut net, &slopes, STEP * left);
        }
    }
    unscale(&mut net, &means, &spreads);
    net
}

/// Small weights to begin with, none the same.
fn first(random: &mut u64) -> Vec<f64> {
    let mut weight = |among: usize| {
        *random ^= *random << 13;
        *random ^= *random >> 7;
        *random ^= *random << 17;
        ((*random >> 11) as f64 / (1_u64 << 52) as f64 - 1.0) * (3.0 / among as f64).sqrt()
    };
    let mut net = Vec::with_capacity(WEIGHTS);
    for (rows, values) in [(HIDDEN, FACTS), (DECIDED, HIDDEN)] {
        for _ in 0..rows {
            net.push(0.0);
            net.extend((0..values).map(|_| weight(values)));
        }
    }
    net
}

/// Adds to the slopes of all weights what one post says.
fn slope(net: &[f64], facts: &[f64], post: &Unseen, cost: f64, slopes: &mut [f64]) {
    let weighed = |row: &[f64], values: &[f64]| row[0] + row[1..].iter().zip(values).map(|(w, v)| w * v).sum::<f64>();
    let units: Vec<f64> = net[..LAST].chunks_exact(1 + FACTS).map(|row| weighed(row, facts).max(0.0)).collect();
    let sums: Vec<f64> = net[LAST..].chunks_exact(1 + HIDDEN).map(|row| weighed(row, &units)).collect();
    let most = sums[..INTENTS].iter().copied().fold(f64::MIN, f64::max);
    let odds: Vec<f64> = sums[..INTENTS].iter().map(|sum| (sum - most).exp()).collect();
    let all: f64 = odds.iter().sum();
    let told = |truth: bool| if truth { 1.0 } else { 0.0 };
    let chance = |at: usize| 1.0 / (1.0 + (-sums[at]).exp());
    let mut back = [0.0; HIDDEN];
    let (hidden, last) = slopes.split_at_mut(LAST);
    for (i, row) in last.chunks_exact_mut(1 + HIDDEN).enumerate() {
        let wrong = match i {
            CLOSED => FLAG * (chance(i) - told(post.closed)),
            URGENT => FLAG * (chance(i) - told(post.urgent)),
            _ => odds[i] / all - told(i == post.intent),
        };
        let wrong = cost * wrong;
        row[0] += wrong;
        let weights = &net[LAST + i * (1 + HIDDEN) + 1..];
        for ((slope, unit), (back, weight)) in row[1..].iter_mut().zip(&units).zip(back.iter_mut().zip(weights)) {
            *slope += wrong * unit;
            *back += wrong * weight;
        }
    }
    for ((row, back), _) in hidden.chunks_exact_mut(1 + FACTS).zip(back).zip(units).filter(|(_, unit)| *unit > 0.0) {
        row[0] += back;
        row[1..].iter_mut().zip(facts).for_each(|(slope, fact)| *slope += back * fact);
    }
}

struct Adam {
    mean: Vec<f64>,
    square: Vec<f64>,
    steps: u32,
}

impl Adam {
    fn step(&mut self, net: &mut [f64], slopes: &[f64], length: f64) {
        self.steps += 1;
        let so_far = |kept: f64| 1.0 - kept.powi(i32::try_from(self.steps).unwrap_or(i32::MAX));
        let (first, second) = (so_far(KEPT.0), so_far(KEPT.1));
        for (((weight, slope), mean), square) in net.iter_mut().zip(slopes).zip(&mut self.mean).zip(&mut self.square) {
            *mean = KEPT.0 * *mean + (1.0 - KEPT.0) * slope;
            *square = KEPT.1 * *square + (1.0 - KEPT.1) * slope * slope;
            *weight -= length * (*mean / first / ((*square / second).sqrt() + TINY) + DECAY * *weight);
        }
    }
}

/// From facts less their mean, in spreads, to facts as they are; and from log-odds to halves of them.
fn unscale(net: &mut [f64], means: &[f64], spreads: &[f64]) {
    let (hidden, last) = net.split_at_mut(LAST);
    for row in hidden.chunks_exact_mut(1 + FACTS) {
        for fact in 0..FACTS {
            row[1 + fact] /= spreads[fact];
            row[0] -= row[1 + fact] * means[fact];
        }
    }
    for weight in last {
        *weight /= 2.0;
    }
}

/// A net that takes the sums of the first model as they are.
pub fn plain() -> Vec<f64> {
    let mut net = vec![0.0; WEIGHTS];
    for decided in 0..DECIDED {
        // Between the intents and what is closed stands who asks.
        let fact = if decided < INTENTS { decided } else { decided + 1 };
        for (unit, sign) in [(2 * decided, 1.0), (2 * decided + 1, -1.0)] {
            net[unit * (1 + FACTS) + 1 + fact] = sign;
            net[LAST + decided * (1 + HIDDEN) + 1 + unit] = sign;
        }
    }
    net
}

/// The bytes that `koppelaar_standard::decide::Net` reads.
pub fn pack(net: &[f64]) -> Vec<u8> {
    let most = |at: usize| if at < HIDDEN * (1 + FACTS) { WEIGHT_MAX } else { i16::MAX.into() };
    let whole = |(at, weight): (usize, &f64)| {
        let bound = f64::from(most(at));
        (weight * f64::from(WEIGHT_UNIT)).round().clamp(-bound, bound) as i16
    };
    net.iter().enumerate().flat_map(|weight| whole(weight).to_le_bytes()).collect()
}
