//! Help for help, as the *buurtconciërge* of Sint-Niklaas dreams of it: whoever is unsteady on their feet gets their
//! groceries from the neighbour who can go if only somebody minds her child meanwhile.
//!
//! A post is cut into clauses. In each, cues tell whether the author asks or gives, and words tell what. Who does both
//! offers an exchange, and a cue such as “als iemand” makes it conditional. A pair who help each other scores far above
//! one who only helps.

mod clauses;
mod words;

use koppelaar_rules::{
    Candidate, Intent, LocalTime, Manifest, NoSettings, Post, Reading, ReadingRef, Rules, Verdict, export,
};

use clauses::{Side, clauses};
use words::{CATEGORIES, CLOSED, CONDITIONS, CRISES, URGENT, holds};

/// The score of a neighbour who helps and needs nothing back that the other has.
const HELPS: u16 = 600;
/// The score when each gives what the other needs.
const EACH_OTHER: u16 = 900;
/// What each task of the last four weeks costs a helper, and what it is worth that both live in the same part.
const PER_TASK: u16 = 30;
const SAME_AREA: u16 = 40;

const REFERRAL_CRISIS: u16 = 0;

/// Indices of the reasons, in the order of the manifest.
const WHY_EACH_OTHER: u16 = 0;
const WHY_SAME_HELP: u16 = 1;
const WHY_OFTEN: u16 = 2;

/// The module.
pub struct HelpForHelp;

impl Rules for HelpForHelp {
    type Settings = NoSettings;

    fn manifest() -> Manifest {
        let manifest = Manifest::new("sint-niklaas", env!("CARGO_PKG_VERSION"), &["nl"])
            .referral("crisis")
            .reason(
                "each-other",
                &[
                    ("nl", "Elk geeft wat de ander nodig heeft: laat hen elkaar helpen."),
                    ("en", "Each gives what the other needs: let them help each other."),
                ],
            )
            .reason("same-help", &[("nl", "Biedt aan wat gevraagd wordt."), ("en", "Offers what is asked for.")])
            .reason(
                "often-asked",
                &[
                    ("nl", "Werd in vier weken al {0} keer voorgesteld."),
                    ("en", "Was suggested {0} times in four weeks."),
                ],
            );
        CATEGORIES.iter().fold(manifest, |manifest, category| {
            manifest.category(category.id, &[("nl", category.dutch), ("en", category.english)])
        })
    }

    fn new(_: NoSettings) -> Self {
        Self
    }

    fn read(&self, post: &Post) -> Reading {
        let text = format!("{}. {}", post.title.as_deref().unwrap_or_default(), post.text).to_lowercase();
        let (mut needs, mut gives): (Vec<u16>, Vec<u16>) = (Vec::new(), Vec::new());
        for clause in clauses(&text, post.kind) {
            let list = match clause.side {
                Side::Asks => &mut needs,
                Side::Gives => &mut gives,
            };
            list.extend(words::categories(clause.text).filter(|category| !list.contains(category)).collect::<Vec<_>>());
        }
        // “I go shopping if somebody minds my child” is about the child and the shopping, each on its own side.
        gives.retain(|category| !needs.contains(category));
        let intent = match (needs.is_empty(), gives.is_empty()) {
            (false, false) => Intent::Exchange,
            (false, true) => Intent::Request,
            (true, false) => Intent::Offer,
            (true, true) => Intent::Notice,
        };
        let mut reading = Reading::new(0, intent);
        reading.conditional = intent == Intent::Exchange && holds(&text, CONDITIONS);
        reading.closed = holds(&text, CLOSED);
        reading.urgent = holds(&text, URGENT);
        reading.referral = holds(&text, CRISES).then_some(REFERRAL_CRISIS);
        // The contract takes at most 8 of each.
        let reading = needs.into_iter().take(8).fold(reading, |reading, category| reading.need(category, 800));
        gives.into_iter().take(8).fold(reading, |reading, category| reading.give(category, 800))
    }

    fn assess(&self, request: &ReadingRef<'_>, candidate: &Candidate<'_>, _: &LocalTime) -> Verdict {
        let offer = &candidate.offer;
        if !meets(request, offer) {
            return Verdict::ineligible();
        }
        let each_other = meets(offer, request);
        let score = if each_other { EACH_OTHER } else { HELPS } + SAME_AREA * u16::from(candidate.same_area);
        let score = score.saturating_sub(PER_TASK.saturating_mul(candidate.load));
        let verdict = Verdict::score(score).because(if each_other { WHY_EACH_OTHER } else { WHY_SAME_HELP }, &[]);
        if candidate.load > 1 { verdict.because(WHY_OFTEN, &[i32::from(candidate.load)]) } else { verdict }
    }
}

/// Whether the second gives something that the first needs.
fn meets(asks: &ReadingRef<'_>, helps: &ReadingRef<'_>) -> bool {
    asks.needs.iter().any(|need| helps.gives.iter().any(|give| give.category == need.category))
}

export!(HelpForHelp);

#[cfg(test)]
mod tests;
