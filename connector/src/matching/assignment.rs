//! Exact assignment: every request gets at most one helper, every helper as many tasks as there are prices for, so that
//! the worth of all pairs less the prices of all tasks is as high as it can be.
//!
//! Requests enter one after the other, each by the shortest augmenting path to a helper with room, or to somebody who
//! is better left without (R. Jonker and A. Volgenant, “A shortest augmenting path algorithm for dense and sparse linear
//! assignment problems”, Computing 38, 1987). A helper with several tasks is one node whose prices rise, not several
//! copies of it: since prices never fall from task to task, the next free task is always the cheapest.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Somebody who can help a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// The helper, as [`Market::add_helper`] numbered them.
    pub helper: usize,
    /// What this pair is worth, before the price of the task. Points, as those of the prices.
    pub worth: i32,
}

/// Requests and helpers, with what each pair is worth and each task costs.
#[derive(Debug, Clone)]
pub struct Market {
    edges: Vec<Edge>,
    /// Where each request's edges begin, and where the last one's end.
    edges_from: Vec<usize>,
    prices: Vec<i32>,
    /// The same for each helper's prices.
    prices_from: Vec<usize>,
}

impl Default for Market {
    fn default() -> Self {
        Self { edges: Vec::new(), edges_from: vec![0], prices: Vec::new(), prices_from: vec![0] }
    }
}

impl Market {
    /// Adds a helper who can take as many tasks as there are `prices`: that of the first task, of the second, and so on.
    /// Gives the helper's number: 0, 1, 2, …
    ///
    /// # Panics
    /// When a price is below the one before it.
    pub fn add_helper(&mut self, prices: impl IntoIterator<Item = i32>) -> usize {
        let from = self.prices.len();
        self.prices.extend(prices);
        assert!(self.prices[from..].is_sorted(), "prices rise from task to task");
        self.prices_from.push(self.prices.len());
        self.prices_from.len() - 2
    }

    /// Adds a request with those who can help it, each helper at most once. Gives its number: 0, 1, 2, …
    ///
    /// # Panics
    /// When an edge names a helper who was not added before.
    pub fn add_request(&mut self, edges: impl IntoIterator<Item = Edge>) -> usize {
        let from = self.edges.len();
        self.edges.extend(edges);
        let helpers = self.prices_from.len() - 1;
        assert!(self.edges[from..].iter().all(|edge| edge.helper < helpers), "helpers are added before requests");
        self.edges_from.push(self.edges.len());
        self.edges_from.len() - 2
    }

    /// Assigns. Gives for each request the position of its edge among its own; none where nobody has room, or where a
    /// pair would be worth less than it costs.
    ///
    /// Of equally good assignments it is always the same one: an earlier request keeps its helper against a later one,
    /// and an earlier edge goes before a later one.
    pub fn assign(&self) -> Vec<Option<usize>> {
        let requests = self.edges_from.len() - 1;
        let mut state = State::new(self, requests);
        for request in 0..requests {
            state.enter(request);
        }
        let positions = state.edge.iter().zip(&self.edges_from);
        positions.map(|(edge, from)| (*edge != NONE).then(|| edge - from)).collect()
    }
}

const NONE: usize = usize::MAX;
/// Farther than any path.
const FAR: i64 = i64::MAX;

/// Where the best path so far ends.
#[derive(Clone, Copy)]
enum End {
    /// With a helper who has room.
    Helper(usize),
    /// With a request that is left without a helper.
    Request(usize),
}

/// An optimal assignment of the requests that have entered, and the prices that prove it: at `duals` nobody would
/// rather have another helper, or none.
struct State<'a> {
    market: &'a Market,
    /// The edge that each request is served by, by its place among all edges.
    edge: Vec<usize>,
    /// Where in `served` each request stands.
    place: Vec<usize>,
    /// The requests of each helper, laid out as the prices are.
    served: Vec<usize>,
    /// The number of each helper's tasks.
    tasks: Vec<usize>,
    /// Between the price of each helper's last task and that of the next.
    duals: Vec<i64>,
    /// The length of the shortest path to each helper that is known yet, and the edge and request that it comes by.
    distance: Vec<i64>,
    came_by: Vec<(usize, usize)>,
    /// The helpers with a distance.
    reached: Vec<usize>,
    queue: BinaryHeap<Reverse<(i64, usize)>>,
}

impl<'a> State<'a> {
    fn new(market: &'a Market, requests: usize) -> Self {
        let helpers = market.prices_from.len() - 1;
        let first_price = |h: usize| market.prices[market.prices_from[h]..market.prices_from[h + 1]].first();
        Self {
            market,
            edge: vec![NONE; requests],
            place: vec![NONE; requests],
            served: vec![NONE; market.prices.len()],
            tasks: vec![0; helpers],
            duals: (0..helpers).map(|h| first_price(h).map_or(0, |price| i64::from(*price))).collect(),
            distance: vec![FAR; helpers],
            came_by: vec![(NONE, NONE); helpers],
            reached: Vec::new(),
            queue: BinaryHeap::new(),
        }
    }

    /// Serves `request` too, if that makes the whole better.
    fn enter(&mut self, request: usize) {
        // What the request would gain if everybody were to be had at their dual; distances are what falls short of it.
        let gains = self.edges(request).map(|edge| self.gain(edge));
        let Some(gain) = gains.max().map(|gain| gain.max(0)) else { return };
        // Left without: the path of no edge. A helper with room at the same length is better.
        let mut end = (gain, End::Request(request));
        for edge in self.edges(request) {
            let helper = self.market.edges[edge].helper;
            if let Some(price) = self.next_price(helper) {
                let length = gain - (i64::from(self.market.edges[edge].worth) - price);
                if length < end.0 || length == end.0 && matches!(end.1, End::Request(_)) {
                    end = (length, End::Helper(helper));
                }
            }
        }
        self.extend(request, 0, gain, &mut end);
        while let Some(Reverse((distance, helper))) = self.queue.pop() {
            if distance >= end.0 {
                break;
            }
            if distance > self.distance[helper] {
                continue;
            }
            let from = self.market.prices_from[helper];
            for place in from..from + self.tasks[helper] {
                let moved = self.served[place];
                let gain = self.gain(self.edge[moved]);
                if distance + gain < end.0 {
                    end = (distance + gain, End::Request(moved));
                }
                self.extend(moved, distance, gain, &mut end);
            }
        }
        self.queue.clear();
        self.raise(end.0);
        self.augment(request, end.1);
        for helper in self.reached.drain(..) {
            self.distance[helper] = FAR;
        }
    }

    /// Extends a path of length `start` to `request` along its edges.
    fn extend(&mut self, request: usize, start: i64, gain: i64, end: &mut (i64, End)) {
        for edge in self.edges(request) {
            let length = start + gain - self.gain(edge);
            let helper = self.market.edges[edge].helper;
            if length > end.0 || length >= self.distance[helper] {
                continue;
            }
            if self.distance[helper] == FAR {
                self.reached.push(helper);
            }
            self.distance[helper] = length;
            self.came_by[helper] = (edge, request);
            if let Some(price) = self.next_price(helper) {
                let whole = length + price - self.duals[helper];
                if whole < end.0 {
                    *end = (whole, End::Helper(helper));
                }
            }
            if self.tasks[helper] > 0 && length < end.0 {
                self.queue.push(Reverse((length, helper)));
            }
        }
    }

    /// Raises the duals of those whom paths shorter than `length` reach: they are wanted by one more. It keeps every edge
    /// of later paths from being shorter than nothing, so that none of them has to be looked at twice.
    fn raise(&mut self, length: i64) {
        for &helper in &self.reached {
            self.duals[helper] += (length - self.distance[helper]).max(0);
        }
    }

    /// Moves everybody on the path that leads from `request` to `end` by one.
    fn augment(&mut self, request: usize, end: End) {
        let (mut helper, mut place) = match end {
            End::Request(unserved) if unserved == request => return,
            End::Request(unserved) => {
                let freed = (self.market.edges[self.edge[unserved]].helper, self.place[unserved]);
                (self.edge[unserved], self.place[unserved]) = (NONE, NONE);
                freed
            }
            End::Helper(helper) => {
                self.tasks[helper] += 1;
                (helper, self.market.prices_from[helper] + self.tasks[helper] - 1)
            }
        };
        loop {
            let (edge, served) = self.came_by[helper];
            let before = (self.edge[served], self.place[served]);
            (self.edge[served], self.place[served]) = (edge, place);
            self.served[place] = served;
            if served == request {
                return;
            }
            (helper, place) = (self.market.edges[before.0].helper, before.1);
        }
    }

    fn edges(&self, request: usize) -> std::ops::Range<usize> {
        self.market.edges_from[request]..self.market.edges_from[request + 1]
    }

    /// What an edge is worth at the dual of its helper.
    fn gain(&self, edge: usize) -> i64 {
        let Edge { helper, worth } = self.market.edges[edge];
        i64::from(worth) - self.duals[helper]
    }

    /// What one more task of a helper costs; none when there is no room.
    fn next_price(&self, helper: usize) -> Option<i64> {
        let at = self.market.prices_from[helper] + self.tasks[helper];
        (at < self.market.prices_from[helper + 1]).then(|| i64::from(self.market.prices[at]))
    }
}

#[cfg(test)]
mod tests {
    use pathfinding::prelude::{Matrix, kuhn_munkres};
    use proptest::prelude::*;

    use super::*;

    /// Below every sum of worths and prices of a test.
    const FORBIDDEN: i64 = -1_000_000;

    /// The helpers' prices, and each request's edges as helper and worth.
    type Instance = (Vec<Vec<i32>>, Vec<Vec<(usize, i32)>>);

    fn instance() -> impl Strategy<Value = Instance> {
        let prices = prop::collection::vec(-50_i32..300, 0..3).prop_map(|mut prices| {
            prices.sort_unstable();
            prices
        });
        (1_usize..12, 0_usize..24).prop_flat_map(move |(helpers, requests)| {
            // Few different worths make many ties.
            let worth = prop_oneof![-100_i32..1_000, (0_i32..5).prop_map(|step| step * 100)];
            let edges = prop::collection::btree_map(0..helpers, worth, 0..=helpers);
            let edges = edges.prop_map(|edges| edges.into_iter().collect()).prop_shuffle();
            (prop::collection::vec(prices.clone(), helpers), prop::collection::vec(edges, requests))
        })
    }

    fn market((helpers, requests): &Instance) -> Market {
        let mut market = Market::default();
        for prices in helpers {
            market.add_helper(prices.iter().copied());
        }
        for edges in requests {
            market.add_request(edges.iter().map(|&(helper, worth)| Edge { helper, worth }));
        }
        market
    }

    /// What an assignment is worth; none when a helper has more tasks than prices.
    fn total((helpers, requests): &Instance, assigned: &[Option<usize>]) -> Option<i64> {
        let mut tasks = vec![0; helpers.len()];
        let mut total = 0;
        for (edges, at) in requests.iter().zip(assigned) {
            let Some((helper, worth)) = at.map(|at| edges[at]) else { continue };
            total += i64::from(worth) - i64::from(*helpers[helper].get(tasks[helper])?);
            tasks[helper] += 1;
        }
        Some(total)
    }

    /// The Hungarian method on the dense matrix in which every task of a helper is a column, and every request has one
    /// more for being left without.
    fn optimum((helpers, requests): &Instance) -> i64 {
        let slots = helpers.iter().enumerate().flat_map(|(helper, prices)| prices.iter().map(move |p| (helper, *p)));
        let slots: Vec<(usize, i32)> = slots.collect();
        if requests.is_empty() {
            return 0;
        }
        let matrix = Matrix::from_fn(requests.len(), slots.len() + requests.len(), |(row, column)| {
            let Some(&(helper, price)) = slots.get(column) else { return 0 };
            let edge = requests[row].iter().find(|(other, _)| *other == helper);
            edge.map_or(FORBIDDEN, |(_, worth)| i64::from(*worth) - i64::from(price))
        });
        kuhn_munkres(&matrix).0
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 3_000, ..ProptestConfig::default() })]

        #[test]
        fn no_assignment_is_better(instance in instance()) {
            let assigned = market(&instance).assign();
            prop_assert_eq!(total(&instance, &assigned), Some(optimum(&instance)));
        }

        #[test]
        fn who_enters_last_changes_who_is_served_but_never_worsens_the_whole(instance in instance()) {
            let (helpers, mut requests) = instance;
            let all = (helpers.clone(), requests.clone());
            requests.pop();
            let fewer = (helpers, requests);
            let worth = |instance: &Instance| total(instance, &market(instance).assign());
            prop_assert!(worth(&all) >= worth(&fewer));
        }
    }

    #[test]
    fn of_equals_the_earlier_request_and_the_earlier_edge_win() {
        let two_for_one = (vec![vec![0]], vec![vec![(0, 500)], vec![(0, 500)]]);
        assert_eq!(market(&two_for_one).assign(), [Some(0), None]);
        let one_for_two = (vec![vec![0], vec![0]], vec![vec![(1, 500), (0, 500)]]);
        assert_eq!(market(&one_for_two).assign(), [Some(0)]);
    }

    #[test]
    fn a_pair_that_costs_more_than_it_is_worth_is_left() {
        assert_eq!(market(&(vec![vec![10, 60]], vec![vec![(0, 50)], vec![(0, 50)]])).assign(), [Some(0), None]);
    }
}
