//! Checks everything that a module returns against the limits of the contract.

use super::error::AuthorFault;
use super::{Intent, Manifest, Question, Reading, Reason, Slot, Verdict, Weighted};

/// The most needs, and the most gives, of a reading.
const MAX_WEIGHTED: usize = 8;
/// The most time slots of a reading.
const MAX_SLOTS: usize = 64;
/// The most bytes of features of a reading.
const MAX_FEATURE_BYTES: usize = 4 << 10;
/// The most reasons of a verdict.
const MAX_REASONS: usize = 8;
/// The highest weight and the highest score.
const MAX_SCORE: u16 = 1_000;
/// The farthest day that a slot can name.
const MAX_DAYS_AHEAD: u16 = 366;
const MINUTES_A_DAY: u16 = 1_440;

/// What a module answered to one question, as it came.
pub(super) struct Answer {
    pub verdicts: Vec<Counted>,
    /// Those of the first verdict, then those of the second, and so on.
    pub reasons: Vec<Reason>,
}

/// A score, and how many of the reasons are its own.
pub(super) struct Counted {
    pub score: Option<u16>,
    pub reasons: u8,
}

type Check<T = ()> = Result<T, (String, String)>;

/// Checks the answer of `read` to a batch of `asked` posts.
pub(super) fn readings(manifest: &Manifest, asked: usize, readings: &[Reading]) -> Result<(), AuthorFault> {
    let check = count("readings", asked, readings.len()).and_then(|()| {
        readings.iter().enumerate().try_for_each(|(i, r)| at(reading(manifest, r), || format!("readings[{i}]")))
    });
    check.map_err(|(place, what)| fault(manifest, "read", place, what))
}

/// Checks the answers of `assess` to `questions`, and gives every verdict its reasons.
pub(super) fn verdicts(
    manifest: &Manifest,
    questions: &[Question<'_>],
    answers: &[Answer],
) -> Result<Vec<Vec<Verdict>>, AuthorFault> {
    let check = count("answers", questions.len(), answers.len()).and_then(|()| {
        let checked = questions.iter().zip(answers).enumerate().map(|(i, (question, answer))| {
            at(of_question(manifest, question.candidates.len(), answer), || format!("answers[{i}]"))
        });
        checked.collect()
    });
    check.map_err(|(place, what)| fault(manifest, "assess", place, what))
}

fn of_question(manifest: &Manifest, candidates: usize, answer: &Answer) -> Check<Vec<Verdict>> {
    count("verdicts", candidates, answer.verdicts.len())?;
    let told: usize = answer.verdicts.iter().map(|verdict| usize::from(verdict.reasons)).sum();
    if answer.reasons.len() != told {
        return Err(("reasons".into(), format!("`{}` where the verdicts tell of `{told}`", answer.reasons.len())));
    }
    for (i, reason) in answer.reasons.iter().enumerate() {
        at(index("code", usize::from(reason.code), manifest.reasons.len()), || format!("reasons[{i}]"))?;
    }
    let mut rest = &answer.reasons[..];
    let mut own = |verdict: &Counted| {
        let (own, after) = rest.split_at(usize::from(verdict.reasons));
        rest = after;
        own.to_vec()
    };
    let verdict = |(i, verdict)| {
        at(within_limits(verdict), || format!("verdicts[{i}]"))?;
        Ok(Verdict { score: verdict.score, reasons: own(verdict) })
    };
    answer.verdicts.iter().enumerate().map(verdict).collect()
}

fn within_limits(verdict: &Counted) -> Check {
    if let Some(score) = verdict.score {
        within("score", score, 0, MAX_SCORE)?;
    }
    at_most("reasons", usize::from(verdict.reasons), MAX_REASONS)
}

fn fault(manifest: &Manifest, function: &'static str, place: String, what: String) -> AuthorFault {
    AuthorFault::Answer { module: manifest.name.clone(), function, place, what }
}

fn reading(manifest: &Manifest, reading: &Reading) -> Check {
    index("language", usize::from(reading.language), manifest.languages.len())?;
    weights("needs", manifest, &reading.needs)?;
    weights("gives", manifest, &reading.gives)?;
    if reading.conditional && reading.intent != Intent::Exchange {
        return Err((
            "conditional".into(),
            "only who asks and gives can give on a condition: intent `exchange`".into(),
        ));
    }
    at_most("slots", reading.slots.len(), MAX_SLOTS)?;
    for (i, s) in reading.slots.iter().enumerate() {
        at(slot(*s), || format!("slots[{i}]"))?;
    }
    if let Some(referral) = reading.referral {
        index("referral", usize::from(referral), manifest.referrals.len())?;
    }
    at_most("features", reading.features.len(), MAX_FEATURE_BYTES)
}

fn weights(name: &str, manifest: &Manifest, list: &[Weighted]) -> Check {
    at_most(name, list.len(), MAX_WEIGHTED)?;
    for (i, w) in list.iter().enumerate() {
        let place = || format!("{name}[{i}]");
        at(index("category", usize::from(w.category), manifest.categories.len()), place)?;
        at(within("weight", w.weight, 1, MAX_SCORE), place)?;
        if list[..i].iter().any(|earlier| earlier.category == w.category) {
            return Err((place(), format!("category `{}` stands there twice", w.category)));
        }
        if i > 0 && list[i - 1].weight < w.weight {
            return Err((place(), "its weight is above that of the one before; the most important comes first".into()));
        }
    }
    Ok(())
}

fn slot(slot: Slot) -> Check {
    within("weekday", u16::from(slot.weekday), 0, 6)?;
    within("to-minute", slot.to_minute, 1, MINUTES_A_DAY)?;
    within("from-minute", slot.from_minute, 0, slot.to_minute - 1)?;
    slot.days_ahead.map_or(Ok(()), |days| within("days-ahead", days, 0, MAX_DAYS_AHEAD))
}

fn at<T>(check: Check<T>, place: impl FnOnce() -> String) -> Check<T> {
    check.map_err(|(field, what)| (format!("{}.{field}", place()), what))
}

fn count(name: &str, asked: usize, got: usize) -> Check {
    if asked == got { Ok(()) } else { Err((name.into(), format!("`{got}` where `{asked}` were asked for"))) }
}

fn at_most(name: &str, got: usize, limit: usize) -> Check {
    if got <= limit { Ok(()) } else { Err((name.into(), format!("`{got}`, at most `{limit}` are allowed"))) }
}

fn index(name: &str, got: usize, len: usize) -> Check {
    if got < len { Ok(()) } else { Err((name.into(), format!("index `{got}` into a list of `{len}`"))) }
}

fn within(name: &str, got: u16, low: u16, high: u16) -> Check {
    if (low..=high).contains(&got) { Ok(()) } else { Err((name.into(), format!("`{got}` is not in `{low}..={high}`"))) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Category, Phrases, Reason, ReasonCode};

    fn manifest() -> Manifest {
        let category = |id: &str| Category { id: id.into(), labels: Phrases::default(), together: false };
        Manifest {
            name: "test".into(),
            version: "1.0.0".into(),
            categories: vec![category("groceries"), category("garden")],
            languages: vec!["nl".into()],
            referrals: vec!["crisis".into()],
            reasons: vec![ReasonCode { id: "near".into(), sentences: Phrases::default() }],
            settings_schema: serde_json::Value::Bool(true),
        }
    }

    fn sound() -> Reading {
        Reading {
            language: 0,
            intent: Intent::Request,
            needs: vec![Weighted { category: 1, weight: 1_000 }, Weighted { category: 0, weight: 1 }],
            gives: vec![],
            conditional: false,
            slots: vec![Slot { weekday: 6, from_minute: 0, to_minute: 1_440, days_ahead: Some(366) }],
            closed: false,
            urgent: false,
            referral: Some(0),
            features: vec![0; MAX_FEATURE_BYTES],
        }
    }

    /// The place that is named as wrong after `spoil`, if any.
    fn refused(spoil: impl FnOnce(&mut Reading)) -> Option<String> {
        let mut reading = sound();
        spoil(&mut reading);
        match readings(&manifest(), 1, &[reading]) {
            Ok(()) => None,
            Err(AuthorFault::Answer { place, .. }) => Some(place),
            Err(other) => panic!("unexpected {other}"),
        }
    }

    #[test]
    fn a_reading_at_its_limits_passes() {
        assert_eq!(refused(|_| ()), None);
    }

    #[test]
    fn every_limit_of_a_reading_is_checked() {
        assert_eq!(refused(|r| r.language = 1).unwrap(), "readings[0].language");
        assert_eq!(refused(|r| r.referral = Some(1)).unwrap(), "readings[0].referral");
        assert_eq!(refused(|r| r.features.push(0)).unwrap(), "readings[0].features");
        assert_eq!(refused(|r| r.needs[0].category = 2).unwrap(), "readings[0].needs[0].category");
        assert_eq!(refused(|r| r.needs[0].weight = 1_001).unwrap(), "readings[0].needs[0].weight");
        assert_eq!(refused(|r| r.needs[1].weight = 0).unwrap(), "readings[0].needs[1].weight");
        assert_eq!(refused(|r| r.needs[1].category = 1).unwrap(), "readings[0].needs[1]");
        assert_eq!(refused(|r| r.needs.reverse()).unwrap(), "readings[0].needs[1]");
        assert_eq!(refused(|r| r.gives = vec![Weighted { category: 0, weight: 1 }; 9]).unwrap(), "readings[0].gives");
        assert_eq!(refused(|r| r.conditional = true).unwrap(), "readings[0].conditional");
        assert_eq!(refused(|r| (r.conditional, r.intent) = (true, Intent::Exchange)), None);
        assert_eq!(refused(|r| r.slots = vec![r.slots[0]; 65]).unwrap(), "readings[0].slots");
        assert_eq!(refused(|r| r.slots[0].weekday = 7).unwrap(), "readings[0].slots[0].weekday");
        assert_eq!(refused(|r| r.slots[0].to_minute = 1_441).unwrap(), "readings[0].slots[0].to-minute");
        assert_eq!(refused(|r| r.slots[0].from_minute = 1_440).unwrap(), "readings[0].slots[0].from-minute");
        assert_eq!(refused(|r| r.slots[0].days_ahead = Some(367)).unwrap(), "readings[0].slots[0].days-ahead");
        assert!(readings(&manifest(), 2, &[sound()]).is_err());
    }

    /// The verdicts on two candidates of one question, or the place that is named as wrong.
    fn judged(answers: &[Answer]) -> Result<Vec<Vec<Verdict>>, String> {
        let request = sound();
        let now = crate::domain::LocalTime(jiff::civil::date(2026, 3, 2).at(9, 0, 0, 0));
        let offer = crate::rules::Candidate { offer: &request, load: 0, same_area: false, helped_before: 0 };
        let questions = [Question { request: &request, now, candidates: vec![offer.clone(), offer] }];
        verdicts(&manifest(), &questions, answers).map_err(|fault| match fault {
            AuthorFault::Answer { place, .. } => place,
            other => panic!("unexpected {other}"),
        })
    }

    fn answer(verdicts: &[(Option<u16>, u8)], codes: &[u16]) -> Answer {
        Answer {
            verdicts: verdicts.iter().map(|&(score, reasons)| Counted { score, reasons }).collect(),
            reasons: codes.iter().zip(0..).map(|(&code, place)| Reason { code, arguments: [place, 0] }).collect(),
        }
    }

    #[test]
    fn every_verdict_gets_its_own_reasons() {
        let verdicts = judged(&[answer(&[(Some(1_000), 2), (None, 8)], &[0; 10])]).unwrap();
        let places = |verdict: &Verdict| verdict.reasons.iter().map(|r| r.arguments[0]).collect::<Vec<_>>();
        let [first, second] = &verdicts[0][..] else { panic!("{verdicts:?}") };
        assert_eq!((first.score, places(first)), (Some(1_000), vec![0, 1]));
        assert_eq!((second.score, places(second)), (None, (2..10).collect()));
    }

    #[test]
    fn every_limit_of_an_answer_is_checked() {
        let wrong = |verdicts: &[(Option<u16>, u8)], codes: &[u16]| judged(&[answer(verdicts, codes)]).unwrap_err();
        assert_eq!(wrong(&[(None, 0), (Some(1_001), 0)], &[]), "answers[0].verdicts[1].score");
        assert_eq!(wrong(&[(None, 9), (None, 0)], &[0; 9]), "answers[0].verdicts[0].reasons");
        assert_eq!(wrong(&[(None, 1), (None, 1)], &[0, 1]), "answers[0].reasons[1].code");
        assert_eq!(wrong(&[(None, 1), (None, 1)], &[0]), "answers[0].reasons");
        assert_eq!(wrong(&[(None, 1), (None, 1)], &[0; 3]), "answers[0].reasons");
        assert_eq!(wrong(&[(None, 0)], &[]), "answers[0].verdicts");
        assert_eq!(wrong(&[(None, 0); 3], &[]), "answers[0].verdicts");
        assert_eq!(judged(&[]).unwrap_err(), "answers");
    }
}
