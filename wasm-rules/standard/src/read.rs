//! One post to one reading.

use koppelaar_rules::{Intent, Kind, Post, Reading, Weighted};

use crate::calendar::day_number;
use crate::evidence::{Evidence, FLAG_MIN, Signal};
use crate::extra::Extra;
use crate::features::Features;
use crate::intent::understand;
use crate::manifest::{CRISIS, FOOD_BANK, REFERRALS};
use crate::settings::Settings;
use crate::targets::CATEGORIES;
use crate::times::slots;

/// Reads one post.
pub fn read(settings: &Settings, extra: &Extra, post: &Post) -> Reading {
    let evidence = Evidence::new(post.title.as_deref(), &post.text, extra);
    let clicked: Option<Kind> = post.kind;
    let mut understood = understand(&evidence, clicked);
    understood.needs.retain(|need| allowed(settings, *need));
    understood.gives.retain(|give| allowed(settings, *give));
    let referral = referral(&evidence);
    if referral.is_some() && matches!(understood.intent, Intent::Notice | Intent::Report) && referral != Some(CRISIS) {
        understood.intent = Intent::Request;
    }
    let crisis = referral == Some(CRISIS);
    let once = matches!(understood.intent, Intent::Request | Intent::Exchange);
    let pressing = evidence.sum(Signal::Urgent) - evidence.sum(Signal::Calm) >= FLAG_MIN;
    let waits = matches!(understood.intent, Intent::Request | Intent::Exchange | Intent::Report);
    let urgent = crisis || referral == Some(FOOD_BANK) || pressing && waits;
    let written = day_number(i32::from(post.written.year), post.written.month, post.written.day);
    Reading {
        language: u16::try_from(evidence.language).unwrap_or(0),
        intent: understood.intent,
        needs: understood.needs,
        gives: understood.gives,
        conditional: false,
        slots: slots(&evidence, post.written, once),
        closed: evidence.closed(),
        urgent,
        referral,
        features: Features::new(&evidence, written).encode(),
    }
}

fn allowed(settings: &Settings, weighted: Weighted) -> bool {
    let id = CATEGORIES[usize::from(weighted.category)];
    !settings.excluded_categories.iter().any(|excluded| excluded == id)
}

/// The strongest referral; a crisis outweighs all others.
fn referral(evidence: &Evidence) -> Option<u16> {
    const SIGNALS: [Signal; REFERRALS.len()] =
        [Signal::Crisis, Signal::FoodBank, Signal::HomeCare, Signal::SocialServices, Signal::RepairShop];
    let mut best = None;
    let mut most = FLAG_MIN - 1;
    for (index, signal) in (0_u16..).zip(SIGNALS) {
        let sum = evidence.sum(signal);
        if sum > most {
            best = Some(index);
            most = if index == CRISIS { i16::MAX } else { sum };
        }
    }
    best
}
