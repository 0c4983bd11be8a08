//! One request and one candidate to one verdict.

use koppelaar_rules::{Candidate, Intent, LocalTime, ReadingRef, Slot, Verdict};

use crate::calendar::day_number;
use crate::features::FeaturesRef;
use crate::lexicon::{AGAINST, HARMLESS, MATTERING, REFUSALS, TELLING};
use crate::manifest::{CRISIS, REPAIR_SHOP, Why, both_on};
use crate::model::RARITY_UNIT;
use crate::settings::{Settings, Weights};

/// What a category that both surely mean is worth, and what every candidate has from the start.
const FIT: i32 = 600;
const FIT_MIN: i32 = 10;
/// What a shared word is worth, for each unit of its rarity; the settings say how much all of them together at most.
const SHARED: i32 = 3;
/// The most details that count together.
const DETAILS_MAX: i32 = 3;
/// What it costs that both name a detail of one kind and not the same one, and of kinds where that seldom fits.
const APART: i32 = 120;
const TELLING_APART: i32 = 260;
/// What it costs that a post leaves open who asks.
const DOUBT: i32 = 30;
/// The most reasons that the contract takes.
const REASONS_MAX: usize = 8;

/// Judges one candidate.
pub fn assess(settings: &Settings, request: &ReadingRef<'_>, candidate: &Candidate<'_>, now: &LocalTime) -> Verdict {
    let (offer, weights) = (&candidate.offer, &settings.weights);
    let speaks = |reading: &ReadingRef<'_>| !matches!(reading.intent, Intent::Report | Intent::Notice);
    let safe = |reading: &ReadingRef<'_>| {
        !reading.closed && reading.referral.is_none_or(|kind| kind != CRISIS && kind != REPAIR_SHOP)
    };
    if !speaks(request) || !speaks(offer) || !safe(request) || !safe(offer) {
        return Verdict::ineligible();
    }
    let Some((fit, category)) = category_fit(request, offer) else {
        return Verdict::ineligible();
    };
    let (wanted, given) = (FeaturesRef::decode(request.features), FeaturesRef::decode(offer.features));
    let (Some(time), Some(detail)) = (
        time_fit(weights, (request, wanted.written), (offer, given.written)),
        detail_fit(weights, &wanted, &given, category),
    ) else {
        return Verdict::ineligible();
    };
    let mut score = FIT_MIN + FIT * fit / 1000 + time.points + detail;
    let doubt = request.intent == Intent::Offer || offer.intent == Intent::Request;
    if doubt && open_sided(request) && open_sided(offer) {
        return Verdict::ineligible();
    }
    if doubt {
        // Two requests for one thing share their words as well: that says nothing of who helps.
        score -= DOUBT;
    } else {
        score += (wanted.shared(&given) * SHARED / i32::from(RARITY_UNIT)).min(i32::from(weights.shared_words));
    }
    score += i32::from(weights.same_area) * i32::from(candidate.same_area);
    score += i32::from(weights.helped_before) * i32::from(candidate.helped_before.min(3));
    score -= i32::from(weights.often_asked) * i32::from(candidate.load.min(8));
    let other_language = request.language != offer.language;
    score -= i32::from(weights.other_language) * i32::from(other_language);
    let mutual = category_fit(offer, request).is_some() && matches!(offer.intent, Intent::Exchange);
    score += i32::from(weights.each_other) * i32::from(mutual);
    let age = day_number(i32::from(now.year), now.month, now.day).saturating_sub(given.written);
    score -= (age / 14).clamp(0, 10) * 5;
    let score = score.clamp(0, 1000);
    if score < settings.minimum_of(category) {
        return Verdict::ineligible();
    }
    let mut verdict = Verdict::score(u16::try_from(score).unwrap_or(0)).because(Why::SameHelp as u16, &[]);
    let mut because = |holds: bool, code: u16, arguments: &[i32]| {
        if holds && verdict.reasons.len() < REASONS_MAX {
            verdict.add(code, arguments);
        }
    };
    because(doubt, Why::InDoubt as u16, &[]);
    because(mutual, Why::EachOther as u16, &[]);
    because(time.reason.is_some(), time.reason.unwrap_or(0), &[]);
    because(detail > 0, Why::SameDetail as u16, &[]);
    because(candidate.helped_before > 0, Why::HelpedBefore as u16, &[i32::from(candidate.helped_before)]);
    because(candidate.same_area, Why::SameArea as u16, &[]);
    because(candidate.load >= 3, Why::OftenAsked as u16, &[i32::from(candidate.load)]);
    because(other_language, Why::OtherLanguage as u16, &[]);
    verdict
}

/// Whether the text leaves open who asks: of two such posts nobody can say that one helps the other.
fn open_sided(reading: &ReadingRef<'_>) -> bool {
    reading.intent != Intent::Exchange && !reading.needs.is_empty() && !reading.gives.is_empty()
}

/// How likely both mean the same kind of help, in thousandths, and which; none where they share no category at all.
fn category_fit(request: &ReadingRef<'_>, offer: &ReadingRef<'_>) -> Option<(i32, u16)> {
    let shared = request.needs.iter().flat_map(|need| {
        let same = offer.gives.iter().filter(|give| give.category == need.category);
        same.map(|give| ((i32::from(need.weight) * i32::from(give.weight)).isqrt(), need.category))
    });
    shared.max()
}

struct TimeFit {
    points: i32,
    reason: Option<u16>,
}

/// None when both set times and none of them meet. Each reading comes with its day of writing, since 1970.
fn time_fit(
    weights: &Weights,
    (request, asked): (&ReadingRef<'_>, i32),
    (offer, offered): (&ReadingRef<'_>, i32),
) -> Option<TimeFit> {
    let (wanted, given) = (request.slots, offer.slots);
    if wanted.is_empty() {
        return Some(TimeFit { points: 0, reason: None });
    }
    if given.is_empty() {
        return Some(TimeFit { points: i32::from(weights.any_time), reason: Some(Why::AnyTime as u16) });
    }
    let date = |slot: &Slot, written: i32| slot.days_ahead.map(|ahead| written.saturating_add(i32::from(ahead)));
    // The first time that both can, and whether all others are on its day.
    let mut common = None;
    let mut one_weekday = true;
    for want in wanted {
        for give in given.iter().filter(|give| give.weekday == want.weekday) {
            let (from, to) = (want.from_minute.max(give.from_minute), want.to_minute.min(give.to_minute));
            // Two dates must be one; a date and a weekday that comes back always meet.
            let one_day = match (date(want, asked), date(give, offered)) {
                (Some(want), Some(give)) => want == give,
                _ => true,
            };
            if from < to && one_day {
                let (day, ..) = *common.get_or_insert((want.weekday, from, to));
                one_weekday &= day == want.weekday;
            }
        }
    }
    let (day, from, to) = common?;
    let reason = match (one_weekday, from, to) {
        (false, ..) => Why::SameTime as u16,
        (true, 360.., ..=720) => both_on(day, 1),
        (true, 720.., ..=1080) => both_on(day, 2),
        (true, 1080.., _) => both_on(day, 3),
        (true, ..) => both_on(day, 0),
    };
    Some(TimeFit { points: i32::from(weights.same_time), reason: Some(reason) })
}

/// Points for details that meet; none when one excludes what the other has.
fn detail_fit(weights: &Weights, wanted: &FeaturesRef<'_>, given: &FeaturesRef<'_>, category: u16) -> Option<i32> {
    let barred = !wanted.tags.is_empty()
        && !given.tags.is_empty()
        && AGAINST.iter().any(|&(need, cannot)| wanted.tags.has(need) && given.tags.has(cannot));
    // “Printers that do not print” speaks of printers all the same: what a text also affirms it does not exclude.
    let refused = wanted.excluded.and(&given.tags).and(&REFUSALS).without(&wanted.tags);
    let excluded = wanted.tags.and(&given.excluded).without(&HARMLESS).without(&given.tags);
    let mattering = MATTERING[usize::from(category)];
    if barred || !refused.is_empty() || excluded.groups() & mattering != 0 {
        return None;
    }
    let both = wanted.tags.and(&given.tags).groups() & mattering;
    // Both name something of one group, such as the school subject, and not the same.
    let apart = wanted.tags.groups() & given.tags.groups() & mattering & !both;
    let count = |groups: u64| i32::try_from(groups.count_ones()).unwrap_or(0);
    let points = i32::from(weights.same_detail) * count(both).min(DETAILS_MAX);
    Some(points - TELLING_APART * count(apart & TELLING) - APART * count(apart & !TELLING))
}
