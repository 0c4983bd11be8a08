//! How long the exact assignment takes, and what it is worth beside a greedy one and beside `pathfinding`'s Hungarian
//! method on the dense matrix, whose optimum it must equal.
//!
//! Some helpers suit many and are wanted by all, one request in ten is urgent, and one helper in three has had tasks.

mod support;

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};
use std::time::Instant;

use koppelaar::matching::assignment::{Edge, Market};
use pathfinding::prelude::{Matrix, kuhn_munkres};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::json;
use support::{number, rounded};

const NEIGHBOURHOODS: usize = 1_000;
const REQUESTS: usize = 100;
const HELPERS: usize = 300;
const LARGE_REQUESTS: usize = 2_000;
const LARGE_HELPERS: usize = 6_000;
/// So few that a quarter of the requests must be left without: the longest paths.
const SCARCE_HELPERS: usize = 400;
const CANDIDATES: usize = 20;
/// Neighbourhoods on which the three are compared: the Hungarian method takes its time.
const COMPARED: usize = 20;
/// As matching has them by default.
const TASKS_PER_HELPER: u16 = 4;
const PRICE_PER_TASK: i32 = 60;
const URGENT_BONUS: i32 = 300;
/// Below every sum of worths and prices.
const FORBIDDEN: i64 = -1_000_000_000;

fn main() {
    let mut random = StdRng::seed_from_u64(2026);
    let places: Vec<Place> = (0..NEIGHBOURHOODS).map(|_| Place::random(&mut random, REQUESTS, HELPERS)).collect();
    let started = Instant::now();
    let served: usize = places.iter().map(|place| place.exact().iter().flatten().count()).sum();
    let total_secs = started.elapsed().as_secs_f64();

    let large = Place::random(&mut random, LARGE_REQUESTS, LARGE_HELPERS);
    let (large_secs, _) = timed(|| large.exact());
    let scarce = Place::random(&mut random, LARGE_REQUESTS, SCARCE_HELPERS);
    let (scarce_secs, scarce_assigned) = timed(|| scarce.exact());
    let scarce_served = scarce_assigned.iter().flatten().count();

    let compared = &places[..COMPARED];
    let [exact, greedy, hungarian] = [Place::exact, Place::greedy, Place::hungarian].map(|method| {
        let runs = compared.iter().map(|place| {
            let (secs, assigned) = timed(|| method(place));
            (secs, place.worth(&assigned))
        });
        runs.collect::<Vec<(f64, i64)>>()
    });
    for (exact, optimum) in exact.iter().zip(&hungarian) {
        assert_eq!(exact.1, optimum.1, "the exact assignment is the optimum");
    }
    let mean_ms = |runs: &[(f64, i64)]| rounded(runs.iter().map(|run| run.0).sum::<f64>() * 1e3 / number(runs.len()));
    let worth = |runs: &[(f64, i64)]| runs.iter().map(|run| run.1).sum::<i64>();
    println!(
        "{}",
        json!({
            "neighbourhoods": NEIGHBOURHOODS, "total_s": rounded(total_secs), "served": served,
            "large_ms": rounded(large_secs * 1e3), "scarce_ms": rounded(scarce_secs * 1e3), "scarce_served": scarce_served,
            "exact_ms": mean_ms(&exact), "greedy_ms": mean_ms(&greedy), "pathfinding_ms": mean_ms(&hungarian),
            "exact_worth": worth(&exact), "greedy_worth": worth(&greedy), "pathfinding_worth": worth(&hungarian),
        })
    );
}

fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let started = Instant::now();
    let done = work();
    (started.elapsed().as_secs_f64(), done)
}

/// The requests and helpers of a neighbourhood.
struct Place {
    /// The tasks that each helper has had.
    tasks: Vec<u16>,
    /// Each request's helpers with what the pair is worth.
    requests: Vec<Vec<Edge>>,
}

impl Place {
    fn random(random: &mut StdRng, requests: usize, helpers: usize) -> Self {
        let tasks = (0..helpers).map(|_| if random.random_ratio(1, 3) { random.random_range(1..4) } else { 0 });
        let tasks = tasks.collect();
        let request = |_| {
            let urgent = i32::from(random.random_ratio(1, 10)) * URGENT_BONUS;
            let mut wanted = BTreeSet::new();
            while wanted.len() < CANDIDATES {
                // Twice the chance for the first of the helpers, hardly any for the last.
                wanted.insert(random.random_range(0..helpers).min(random.random_range(0..helpers)));
            }
            let mut edge = |helper| Edge { helper, worth: random.random_range(400..=1_000) + urgent };
            wanted.into_iter().map(&mut edge).collect()
        };
        Self { tasks, requests: (0..requests).map(request).collect() }
    }

    fn prices(&self, helper: usize) -> impl Iterator<Item = i32> {
        (self.tasks[helper]..TASKS_PER_HELPER).map(|tasks| i32::from(tasks) * PRICE_PER_TASK)
    }

    fn exact(&self) -> Vec<Option<usize>> {
        let mut market = Market::default();
        for helper in 0..self.tasks.len() {
            market.add_helper(self.prices(helper));
        }
        for edges in &self.requests {
            market.add_request(edges.iter().copied());
        }
        market.assign()
    }

    /// Pairs by descending worth less the helper's price of the moment. A price only rises, so a pair is looked at
    /// again when it comes up, and put back if it is worth less by then.
    fn greedy(&self) -> Vec<Option<usize>> {
        let mut tasks = self.tasks.clone();
        let net = |tasks: &[u16], edge: &Edge| edge.worth - i32::from(tasks[edge.helper]) * PRICE_PER_TASK;
        let mut pairs = BinaryHeap::new();
        for (request, edges) in self.requests.iter().enumerate() {
            let keyed = edges.iter().enumerate().map(|(at, edge)| (net(&tasks, edge), Reverse(request), Reverse(at)));
            pairs.extend(keyed);
        }
        let mut assigned = vec![None; self.requests.len()];
        while let Some((before, Reverse(request), Reverse(at))) = pairs.pop() {
            let edge = &self.requests[request][at];
            if assigned[request].is_some() || tasks[edge.helper] >= TASKS_PER_HELPER {
                continue;
            }
            let now = net(&tasks, edge);
            if now < before {
                pairs.push((now, Reverse(request), Reverse(at)));
            } else if now >= 0 {
                assigned[request] = Some(at);
                tasks[edge.helper] += 1;
            }
        }
        assigned
    }

    /// Every task of a helper is a column, and every request has one more for being left without.
    fn hungarian(&self) -> Vec<Option<usize>> {
        let slots: Vec<(usize, i32)> =
            (0..self.tasks.len()).flat_map(|helper| self.prices(helper).map(move |price| (helper, price))).collect();
        let columns = slots.len() + self.requests.len();
        let mut matrix = Matrix::new(self.requests.len(), columns, FORBIDDEN);
        for (row, edges) in self.requests.iter().enumerate() {
            for (column, (helper, price)) in slots.iter().enumerate() {
                if let Some(edge) = edges.iter().find(|edge| edge.helper == *helper) {
                    matrix[(row, column)] = i64::from(edge.worth - price);
                }
            }
            for column in slots.len()..columns {
                matrix[(row, column)] = 0;
            }
        }
        let (_, chosen) = kuhn_munkres(&matrix);
        let position = |(edges, column): (&Vec<Edge>, usize)| {
            let (helper, _) = slots.get(column)?;
            edges.iter().position(|edge| edge.helper == *helper)
        };
        self.requests.iter().zip(chosen).map(position).collect()
    }

    /// # Panics
    /// When a helper has more tasks than room.
    fn worth(&self, assigned: &[Option<usize>]) -> i64 {
        let mut prices: Vec<_> = (0..self.tasks.len()).map(|helper| self.prices(helper)).collect();
        let served = self.requests.iter().zip(assigned).filter_map(|(edges, at)| Some(edges[(*at)?]));
        served.map(|edge| i64::from(edge.worth - prices[edge.helper].next().expect("room for the task"))).sum()
    }
}
