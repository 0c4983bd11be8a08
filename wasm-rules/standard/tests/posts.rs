//! The rules on the project's labelled posts: what must never get worse.

use std::path::Path;

use koppelaar_rules::{Candidate, Intent, Kind, LocalTime, Post, Reading, Rules};
use koppelaar_standard::Standard;
use koppelaar_standard::calendar::day_number;
use koppelaar_standard::manifest::CRISIS;
use serde_json::Value;

fn written(created: &str) -> LocalTime {
    let number = |from: usize, to: usize| created[from..to].parse::<u16>().expect("digits");
    let (month, day) = (u8::try_from(number(5, 7)), u8::try_from(number(8, 10)));
    let (year, month, day) = (number(0, 4).cast_signed(), month.expect("month"), day.expect("day"));
    // 1970-01-01 was a Thursday.
    let weekday = (day_number(i32::from(year), month, day) + 3).rem_euclid(7);
    let weekday = u8::try_from(weekday).expect("below 7");
    LocalTime { year, month, day, weekday, minute: number(11, 13) * 60 + number(14, 16) }
}

fn post(line: &Value) -> Post {
    let kind = match line["category"].as_str() {
        Some("question") => Some(Kind::Question),
        Some("offer") => Some(Kind::Offer),
        Some("lend") => Some(Kind::Lend),
        Some("notice") => Some(Kind::Notice),
        Some("event") => Some(Kind::Event),
        _ => None,
    };
    Post {
        kind,
        title: line["title"].as_str().map(str::to_owned),
        text: line["text"].as_str().expect("text").to_owned(),
        written: written(line["created"].as_str().expect("created")),
    }
}

fn intent(name: &str) -> Intent {
    match name {
        "request" => Intent::Request,
        "offer" => Intent::Offer,
        "exchange" => Intent::Exchange,
        "report" => Intent::Report,
        _ => Intent::Notice,
    }
}

#[test]
fn the_labelled_posts_are_understood() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/posts/posts.jsonl");
    let text = std::fs::read_to_string(file).expect("fixture");
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let rules = Standard::default();
    let readings: Vec<Reading> = lines.iter().map(|line| rules.read(&post(line))).collect();

    let labels = || lines.iter().map(|line| &line["labels"]).zip(&readings);
    let right = labels().filter(|(label, reading)| intent(label["intent"].as_str().unwrap_or("")) == reading.intent);
    let right = right.count();
    assert!(right * 100 >= lines.len() * 92, "{right} of {} intents are right", lines.len());
    let closed = labels().filter(|(label, reading)| label["closed"] != reading.closed).count();
    assert!(closed <= 3, "{closed} posts are wrongly closed or open");
    let crisis = |reading: &Reading| reading.referral == Some(CRISIS);
    let missed = labels().filter(|(label, reading)| label["refer"] == "crisis" && !crisis(reading)).count();
    let alarms = labels().filter(|(label, reading)| label["refer"] != "crisis" && crisis(reading)).count();
    assert!(missed == 0 && alarms <= 4, "{missed} crises missed, {alarms} false alarms");

    let now = LocalTime { year: 2026, month: 11, day: 22, weekday: 6, minute: 0 };
    for (request, label) in readings.iter().zip(&lines) {
        for offer in &readings {
            let candidate = Candidate { offer: offer.view(), load: 0, same_area: false, helped_before: 0 };
            let verdict = rules.assess(&request.view(), &candidate, &now);
            let barred = [request, offer].iter().any(|side| side.closed || crisis(side));
            assert!(!barred || verdict.score.is_none(), "{}", label["id"]);
        }
    }
}
