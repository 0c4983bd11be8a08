//! One post to one reading.

use koppelaar_rules::{Intent, Kind, Post, Reading, Weighted};

use crate::calendar::day_number;
use crate::evidence::{Evidence, Signal};
use crate::extra::Extra;
use crate::features::{Features, Seen};
use crate::intent::{understand, unlikely};
use crate::known::Known;
use crate::manifest::{CRISIS, REFERRALS};
use crate::model::{Model, Sums, UNIT, output};
use crate::settings::Settings;
use crate::targets::CATEGORIES;
use crate::times::slots;

/// Sums from which a flag or referral holds, in 1/[`UNIT`]. Some lie below zero: these are rare, and a miss costs more than
/// a false alarm, most of all in a crisis. Read off posts that taught nothing.
const CLOSED_MIN: i32 = -3 * UNIT / 8;
const URGENT_MIN: i32 = UNIT / 8;
const REFERRAL_MIN: i32 = -3 * UNIT / 20;
const CRISIS_MIN: i32 = -3 * UNIT / 10;
/// The same where the phrases of danger to life are there too: “I do not want to live any more”.
const CRISIS_NAMED_MIN: i32 = -6 * UNIT / 10;

/// Reads one post.
pub fn read(settings: &Settings, extra: &Extra, model: &Model<'_>, post: &Post) -> Reading {
    let mut evidence = Evidence::new(post.title.as_deref(), &post.text, extra);
    let known = Known::new(model, &evidence);
    let clicked: Option<Kind> = post.kind;
    let mut understood = understand(model, &evidence, &known, clicked);
    understood.refused.iter().for_each(|clause| evidence.refuse(clause));
    understood.times.iter().for_each(|(clause, heed)| evidence.heed_times(clause, *heed));
    understood.needs.retain(|need| allowed(settings, *need));
    understood.gives.retain(|give| allowed(settings, *give));
    let referral = referral(&understood.sums, evidence.says(Signal::Crisis));
    if referral.is_some() && matches!(understood.intent, Intent::Notice | Intent::Report) && referral != Some(CRISIS) {
        understood.intent = Intent::Request;
    }
    let crisis = referral == Some(CRISIS);
    let once = matches!(understood.intent, Intent::Request | Intent::Exchange);
    let seen = Seen {
        written: day_number(i32::from(post.written.year), post.written.month, post.written.day),
        no_request: understood.no_request,
        no_offer: understood.no_offer,
        over: unlikely(-understood.closed),
    };
    Reading {
        language: u16::try_from(evidence.language).unwrap_or(0),
        intent: understood.intent,
        needs: understood.needs,
        gives: understood.gives,
        conditional: understood.intent == Intent::Exchange && evidence.says(Signal::Conditional),
        slots: slots(&evidence, post.written, once),
        closed: understood.closed > CLOSED_MIN,
        urgent: crisis || understood.urgent > URGENT_MIN,
        referral,
        features: Features::new(&evidence, &known.rarities, seen).encode(),
    }
}

fn allowed(settings: &Settings, weighted: Weighted) -> bool {
    let id = CATEGORIES[usize::from(weighted.category)];
    !settings.excluded_categories.iter().any(|excluded| excluded == id)
}

/// The likeliest referral; a crisis outweighs all others, and is told sooner: a miss is worse than a false alarm.
fn referral(sums: &Sums, crisis_phrases: bool) -> Option<u16> {
    let min = if crisis_phrases { CRISIS_NAMED_MIN } else { CRISIS_MIN };
    if sums[output::REFERRAL + usize::from(CRISIS)] > min {
        return Some(CRISIS);
    }
    let kinds = (1..REFERRALS.len()).map(|kind| (sums[output::REFERRAL + kind], kind));
    let (sum, kind) = kinds.max()?;
    (sum > REFERRAL_MIN).then(|| u16::try_from(kind).unwrap_or(0))
}
