use std::marker::PhantomData;

use crate::bindings::exports::koppelaar::rules::matching::Guest;
use crate::{Manifest, Post, Question, Reading, Rules, Verdict};

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

    fn assess(settings: String, questions: Vec<Question>) -> Vec<Vec<Verdict>> {
        let rules = prepare::<R>(&settings);
        let judge = |question: &Question| {
            question
                .candidates
                .iter()
                .map(|candidate| rules.assess(&question.request, candidate, &question.now))
                .collect()
        };
        questions.iter().map(judge).collect()
    }
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
    use crate::bindings::exports::koppelaar::rules::matching::Guest;
    use crate::{Candidate, Intent, LocalTime, Manifest, Post, Question, Reading, Rules, Verdict};

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

        fn assess(&self, request: &Reading, candidate: &Candidate, _: &LocalTime) -> Verdict {
            Verdict::score(request.needs[0].weight + candidate.load)
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

        let candidate = |load| Candidate { offer: readings[0].clone(), load, same_area: false, helped_before: 0 };
        let question = |loads: &[u16]| Question {
            request: readings[0].clone(),
            now: NOW,
            candidates: loads.iter().copied().map(candidate).collect(),
            facts: Vec::new(),
        };
        let verdicts =
            Component::<Base>::assess("{}".to_owned(), vec![question(&[1, 2]), question(&[]), question(&[3])]);
        let scores: Vec<Vec<_>> =
            verdicts.iter().map(|list| list.iter().map(|verdict| verdict.score).collect()).collect();
        assert_eq!(scores, [vec![Some(8), Some(9)], vec![], vec![Some(10)]]);
    }

    #[test]
    #[should_panic(expected = "unknown field `bass`")]
    fn settings_that_do_not_fit_trap() {
        Component::<Base>::read(r#"{"bass":7}"#.to_owned(), Vec::new());
    }
}
