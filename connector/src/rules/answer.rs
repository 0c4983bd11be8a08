//! Checks everything that a module returns against the limits of the contract.

use super::error::AuthorFault;
use super::{Intent, Manifest, Question, Reading, Slot, Verdict, Weighted};

/// The most needs, and the most gives, of a reading.
const MAX_WEIGHTED: usize = 8;
/// The most time slots of a reading.
const MAX_SLOTS: usize = 64;
/// The most bytes of features of a reading.
const MAX_FEATURE_BYTES: usize = 4 << 10;
/// The most reasons of a verdict.
const MAX_REASONS: usize = 8;
/// The most arguments of a reason.
const MAX_ARGUMENTS: usize = 2;
/// The highest weight and the highest score.
const MAX_SCORE: u16 = 1_000;
/// The farthest day that a slot can name.
const MAX_DAYS_AHEAD: u16 = 366;
const MINUTES_A_DAY: u16 = 1_440;

type Check = Result<(), (String, String)>;

/// Checks the answer of `read` to a batch of `asked` posts.
pub(super) fn readings(manifest: &Manifest, asked: usize, readings: &[Reading]) -> Result<(), AuthorFault> {
    let check = count("readings", asked, readings.len()).and_then(|()| {
        readings.iter().enumerate().try_for_each(|(i, r)| at(reading(manifest, r), || format!("readings[{i}]")))
    });
    check.map_err(|(place, what)| fault(manifest, "read", place, what))
}

/// Checks the answer of `assess` to `questions`.
pub(super) fn verdicts(
    manifest: &Manifest,
    questions: &[Question<'_>],
    verdicts: &[Vec<Verdict>],
) -> Result<(), AuthorFault> {
    let check = count("verdicts", questions.len(), verdicts.len()).and_then(|()| {
        verdicts.iter().zip(questions).enumerate().try_for_each(|(i, (list, question))| {
            count(&format!("verdicts[{i}]"), question.candidates.len(), list.len())?;
            let mut list = list.iter().enumerate();
            list.try_for_each(|(j, v)| at(verdict(manifest, v), || format!("verdicts[{i}][{j}]")))
        })
    });
    check.map_err(|(place, what)| fault(manifest, "assess", place, what))
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

fn verdict(manifest: &Manifest, verdict: &Verdict) -> Check {
    if let Some(score) = verdict.score {
        within("score", score, 0, MAX_SCORE)?;
    }
    at_most("reasons", verdict.reasons.len(), MAX_REASONS)?;
    for (i, reason) in verdict.reasons.iter().enumerate() {
        let place = || format!("reasons[{i}]");
        at(index("code", usize::from(reason.code), manifest.reasons.len()), place)?;
        at(at_most("arguments", reason.arguments.len(), MAX_ARGUMENTS), place)?;
    }
    Ok(())
}

fn at(check: Check, place: impl FnOnce() -> String) -> Check {
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

    #[test]
    fn every_limit_of_a_verdict_is_checked() {
        let request = sound();
        let now = crate::domain::LocalTime(jiff::civil::date(2026, 3, 2).at(9, 0, 0, 0));
        let offer = crate::rules::Candidate { offer: &request, load: 0, same_area: false, helped_before: 0 };
        let questions = [Question { request: &request, now, candidates: vec![offer] }];
        let check = |verdict: Verdict| verdicts(&manifest(), &questions, &[vec![verdict]]);
        let reason = Reason { code: 0, arguments: vec![1, 2] };
        let sound = Verdict { score: Some(1_000), reasons: vec![reason; 8] };
        check(sound.clone()).unwrap();
        let spoilt = |spoil: fn(&mut Verdict)| {
            let mut verdict = sound.clone();
            spoil(&mut verdict);
            verdict
        };
        for wrong in [
            spoilt(|v| v.score = Some(1_001)),
            spoilt(|v| v.reasons.push(v.reasons[0].clone())),
            spoilt(|v| v.reasons[7].code = 1),
            spoilt(|v| v.reasons[7].arguments.push(3)),
        ] {
            check(wrong).unwrap_err();
        }
        assert!(verdicts(&manifest(), &questions, &[vec![]]).is_err());
        assert!(verdicts(&manifest(), &questions, &[]).is_err());
    }
}
