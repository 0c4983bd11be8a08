//! One request and one candidate to one verdict.

use koppelaar_rules::{Candidate, LocalTime, ReadingRef, Verdict};

use crate::calendar::day_number;
use crate::manifest::Why;
use crate::meeting::Times;
use crate::pair::Pair;
use crate::settings::Settings;
use crate::trees::correction;

/// What two posts of which one seems to contradict the other must have more: a concierge sees it at a glance, and trusts
/// the next suggestion less. Read off pairs of neighbourhoods that taught nothing, when there were 300 trees; with 800,
/// -200 lost a point of `right_in_3` on three sets, and gained at most one of abstention.
const CONTRADICTED: i32 = -80;
/// The same where that is seldom misread: of such pairs of one category one in eleven is right. On 1,875 requests that had
/// taught nothing it lost 6 right ones among the first three, and kept 6 wrong suggestions from being made.
const PLAINLY_CONTRADICTED: i32 = -200;
/// Above the first, so many points count as one: pairs that surely fit keep their order below the most that a score can
/// be.
const SURE: i32 = 800;
const SURE_SHARE: i32 = 4;
/// The most reasons that the contract takes.
const REASONS_MAX: usize = 8;

/// Judges one candidate, with `trees` as [`correction`] takes them.
pub fn assess(
    settings: &Settings,
    trees: &[u8],
    request: &ReadingRef<'_>,
    candidate: &Candidate<'_>,
    now: &LocalTime,
) -> Verdict {
    let weights = &settings.weights;
    let Some(pair) = Pair::of(request, &candidate.offer) else {
        return Verdict::ineligible();
    };
    let mut score = pair.points(weights) + correction(trees, &pair.facts());
    if pair.details.exclude_plainly() {
        score += PLAINLY_CONTRADICTED;
    } else if pair.times == Times::Apart || pair.details.exclude() {
        score += CONTRADICTED;
    }
    score += i32::from(weights.same_area) * i32::from(candidate.same_area);
    score += i32::from(weights.helped_before) * i32::from(candidate.helped_before.min(3));
    score -= i32::from(weights.often_asked) * i32::from(candidate.load.min(8));
    let age = day_number(i32::from(now.year), now.month, now.day).saturating_sub(pair.offered());
    score -= (age / 14).clamp(0, 10) * 5;
    let score = if score > SURE { SURE + (score - SURE) / SURE_SHARE } else { score };
    let score = score.clamp(0, 1000);
    if score < settings.minimum_of(pair.category()) {
        return Verdict::ineligible();
    }
    let mut verdict = Verdict::score(u16::try_from(score).unwrap_or(0)).because(Why::SameHelp as u16, &[]);
    let mut because = |holds: bool, code: u16, arguments: &[i32]| {
        if holds && verdict.reasons.len() < REASONS_MAX {
            verdict.add(code, arguments);
        }
    };
    because(pair.in_doubt(), Why::InDoubt as u16, &[]);
    because(pair.mutual, Why::EachOther as u16, &[]);
    match pair.times {
        Times::Open => {}
        Times::Any => because(true, Why::AnyTime as u16, &[]),
        Times::Meet(reason) => because(true, reason, &[]),
        Times::Apart => because(true, Why::TimesApart as u16, &[]),
    }
    because(pair.details.exclude(), Why::DetailExcluded as u16, &[]);
    because(pair.details.same > 0, Why::SameDetail as u16, &[]);
    because(candidate.helped_before > 0, Why::HelpedBefore as u16, &[i32::from(candidate.helped_before)]);
    because(candidate.same_area, Why::SameArea as u16, &[]);
    because(candidate.load >= 3, Why::OftenAsked as u16, &[i32::from(candidate.load)]);
    because(pair.other_language(), Why::OtherLanguage as u16, &[]);
    verdict
}
