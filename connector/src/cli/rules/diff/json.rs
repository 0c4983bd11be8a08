//! A comparison for programs: one JSON object with the same figures and changes. Posts are numbers in the order of
//! writing, from 1; of the two values of a pair the first is today's.

use serde_json::{Value, json};

use super::compare::{Change, Row};
use super::side::{Key, Said};
use super::told::{Source, Story};

/// The whole comparison.
pub(super) fn document(story: &Story<'_>) -> Value {
    let comparison = story.comparison;
    let (source, days) = match story.source {
        Source::File => ("file", story.recording.days()),
        Source::Store => ("store", story.recording.days()),
        Source::Shadow(from, to) => ("shadow", Some((from, to))),
    };
    let rows = |rows: &[Row]| rows.iter().map(row).collect::<Value>();
    let told: serde_json::Map<_, _> = story.told().into_iter().map(|(id, count)| (plain(id), count.into())).collect();
    let cause = |(cause, [appears, vanishes]): (&_, &[usize; 2])| json!({ "cause": cause, "appears": appears, "vanishes": vanishes });
    json!({
        "source": source,
        "from": days.map(|(from, _)| from.to_string()),
        "to": days.map(|(_, to)| to.to_string()),
        "posts": story.recording.posts.len(),
        "rules": [rules(story, 0), rules(story, 1)],
        "requests": comparison.totals,
        "outcomes": comparison.outcomes,
        "told": told,
        "causes": comparison.causes.iter().map(cause).collect::<Value>(),
        "by_category": rows(&comparison.by_category),
        "by_language": rows(&comparison.by_language),
        "by_neighbourhood": rows(&comparison.by_neighbourhood),
        "load": comparison.load,
        "changes": comparison.changes.iter().map(|made| change(story, made)).collect::<Value>(),
    })
}

/// The name of a figure, without the kind of text that it is.
fn plain(id: &str) -> String {
    id.split_once('-').map_or(id, |(_, name)| name).to_owned()
}

fn rules(story: &Story<'_>, side: usize) -> Value {
    let (manifest, name) = (&story.sides[side].manifest, &story.rules[side]);
    json!({
        "name": manifest.name, "version": manifest.version, "module": name.module_digest,
        "settings": name.settings_digest, "settings_file": name.settings,
    })
}

fn row(row: &Row) -> Value {
    json!({ "name": row.name, "requests": row.cover, "appears": row.appears, "vanishes": row.vanishes })
}

fn change(story: &Story<'_>, change: &Change) -> Value {
    let (kind, detail) = match &change.key {
        Key::Suggestion { .. } => ("suggestion", None),
        Key::Exchange(_) => ("exchange", None),
        Key::Group(category, _) => ("group", Some(category)),
        Key::Crisis(_) => ("crisis", None),
        Key::Referral(_, kind) => ("referral", Some(kind)),
        Key::Report(_) => ("report", None),
    };
    let posts = change.posts();
    let place = story.recording.posts[posts[0]].neighbourhood;
    let told: [_; 2] = std::array::from_fn(|side| change.told[side].as_ref().map(|told| said(story, side, told)));
    json!({
        "kind": kind, "detail": detail, "what": change.what,
        "posts": posts.iter().map(|post| post + 1).collect::<Vec<_>>(),
        "neighbourhood": story.recording.neighbourhoods[place].name,
        "why": change.why, "told": told,
    })
}

fn said(story: &Story<'_>, side: usize, said: &Said) -> Value {
    let codes = &story.sides[side].manifest.reasons;
    let reasons = said
        .reasons
        .iter()
        .map(|reason| json!({ "code": codes[usize::from(reason.code)].id, "arguments": reason.arguments }));
    json!({
        "day": said.day.to_string(), "rank": said.rank, "score": said.score, "reasons": reasons.collect::<Value>(),
    })
}
