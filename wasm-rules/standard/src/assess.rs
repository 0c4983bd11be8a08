//! One request and one candidate to one verdict.

use koppelaar_rules::{Candidate, Intent, LocalTime, Reading, Slot, Verdict};

use crate::calendar::day_number;
use crate::features::Features;
use crate::lexicon::{HARMLESS, REFUSALS, TAG_GROUPS, TELLING};
use crate::manifest::{CRISIS, REPAIR_SHOP, Why, both_on};
use crate::settings::Settings;

const BASE: i32 = 620;

/// Judges one candidate.
pub fn assess(settings: &Settings, request: &Reading, candidate: &Candidate, now: &LocalTime) -> Verdict {
    let offer = &candidate.offer;
    let asks = matches!(request.intent, Intent::Request | Intent::Exchange);
    let helps = matches!(offer.intent, Intent::Offer | Intent::Exchange);
    let safe = |reading: &Reading| {
        !reading.closed && reading.referral.is_none_or(|kind| kind != CRISIS && kind != REPAIR_SHOP)
    };
    if !asks || !helps || !safe(request) || !safe(offer) {
        return Verdict::ineligible();
    }
    let Some(fit) = category_fit(request, offer) else {
        return Verdict::ineligible();
    };
    let (wanted, given) = (Features::decode(&request.features), Features::decode(&offer.features));
    let (Some(time), Some(detail)) = (time_fit(&request.slots, &offer.slots), detail_fit(&wanted, &given)) else {
        return Verdict::ineligible();
    };
    let mut score = BASE * fit / 1000 + time.points + detail;
    score += 12 * i32::try_from(wanted.shared_words(&given).min(6)).unwrap_or(0);
    score += 30 * i32::from(candidate.same_area) + 40 * i32::from(candidate.helped_before.min(3));
    score -= 25 * i32::from(candidate.load.min(8));
    let other_language = request.language != offer.language;
    score -= 60 * i32::from(other_language);
    let mutual = category_fit(offer, request).is_some() && matches!(offer.intent, Intent::Exchange);
    score += 80 * i32::from(mutual);
    let age = day_number(i32::from(now.year), now.month, now.day).saturating_sub(given.written);
    score -= (age / 14).clamp(0, 10) * 5;
    let score = score.clamp(0, 1000);
    if score < i32::from(settings.minimum_score) {
        return Verdict::ineligible();
    }
    let mut verdict = Verdict::score(u16::try_from(score).unwrap_or(0)).because(Why::SameHelp as u16, &[]);
    let mut because = |holds: bool, code: u16, arguments: &[i32]| {
        if holds {
            verdict = verdict.clone().because(code, arguments);
        }
    };
    because(mutual, Why::EachOther as u16, &[]);
    because(time.reason.is_some(), time.reason.unwrap_or(0), &[]);
    because(detail > 0, Why::SameDetail as u16, &[]);
    because(candidate.helped_before > 0, Why::HelpedBefore as u16, &[i32::from(candidate.helped_before)]);
    because(candidate.same_area, Why::SameArea as u16, &[]);
    because(candidate.load >= 3, Why::OftenAsked as u16, &[i32::from(candidate.load)]);
    because(other_language, Why::OtherLanguage as u16, &[]);
    verdict
}

/// How well the best shared category stands on both sides, up to 1000; none without a shared one.
fn category_fit(request: &Reading, offer: &Reading) -> Option<i32> {
    let shared = request.needs.iter().flat_map(|need| {
        offer
            .gives
            .iter()
            .filter(|give| give.category == need.category)
            .map(|give| i32::from(need.weight) * i32::from(give.weight) / 1000)
    });
    shared.max().map(|weight| 700 + weight * 3 / 10)
}

struct TimeFit {
    points: i32,
    reason: Option<u16>,
}

/// None when both set times and none of them meet.
fn time_fit(wanted: &[Slot], given: &[Slot]) -> Option<TimeFit> {
    if wanted.is_empty() {
        return Some(TimeFit { points: 0, reason: None });
    }
    if given.is_empty() {
        return Some(TimeFit { points: 20, reason: Some(Why::AnyTime as u16) });
    }
    let mut common = Vec::new();
    for want in wanted {
        for give in given.iter().filter(|give| give.weekday == want.weekday) {
            let (from, to) = (want.from_minute.max(give.from_minute), want.to_minute.min(give.to_minute));
            if from < to {
                common.push((want.weekday, from, to));
            }
        }
    }
    let &(day, from, to) = common.first()?;
    let one_day = common.iter().all(|slot| slot.0 == day);
    let reason = match (one_day, from, to) {
        (false, ..) => Why::SameTime as u16,
        (true, 360.., ..=720) => both_on(day, 1),
        (true, 720.., ..=1080) => both_on(day, 2),
        (true, 1080.., _) => both_on(day, 3),
        (true, ..) => both_on(day, 0),
    };
    Some(TimeFit { points: 120, reason: Some(reason) })
}

/// Points for details that meet; none when one excludes what the other has.
fn detail_fit(wanted: &Features, given: &Features) -> Option<i32> {
    if wanted.tags & given.excluded & !HARMLESS != 0 || wanted.excluded & given.tags & REFUSALS != 0 {
        return None;
    }
    let mut points = 40 * i32::try_from((wanted.tags & given.tags).count_ones().min(4)).unwrap_or(0);
    // Both name something of one group, such as the school subject, and not the same.
    let mut group_start = 0;
    while group_start < TAG_GROUPS.len() {
        let group = TAG_GROUPS[group_start];
        let size = TAG_GROUPS[group_start..].iter().take_while(|&&other| other == group).count();
        let bits = (0..size).fold(0_u128, |bits, i| bits | 1 << (group_start + i));
        let (want, give) = (wanted.tags & bits, given.tags & bits);
        if want != 0 && give != 0 && want & give == 0 {
            points -= if bits & TELLING == 0 { 120 } else { 260 };
        }
        group_start += size;
    }
    Some(points)
}
