//! Laws of matching, on random neighbourhoods, and a few cases worth reading.

mod alternates;
mod exchanges;
mod groups;

use std::cell::RefCell;

use jiff::Span;
use jiff::civil::{DateTime, date};
use proptest::prelude::*;

use super::*;
use crate::rules::{Category, Phrases, Protection, Reading, Reserved, Slot, Weighted};

mod safeguards;

const GARDEN: u16 = 0;
const MEALS: u16 = 1;
const OIL: u16 = 2;
const CHILDCARE: u16 = 3;

fn manifest() -> Manifest {
    let category = |(id, together): (&str, bool)| Category { id: id.into(), labels: Phrases::default(), together };
    Manifest {
        name: "test".into(),
        version: "1.0.0".into(),
        categories: [("garden", false), ("meals", false), ("oil", true), ("childcare", false)].map(category).into(),
        languages: vec!["nl".into()],
        referrals: vec!["crisis".into(), "food-bank".into()],
        reasons: vec![],
        settings_schema: serde_json::Value::Bool(true),
    }
}

fn start() -> DateTime {
    date(2026, 3, 2).at(9, 0, 0, 0)
}

fn days_later(days: i64) -> LocalTime {
    LocalTime(start().checked_add(Span::new().days(days)).unwrap())
}

fn post(id: &str, intent: Intent, needs: &[u16], gives: &[u16]) -> OpenPost {
    let weighted = |list: &[u16]| list.iter().map(|&category| Weighted { category, weight: 500 }).collect();
    let reading = Reading {
        language: 0,
        intent,
        needs: weighted(needs),
        gives: weighted(gives),
        conditional: false,
        slots: vec![],
        closed: false,
        urgent: false,
        referral: None,
        features: vec![0],
    };
    OpenPost {
        id: PostId::new(id),
        author: MemberId::new(format!("author-of-{id}")),
        area: None,
        written: LocalTime(start()),
        reading: HostReading { reading, protection: Protection::default() },
    }
}

fn request(id: &str, need: u16) -> OpenPost {
    post(id, Intent::Request, &[need], &[])
}

fn offer(id: &str, give: u16) -> OpenPost {
    post(id, Intent::Offer, &[], &[give])
}

/// Verdicts that depend on the two readings only: the features' first bytes make the score.
#[expect(clippy::unnecessary_wraps, reason = "the shape of a call of the rules")]
fn assess(questions: &[Question<'_>]) -> Result<Vec<Vec<Verdict>>, RuleError> {
    let score = |question: &Question<'_>, offer: &Reading| {
        let mix = u16::from(question.request.features[0]) * 31 + u16::from(offer.features[0]) * 17;
        (mix % 5 != 0).then_some(300 + mix % 701)
    };
    let verdicts = |question: &Question<'_>| {
        let verdict = |reading| Verdict { score: score(question, reading), reasons: vec![] };
        question.candidates.iter().map(|candidate| verdict(candidate.offer)).collect()
    };
    Ok(questions.iter().map(verdicts).collect())
}

/// Everybody suits everybody.
#[expect(clippy::unnecessary_wraps, reason = "the shape of a call of the rules")]
fn agree(questions: &[Question<'_>]) -> Result<Vec<Vec<Verdict>>, RuleError> {
    let verdict = Verdict { score: Some(800), reasons: vec![] };
    Ok(questions.iter().map(|question| vec![verdict.clone(); question.candidates.len()]).collect())
}

fn planned(posts: &[OpenPost], history: &History) -> Plan {
    plan(posts, None, history, days_later(1), &Limits::default(), &manifest(), agree).unwrap()
}

#[test]
fn tasks_spread_over_helpers_who_suit_alike() {
    let requests = (0..4).map(|i| request(&format!("r{i}"), GARDEN));
    let posts: Vec<_> = requests.chain([offer("a", GARDEN), offer("b", GARDEN)]).collect();
    let plan = planned(&posts, &History::default());
    let first = |id: &str| plan.suggestions.iter().filter(|pairing| pairing.helpers[0].post.as_str() == id).count();
    assert_eq!((first("a"), first("b")), (2, 2));
}

#[test]
fn those_who_can_help_each_other_are_an_exchange_and_nothing_else() {
    let posts = [
        post("x", Intent::Exchange, &[GARDEN], &[MEALS]),
        post("y", Intent::Exchange, &[MEALS], &[GARDEN]),
        request("r", MEALS),
    ];
    let plan = planned(&posts, &History::default());
    assert_eq!(plan.exchanges.len(), 1);
    assert_eq!(plan.exchanges[0].posts, [PostId::new("x"), PostId::new("y")]);
    assert!(plan.suggestions.is_empty(), "{:?}", plan.suggestions);
}

#[test]
fn a_crisis_is_told_once_even_when_it_says_that_it_is_over() {
    let mut crisis = request("r", GARDEN);
    crisis.reading.protection = Protection { crisis: true, closed: true, ..Protection::default() };
    let posts = [crisis, offer("a", GARDEN)];
    let plan = planned(&posts, &History::default());
    assert_eq!(plan.crises, [PostId::new("r")]);
    assert!(plan.suggestions.is_empty());
    let told = History { told: [(PostId::new("r"), Told::Crisis)].into(), ..History::default() };
    assert!(planned(&posts, &told).crises.is_empty());
}

#[test]
fn a_referral_goes_with_the_suggestion_or_by_itself_and_once() {
    let mut posts = vec![request("r", GARDEN)];
    posts[0].reading.reading.referral = Some(1);
    assert_eq!(planned(&posts, &History::default()).referrals, [(PostId::new("r"), "food-bank".into())]);
    posts.push(offer("a", GARDEN));
    let plan = planned(&posts, &History::default());
    assert_eq!(plan.suggestions[0].referral.as_deref(), Some("food-bank"));
    assert!(plan.referrals.is_empty());
    let told = History { told: [(PostId::new("r"), Told::Referral)].into(), ..History::default() };
    assert_eq!(planned(&posts, &told).suggestions[0].referral, None);
}

#[test]
fn a_first_check_is_asked_for_when_either_reading_saw_a_reserved_category() {
    let check = |request: OpenPost, helper: OpenPost| {
        planned(&[request, helper], &History::default()).suggestions[0].first_check
    };
    assert!(!check(request("r", GARDEN), offer("a", GARDEN)));
    let mut seen_by_the_guard = request("r", GARDEN);
    seen_by_the_guard.reading.protection.needs = vec![Reserved::Childcare];
    assert!(check(seen_by_the_guard, offer("a", GARDEN)));
    let mut unnoticed = offer("a", GARDEN);
    unnoticed.reading.protection.gives = vec![Reserved::Childcare];
    assert!(check(request("r", GARDEN), unnoticed.clone()));
    // The module noticed, and offers the helper for the garden all the same.
    unnoticed.reading.reading.gives.push(Weighted { category: CHILDCARE, weight: 100 });
    assert!(!check(request("r", GARDEN), unnoticed));
}

#[test]
fn posts_expire_after_their_last_date_or_their_age() {
    let suggested = |request: OpenPost, offer: OpenPost, days| {
        let posts = [request, offer];
        let (history, limits) = (History::default(), Limits::default());
        let plan = plan(&posts, None, &history, days_later(days), &limits, &manifest(), agree).unwrap();
        !plan.suggestions.is_empty()
    };
    assert!(suggested(request("r", GARDEN), offer("a", GARDEN), 29));
    assert!(!suggested(request("r", GARDEN), offer("a", GARDEN), 30));
    let slot = |days_ahead| Slot { weekday: 0, from_minute: 0, to_minute: 720, days_ahead };
    let mut dated = request("r", GARDEN);
    dated.reading.reading.slots = vec![slot(Some(1)), slot(Some(4))];
    assert!(suggested(dated.clone(), offer("a", GARDEN), 4));
    assert!(!suggested(dated.clone(), offer("a", GARDEN), 5));
    dated.reading.reading.slots.push(slot(None));
    assert!(suggested(dated, offer("a", GARDEN), 5));
    let mut old = offer("a", GARDEN);
    old.written = days_later(-151);
    assert!(suggested(request("r", GARDEN), old.clone(), 28));
    assert!(!suggested(request("r", GARDEN), old, 29));
}

#[test]
fn only_what_a_change_touches_is_judged() {
    let posts = [request("r1", GARDEN), offer("a", GARDEN), request("r2", MEALS), offer("b", MEALS)];
    let asked = RefCell::new(0);
    let counting = |questions: &[Question<'_>]| {
        *asked.borrow_mut() += questions.len();
        agree(questions)
    };
    let changed = HashSet::from([PostId::new("b")]);
    let (history, limits) = (History::default(), Limits::default());
    let plan = plan(&posts, Some(&changed), &history, days_later(1), &limits, &manifest(), counting).unwrap();
    assert_eq!(*asked.borrow(), 1);
    assert_eq!(plan.suggestions.len(), 1);
    assert_eq!(plan.suggestions[0].request, PostId::new("r2"));
}

#[test]
fn a_fault_of_the_rules_is_no_plan() {
    let fault = |_: &[Question<'_>]| Err(crate::rules::error::AuthorFault::CoreModule.into());
    let posts = [request("r", GARDEN), offer("a", GARDEN)];
    assert!(plan(&posts, None, &History::default(), days_later(1), &Limits::default(), &manifest(), fault).is_err());
}

prop_compose! {
    fn any_post(index: usize)(
        author in 0_u8..12,
        intent in prop::sample::select(vec![Intent::Request, Intent::Offer, Intent::Exchange, Intent::Report]),
        needs in prop::collection::btree_set(0_u16..4, 0..3),
        gives in prop::collection::btree_set(0_u16..4, 0..3),
        flags in prop::array::uniform3(prop::bool::weighted(0.1)),
        conditional in prop::bool::weighted(0.3),
        referral in prop::option::weighted(0.2, 0_u16..2),
        age in 0_i64..40,
        area in prop::option::of(0_u8..3),
        feature in any::<u8>(),
        reserved in prop::bool::weighted(0.3),
        unnoticed in prop::bool::weighted(0.1),
    ) -> OpenPost {
        let mut post = post(
            &format!("p{index}"),
            intent,
            &needs.into_iter().collect::<Vec<_>>(),
            &gives.into_iter().collect::<Vec<_>>(),
        );
        post.author = MemberId::new(format!("m{author}"));
        post.area = area.map(|area| format!("part {area}"));
        post.written = days_later(-age);
        post.reading.protection.crisis = flags[0];
        post.reading.protection.closed = flags[1];
        post.reading.reading.urgent = flags[2];
        post.reading.reading.conditional = conditional && intent == Intent::Exchange;
        post.reading.reading.referral = referral;
        post.reading.reading.features = vec![feature];
        post.reading.protection.needs.extend(reserved.then_some(Reserved::Company));
        post.reading.protection.gives.extend(unnoticed.then_some(Reserved::Care));
        post
    }
}

fn neighbourhood() -> impl Strategy<Value = Vec<OpenPost>> {
    (0_usize..40).prop_flat_map(|size| (0..size).map(any_post).collect::<Vec<_>>())
}

prop_compose! {
    fn any_history()(
        load in prop::collection::hash_map(0_u8..12, 0_u16..6, 0..8),
        refused in prop::collection::hash_set((0_usize..40, 0_usize..40), 0..60),
        engaged in prop::collection::hash_set(0_usize..40, 0..6),
        apart in prop::collection::vec((0_u8..12, 0_u8..12), 0..20),
        certified in prop::collection::hash_set(0_u8..12, 0..6),
        visits in prop::collection::hash_map((0_u8..12, 0_u8..12), 0_u16..4, 0..30),
    ) -> History {
        let member = |i: u8| MemberId::new(format!("m{i}"));
        let id = |i: usize| PostId::new(format!("p{i}"));
        History {
            load: load.into_iter().map(|(member, load)| (MemberId::new(format!("m{member}")), load)).collect(),
            refused: refused.into_iter().map(|(request, helper)| (id(request), id(helper))).collect(),
            engaged: engaged.into_iter().map(id).collect(),
            safeguards: Safeguards::new(
                apart.into_iter().filter(|(one, other)| one != other).map(|(one, other)| (member(one), member(other))),
                certified.into_iter().map(member),
            ),
            visits: visits.into_iter().map(|((helper, asker), n)| ((member(helper), member(asker)), n)).collect(),
            ..History::default()
        }
    }
}

fn plan_of(posts: &[OpenPost], history: &History, limits: &Limits) -> Plan {
    plan(posts, None, history, LocalTime(start()), limits, &manifest(), assess).unwrap()
}

/// Every pair of one who asks and one who helps that `plan` suggests.
fn pairs(plan: &Plan) -> Vec<(&PostId, &PostId)> {
    let suggested = plan.suggestions.iter().flat_map(|p| p.helpers.iter().map(|helper| (&p.request, &helper.post)));
    // Each helps the next.
    let exchanged = plan.exchanges.iter().flat_map(|ring| ring.posts.iter().cycle().skip(1).zip(&ring.posts));
    suggested.chain(exchanged).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_arrival_makes_no_difference(
        (posts, shuffled) in neighbourhood().prop_flat_map(|posts| (Just(posts.clone()), Just(posts).prop_shuffle())),
        history in any_history(),
    ) {
        let limits = Limits::default();
        prop_assert_eq!(plan_of(&posts, &history, &limits), plan_of(&shuffled, &history, &limits));
    }

    #[test]
    fn no_veto_is_ever_broken(posts in neighbourhood(), history in any_history()) {
        let limits = Limits::default();
        let plan = plan_of(&posts, &history, &limits);
        let by_id: HashMap<_, _> = posts.iter().map(|post| (&post.id, post)).collect();
        for (request, helper) in pairs(&plan) {
            prop_assert!(!history.refused.contains(&(request.clone(), helper.clone())));
            let (request, helper) = (by_id[request], by_id[helper]);
            prop_assert_ne!(&request.author, &helper.author);
            prop_assert!(history.load.get(&helper.author).is_none_or(|load| *load < limits.tasks_per_helper));
        }
        let named = pairs(&plan).into_iter().flat_map(|(a, b)| [a, b]).chain(plan.groups.iter().flat_map(|g| &g.posts));
        for id in named {
            let post = by_id[id];
            prop_assert!(!post.reading.protection.crisis && !post.reading.protection.closed);
            prop_assert!(!history.engaged.contains(id));
            prop_assert!(!eligible::expired(post, LocalTime(start()), &limits));
        }
    }

    #[test]
    fn caps_hold_and_nobody_is_promised_twice(posts in neighbourhood(), history in any_history()) {
        let limits = Limits::default();
        let plan = plan_of(&posts, &history, &limits);
        let author: HashMap<_, _> = posts.iter().map(|post| (&post.id, &post.author)).collect();
        let mut load = history.load.clone();
        let first = plan.suggestions.iter().map(|pairing| &pairing.helpers[0].post);
        for helper in first.chain(plan.exchanges.iter().flat_map(|ring| &ring.posts)) {
            *load.entry(author[helper].clone()).or_default() += 1;
        }
        for (member, tasks) in &load {
            let before = history.load.get(member).copied().unwrap_or(0);
            prop_assert!(*tasks <= limits.tasks_per_helper.max(before));
        }
        let mut asked = HashSet::new();
        let together = plan.exchanges.iter().map(|ring| &ring.posts).chain(plan.groups.iter().map(|group| &group.posts));
        for id in together.flatten().chain(plan.suggestions.iter().map(|pairing| &pairing.request)) {
            prop_assert!(asked.insert(id), "{} is in two suggestions", id);
        }
        for pairing in &plan.suggestions {
            prop_assert!(pairing.helpers.len() <= 1 + limits.alternates);
            let people: HashSet<_> = pairing.helpers.iter().map(|helper| author[&helper.post]).collect();
            prop_assert_eq!(people.len(), pairing.helpers.len());
            prop_assert!(pairing.helpers[0].score >= limits.minimum_score);
            let alternate = limits.minimum_score - super::ALTERNATE_SLACK;
            prop_assert!(pairing.helpers.iter().all(|helper| helper.score >= alternate));
        }
    }

    #[test]
    fn wider_bounds_never_make_the_whole_worse(posts in neighbourhood(), raised in 0_u16..300, cap in 0_u16..4) {
        // Without rings and groups, which take people out of the suggestions, and with one post a person: two people are
        // told of each other once, which can cost the worse of two suggestions and is no matter of these bounds.
        let mut authors = HashSet::new();
        let one_side = |post: &OpenPost| {
            let Reading { intent, needs, gives, .. } = &post.reading.reading;
            *intent != Intent::Exchange && (needs.is_empty() || gives.is_empty())
        };
        let posts: Vec<_> =
            posts.into_iter().filter(|post| one_side(post) && authors.insert(post.author.clone())).collect();
        let limits = Limits { price_per_task: 0, group_min: usize::MAX, ..Limits::default() };
        let history = History::default();
        let urgent = |id: &PostId| posts.iter().any(|post| post.id == *id && post.reading.reading.urgent);
        let total = |limits: &Limits| {
            let plan = plan_of(&posts, &history, limits);
            let worth = |p: &Pairing| u32::from(p.helpers[0].score) + 300 * u32::from(urgent(&p.request));
            plan.suggestions.iter().map(worth).sum::<u32>()
        };
        let strict = Limits { minimum_score: limits.minimum_score + raised, ..limits };
        prop_assert!(total(&limits) >= total(&strict));
        let ranked = |limits: &Limits| {
            let manifest = manifest();
            let ranking = rank(&posts, None, &history, LocalTime(start()), limits, &manifest, assess).unwrap();
            ranking.requests().iter().map(|(_, helpers)| helpers.len()).sum::<usize>()
        };
        prop_assert!(ranked(&limits) >= ranked(&strict));
        let capped = Limits { tasks_per_helper: cap, ..limits };
        prop_assert!(total(&limits) >= total(&capped));
        prop_assert!(ranked(&limits) >= ranked(&capped));
    }
}
