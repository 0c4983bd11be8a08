//! Modules that describe themselves as no module may, or with words that people should not get to see.

use crate::guest::{Guest, Manifest, dutch};
use crate::{Case, case};

/// A category or a reason.
type Item = (String, Vec<(String, String)>);

fn item(id: &str, text: &str) -> Item {
    (id.to_owned(), dutch(text))
}

fn many(count: usize) -> Vec<Item> {
    let letter = |n: usize| char::from(b'a' + u8::try_from(n % 26).unwrap());
    (0..count).map(|n| item(&[letter(n), letter(n / 26), letter(n / 676)].iter().collect::<String>(), "Iets")).collect()
}

pub fn cases() -> Vec<Case> {
    let wrong = |name, change: fn(&mut Manifest)| case(name, "Manifest", Guest::says(change));
    vec![
        wrong("no categories", |m| m.categories.clear()),
        wrong("201 categories", |m| m.categories = many(201)),
        wrong("5,000 categories", |m| m.categories = many(5_000)),
        wrong("a category twice", |m| m.categories = vec![item("garden", "Tuin"), item("garden", "Tuin")]),
        wrong("a category without a name for people", |m| m.categories[0].1.clear()),
        wrong("a category of two words", |m| m.categories[0].0 = "garden work".to_owned()),
        wrong("a category with a name of 61 characters", |m| m.categories[0].1 = dutch(&"t".repeat(61))),
        wrong("no languages", |m| m.languages.clear()),
        wrong("21 languages", |m| m.languages = many(21).into_iter().map(|(id, _)| id).collect()),
        wrong("a language that turns the text around", |m| m.languages[0] = "nl\u{202e}".to_owned()),
        wrong("a language twice", |m| m.languages = vec!["nl".to_owned(), "nl".to_owned()]),
        wrong("51 referrals", |m| m.referrals = many(51).into_iter().map(|(id, _)| id).collect()),
        wrong("201 reasons", |m| m.reasons = many(201)),
        wrong("a name in capitals", |m| m.name = b"Guest".to_vec()),
        wrong("a name that colours a terminal", |m| m.name = b"\x1b[31mred".to_vec()),
        wrong("a name of 100,000 characters", |m| m.name = vec![b'a'; 100_000]),
        wrong("no version", |m| m.version = String::new()),
        wrong("a version that is none", |m| m.version = "the newest".to_owned()),
        wrong("a sentence of 201 characters", |m| m.reasons[0].1 = dutch(&"woont dichtbij ".repeat(14))),
        wrong("a sentence of a link alone", |m| m.reasons[0].1 = dutch("https://evil.example/pay")),
        wrong("a sentence of nothing that can be seen", |m| m.reasons[0].1 = dutch("\u{200b}\u{202e}\n\t")),
        wrong("a sentence twice in a language", |m| m.reasons[0].1 = [dutch("Ja."), dutch("Nee.")].concat()),
        wrong("settings without a schema", |m| m.schema = String::new()),
        wrong("a schema that is no JSON", |m| m.schema = "{\"type\":".to_owned()),
        wrong("a schema of no schema", |m| m.schema = r#"{"type":"rhubarb"}"#.to_owned()),
        wrong("a schema elsewhere", |m| m.schema = r#"{"$ref":"https://evil.example/schema.json"}"#.to_owned()),
        wrong("a schema in a file", |m| m.schema = r#"{"$ref":"file:///etc/passwd"}"#.to_owned()),
        wrong("a schema of 257 KiB", |m| m.schema = format!("{{}}{}", " ".repeat(257 << 10))),
        wrong("a schema nested 100,000 deep", |m| m.schema = "[".repeat(100_000)),
        wrong("a schema with a pattern that has no end", |m| m.schema = r#"{"pattern":"(("}"#.to_owned()),
        case("a schema that refers to itself", "accepted", Guest::says(|m| m.schema = r##"{"$ref":"#"}"##.to_owned())),
        case(
            "a schema with a pattern that repeats itself",
            "accepted",
            Guest::says(|m| {
                m.schema = r#"{"properties":{"a":{"pattern":"^(a+)+$"}}}"#.to_owned();
            }),
        ),
        case("a name that is no UTF-8", "Malformed", Guest::says(|m| m.name = vec![0xff, 0xfe, 0x80])),
        case("half a surrogate in a name", "Malformed", Guest::says(|m| m.name = vec![0xed, 0xa0, 0x80])),
        case(
            "markup, a link and an address in a sentence",
            "accepted",
            Guest::says(|m| {
                m.reasons[0].1 = dutch(
                    "<b>Klik</b> op https://evil.example/pay\u{202e} of evil.example,\nmail evil@evil.example \u{1b}[31mnu",
                );
            }),
        ),
    ]
}
