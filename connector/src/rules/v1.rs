//! Version 1 of the contract: its bindings, and their conversion to and from the host's own types. What a module
//! returns is believed only as far as [`super::answer`] has checked it.

use jiff::civil::DateTime;
use wasmtime::component::InstancePre;

use super::engine::CallLimits;
use super::manifest::Unchecked;
use super::version::StartError;
use super::{
    Candidate, Category, Intent, Phrases, Question, Reading, Reason, ReasonCode, RulePost, Slot, Verdict, Weighted,
};
use crate::domain::{LocalTime, PostKind};

mod bindings {
    // Generated: the macro vouches for its own `unsafe`, and its documentation is that of the WIT file.
    #![allow(missing_docs, unsafe_code, clippy::pedantic, dead_code)]
    wasmtime::component::bindgen!({
        path: "../wasm-rules/wit/v1",
        world: "rules",
        exports: { default: async },
        ownership: Borrowing { duplicate_if_necessary: true },
        require_store_data_send: true,
    });
}

use bindings::exports::koppelaar::rules::matching as wit;

/// The interface that a module must export.
pub(super) const INTERFACE: &str = "koppelaar:rules/matching@1.0.0-rc.3";
/// The most characters of a title that a module gets.
pub(super) const MAX_TITLE_CHARS: usize = 300;
/// The most characters of a text that a module gets.
pub(super) const MAX_TEXT_CHARS: usize = 5_000;

pub(super) type Instance = bindings::Rules;

/// A module whose exports have been found.
pub(super) struct Prepared {
    pre: InstancePre<CallLimits>,
    exports: bindings::RulesIndices,
}

impl Prepared {
    /// Looks up the contract's exports.
    pub fn of(pre: InstancePre<CallLimits>) -> wasmtime::Result<Self> {
        let exports = bindings::RulesIndices::new(&pre)?;
        Ok(Self { pre, exports })
    }

    /// Makes a fresh instance, and looks whether its types fit.
    pub async fn start(&self, store: &mut Store) -> Result<Instance, StartError> {
        let instance = self.pre.instantiate_async(&mut *store).await.map_err(StartError::Instance)?;
        self.exports.load(&mut *store, &instance).map_err(StartError::Types)
    }
}

type Store = wasmtime::Store<CallLimits>;

pub(super) async fn describe(instance: &Instance, store: &mut Store) -> wasmtime::Result<Unchecked> {
    let raw = instance.koppelaar_rules_matching().call_describe(store).await?;
    let category = |c: wit::Category| Category { id: c.id, labels: phrases(c.labels), together: c.together };
    Ok(Unchecked {
        name: raw.name,
        version: raw.version,
        categories: raw.categories.into_iter().map(category).collect(),
        languages: raw.languages,
        referrals: raw.referrals,
        reasons: raw.reasons.into_iter().map(|r| ReasonCode { id: r.id, sentences: phrases(r.sentences) }).collect(),
        settings_schema: raw.settings_schema,
    })
}

pub(super) async fn read(
    instance: &Instance,
    store: &mut Store,
    settings: &str,
    posts: &[RulePost],
) -> wasmtime::Result<Vec<Reading>> {
    let posts: Vec<_> = posts.iter().map(post_out).collect();
    let readings = instance.koppelaar_rules_matching().call_read(store, settings, &posts).await?;
    Ok(readings.into_iter().map(reading_in).collect())
}

pub(super) async fn assess(
    instance: &Instance,
    store: &mut Store,
    settings: &str,
    questions: &[Question<'_>],
) -> wasmtime::Result<Vec<Vec<Verdict>>> {
    // The contract's records borrow their lists, so these are laid out first, from the inside out.
    let requests: Vec<_> = questions.iter().map(|question| Lists::of(question.request)).collect();
    let offers: Vec<Vec<_>> =
        questions.iter().map(|question| question.candidates.iter().map(|c| Lists::of(c.offer)).collect()).collect();
    let candidates: Vec<Vec<_>> = questions
        .iter()
        .zip(&offers)
        .map(|(question, offers)| question.candidates.iter().zip(offers).map(candidate_out).collect())
        .collect();
    let questions: Vec<_> = questions
        .iter()
        .zip(&requests)
        .zip(&candidates)
        .map(|((question, request), candidates)| wit::Question {
            request: request.reading(question.request),
            now: time_out(question.now),
            candidates,
            // No number of a fact is given out yet.
            facts: &[],
        })
        .collect();
    let verdicts = instance.koppelaar_rules_matching().call_assess(store, settings, &questions).await?;
    Ok(verdicts.into_iter().map(|list| list.into_iter().map(verdict_in).collect()).collect())
}

fn phrases(raw: Vec<wit::Phrase>) -> Phrases {
    Phrases(raw.into_iter().map(|phrase| (phrase.language, phrase.text)).collect())
}

fn time_out(time: LocalTime) -> wit::LocalTime {
    let at: DateTime = time.0;
    // Civil dates have months 1 to 12, days 1 to 31, weekdays 0 to 6, hours 0 to 23 and minutes 0 to 59.
    wit::LocalTime {
        year: at.year(),
        month: at.month().unsigned_abs(),
        day: at.day().unsigned_abs(),
        weekday: at.weekday().to_monday_zero_offset().unsigned_abs(),
        minute: u16::from(at.hour().unsigned_abs()) * 60 + u16::from(at.minute().unsigned_abs()),
    }
}

fn post_out(post: &RulePost) -> wit::Post<'_> {
    wit::Post {
        kind: post.kind.map(|kind| match kind {
            PostKind::Question => wit::Kind::Question,
            PostKind::Offer => wit::Kind::Offer,
            PostKind::Lend => wit::Kind::Lend,
            PostKind::Notice => wit::Kind::Notice,
            PostKind::Event => wit::Kind::Event,
        }),
        title: post.title.as_ref().map(|title| cut(title.reveal(), MAX_TITLE_CHARS)),
        text: cut(post.text.reveal(), MAX_TEXT_CHARS),
        written: time_out(post.written),
    }
}

fn cut(text: &str, chars: usize) -> &str {
    text.char_indices().nth(chars).map_or(text, |(end, _)| &text[..end])
}

fn candidate_out<'a>((candidate, lists): (&'a Candidate<'a>, &'a Lists)) -> wit::Candidate<'a> {
    wit::Candidate {
        offer: lists.reading(candidate.offer),
        load: candidate.load,
        same_area: candidate.same_area,
        helped_before: candidate.helped_before,
    }
}

/// The lists of a reading in the contract's types.
struct Lists {
    needs: Vec<wit::Weighted>,
    gives: Vec<wit::Weighted>,
    slots: Vec<wit::Slot>,
}

impl Lists {
    fn of(reading: &Reading) -> Self {
        let weighted = |w: &Weighted| wit::Weighted { category: w.category, weight: w.weight };
        Self {
            needs: reading.needs.iter().map(weighted).collect(),
            gives: reading.gives.iter().map(weighted).collect(),
            slots: reading
                .slots
                .iter()
                .map(|s| wit::Slot {
                    weekday: s.weekday,
                    from_minute: s.from_minute,
                    to_minute: s.to_minute,
                    days_ahead: s.days_ahead,
                })
                .collect(),
        }
    }

    fn reading<'a>(&'a self, reading: &'a Reading) -> wit::ReadingParam<'a> {
        wit::ReadingParam {
            language: reading.language,
            intent: match reading.intent {
                Intent::Request => wit::Intent::Request,
                Intent::Offer => wit::Intent::Offer,
                Intent::Exchange => wit::Intent::Exchange,
                Intent::Report => wit::Intent::Report,
                Intent::Notice => wit::Intent::Notice,
            },
            needs: &self.needs,
            gives: &self.gives,
            conditional: reading.conditional,
            slots: &self.slots,
            closed: reading.closed,
            urgent: reading.urgent,
            referral: reading.referral,
            features: &reading.features,
        }
    }
}

fn reading_in(raw: wit::ReadingResult) -> Reading {
    let weighted = |list: Vec<wit::Weighted>| {
        list.into_iter().map(|w| Weighted { category: w.category, weight: w.weight }).collect()
    };
    Reading {
        language: raw.language,
        intent: match raw.intent {
            wit::Intent::Request => Intent::Request,
            wit::Intent::Offer => Intent::Offer,
            wit::Intent::Exchange => Intent::Exchange,
            wit::Intent::Report => Intent::Report,
            wit::Intent::Notice => Intent::Notice,
        },
        needs: weighted(raw.needs),
        gives: weighted(raw.gives),
        conditional: raw.conditional,
        slots: raw
            .slots
            .into_iter()
            .map(|s| Slot {
                weekday: s.weekday,
                from_minute: s.from_minute,
                to_minute: s.to_minute,
                days_ahead: s.days_ahead,
            })
            .collect(),
        closed: raw.closed,
        urgent: raw.urgent,
        referral: raw.referral,
        features: raw.features,
    }
}

fn verdict_in(raw: wit::Verdict) -> Verdict {
    let reasons = raw.reasons.into_iter().map(|r| Reason { code: r.code, arguments: r.arguments }).collect();
    Verdict { score: raw.score, reasons }
}
