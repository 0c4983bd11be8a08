//! The trees that correct the points of a pair: gradient boosting with Newton steps on the logistic loss (Friedman,
//! “Greedy function approximation: a gradient boosting machine”, Annals of Statistics 29, 2001).

use koppelaar_standard::pair::{FACTS, POINTS, SUGGESTED};
use koppelaar_standard::trees::{DEPTH, LEAVES, WORTH_UNIT};

/// Trees, one upon the other.
const TREES: usize = 800;
/// The part of what a tree would change that it changes.
const STEP: f64 = 0.15;
/// Pairs that a leaf is thought to have besides, of which nothing is known.
const SMOOTH: f64 = 15.0;
/// Numbers of a fact between which a question can divide, at most.
const BORDERS: usize = 48;

/// The odds against a pair that gets the points from which it is suggested: two in seven are right.
const AGAINST: f64 = 2.5;

/// A pair to learn from.
pub struct Known {
    /// As `koppelaar_standard::pair::Pair::facts` tells.
    pub facts: [i16; FACTS],
    /// Its points before they are corrected, with the settings' defaults.
    pub points: i32,
    /// Whether a person paired the two.
    pub right: bool,
}

/// Learns and packs the trees.
pub fn learn(pairs: &[Known]) -> Vec<u8> {
    let borders: Vec<Vec<i16>> = (0..FACTS).map(|fact| borders(pairs, fact)).collect();
    // By fact, for each pair the number of borders that its fact is above.
    let bins: Vec<Vec<u8>> = (0..FACTS)
        .map(|fact| {
            let bin = |pair: &Known| borders[fact].partition_point(|border| pair.facts[fact] > *border) as u8;
            pairs.iter().map(bin).collect()
        })
        .collect();
    let odds = |pair: &Known| f64::from(pair.points - SUGGESTED) / f64::from(POINTS) - AGAINST.ln();
    let mut sums: Vec<f64> = pairs.iter().map(odds).collect();
    let mut bytes = Vec::new();
    for _ in 0..TREES {
        let slopes: Vec<(f64, f64)> = sums
            .iter()
            .zip(pairs)
            .map(|(sum, pair)| {
                let chance = 1.0 / (1.0 + (-sum).exp());
                (f64::from(u8::from(pair.right)) - chance, chance * (1.0 - chance))
            })
            .collect();
        let mut leaves = vec![0_usize; pairs.len()];
        for bit in 0..DEPTH {
            let (fact, border) = question(&bins, &borders, &slopes, &leaves, 1 << bit);
            for (leaf, bin) in leaves.iter_mut().zip(&bins[fact]) {
                *leaf |= usize::from(usize::from(*bin) > border) << bit;
            }
            bytes.push(fact as u8);
            bytes.extend(borders[fact][border].to_le_bytes());
        }
        let mut told = [(0.0, 0.0); LEAVES];
        for (leaf, slope) in leaves.iter().zip(&slopes) {
            told[*leaf].0 += slope.0;
            told[*leaf].1 += slope.1;
        }
        let unit = f64::from(POINTS * WORTH_UNIT);
        // What is added is what the module will add, rounded.
        let worths = told.map(|(slope, bend)| (STEP * slope / (bend + SMOOTH) * unit).round());
        for (sum, leaf) in sums.iter_mut().zip(&leaves) {
            *sum += worths[*leaf] / unit;
        }
        bytes.extend(worths.into_iter().flat_map(|worth| (worth as i16).to_le_bytes()));
    }
    bytes
}

/// Numbers of a fact that divide the pairs into about equal parts.
fn borders(pairs: &[Known], fact: usize) -> Vec<i16> {
    let mut numbers: Vec<i16> = pairs.iter().map(|pair| pair.facts[fact]).collect();
    numbers.sort_unstable();
    let mut borders: Vec<i16> = (1..=BORDERS).map(|part| numbers[part * (numbers.len() - 1) / (BORDERS + 1)]).collect();
    // Facts that seldom hold divide too.
    borders.extend(numbers.first().copied());
    borders.extend(numbers.iter().rev().find(|number| Some(*number) != numbers.last()));
    borders.sort_unstable();
    borders.dedup();
    borders
}

/// The fact and the place of its border that divide all leaves best: where the squared slopes, by their bend, are most.
fn question(
    bins: &[Vec<u8>],
    borders: &[Vec<i16>],
    slopes: &[(f64, f64)],
    leaves: &[usize],
    count: usize,
) -> (usize, usize) {
    let best = |facts: std::ops::Range<usize>| {
        let mut best = (f64::MIN, 0, 0);
        for fact in facts {
            let width = borders[fact].len() + 1;
            let mut told = vec![(0.0, 0.0); width * count];
            for ((bin, slope), leaf) in bins[fact].iter().zip(slopes).zip(leaves) {
                let told = &mut told[leaf * width + usize::from(*bin)];
                told.0 += slope.0;
                told.1 += slope.1;
            }
            let mut gains = vec![0.0; borders[fact].len()];
            for told in told.chunks_exact(width) {
                let all = told.iter().fold((0.0, 0.0), |all, one| (all.0 + one.0, all.1 + one.1));
                let mut below = (0.0, 0.0);
                for (gain, one) in gains.iter_mut().zip(told) {
                    below = (below.0 + one.0, below.1 + one.1);
                    let gained = |(slope, bend): (f64, f64)| slope * slope / (bend + SMOOTH);
                    *gain += gained(below) + gained((all.0 - below.0, all.1 - below.1));
                }
            }
            for (border, gain) in gains.into_iter().enumerate() {
                if gain > best.0 {
                    best = (gain, fact, border);
                }
            }
        }
        best
    };
    let (one, other) = std::thread::scope(|scope| {
        let half = scope.spawn(|| best(0..FACTS / 2));
        let other = best(FACTS / 2..FACTS);
        (half.join().expect("a thread that only counts"), other)
    });
    let best = if other.0 > one.0 { other } else { one };
    (best.1, best.2)
}
