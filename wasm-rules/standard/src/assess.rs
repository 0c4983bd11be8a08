//! One request and one candidate to one verdict.

use koppelaar_rules::{Candidate, Intent, LocalTime, ReadingRef, Slot, Verdict, Weighted};

use crate::calendar::day_number;
use crate::features::{FeaturesRef, Seen};
use crate::intent::{GUESSED, ODD_UNIT};
use crate::lexicon::{AGAINST, HARMLESS, MATTERING, REFUSALS, TELLING};
use crate::manifest::{CRISIS, REPAIR_SHOP, Why, both_on};
use crate::model::RARITY_UNIT;
use crate::settings::{Settings, Weights};
use crate::targets::CATEGORIES;

/// Points are log-odds that a good concierge would name this helper, in 1/120, and 400 of them a chance of one in five: a
/// logistic regression over pairs of held-out neighbourhoods gave them, rounded. What the settings do not name:
const BASE: i32 = 260;
/// For the chance that both mean the same kind of help.
const MEET: i32 = 349;
/// For each log-odd that speaks against the one asking and the other giving.
const NO_REQUEST: i32 = -122;
const NO_OFFER: i32 = -147;
/// For each log-odd that either post is closed.
const OVER: i32 = -300;
/// For a shared word, by its rarity; the settings say how much all of them together at most.
const SHARED_FOR_RARITY: i32 = 27;
/// Who gives only for something else, and does not get that from the one who asks.
const UNREQUITED: i32 = -25;
/// Of a repair or a form the day that a text names tells by when or since when, as often as on which day somebody must come.
const LENIENT: [&str; 4] = ["bike-repair", "food-aid", "paperwork", "sewing"];
/// For times that do not meet, in those.
const TIMES_APART: i32 = -150;
/// The most details that count together.
const DETAILS_MAX: i32 = 3;
/// Both name a detail of one kind and not the same one, and of kinds where that seldom fits.
const APART: i32 = -105;
const TELLING_APART: i32 = -204;
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
    let Some(fit) = category_fit(request, offer) else {
        return Verdict::ineligible();
    };
    let category = fit.category;
    let (wanted, given) = (FeaturesRef::decode(request.features), FeaturesRef::decode(offer.features));
    let (asker, helper) = (wanted.seen, given.seen);
    // Of two posts that both leave open who asks, one way round is likelier.
    let against = |request: Seen, offer: Seen| i32::from(request.no_request) + i32::from(offer.no_offer);
    if open_sided(request) && open_sided(offer) && against(asker, helper) >= against(helper, asker) {
        return Verdict::ineligible();
    }
    let apart =
        LENIENT.contains(&CATEGORIES[usize::from(category)]).then_some(TimeFit { points: TIMES_APART, reason: None });
    let (Some(time), Some(detail)) = (
        time_fit(weights, (request, asker.written), (offer, helper.written)).or(apart),
        detail_fit(weights, &wanted, &given, category),
    ) else {
        return Verdict::ineligible();
    };
    let mut score = BASE + MEET * fit.all / 1000 + time.points + detail;
    let over = i32::from(asker.over) + i32::from(helper.over);
    score +=
        (NO_REQUEST * i32::from(asker.no_request) + NO_OFFER * i32::from(helper.no_offer) + OVER * over) / ODD_UNIT;
    let shared = wanted.shared(&given) * SHARED_FOR_RARITY / i32::from(RARITY_UNIT);
    score += shared.min(i32::from(weights.shared_words));
    score += i32::from(weights.same_area) * i32::from(candidate.same_area);
    score += i32::from(weights.helped_before) * i32::from(candidate.helped_before.min(3));
    score -= i32::from(weights.often_asked) * i32::from(candidate.load.min(8));
    let other_language = request.language != offer.language;
    score -= i32::from(weights.other_language) * i32::from(other_language);
    let swaps = offer.intent == Intent::Exchange;
    let mutual = swaps && category_fit(offer, request).is_some();
    score += i32::from(weights.each_other) * i32::from(mutual) + UNREQUITED * i32::from(swaps && !mutual);
    let doubt = request.intent == Intent::Offer || offer.intent == Intent::Request;
    let age = day_number(i32::from(now.year), now.month, now.day).saturating_sub(helper.written);
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

/// How likely both mean the same kind of help, in thousandths.
struct Fit {
    /// The category on which they meet best.
    category: u16,
    /// The chance that both mean the same, whichever.
    all: i32,
}

/// None where they share no category at all.
fn category_fit(request: &ReadingRef<'_>, offer: &ReadingRef<'_>) -> Option<Fit> {
    // A guess about the other side is told as a part of what it would weigh if that side were meant: how likely that is
    // counts by itself.
    let whole = |weight: u16, guess: bool| (i32::from(weight) * if guess { i32::from(GUESSED) } else { 1 }).min(1000);
    let wanted = |need: &Weighted| whole(need.weight, request.intent == Intent::Offer);
    let given = |give: &Weighted| whole(give.weight, offer.intent == Intent::Request);
    let shared = || {
        request.needs.iter().flat_map(|need| {
            let same = offer.gives.iter().filter(|give| give.category == need.category);
            same.map(|give| (wanted(need) * given(give), need.category))
        })
    };
    let (_, category) = shared().max()?;
    let all: i32 = shared().map(|(both, _)| both / 1000).sum();
    Some(Fit { category, all: all.min(1000) })
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
    // Of an exchange nobody can say whether a date bounds what is asked or what is given.
    let swapped = request.intent == Intent::Exchange || offer.intent == Intent::Exchange;
    // The first time that both can, and whether all others are on its day.
    let mut common = None;
    let mut one_weekday = true;
    for want in wanted {
        for give in given.iter().filter(|give| give.weekday == want.weekday) {
            let (from, to) = (want.from_minute.max(give.from_minute), want.to_minute.min(give.to_minute));
            // Two dates must be one; a date and a weekday that comes back always meet.
            let one_day = match (date(want, asked), date(give, offered)) {
                (Some(want), Some(give)) => want == give || swapped,
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
    Some(points + TELLING_APART * count(apart & TELLING) + APART * count(apart & !TELLING))
}
