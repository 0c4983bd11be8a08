//! Version 1 of the contract: its bindings, and their conversion to and from the host's own types. What a module
//! returns is believed only as far as [`super::answer`] has checked it.

use jiff::civil::DateTime;
use wasmtime::component::InstancePre;

use super::answer::{Answer, Counted};
use super::engine::CallLimits;
use super::manifest::Unchecked;
use super::version::StartError;
use super::{Category, Intent, Phrases, Question, Reading, Reason, ReasonCode, RulePost, Slot, Weighted};
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
pub(super) const INTERFACE: &str = "koppelaar:rules/matching@1.0.0-rc.4";
/// What stands in the column of days ahead where a slot has none.
const EVERY_WEEK: u16 = u16::MAX;
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
) -> wasmtime::Result<Vec<Answer>> {
    // The contract's records borrow their lists, so these are laid out first.
    let requests: Vec<_> = questions.iter().map(|question| Lists::of(question.request)).collect();
    let columns: Vec<_> = questions.iter().map(Columns::of).collect();
    let questions: Vec<_> = questions
        .iter()
        .zip(&requests)
        .zip(&columns)
        .map(|((question, request), columns)| wit::Question {
            request: request.reading(question.request),
            now: time_out(question.now),
            candidates: &columns.candidates,
            columns: columns.lent(),
            // No number of a fact is given out yet.
            facts: &[],
        })
        .collect();
    let answers = instance.koppelaar_rules_matching().call_assess(store, settings, &questions).await?;
    Ok(answers.into_iter().map(answer_in).collect())
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

/// The lists of a reading in the contract's types.
struct Lists {
    needs: Vec<wit::Weighted>,
    gives: Vec<wit::Weighted>,
    slots: Vec<wit::Slot>,
}

impl Lists {
    fn of(reading: &Reading) -> Self {
        Self {
            needs: reading.needs.iter().copied().map(weighted_out).collect(),
            gives: reading.gives.iter().copied().map(weighted_out).collect(),
            slots: reading.slots.iter().map(slot_out).collect(),
        }
    }

    fn reading<'a>(&'a self, reading: &'a Reading) -> wit::ReadingParam<'a> {
        wit::ReadingParam {
            language: reading.language,
            intent: intent_out(reading.intent),
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

/// The candidates of one question, and the columns of what their readings have lists of.
struct Columns {
    candidates: Vec<wit::Candidate>,
    need_categories: Vec<u16>,
    need_weights: Vec<u16>,
    give_categories: Vec<u16>,
    give_weights: Vec<u16>,
    slot_weekdays: Vec<u8>,
    slot_from_minutes: Vec<u16>,
    slot_to_minutes: Vec<u16>,
    slot_days_ahead: Vec<u16>,
    features: Vec<u8>,
}

impl Columns {
    fn of(question: &Question<'_>) -> Self {
        let sum = |count: fn(&Reading) -> usize| question.candidates.iter().map(|c| count(c.offer)).sum();
        let (needs, gives, slots) = (sum(|r| r.needs.len()), sum(|r| r.gives.len()), sum(|r| r.slots.len()));
        let mut columns = Self {
            candidates: Vec::with_capacity(question.candidates.len()),
            need_categories: Vec::with_capacity(needs),
            need_weights: Vec::with_capacity(needs),
            give_categories: Vec::with_capacity(gives),
            give_weights: Vec::with_capacity(gives),
            slot_weekdays: Vec::with_capacity(slots),
            slot_from_minutes: Vec::with_capacity(slots),
            slot_to_minutes: Vec::with_capacity(slots),
            slot_days_ahead: Vec::with_capacity(slots),
            features: Vec::with_capacity(sum(|r| r.features.len())),
        };
        for candidate in &question.candidates {
            let offer = columns.append(candidate.offer);
            columns.candidates.push(wit::Candidate {
                offer,
                load: candidate.load,
                same_area: candidate.same_area,
                helped_before: candidate.helped_before,
            });
        }
        columns
    }

    fn append(&mut self, reading: &Reading) -> wit::Outline {
        let (needs, needs_count) = counted(&reading.needs);
        self.need_categories.extend(needs.iter().map(|need| need.category));
        self.need_weights.extend(needs.iter().map(|need| need.weight));
        let (gives, gives_count) = counted(&reading.gives);
        self.give_categories.extend(gives.iter().map(|give| give.category));
        self.give_weights.extend(gives.iter().map(|give| give.weight));
        let (slots, slots_count) = counted(&reading.slots);
        self.slot_weekdays.extend(slots.iter().map(|slot| slot.weekday));
        self.slot_from_minutes.extend(slots.iter().map(|slot| slot.from_minute));
        self.slot_to_minutes.extend(slots.iter().map(|slot| slot.to_minute));
        self.slot_days_ahead.extend(slots.iter().map(|slot| slot.days_ahead.unwrap_or(EVERY_WEEK)));
        let (features, features_count) = counted(&reading.features);
        self.features.extend_from_slice(features);
        wit::Outline {
            language: reading.language,
            intent: intent_out(reading.intent),
            needs: needs_count,
            gives: gives_count,
            conditional: reading.conditional,
            slots: slots_count,
            closed: reading.closed,
            urgent: reading.urgent,
            referral: reading.referral,
            features: features_count,
        }
    }

    fn lent(&self) -> wit::Columns<'_> {
        wit::Columns {
            need_categories: &self.need_categories,
            need_weights: &self.need_weights,
            give_categories: &self.give_categories,
            give_weights: &self.give_weights,
            slot_weekdays: &self.slot_weekdays,
            slot_from_minutes: &self.slot_from_minutes,
            slot_to_minutes: &self.slot_to_minutes,
            slot_days_ahead: &self.slot_days_ahead,
            features: &self.features,
        }
    }
}

/// A list with its length in the contract's type. A checked reading has no more than that can tell; of another, such as
/// one that somebody wrote into the store, it is left out, so that counts and columns agree all the same.
fn counted<T, N: TryFrom<usize> + Default>(list: &[T]) -> (&[T], N) {
    N::try_from(list.len()).map_or_else(|_| (&list[..0], N::default()), |count| (list, count))
}

fn intent_out(intent: Intent) -> wit::Intent {
    match intent {
        Intent::Request => wit::Intent::Request,
        Intent::Offer => wit::Intent::Offer,
        Intent::Exchange => wit::Intent::Exchange,
        Intent::Report => wit::Intent::Report,
        Intent::Notice => wit::Intent::Notice,
    }
}

fn weighted_out(weighted: Weighted) -> wit::Weighted {
    wit::Weighted { category: weighted.category, weight: weighted.weight }
}

fn slot_out(slot: &Slot) -> wit::Slot {
    wit::Slot {
        weekday: slot.weekday,
        from_minute: slot.from_minute,
        to_minute: slot.to_minute,
        days_ahead: slot.days_ahead,
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

fn answer_in(raw: wit::Answer) -> Answer {
    let reason = |r: wit::Reason| Reason { code: r.code, arguments: [r.first, r.second] };
    Answer {
        verdicts: raw.verdicts.into_iter().map(|v| Counted { score: v.score, reasons: v.reasons }).collect(),
        reasons: raw.reasons.into_iter().map(reason).collect(),
    }
}
