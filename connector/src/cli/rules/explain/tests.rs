use jiff::civil::date;
use jiff::tz::TimeZone;

use super::*;
use crate::domain::{MemberId, NeighbourhoodId, PostId, Private};
use crate::rules::{Category, HostReading, Phrases, Protection, Reading, ReasonCode, Slot, Verdict};

const GROCERIES: u16 = 0;
const OIL: u16 = 1;
const SATURDAY: Slot = Slot { weekday: 5, from_minute: 0, to_minute: 1_440, days_ahead: None };
const SUNDAY: Slot = Slot { weekday: 6, ..SATURDAY };

fn manifest() -> Manifest {
    let english = |text: &str| Phrases(vec![("en".into(), text.into())]);
    let category = |(id, together): (&str, bool)| Category { id: id.into(), labels: Phrases::default(), together };
    Manifest {
        name: "test".into(),
        version: "1.0.0".into(),
        categories: [("groceries", false), ("oil", true)].map(category).into(),
        languages: vec!["nl".into()],
        referrals: vec!["crisis".into(), "food-bank".into()],
        reasons: vec![ReasonCode { id: "often".into(), sentences: english("Was suggested {0} times in {1} weeks.") }],
        settings_schema: serde_json::Value::Bool(true),
    }
}

/// A reading; `score` is what the rules of this test give it as a helper, in tens, and 0 means that they refuse.
fn reading(intent: Intent, needs: &[u16], gives: &[u16], score: u8) -> HostReading {
    let weighted = |list: &[u16]| list.iter().map(|&category| Weighted { category, weight: 900 }).collect();
    let reading = Reading {
        language: 0,
        intent,
        needs: weighted(needs),
        gives: weighted(gives),
        conditional: false,
        slots: vec![],
        closed: false,
        urgent: false,
        referral: None,
        features: vec![score],
    };
    HostReading { reading, protection: Protection::default() }
}

fn request(category: u16) -> HostReading {
    reading(Intent::Request, &[category], &[], 0)
}

fn offer(score: u8) -> HostReading {
    reading(Intent::Offer, &[], &[GROCERIES], score)
}

fn with(mut reading: HostReading, change: impl FnOnce(&mut HostReading)) -> HostReading {
    change(&mut reading);
    reading
}

fn told(readings: Vec<(&str, HostReading)>) -> String {
    let line = |(at, (id, _)): (usize, &(&str, HostReading))| {
        let local = date(2026, 3, 2).at(9, i8::try_from(at).unwrap(), 0, 0);
        PostLine {
            id: PostId::new(*id),
            neighbourhood: NeighbourhoodId::new("oude-dorp"),
            // Both are hers: the helper is named after the one who asks.
            author: MemberId::new(id.trim_end_matches("-too")),
            created: local.to_zoned(TimeZone::UTC).unwrap().timestamp(),
            local,
            kind: None,
            title: None,
            text: Private::new(format!("Text of {id}.")),
            area: None,
        }
    };
    let lines: Vec<_> = readings.iter().enumerate().map(line).collect();
    let (manifest, history, limits) = (manifest(), History::default(), snapshot::limits());
    let snapshot = snapshot::by_neighbourhood(&lines, readings.into_iter().map(|(_, reading)| reading).collect());
    let snapshot = &snapshot[0];
    let assess = |questions: &[Question<'_>]| {
        let verdict = |score: u8| Verdict {
            score: (score > 0).then_some(u16::from(score) * 10),
            reasons: if score > 75 { vec![Reason { code: 0, arguments: [3, 4] }] } else { vec![] },
        };
        Ok(questions
            .iter()
            .map(|question| question.candidates.iter().map(|c| verdict(c.offer.features[0])).collect())
            .collect())
    };
    let ranking = matching::rank(&snapshot.posts, None, &history, snapshot.now(), &limits, &manifest, assess).unwrap();
    let plan = ranking.plan();
    let explanations = ranking.explain(&plan, snapshot.now(), assess).unwrap();
    Words { manifest: &manifest, limits: &limits, language: Language::Nl }.neighbourhood(
        snapshot,
        &lines,
        &plan,
        &explanations,
    )
}

#[test]
fn each_candidate_has_a_score_or_a_veto_in_words() {
    let told = told(vec![
        ("rosa", with(request(GROCERIES), |r| r.reading.slots = vec![SATURDAY])),
        ("best", offer(80)),
        ("second", offer(70)),
        ("third", offer(60)),
        ("fourth", offer(50)),
        ("weak", offer(30)),
        ("on-sunday", with(offer(0), |r| r.reading.slots = vec![SUNDAY])),
        ("refused", offer(0)),
        ("rosa-too", offer(80)),
        ("gone", with(offer(80), |r| r.protection.closed = true)),
        ("in-danger", with(offer(80), |r| r.protection.crisis = true)),
        ("if-only", with(reading(Intent::Exchange, &[OIL], &[GROCERIES], 80), |r| r.reading.conditional = true)),
        ("solved", with(request(GROCERIES), |r| r.protection.closed = true)),
        ("hungry", with(request(OIL), |r| (r.reading.referral, r.reading.urgent) = (Some(1), true))),
    ]);
    insta::assert_snapshot!(told);
}

#[test]
fn rings_and_groups_are_told_at_their_members() {
    let told = told(vec![
        ("ann", reading(Intent::Exchange, &[OIL], &[GROCERIES], 60)),
        ("ben", reading(Intent::Exchange, &[GROCERIES], &[OIL], 60)),
        ("plain", offer(70)),
        ("oil-1", request(OIL)),
        ("oil-2", request(OIL)),
        ("oil-3", request(OIL)),
    ]);
    insta::assert_snapshot!(told);
}
