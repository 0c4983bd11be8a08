//! What the module says of a set, as lines of predictions: readings, and who may help whom as far as the rules decide.

use std::cmp::Reverse;

use koppelaar_rules::{Candidate, Intent, Reading, Slot, Weighted};
use koppelaar_standard::assess::assess;
use koppelaar_standard::extra::Extra;
use koppelaar_standard::intent::CLEAR;
use koppelaar_standard::manifest::REFERRALS;
use koppelaar_standard::model::Model;
use koppelaar_standard::pair::SUGGESTED;
use koppelaar_standard::read::read;
use koppelaar_standard::settings::Settings;
use koppelaar_standard::targets::CATEGORIES;
use serde_json::{Value, json};

use crate::posts::{DAYS, INTENTS, SetPost};

/// The score from which the host names somebody beside who is suggested.
const ALTERNATE: u16 = 300;
/// Helpers named for one request.
const HELPERS_MAX: usize = 3;

/// Reads and pairs the posts of one neighbourhood.
pub fn predict(model: &Model<'_>, trees: &[u8], posts: &[&SetPost]) -> Vec<Value> {
    let (settings, extra) = (Settings::default(), Extra::default());
    let readings: Vec<Reading> = posts.iter().map(|post| read(&settings, &extra, model, &post.labelled.post)).collect();
    let mut lines: Vec<Value> = posts.iter().zip(&readings).map(|(post, reading)| line(post, reading)).collect();
    let Some(now) = posts.iter().map(|post| post.labelled.post.written).max_by_key(|at| (at.month, at.day)) else {
        return lines;
    };
    let mut chosen: Vec<Vec<usize>> = Vec::new();
    for (request, asked) in posts.iter().zip(&readings) {
        let mut helpers: Vec<(Reverse<u16>, usize)> = Vec::new();
        for (at, (helper, offer)) in posts.iter().zip(&readings).enumerate() {
            let candidate = Candidate { offer: offer.view(), load: 0, same_area: false, helped_before: 0 };
            let score =
                assess(&settings, trees, &asked.view(), &candidate, &now).score.filter(|score| *score >= ALTERNATE);
            if let Some(score) = score.filter(|_| helper.author != request.author) {
                helpers.push((Reverse(score), at));
            }
        }
        helpers.sort_unstable();
        let suggested = |(Reverse(score), _): &&(Reverse<u16>, usize)| i32::from(*score) >= SUGGESTED;
        chosen.push(helpers.iter().take_while(suggested).map(|(_, at)| *at).collect());
        if chosen.last().is_some_and(|first| !first.is_empty()) {
            let helpers: Vec<&str> = helpers.iter().take(HELPERS_MAX).map(|(_, at)| &posts[*at].id[..]).collect();
            lines.push(json!({ "request": request.id, "suggestions": helpers }));
        }
    }
    for a in 0..posts.len() {
        for &b in chosen[a].iter().filter(|&&b| b > a && chosen[b].contains(&a)) {
            lines.push(json!({ "exchange": [posts[a].id, posts[b].id] }));
        }
    }
    lines
}

fn line(post: &SetPost, reading: &Reading) -> Value {
    let intent = match reading.intent {
        Intent::Request => 0,
        Intent::Offer => 1,
        Intent::Exchange => 2,
        Intent::Report => 3,
        Intent::Notice => 4,
    };
    let ids = |list: &[Weighted]| {
        list.iter().filter(|w| w.weight >= CLEAR).map(|w| CATEGORIES[usize::from(w.category)]).collect::<Vec<_>>()
    };
    json!({
        "post": post.id,
        "intent": INTENTS[intent],
        "needs": ids(&reading.needs),
        "gives": ids(&reading.gives),
        "when": reading.slots.iter().map(when).collect::<Vec<_>>(),
        "closed": reading.closed,
        "urgent": reading.urgent,
        "refer": reading.referral.map(|kind| REFERRALS[usize::from(kind)]),
    })
}

fn when(slot: &Slot) -> String {
    let day = DAYS[usize::from(slot.weekday)];
    match (slot.from_minute, slot.to_minute) {
        (360.., ..=720) => format!("{day}-morning"),
        (720.., ..=1080) => format!("{day}-afternoon"),
        (1080.., _) => format!("{day}-evening"),
        _ => day.to_owned(),
    }
}
