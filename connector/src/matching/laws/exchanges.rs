//! Rings: who is in them, and what becomes of those who are not.

use super::*;
use crate::store::Told as Row;

/// Scores by the features' first bytes: of the request, then of the helper. Everybody else suits at 600.
fn scored(table: &[(u8, u8, u16)]) -> impl FnMut(&[Question<'_>]) -> Result<Vec<Vec<Verdict>>, RuleError> {
    move |questions| {
        let verdict = |request: &Reading, helper: &Reading| {
            let pair = (request.features[0], helper.features[0]);
            let found = table.iter().find(|(asks, helps, _)| (*asks, *helps) == pair);
            Verdict { score: Some(found.map_or(600, |(.., score)| *score)), reasons: vec![] }
        };
        let verdicts = |question: &Question<'_>| {
            question.candidates.iter().map(|candidate| verdict(question.request, candidate.offer)).collect()
        };
        Ok(questions.iter().map(verdicts).collect())
    }
}

/// What is planned when everybody suits at 600 but those in `table`; posts are known there by their place.
fn plan_with(posts: &[OpenPost], history: &History, table: &[(u8, u8, u16)]) -> Plan {
    let posts: Vec<_> = posts.iter().cloned().zip(0..).map(|(post, i)| known_as(i, post)).collect();
    plan(&posts, None, history, days_later(1), &Limits::default(), &manifest(), scored(table)).unwrap()
}

fn known_as(number: u8, mut post: OpenPost) -> OpenPost {
    post.reading.reading.features = vec![number];
    post
}

fn exchange(id: &str, need: u16, give: u16) -> OpenPost {
    post(id, Intent::Exchange, &[need], &[give])
}

fn conditional(mut post: OpenPost) -> OpenPost {
    post.reading.reading.conditional = true;
    post
}

/// Three of whom each helps the next: `a` cooks for `b`, who looks after the children of `c`, who gardens for `a`.
fn three() -> [OpenPost; 3] {
    [exchange("a", GARDEN, MEALS), exchange("b", MEALS, CHILDCARE), exchange("c", CHILDCARE, GARDEN)]
}

fn ids(posts: &[&str]) -> Vec<PostId> {
    posts.iter().map(|id| PostId::new(*id)).collect()
}

fn rings(plan: &Plan) -> Vec<&[PostId]> {
    plan.exchanges.iter().map(|ring| ring.posts.as_slice()).collect()
}

/// First helpers by request.
fn pairs_of(plan: &Plan) -> Vec<(&str, &str)> {
    plan.suggestions.iter().map(|pairing| (pairing.request.as_str(), pairing.helpers[0].post.as_str())).collect()
}

#[test]
fn each_of_three_helps_the_next() {
    let plan = planned(&three(), &History::default());
    assert_eq!(rings(&plan), [ids(&["a", "b", "c"])]);
    assert!(plan.suggestions.is_empty(), "{:?}", plan.suggestions);
}

#[test]
fn whichever_of_three_is_new_closes_the_ring() {
    let (posts, history, limits) = (three(), History::default(), Limits::default());
    for newest in ["a", "b", "c"] {
        let changed = HashSet::from([PostId::new(newest)]);
        let plan = plan(&posts, Some(&changed), &history, days_later(1), &limits, &manifest(), agree).unwrap();
        assert_eq!(plan.exchanges.len(), 1, "with {newest} new");
    }
}

#[test]
fn two_go_before_three() {
    let mut posts = three().to_vec();
    posts.push(exchange("d", MEALS, GARDEN));
    // `a` and `d` help each other, and do so worse than the three would.
    let plan = plan_with(&posts, &History::default(), &[(0, 3, 450), (3, 0, 450)]);
    assert_eq!(rings(&plan), [ids(&["a", "d"])]);
}

#[test]
fn the_best_of_three_goes_first_and_the_weakest_link_decides() {
    let mut posts = three().to_vec();
    posts.push(exchange("d", CHILDCARE, GARDEN));
    let plan = plan_with(&posts, &History::default(), &[(2, 1, 450), (0, 2, 850), (3, 1, 610), (0, 3, 610)]);
    assert_eq!(rings(&plan), [ids(&["a", "b", "d"])]);
    assert_eq!(plan.exchanges[0].score, 600);
}

#[test]
fn a_ring_is_all_or_nothing() {
    let posts = three();
    let busy = History { load: [(MemberId::new("author-of-b"), 4)].into(), ..History::default() };
    let plan = planned(&posts, &busy);
    assert!(plan.exchanges.is_empty());
    assert_eq!(pairs_of(&plan), [("a", "c"), ("b", "a")]);
}

#[test]
fn whom_a_plain_helper_suits_far_better_is_in_no_ring() {
    let posts = [exchange("x", GARDEN, MEALS), exchange("y", MEALS, GARDEN), offer("z", GARDEN)];
    let plan = plan_with(&posts, &History::default(), &[(0, 2, 849)]);
    assert_eq!(rings(&plan), [ids(&["x", "y"])]);
    let plan = plan_with(&posts, &History::default(), &[(0, 2, 850)]);
    assert!(plan.exchanges.is_empty());
    assert_eq!(pairs_of(&plan), [("x", "z"), ("y", "x")]);
    // The plain helper has no room, so the ring is the best there is.
    let busy = History { load: [(MemberId::new("author-of-z"), 4)].into(), ..History::default() };
    assert_eq!(plan_with(&posts, &busy, &[(0, 2, 850)]).exchanges.len(), 1);
}

#[test]
fn who_gives_on_a_condition_helps_in_a_ring_only() {
    let [a, b, c] = three();
    let plan = planned(&[a.clone(), conditional(b.clone())], &History::default());
    assert_eq!(pairs_of(&plan), [("b", "a")], "`b` is helped, and helps nobody");
    let alone = [conditional(exchange("x", GARDEN, MEALS)), request("r", MEALS)];
    assert!(planned(&alone, &History::default()).suggestions.is_empty());
    let posts = [a, conditional(b), c, request("r", CHILDCARE)];
    let plan = planned(&posts, &History::default());
    assert_eq!(rings(&plan), [ids(&["a", "b", "c"])]);
    assert!(plan.suggestions.is_empty());
    let (history, limits, manifest) = (History::default(), Limits::default(), manifest());
    let ranking = rank(&posts, None, &history, days_later(1), &limits, &manifest, agree).unwrap();
    let lines = ranking.requests();
    let asks: Vec<_> = lines.iter().map(|(request, helpers)| (request.as_str(), helpers[0].as_str())).collect();
    assert_eq!(asks, [("a", "c"), ("b", "a"), ("c", "b")], "members keep their lines, and `r` has nobody");
}

fn told(state: &str, helpers: &[&str]) -> Row {
    let member = |id: &str| MemberId::new(format!("author-of-{id}"));
    Row {
        id: "suggestion".into(),
        kind: "exchange".into(),
        request: Some(PostId::new("a")),
        asker: Some(member("a")),
        state: state.into(),
        created_at: "2026-03-01T09:00:00Z".parse().unwrap(),
        helpers: helpers.iter().map(|id| (PostId::new(*id), member(id))).collect(),
    }
}

#[test]
fn an_accepted_ring_counts_for_each_as_a_helper_of_the_next() {
    let now = "2026-03-03T09:00:00Z".parse().unwrap();
    let history = past::history(&[told("accepted", &["b", "c"])], &[], now);
    assert_eq!(history.engaged, ids(&["a", "b", "c"]).into_iter().collect());
    let member = |id: &str| MemberId::new(format!("author-of-{id}"));
    assert_eq!(history.load, ["a", "b", "c"].map(|id| (member(id), 1)).into());
    let helped = [("a", "b"), ("b", "c"), ("c", "a")].map(|(helper, asker)| ((member(helper), member(asker)), 1));
    assert_eq!(history.helped, helped.into());
}

#[test]
fn a_declined_ring_is_not_formed_again() {
    let now = "2026-03-03T09:00:00Z".parse().unwrap();
    let history = past::history(&[told("declined", &["b", "c"])], &[], now);
    let plan = planned(&three(), &history);
    assert!(plan.exchanges.is_empty());
    assert_eq!(plan.suggestions.len(), 3, "two of them may still suit each other");
    let pair = [exchange("a", GARDEN, MEALS), exchange("b", MEALS, GARDEN)];
    let history = past::history(&[told("declined", &["b"])], &[], now);
    let plan = planned(&pair, &history);
    assert!(plan.exchanges.is_empty() && plan.suggestions.is_empty());
}

#[test]
fn the_best_whole_is_not_the_best_pair_first() {
    let posts = [request("p", GARDEN), request("q", GARDEN), offer("x", GARDEN), offer("y", GARDEN)];
    let limits = History {
        load: ["x", "y"].map(|id| (MemberId::new(format!("author-of-{id}")), 3)).into(),
        ..History::default()
    };
    // Each helper can take one more. The best pair leaves 450 for the other request: 1400 together, and not 1750.
    let table = [(0, 2, 950), (0, 3, 900), (1, 2, 850), (1, 3, 450)];
    let plan = plan_with(&posts, &limits, &table);
    assert_eq!(pairs_of(&plan), [("p", "y"), ("q", "x")]);
}

/// Who was passed over for the helper of the first suggestion.
fn passed_over(plan: &Plan) -> Option<(&str, Cause)> {
    plan.suggestions[0].passed_over.as_ref().map(|other| (other.post.as_str(), other.cause))
}

#[test]
fn who_suits_better_is_passed_over_for_a_reason() {
    let posts = [request("r", GARDEN), offer("best", GARDEN), offer("next", GARDEN)];
    let table = [(0, 1, 750), (0, 2, 700)];
    let author = |id: &str| MemberId::new(format!("author-of-{id}"));
    let with_load = |tasks| History { load: [(author("best"), tasks)].into(), ..History::default() };
    let after = |history: &History| {
        let plan = plan_with(&posts, history, &table);
        let helpers: Vec<_> =
            plan.suggestions[0].helpers.iter().map(|helper| helper.post.as_str().to_owned()).collect();
        (helpers.join(" "), passed_over(&plan).map(|(post, cause)| (post.to_owned(), cause)))
    };
    let best = |cause| Some(("best".to_owned(), cause));
    assert_eq!(after(&History::default()), ("best next".into(), None));
    assert_eq!(after(&with_load(1)), ("next best".into(), best(Cause::Tasks(1))));
    assert_eq!(after(&with_load(4)), ("next".into(), best(Cause::Tasks(4))));
    let familiar = History { helped: [((author("next"), author("r")), 1)].into(), ..History::default() };
    assert_eq!(after(&familiar), ("next best".into(), best(Cause::Familiar)));
    let declined = History { refused: [(PostId::new("r"), PostId::new("best"))].into(), ..History::default() };
    assert_eq!(after(&declined), ("next".into(), best(Cause::Declined)));
}

#[test]
fn who_is_busy_today_is_passed_over() {
    let table = [(0, 1, 900), (0, 2, 700), (3, 1, 900)];
    let mut posts = vec![request("r", GARDEN), offer("s", GARDEN), offer("t", GARDEN), request("q", GARDEN)];
    let busy = History { load: [(MemberId::new("author-of-s"), 3)].into(), ..History::default() };
    posts[3].reading.reading.urgent = true;
    let plan = plan_with(&posts, &busy, &table);
    let of_r = plan.suggestions.iter().find(|pairing| pairing.request.as_str() == "r").unwrap();
    assert_eq!(of_r.passed_over, Some(PassedOver { post: PostId::new("s"), cause: Cause::Elsewhere }));
    let mut posts = vec![request("r", GARDEN), exchange("s", MEALS, GARDEN), offer("t", GARDEN)];
    posts.push(exchange("u", GARDEN, MEALS));
    assert_eq!(passed_over(&plan_with(&posts, &History::default(), &table)), Some(("s", Cause::Exchange)));
    posts.pop();
    posts[1] = conditional(posts[1].clone());
    assert_eq!(passed_over(&plan_with(&posts, &History::default(), &table)), Some(("s", Cause::Condition)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn a_ring_holds_together(posts in neighbourhood(), history in any_history()) {
        let limits = Limits::default();
        let plan = plan_of(&posts, &history, &limits);
        let by_id: HashMap<_, _> = posts.iter().map(|post| (&post.id, post)).collect();
        let mut members = HashSet::new();
        for ring in &plan.exchanges {
            prop_assert!((2..=3).contains(&ring.posts.len()));
            prop_assert!(ring.score >= limits.minimum_score);
            for id in &ring.posts {
                prop_assert_eq!(by_id[id].reading.reading.intent, Intent::Exchange);
                prop_assert!(members.insert(&by_id[id].author), "{} is in two rings", id);
            }
            for (helper, asker) in ring.posts.iter().zip(ring.posts.iter().cycle().skip(1)) {
                let gives = &by_id[helper].reading.reading.gives;
                let meets = |need: &Weighted| gives.iter().any(|give| give.category == need.category);
                prop_assert!(by_id[asker].reading.reading.needs.iter().any(meets));
            }
        }
        for helper in plan.suggestions.iter().flat_map(|pairing| &pairing.helpers) {
            prop_assert!(!by_id[&helper.post].reading.reading.conditional);
        }
        for pairing in &plan.suggestions {
            let Some(other) = &pairing.passed_over else { continue };
            prop_assert_ne!(&by_id[&other.post].author, &by_id[&pairing.helpers[0].post].author);
            prop_assert!(!by_id[&other.post].reading.protection.crisis && !by_id[&other.post].reading.protection.closed);
        }
    }
}
