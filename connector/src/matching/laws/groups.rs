use super::*;

#[test]
fn three_with_one_need_are_a_group_and_two_are_not() {
    let mut posts = vec![request("r1", OIL), request("r2", OIL), offer("o", OIL)];
    assert!(planned(&posts, &History::default()).groups.is_empty());
    posts.push(OpenPost { author: posts[0].author.clone(), ..request("r3", OIL) });
    assert!(planned(&posts, &History::default()).groups.is_empty(), "one author twice makes no group");
    posts.push(request("r4", OIL));
    let plan = planned(&posts, &History::default());
    assert_eq!(plan.groups[0].posts, ["r1", "r2", "r4"].map(PostId::new));
    let suggested: Vec<_> = plan.suggestions.iter().map(|pairing| pairing.request.as_str()).collect();
    assert_eq!(suggested, ["r3"], "members of the group are not paired as well");
}

#[test]
fn who_leaves_open_who_asks_joins_two_who_ask_and_founds_nothing() {
    let open = |id: &str| post(id, Intent::Offer, &[OIL], &[OIL]);
    let groups = |posts: &[OpenPost]| -> Vec<Vec<PostId>> {
        planned(posts, &History::default()).groups.into_iter().map(|group| group.posts).collect()
    };
    let joined = groups(&[open("o"), request("r1", OIL), request("r2", OIL)]);
    assert_eq!(joined, [["r1", "r2", "o"].map(PostId::new)]);
    assert!(groups(&[open("o1"), open("o2"), request("r1", OIL)]).is_empty());
}
