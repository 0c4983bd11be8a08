//! What the tags of the data have to do with one another and with categories, as static tables.

use std::collections::BTreeSet;

use crate::tags::{TAGS_MAX, Tags};
use crate::targets::CATEGORIES;

/// Groups of tags that one who asks can refuse: a dog, a man. “I have no ladder” refuses nobody's ladder.
const REFUSALS: [&str; 3] = ["pet", "who", "diet"];
/// Groups of tags of which two different ones seldom fit: chess and knitting, a cot and a coat.
const TELLING: [&str; 5] = ["pet", "play", "item", "buy", "subject"];
/// Groups of tags that matter in some categories only: a chair in a post about a lift is no chair to lend.
const GROUP_CATEGORIES: [(&str, &[&str]); 15] = [
    ("age", &["childcare"]),
    ("buy", &["group-purchase"]),
    ("clean", &["cleaning"]),
    ("device", &["digital"]),
    ("event", &["event"]),
    ("item", &["lending", "goods"]),
    ("job", &["odd-jobs"]),
    ("paper", &["paperwork"]),
    ("pet", &["pet-care"]),
    ("play", &["hobby"]),
    ("plot", &["garden"]),
    ("ride", &["transport"]),
    ("stitch", &["sewing"]),
    ("subject", &["homework"]),
    ("tongue", &["language"]),
];
/// Groups of tags that say whom a clause is for: “only women” refuses others.
const WHOM: [&str; 1] = ["who"];
/// Groups of tags that mean nothing when an offer excludes them.
const HARMLESS: [&str; 1] = ["tongue"];

/// What tags have to do with one another and with categories.
pub fn tables(tags: &BTreeSet<String>) -> String {
    let tags: Vec<_> = tags.iter().collect();
    // Tags are sorted by name, so those of a group stand together.
    let mut groups: Vec<u8> = Vec::new();
    for (i, tag) in tags.iter().enumerate() {
        let same = i > 0 && tags[i - 1].split('.').next() == tag.split('.').next();
        let before = groups.last().copied();
        groups.push(before.map_or(0, |before| if same { before } else { before + 1 }));
    }
    assert!(groups.last().is_none_or(|last| *last < 64), "more than 64 groups of tags");
    let telling = groups.iter().zip(&tags).filter(|(_, tag)| TELLING.contains(&tag.split('.').next().unwrap_or("")));
    let telling = telling.fold(0_u64, |set, (group, _)| set | 1 << group);
    // For each category the groups that matter there.
    let group_of = |name: &str| tags.iter().position(|tag| tag.split('.').next() == Some(name)).map(|at| groups[at]);
    let everywhere = tags.iter().zip(&groups).fold(0_u64, |set, (tag, group)| {
        let group_name = tag.split('.').next().unwrap_or("");
        let some = ["need", "cannot", "has"].contains(&group_name);
        let bound = GROUP_CATEGORIES.iter().any(|(name, _)| *name == group_name);
        if some || bound { set } else { set | 1 << group }
    });
    let mattering: Vec<u64> = CATEGORIES
        .iter()
        .map(|category| {
            let bound = GROUP_CATEGORIES.iter().filter(|(_, categories)| categories.contains(category));
            bound.filter_map(|(name, _)| group_of(name)).fold(everywhere, |set, group| set | 1 << group)
        })
        .collect();
    let mask = |names: &[&str]| {
        let named = tags.iter().enumerate().filter(|(_, tag)| names.contains(&tag.split('.').next().unwrap_or("")));
        named.fold(Tags::default(), |mut tags, (i, _)| {
            tags.insert(i);
            tags
        })
    };
    assert!(tags.len() <= TAGS_MAX, "{} tags, more than {TAGS_MAX}", tags.len());
    // What one who asks needs against what one who helps cannot: tags of one name.
    let place = |group: &str, name: &str| tags.iter().position(|tag| **tag == format!("{group}.{name}"));
    let names = tags.iter().filter_map(|tag| tag.strip_prefix("need."));
    let against: Vec<(usize, usize)> =
        names.filter_map(|name| Some((place("need", name)?, place("cannot", name)?))).collect();
    let (refusals, whom, harmless) = (mask(&REFUSALS), mask(&WHOM), mask(&HARMLESS));
    format!(
        "pub const TELLING: u64 = {telling};\n\
         pub static MATTERING: [u64; {}] = {mattering:?};\n\
         pub const REFUSALS: Tags = {refusals:?};\n\
         pub const WHOM: Tags = {whom:?};\n\
         pub const HARMLESS: Tags = {harmless:?};\n\
         pub static AGAINST: [(usize, usize); {}] = {against:?};\n\
         pub static TAG_GROUPS: [u8; {}] = {groups:?};\n",
        mattering.len(),
        against.len(),
        groups.len()
    )
}
