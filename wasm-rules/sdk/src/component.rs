use std::marker::PhantomData;

use crate::bindings::exports::koppelaar::rules::matching::{self as wit, Answer, Guest, Question};
use crate::candidate::Lists;
use crate::{Manifest, Post, Reading, Rules};

/// Carries the contract's batches to the single-item functions of [`Rules`]. Named by [`export!`](crate::export) only.
pub struct Component<R>(PhantomData<R>);

impl<R: Rules + 'static> Guest for Component<R> {
    fn describe() -> Manifest {
        R::manifest()
    }

    fn read(settings: String, posts: Vec<Post>) -> Vec<Reading> {
        let rules = prepare::<R>(&settings);
        posts.iter().map(|post| rules.read(post)).collect()
    }

    fn assess(settings: String, questions: Vec<Question>) -> Vec<Answer> {
        let rules = prepare::<R>(&settings);
        questions.iter().map(|question| answer(&rules, question)).collect()
    }
}

fn answer<R: Rules>(rules: &R, question: &Question) -> Answer {
    let request = question.request.view();
    let mut reasons = Vec::new();
    let judge = |candidate| {
        let verdict = rules.assess(&request, &candidate, &question.now);
        reasons.extend_from_slice(&verdict.reasons);
        // As many as the host could refuse, and never none for too many.
        let count = u8::try_from(verdict.reasons.len()).unwrap_or(u8::MAX);
        wit::Verdict { score: verdict.score, reasons: count }
    };
    let verdicts = Lists::of(&question.columns).candidates(&question.candidates).map(judge).collect();
    Answer { verdicts, reasons }
}

/// # Panics
/// When the settings are not what `R::Settings` reads. The host validates them against the manifest's schema first, so
/// schema and type disagree: a fault of the module, which must trap and never look like a verdict.
fn prepare<R: Rules>(settings: &str) -> R {
    match serde_json::from_str(settings) {
        Ok(settings) => R::new(settings),
        Err(error) => {
            panic!("the settings fit the schema of the manifest but not the module's type: {error}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Component;
    use crate::bindings::exports::koppelaar::rules::matching::{self as wit, Guest, Question};
    use crate::{
        Candidate, Intent, LocalTime, Manifest, Post, Reading, ReadingRef, Reason, Rules, Slot, Verdict, Weighted,
    };

    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Base {
        #[serde(default)]
        base: u16,
    }

    impl Rules for Base {
        type Settings = Self;

        fn manifest() -> Manifest {
            Manifest::new("base", "1.0.0", &["nl"]).settings_schema(r#"{"type":"object"}"#)
        }

        fn new(settings: Self) -> Self {
            settings
        }

        fn read(&self, post: &Post) -> Reading {
            let length = u16::try_from(post.text.len()).unwrap_or(u16::MAX);
            Reading::new(0, Intent::Request).need(length, self.base)
        }

        /// As many reasons as the candidate has times, each with what shows which part of a column it got.
        fn assess(&self, request: &ReadingRef<'_>, candidate: &Candidate<'_>, _: &LocalTime) -> Verdict {
            let ReadingRef { needs, gives, slots, features, .. } = candidate.offer;
            let sum = |list: &[Weighted]| list.iter().map(|item| i32::from(item.weight)).sum();
            let bytes = i32::from(features.iter().sum::<u8>());
            let verdict = Verdict::score(request.needs[0].weight + candidate.load);
            let verdict =
                slots.iter().fold(verdict, |verdict, slot| verdict.because(u16::from(slot.weekday), &[bytes]));
            if slots.is_empty() { verdict } else { verdict.because(9, &[sum(needs), sum(gives)]) }
        }
    }

    const NOW: LocalTime = LocalTime { year: 2026, month: 3, day: 2, weekday: 0, minute: 600 };

    #[test]
    fn batches_keep_their_order() {
        let post = |text: &str| Post { kind: None, title: None, text: text.to_owned(), written: NOW };
        let readings = Component::<Base>::read(r#"{"base":7}"#.to_owned(), vec![post("a"), post("abc")]);
        let lengths: Vec<_> =
            readings.iter().map(|reading| (reading.needs[0].category, reading.needs[0].weight)).collect();
        assert_eq!(lengths, [(1, 7), (3, 7)]);
    }

    fn reading(weights: [&[u16]; 2], weekdays: &[u8], features: &[u8]) -> Reading {
        let weighted = |list: &[u16]| list.iter().map(|&weight| Weighted { category: 0, weight }).collect();
        let slot = |&weekday: &u8| Slot { weekday, from_minute: 0, to_minute: 1, days_ahead: None };
        let mut reading = Reading::new(0, Intent::Offer);
        (reading.needs, reading.gives) = (weighted(weights[0]), weighted(weights[1]));
        reading.slots = weekdays.iter().map(slot).collect();
        reading.features = features.to_vec();
        reading
    }

    /// Lays the lists of `offers` out in columns, as the host does.
    fn question(request: &Reading, offers: &[(&Reading, u16)]) -> Question {
        let count = |len: usize| u8::try_from(len).unwrap();
        let candidate = |&(offer, load): &(&Reading, u16)| wit::Candidate {
            offer: wit::Outline {
                language: offer.language,
                intent: offer.intent,
                needs: count(offer.needs.len()),
                gives: count(offer.gives.len()),
                conditional: offer.conditional,
                slots: count(offer.slots.len()),
                closed: offer.closed,
                urgent: offer.urgent,
                referral: offer.referral,
                features: u16::from(count(offer.features.len())),
            },
            load,
            same_area: false,
            helped_before: 0,
        };
        let needs: Vec<_> = offers.iter().flat_map(|(offer, _)| &offer.needs).collect();
        let gives: Vec<_> = offers.iter().flat_map(|(offer, _)| &offer.gives).collect();
        let slots: Vec<_> = offers.iter().flat_map(|(offer, _)| &offer.slots).collect();
        Question {
            request: request.clone(),
            now: NOW,
            candidates: offers.iter().map(candidate).collect(),
            columns: wit::Columns {
                need_categories: needs.iter().map(|need| need.category).collect(),
                need_weights: needs.iter().map(|need| need.weight).collect(),
                give_categories: gives.iter().map(|give| give.category).collect(),
                give_weights: gives.iter().map(|give| give.weight).collect(),
                slot_weekdays: slots.iter().map(|slot| slot.weekday).collect(),
                slot_from_minutes: slots.iter().map(|slot| slot.from_minute).collect(),
                slot_to_minutes: slots.iter().map(|slot| slot.to_minute).collect(),
                slot_days_ahead: slots.iter().map(|slot| slot.days_ahead.unwrap_or(u16::MAX)).collect(),
                features: offers.iter().flat_map(|(offer, _)| offer.features.clone()).collect(),
            },
            facts: Vec::new(),
        }
    }

    #[test]
    fn every_candidate_gets_its_own_part_of_the_columns() {
        let request = reading([&[7], &[]], &[], &[]);
        let full = reading([&[1, 2], &[10]], &[3, 4], &[100, 50]);
        let (empty, last) = (reading([&[], &[]], &[], &[]), reading([&[], &[20, 30]], &[5], &[9]));
        let questions = vec![
            question(&request, &[(&full, 1), (&empty, 2), (&last, 3)]),
            question(&request, &[]),
            question(&request, &[(&last, 4)]),
        ];
        let answers = Component::<Base>::assess("{}".to_owned(), questions);

        let verdicts = |answer: &wit::Answer| -> Vec<_> {
            answer.verdicts.iter().map(|verdict| (verdict.score, verdict.reasons)).collect()
        };
        assert_eq!(verdicts(&answers[0]), [(Some(8), 3), (Some(9), 0), (Some(10), 2)]);
        assert_eq!(verdicts(&answers[1]), []);
        assert_eq!(verdicts(&answers[2]), [(Some(11), 2)]);
        let reason = |code, first, second| Reason { code, first, second };
        let of_last = [reason(5, 9, 0), reason(9, 0, 50)];
        assert_eq!(answers[0].reasons[..3], [reason(3, 150, 0), reason(4, 150, 0), reason(9, 3, 10)]);
        assert_eq!(answers[0].reasons[3..], of_last);
        assert_eq!(answers[2].reasons, of_last);
    }

    #[test]
    #[should_panic(expected = "unknown field `bass`")]
    fn settings_that_do_not_fit_trap() {
        Component::<Base>::read(r#"{"bass":7}"#.to_owned(), Vec::new());
    }
}
