//! Laws of what concierges and municipalities decided to protect people.

use super::*;

/// A request that needs care, as the host's own reading saw it.
fn vulnerable(id: &str) -> OpenPost {
    let mut post = request(id, GARDEN);
    post.reading.protection.needs = vec![Reserved::Care];
    post
}

fn member(post: &str) -> MemberId {
    MemberId::new(format!("author-of-{post}"))
}

fn required() -> Limits {
    Limits { certificates: Certificates::Required, ..Limits::default() }
}

fn planned_with(posts: &[OpenPost], history: &History, limits: &Limits) -> Plan {
    plan(posts, None, history, days_later(1), limits, &manifest(), agree).unwrap()
}

fn helpers(plan: &Plan) -> Vec<&str> {
    plan.suggestions.iter().flat_map(|pairing| &pairing.helpers).map(|helper| helper.post.as_str()).collect()
}

#[test]
fn who_is_kept_apart_is_replaced_by_another() {
    let posts = [request("r", GARDEN), offer("a", GARDEN), offer("b", GARDEN)];
    let safeguards = Safeguards::new([(member("r"), member("a"))], []);
    let history = History { safeguards, ..History::default() };
    assert_eq!(helpers(&planned(&posts, &history)), ["b"]);
}

#[test]
fn a_group_does_without_one_of_two_who_are_kept_apart() {
    let posts = ["r1", "r2", "r3", "r4"].map(|id| request(id, OIL));
    let safeguards = Safeguards::new([(member("r3"), member("r2"))], []);
    let history = History { safeguards, ..History::default() };
    assert_eq!(planned(&posts, &history).groups[0].posts, ["r1", "r2", "r4"].map(PostId::new));
    assert!(planned(&posts[..3], &history).groups.is_empty(), "two are no group");
}

#[test]
fn a_helper_without_a_certificate_is_asked_about_and_not_suggested() {
    let posts = [vulnerable("r"), offer("a", GARDEN), offer("b", GARDEN)];
    let asked = |history: &History| planned_with(&posts, history, &required());
    let plan = asked(&History::default());
    assert!(plan.suggestions.is_empty());
    assert_eq!(plan.certificates, [(PostId::new("a"), PostId::new("r"))], "one at a time");
    let waiting = [member("a")];
    let history = History { asked: waiting.clone().into(), awaited: waiting.clone().into(), ..History::default() };
    assert!(asked(&history).certificates.is_empty());
    let history = History { asked: waiting.clone().into(), ..History::default() };
    assert_eq!(asked(&history).certificates, [(PostId::new("b"), PostId::new("r"))]);
    let history = History { safeguards: Safeguards::new([], waiting), ..History::default() };
    let plan = asked(&history);
    assert_eq!((helpers(&plan), plan.certificates.len()), (vec!["a"], 0));
    assert_eq!(helpers(&planned(&posts, &History::default())), ["a", "b"], "first-check suggests at once");
}

#[test]
fn one_helper_is_asked_about_once_for_two_requests() {
    let posts = [vulnerable("r1"), vulnerable("r2"), offer("a", GARDEN)];
    assert_eq!(planned_with(&posts, &History::default(), &required()).certificates.len(), 1);
}

#[test]
fn the_same_helper_does_not_come_again_and_again() {
    let mut posts = vec![vulnerable("r1"), vulnerable("r2"), vulnerable("r3"), offer("a", GARDEN)];
    for post in &mut posts[..3] {
        post.author = member("r");
    }
    let plan = planned(&posts, &History::default());
    let asked: Vec<_> = plan.suggestions.iter().map(|pairing| pairing.request.as_str()).collect();
    assert_eq!(asked, ["r1", "r2"]);
    let visits = [((member("a"), member("r")), 1)];
    let history = History { visits: visits.into(), ..History::default() };
    assert_eq!(planned(&posts, &history).suggestions.len(), 1);
    let harmless = posts.iter().cloned().map(|mut post| {
        post.reading.protection = Protection::default();
        post
    });
    let harmless: Vec<_> = harmless.collect();
    assert_eq!(planned(&harmless, &history).suggestions.len(), 3);
}

fn any_limits() -> impl Strategy<Value = Limits> {
    (any::<bool>(), 1_u16..4).prop_map(|(required, visits_per_pair)| {
        let certificates = if required { Certificates::Required } else { Certificates::FirstCheck };
        Limits { visits_per_pair, certificates, ..Limits::default() }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn who_is_kept_apart_never_meets(posts in neighbourhood(), history in any_history(), limits in any_limits()) {
        let plan = plan_of(&posts, &history, &limits);
        let author: HashMap<_, _> = posts.iter().map(|post| (&post.id, &post.author)).collect();
        for (request, helper) in pairs(&plan) {
            prop_assert!(!history.safeguards.apart(author[request], author[helper]));
        }
        let rings = plan.exchanges.iter().map(|ring| &ring.posts);
        for together in rings.chain(plan.groups.iter().map(|group| &group.posts)) {
            for one in together {
                prop_assert!(together.iter().all(|other| !history.safeguards.apart(author[one], author[other])));
            }
        }
    }

    #[test]
    fn who_needs_a_certificate_has_one(posts in neighbourhood(), history in any_history(), limits in any_limits()) {
        let plan = plan_of(&posts, &history, &limits);
        let by_id: HashMap<_, _> = posts.iter().map(|post| (&post.id, post)).collect();
        let lacks = |request: &PostId, helper: &PostId| {
            let (request, helper) = (by_id[request], by_id[helper]);
            limits.certificates == Certificates::Required
                && !history.safeguards.certified(&helper.author)
                && (!request.reading.protection.needs.is_empty()
                    || eligible::first_check(&manifest(), &request.reading, &helper.reading))
        };
        for (request, helper) in pairs(&plan) {
            prop_assert!(!lacks(request, helper));
        }
        let mut people = HashSet::new();
        for (helper, request) in &plan.certificates {
            prop_assert!(lacks(request, helper));
            prop_assert!(people.insert(&by_id[helper].author), "asked about twice");
            prop_assert!(plan.suggestions.iter().all(|pairing| pairing.request != *request));
        }
    }

    #[test]
    fn visits_stay_within_their_cap(posts in neighbourhood(), history in any_history(), limits in any_limits()) {
        let plan = plan_of(&posts, &history, &limits);
        let by_id: HashMap<_, _> = posts.iter().map(|post| (&post.id, post)).collect();
        let mut visits: HashMap<_, u16> = HashMap::new();
        for (request, helper) in pairs(&plan) {
            let (request, helper) = (by_id[request], by_id[helper]);
            if !request.reading.protection.needs.is_empty() {
                let pair = (helper.author.clone(), request.author.clone());
                let before = history.visits.get(&pair).copied().unwrap_or(0);
                *visits.entry(pair).or_insert(before) += 1;
            }
        }
        prop_assert!(visits.values().all(|visits| *visits <= limits.visits_per_pair));
    }
}
