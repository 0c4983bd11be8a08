//! A request and one who may help: what is known of the two together, from which the score is made.

use koppelaar_rules::{Intent, ReadingRef, Weighted};

use crate::features::{FeaturesRef, Seen, Shared};
use crate::intent::{GUESSED, ODD_UNIT};
use crate::known::RARITY_UNIT;
use crate::lexicon::{AGAINST, HARMLESS, MATTERING, REFUSALS, TELLING};
use crate::manifest::{CRISIS, REPAIR_SHOP};
use crate::meeting::{Times, times};
use crate::settings::Weights;

/// How many facts there are of a pair.
pub const FACTS: usize = 51;

/// Points are log-odds that a good concierge would name this helper, in 1/[`POINTS`], and [`SUGGESTED`] of them, corrected,
/// a chance of two in seven. What the settings do not name was read off a logistic regression over pairs of neighbourhoods
/// that the model had not seen, and rounded:
pub const POINTS: i32 = 120;
/// The score from which the host suggests somebody by default.
pub const SUGGESTED: i32 = 400;
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
/// For times that do not meet.
const TIMES_APART: i32 = -150;
/// For a detail that one has and the other excludes.
const EXCLUDED: i32 = -200;
/// The most details that count together.
const DETAILS_MAX: u32 = 3;
/// Both name a detail of one kind and not the same one, and of kinds where that seldom fits.
const APART: i32 = -105;
const TELLING_APART: i32 = -204;

/// What the details of the two say of one another; counts of groups of tags, such as pets.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Details {
    /// What one needs and the other says they cannot.
    pub barred: u32,
    /// What the helper has and who asks refuses.
    pub refused: u32,
    /// Bounds that the helper sets and what is asked for lies outside of: “from seven years on”.
    pub outside: u32,
    /// What who asks names and the helper excludes, where it matters for the category.
    pub excluded: u32,
    /// Those of kinds where two different ones seldom fit, such as pets.
    pub excluded_telling: u32,
    /// What who asks names and the helper excludes, whether it matters or not.
    pub excluded_anyhow: u32,
    /// Of which both name the same, where it matters.
    pub same: u32,
    /// The same, whether it matters or not.
    pub same_anyhow: u32,
    /// Of which both name something and not the same, where that tells much, and a little, and where it does not matter.
    pub apart_telling: u32,
    /// See above.
    pub apart: u32,
    /// See above.
    pub apart_anyhow: u32,
    /// Of which only who asks names something, where it matters.
    pub asked_only: u32,
    /// Of which only the helper names something, where it matters.
    pub given_only: u32,
}

impl Details {
    /// Whether one excludes what the other has.
    pub fn exclude(&self) -> bool {
        self.barred + self.refused + self.outside + self.excluded > 0
    }

    /// Whether it does so in a way that is seldom misread: “we have a cat” and “cats make me sneeze”.
    pub fn exclude_plainly(&self) -> bool {
        self.barred + self.outside + self.excluded_telling > 0
    }
}

/// A request and one who may help.
#[derive(Debug)]
pub struct Pair<'a> {
    request: &'a ReadingRef<'a>,
    offer: &'a ReadingRef<'a>,
    wanted: FeaturesRef<'a>,
    given: FeaturesRef<'a>,
    fit: Fit,
    shared: Shared,
    /// How their times meet.
    pub times: Times,
    /// How their details meet.
    pub details: Details,
    /// Whether each can help the other.
    pub mutual: bool,
}

impl<'a> Pair<'a> {
    /// None where nobody would pair the two: one of them neither asks nor gives, is closed or must not be paired, or they
    /// share no category.
    pub fn of(request: &'a ReadingRef<'a>, offer: &'a ReadingRef<'a>) -> Option<Self> {
        let speaks = |reading: &ReadingRef<'_>| !matches!(reading.intent, Intent::Report | Intent::Notice);
        let safe = |reading: &ReadingRef<'_>| {
            !reading.closed && reading.referral.is_none_or(|kind| kind != CRISIS && kind != REPAIR_SHOP)
        };
        if !speaks(request) || !speaks(offer) || !safe(request) || !safe(offer) {
            return None;
        }
        let fit = category_fit(request, offer)?;
        let (wanted, given) = (FeaturesRef::decode(request.features), FeaturesRef::decode(offer.features));
        // Of two posts that both leave open who asks, one way round is likelier.
        let against = |request: Seen, offer: Seen| i32::from(request.no_request) + i32::from(offer.no_offer);
        let (asker, helper) = (wanted.seen, given.seen);
        if open_sided(request) && open_sided(offer) && against(asker, helper) >= against(helper, asker) {
            return None;
        }
        let times = times((request, asker.written), (offer, helper.written));
        let details = details(&wanted, &given, fit.category);
        let mutual = offer.intent == Intent::Exchange && category_fit(offer, request).is_some();
        let shared = wanted.shared(&given);
        Some(Self { request, offer, wanted, given, fit, shared, times, details, mutual })
    }

    /// The category on which they meet best.
    pub fn category(&self) -> u16 {
        self.fit.category
    }

    /// Whether they write in different languages.
    pub fn other_language(&self) -> bool {
        self.request.language != self.offer.language
    }

    /// Whether it is left open who of the two asks.
    pub fn in_doubt(&self) -> bool {
        self.request.intent == Intent::Offer || self.offer.intent == Intent::Request
    }

    /// When the helper wrote, in days since 1970.
    pub fn offered(&self) -> i32 {
        self.given.seen.written
    }

    /// What speaks for the pair, in points, with what the settings say that a fact is worth.
    pub fn points(&self, weights: &Weights) -> i32 {
        let (asker, helper, details) = (self.wanted.seen, self.given.seen, &self.details);
        let count = |groups: u32| i32::try_from(groups).unwrap_or(0);
        let when = |holds: bool, points: i32| if holds { points } else { 0 };
        let over = i32::from(asker.over) + i32::from(helper.over);
        let odds = NO_REQUEST * i32::from(asker.no_request) + NO_OFFER * i32::from(helper.no_offer) + OVER * over;
        let shared = self.shared.rarity * SHARED_FOR_RARITY / i32::from(RARITY_UNIT);
        let time = match self.times {
            Times::Open => 0,
            Times::Any => i32::from(weights.any_time),
            Times::Meet(_) => i32::from(weights.same_time),
            Times::Apart => TIMES_APART,
        };
        let swaps = self.offer.intent == Intent::Exchange;
        BASE + MEET * self.fit.all / 1000
            + odds / ODD_UNIT
            + shared.min(i32::from(weights.shared_words))
            + time
            + i32::from(weights.same_detail) * count(details.same.min(DETAILS_MAX))
            + TELLING_APART * count(details.apart_telling)
            + APART * count(details.apart)
            + when(details.exclude(), EXCLUDED)
            - when(self.other_language(), i32::from(weights.other_language))
            + when(self.mutual, i32::from(weights.each_other))
            + when(swaps && !self.mutual, UNREQUITED)
    }

    /// What else can be known of it, as numbers: from these a learned correction of the points is made. What a concierge
    /// or the settings decide, such as who helped whom before, is not among them.
    pub fn facts(&self) -> [i16; FACTS] {
        let Self { request, offer, wanted, given, fit, shared, details, .. } = self;
        let (asker, helper) = (wanted.seen, given.seen);
        let days = |reading: &ReadingRef<'_>| reading.slots.iter().fold(0_u8, |days, slot| days | 1 << slot.weekday);
        let (askers_days, helpers_days) = (days(request), days(offer));
        let surest = |list: &[Weighted]| list.iter().map(|one| one.weight).max().unwrap_or(0).cast_signed();
        let side = |intent: Intent| match intent {
            Intent::Request => 1,
            Intent::Offer => 2,
            Intent::Exchange => 3,
            Intent::Report | Intent::Notice => 0,
        };
        let whole = |number: i32| i16::try_from(number).unwrap_or(i16::MAX);
        let count = |number: usize| i16::try_from(number).unwrap_or(i16::MAX);
        let few = |number: u32| i16::try_from(number).unwrap_or(i16::MAX);
        [
            whole(fit.all),
            whole(fit.best),
            fit.category.cast_signed(),
            match self.times {
                Times::Open => 0,
                Times::Any => 1,
                Times::Meet(_) => 2,
                Times::Apart => 3,
            },
            few((askers_days & helpers_days).count_ones()),
            few(askers_days.count_ones()),
            few(helpers_days.count_ones()),
            i16::from(request.slots.iter().any(|slot| slot.days_ahead.is_some())),
            count(request.slots.len()),
            count(offer.slots.len()),
            few(details.barred),
            few(details.refused),
            few(details.outside),
            few(details.excluded),
            few(details.excluded_anyhow),
            few(details.same),
            few(details.same_anyhow),
            few(details.apart_telling),
            few(details.apart),
            few(details.apart_anyhow),
            few(details.asked_only),
            few(details.given_only),
            asker.no_request.into(),
            helper.no_offer.into(),
            asker.over.into(),
            helper.over.into(),
            whole(shared.rarity),
            few(shared.words),
            whole(shared.rarest),
            few(shared.refused),
            whole(shared.refused_rarest),
            few(shared.kin),
            whole(shared.kin_rarest),
            few(shared.kin_refused),
            whole(shared.kin_refused_rarest),
            self.other_language().into(),
            side(request.intent),
            side(offer.intent),
            self.mutual.into(),
            count(wanted.tags.iter().count()),
            count(given.tags.iter().count()),
            count(wanted.excluded.iter().count()),
            count(given.excluded.iter().count()),
            request.referral.map_or(0, |kind| kind.cast_signed() + 1),
            request.urgent.into(),
            count(wanted.words()),
            count(given.words()),
            surest(request.needs),
            surest(offer.gives),
            count(request.needs.len()),
            count(offer.gives.len()),
        ]
    }
}

/// Whether the text leaves open who asks: of two such posts nobody can say that one helps the other.
fn open_sided(reading: &ReadingRef<'_>) -> bool {
    reading.intent != Intent::Exchange && !reading.needs.is_empty() && !reading.gives.is_empty()
}

/// How likely both mean the same kind of help, in thousandths.
#[derive(Debug)]
struct Fit {
    /// The category on which they meet best.
    category: u16,
    /// The chance that both mean that one.
    best: i32,
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
    let (best, category) = shared().max()?;
    let all: i32 = shared().map(|(both, _)| both / 1000).sum();
    Some(Fit { category, best: best / 1000, all: all.min(1000) })
}

fn details(wanted: &FeaturesRef<'_>, given: &FeaturesRef<'_>, category: u16) -> Details {
    let bars = |&&(need, cannot): &&(usize, usize)| wanted.tags.has(need) && given.tags.has(cannot);
    let told = !wanted.tags.is_empty() && !given.tags.is_empty();
    let barred = if told { AGAINST.iter().filter(bars).count() } else { 0 };
    // “Printers that do not print” speaks of printers all the same: what a text also affirms it does not exclude.
    let refused = wanted.excluded.and(&given.tags).and(&REFUSALS).without(&wanted.tags).groups();
    let excluded = wanted.tags.and(&given.excluded).without(&HARMLESS).without(&given.tags).groups();
    let mattering = MATTERING[usize::from(category)];
    let (asked, offered, same) = (wanted.tags.groups(), given.tags.groups(), wanted.tags.and(&given.tags).groups());
    // Both name something of one group, such as the school subject, and not the same.
    let apart = asked & offered & !same;
    Details {
        barred: u32::try_from(barred).unwrap_or(u32::MAX),
        refused: refused.count_ones(),
        outside: wanted.outside(given, category),
        excluded: (excluded & mattering).count_ones(),
        excluded_telling: (excluded & mattering & TELLING).count_ones(),
        excluded_anyhow: excluded.count_ones(),
        same: (same & mattering).count_ones(),
        same_anyhow: same.count_ones(),
        apart_telling: (apart & mattering & TELLING).count_ones(),
        apart: (apart & mattering & !TELLING).count_ones(),
        apart_anyhow: (apart & !mattering).count_ones(),
        asked_only: (asked & !offered & mattering).count_ones(),
        given_only: (offered & !asked & mattering).count_ones(),
    }
}

#[cfg(test)]
mod tests {
    use koppelaar_rules::{Intent, LocalTime, Post, Reading, Weighted};

    use super::{FACTS, Pair};
    use crate::evidence::Evidence;
    use crate::extra::Extra;
    use crate::features::{Features, Seen};
    use crate::meeting::Times;
    use crate::settings::Weights;
    use crate::times::slots;

    /// A reading of what a text says about details and times, as one of `intent` about `category`.
    fn reading(intent: Intent, category: u16, text: &str) -> Reading {
        let written = LocalTime { year: 2026, month: 3, day: 4, weekday: 2, minute: 600 };
        let post = Post { kind: None, title: None, text: text.to_owned(), written };
        let evidence = Evidence::new(None, &post.text, &Extra::default());
        let list = vec![Weighted { category, weight: 1000 }];
        let (needs, gives) = if intent == Intent::Request { (list, Vec::new()) } else { (Vec::new(), list) };
        let rarities = vec![100; evidence.tokens.list.len()];
        let features = Features::new(&evidence, &rarities, Seen::default()).encode();
        let slots = slots(&evidence, written, false);
        let (language, conditional, closed, urgent, referral) = (0, false, false, false, None);
        Reading { language, intent, needs, gives, conditional, slots, closed, urgent, referral, features }
    }

    #[test]
    fn times_and_details_that_differ_take_points_away() {
        let pet_care = 13;
        let request = reading(Intent::Request, pet_care, "Wie laat zaterdag mijn hond uit?");
        let points = |text: &str| {
            let offer = reading(Intent::Offer, pet_care, text);
            let (request, offer) = (request.view(), offer.view());
            let pair = Pair::of(&request, &offer).expect("both speak of pets");
            (pair.times, pair.details.exclude(), pair.points(&Weights::default()))
        };
        let (times, excluded, fitting) = points("Zaterdag wandel ik graag met een hond.");
        assert!(matches!(times, Times::Meet(_)) && !excluded);
        let (times, _, apart) = points("Dinsdag wandel ik graag met een hond.");
        assert!(times == Times::Apart && apart < fitting, "{apart} {fitting}");
        let (_, excluded, refused) = points("Zaterdag zorg ik voor katten, geen honden.");
        assert!(excluded && refused < fitting, "{refused} {fitting}");
    }

    #[test]
    fn what_is_plainly_excluded_is_of_the_category() {
        let (childcare, pet_care) = (12, 13);
        let plainly = |category: u16, asked: &str, offered: &str| {
            let request = reading(Intent::Request, category, asked);
            let offer = reading(Intent::Offer, category, offered);
            let (request, offer) = (request.view(), offer.view());
            Pair::of(&request, &offer).expect("one category").details.exclude_plainly()
        };
        let from_seven = "Ik pas op kinderen vanaf 7 jaar.";
        assert!(plainly(childcare, "Wie past er op ons zoontje van 4?", from_seven));
        assert!(!plainly(childcare, "Wie past er op onze dochter van 9?", from_seven));
        // The age of a child says nothing of a dog, nor an age that is asked of the helper.
        assert!(!plainly(pet_care, "Ons zoontje van 4 kan de hond niet houden.", from_seven));
        assert!(!plainly(
            childcare,
            "Een oppas gezocht, niet jonger dan 16 jaar.",
            "Ik pas op kinderen jonger dan 12."
        ));
        assert!(plainly(pet_care, "Wie loopt er met onze herder van 40 kilo?", "Een hond van hooguit 10 kg gaat mee."));
        assert!(plainly(pet_care, "Wie laat mijn hond uit?", "Ik zorg voor katten, geen honden."));
    }

    #[test]
    fn posts_that_share_no_category_make_no_pair_and_facts_are_of_both() {
        let request = reading(Intent::Request, 13, "Wie laat zaterdag mijn hond uit?");
        let other = reading(Intent::Offer, 10, "Ik snoei hagen.");
        assert!(Pair::of(&request.view(), &other.view()).is_none());
        let offer = reading(Intent::Offer, 13, "Zaterdag of zondag wandel ik met een hond.");
        let (request, offer) = (request.view(), offer.view());
        let facts: [i16; FACTS] = Pair::of(&request, &offer).expect("a pair").facts();
        // Likelihoods, the category, that times meet, days in common and on either side.
        assert_eq!(facts[..7], [1000, 1000, 13, 2, 1, 1, 2]);
    }
}
