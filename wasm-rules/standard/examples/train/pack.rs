//! Weights to the bytes that the module reads; the layout is told at `koppelaar_standard::model::Model` and `…::table`.

use koppelaar_standard::decide::NET_BYTES;
use koppelaar_standard::grams::{pieces, word_key};
use koppelaar_standard::model::{BESIDE, UNIT, output};
use koppelaar_standard::table::{self, LEVEL_MAX, LEVELS, STRENGTH_MAX};

use crate::learn::Learned;
use crate::lessons::{Features, Name};
use crate::net;

/// Rounds of moving the levels to where the weights are.
const ROUNDS: usize = 12;
/// Of so many rows one is looked at for that.
const SAMPLED: usize = 16;

/// A key, its weights and its extra bytes.
type Entry = (u64, Vec<f64>, Vec<u8>);

/// Packs what was learned, with the net that decides.
pub fn pack(learned: &Learned, features: &Features, net: &[f64]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for bias in learned.biases {
        bytes.extend(whole(bias * f64::from(UNIT)).to_le_bytes());
    }
    for place in 0..BESIDE {
        let row = features.find(&Name::Beside(place)).map_or([0.0; output::COUNT], |id| learned.weights[id]);
        for weight in row {
            let weight = whole(weight * f64::from(UNIT)).clamp(i16::MIN.into(), i16::MAX.into());
            bytes.extend(i16::try_from(weight).expect("clamped").to_le_bytes());
        }
    }
    bytes.extend(net::pack(net));
    let kept = |key: fn(&Name) -> Option<u64>| -> Vec<Entry> {
        let names = features.names.iter().enumerate().filter(|(id, _)| features.is_common(*id));
        names.filter_map(|(id, name)| Some((key(name)?, learned.weights[id].to_vec(), Vec::new()))).collect()
    };
    let piece = |name: &Name| if let Name::Piece(key) = name { Some(*key) } else { None };
    let pair = |name: &Name| if let Name::Pair(key) = name { Some(*key) } else { None };
    tables([words(learned, features), kept(piece), kept(pair)], &mut bytes);
    bytes
}

/// Puts another net into packed weights.
pub fn set_net(packed: &mut [u8], net: &[f64]) {
    let at = output::COUNT * 4 + BESIDE * output::COUNT * 2;
    packed[at..at + NET_BYTES].copy_from_slice(&net::pack(net));
}

/// Known words, each with the weights of its pieces added in, and its rarity.
fn words(learned: &Learned, features: &Features) -> Vec<Entry> {
    let mut rows = Vec::new();
    for (id, name) in features.names.iter().enumerate() {
        let Name::Word(word) = name else { continue };
        let mut row = learned.weights[id].to_vec();
        if row.iter().all(|weight| *weight == 0.0) {
            continue;
        }
        pieces(word, |key| {
            if let Some(piece) = features.find(&Name::Piece(key)) {
                row.iter_mut().zip(&learned.weights[piece]).for_each(|(sum, weight)| *sum += weight);
            }
        });
        rows.push((word_key(word), row, vec![features.rarity_of(word)]));
    }
    rows
}

/// Appends the scales of the columns, and tables of entries.
fn tables(tables: [Vec<Entry>; 3], bytes: &mut Vec<u8>) {
    let all = || tables.iter().flatten().map(|(_, row, _)| row);
    let count = all().count().max(1) as f64;
    let spread = |column: usize| (all().map(|row| row[column].powi(2)).sum::<f64>() / count).sqrt().max(1e-9);
    let spreads: [f64; output::COUNT] = std::array::from_fn(spread);
    let tables = tables.map(|mut entries| {
        for (_, row, _) in &mut entries {
            row.iter_mut().zip(&spreads).for_each(|(weight, spread)| *weight /= spread);
        }
        entries
    });
    let top = tables.iter().flatten().map(|(_, row, _)| most(row)).fold(0.0, f64::max);
    let step = top / f64::from(LEVEL_MAX) / f64::from(STRENGTH_MAX);
    for spread in &spreads {
        bytes.extend(whole(spread * step * f64::from(UNIT) * table::SCALE_UNIT as f64).to_le_bytes());
    }
    for entries in &tables {
        table(entries, step, bytes);
    }
}

/// The largest weight of a row, whatever its sign.
fn most(row: &[f64]) -> f64 {
    row.iter().fold(0.0, |most, weight| most.max(weight.abs()))
}

/// Appends a table of entries, whose weights are written in levels and strengths of `step`.
fn table(entries: &[Entry], step: f64, bytes: &mut Vec<u8>) {
    let code = Code::of(entries, step);
    let number = |number: usize| u32::try_from(number).expect("fewer than 2^32 keys").to_le_bytes();
    bytes.extend(number(entries.len()));
    bytes.extend(code.levels.iter().chain(&code.strengths).flat_map(|number| number.to_le_bytes()));
    let buckets = table::buckets(entries.len());
    let place = |at: usize| table::place(entries[at].0, buckets);
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_unstable_by_key(|at| (place(*at), entries[*at].0));
    for bucket in 0..=buckets {
        let start = order.partition_point(|at| place(*at).0 < bucket);
        assert!(start < 1 << (8 * table::START_BYTES), "{start} keys are too many for the index");
        bytes.extend(&number(start)[..table::START_BYTES]);
    }
    bytes.push(0);
    bytes.extend(order.iter().flat_map(|at| place(*at).1.to_le_bytes()));
    bytes.extend([0; table::TWO_LOTS]);
    for at in order {
        let (_, weights, extra) = &entries[at];
        let mut row = vec![0_u8; table::row_bytes(output::COUNT)];
        let strength = code.strength(weights);
        for (column, weight) in weights.iter().enumerate() {
            row[column / 2] |= code.nearest(*weight, strength) << (column % 2 * 4);
        }
        *row.last_mut().expect("it holds the strength") |= (strength as u8) << 4;
        bytes.extend(row);
        bytes.extend(extra);
    }
}

/// What the numbers of a row are written in: a weight is about its level times its row's strength times `step`.
struct Code {
    levels: [i16; LEVELS],
    strengths: [i16; LEVELS],
    step: f64,
}

impl Code {
    /// Levels and strengths that lie near the weights of the entries: each level moves to the mean of the weights that are
    /// nearest to it, every row takes the strength that fits it best, and again. One level stays zero, where most weights
    /// are.
    fn of(entries: &[Entry], step: f64) -> Self {
        let mut all: Vec<f64> = entries.iter().map(|(_, row, _)| most(row)).filter(|most| *most > 0.0).collect();
        all.sort_unstable_by(f64::total_cmp);
        // The greatest weight that a strength of one can write.
        let at_one = step * f64::from(LEVEL_MAX);
        let top = all.last().copied().unwrap_or(at_one);
        let low = all.get(all.len() / 50).copied().unwrap_or(top).max(at_one * 4.0).min(top);
        // Strengths stand at even ratios from that of the weakest rows to that of the strongest.
        let strengths = std::array::from_fn(|at| {
            let ratio = (low / top).powf(1.0 - at as f64 / (LEVELS - 1) as f64);
            whole(ratio * top / at_one).max(1) as i16
        });
        let levels = std::array::from_fn(|at| {
            let place = (at as f64 - 7.0) / 8.0;
            whole(place.abs().powf(1.5).copysign(place) * f64::from(LEVEL_MAX)) as i16
        });
        let mut code = Self { levels, strengths, step };
        for _ in 0..ROUNDS {
            let mut sums = [(0.0, 0.0); LEVELS];
            for (_, row, _) in entries.iter().step_by(SAMPLED) {
                let strength = code.strength(row);
                let unit = f64::from(code.strengths[strength]) * code.step;
                for weight in row {
                    let (sum, count) = &mut sums[usize::from(code.nearest(*weight, strength))];
                    // The squared error counts in what the weight is, not in levels.
                    *sum += weight * unit;
                    *count += unit * unit;
                }
            }
            let before = code.levels;
            for (level, (sum, count)) in code.levels.iter_mut().zip(sums) {
                if *level != 0 && count > 0.0 {
                    *level = whole(sum / count).clamp(-i32::from(LEVEL_MAX), LEVEL_MAX.into()) as i16;
                }
            }
            code.levels.sort_unstable();
            if code.levels == before {
                break;
            }
        }
        code
    }

    /// The strength that leaves the smallest squared error.
    fn strength(&self, row: &[f64]) -> usize {
        let error = |strength: usize| {
            let unit = f64::from(self.strengths[strength]) * self.step;
            let off = |weight: &f64| {
                let level = self.levels[usize::from(self.nearest(*weight, strength))];
                (weight - f64::from(level) * unit).powi(2)
            };
            row.iter().map(off).sum::<f64>()
        };
        (0..LEVELS).min_by(|a, b| error(*a).total_cmp(&error(*b))).expect("some strength")
    }

    /// The level nearest to a weight.
    fn nearest(&self, weight: f64, strength: usize) -> u8 {
        let place = weight / (f64::from(self.strengths[strength]) * self.step);
        let above = self.levels.partition_point(|level| f64::from(*level) < place);
        let off = |at: usize| (f64::from(self.levels[at]) - place).abs();
        let at = match above {
            0 => 0,
            LEVELS.. => LEVELS - 1,
            at if off(at) < off(at - 1) => at,
            at => at - 1,
        };
        at as u8
    }
}

fn whole(number: f64) -> i32 {
    number.round() as i32
}
