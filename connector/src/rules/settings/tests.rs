use insta::assert_snapshot;
use serde_json::{Value, json};

use super::*;
use crate::rules::{Category, Phrases};

fn manifest(schema: Value) -> Manifest {
    Manifest {
        name: "test".into(),
        version: "1.0.0".into(),
        categories: vec![],
        languages: vec![],
        referrals: vec![],
        reasons: vec![],
        settings_schema: schema,
    }
}

/// The standard module as its source describes its settings, whichever build of it is embedded.
fn standard() -> Manifest {
    let schema = include_str!("../../../../wasm-rules/standard/src/settings.schema.json");
    let phrase = |language: &str, text: &str| (language.to_owned(), text.to_owned());
    let category = |(id, nl, fr, en): (&str, &str, &str, &str)| Category {
        id: id.into(),
        labels: Phrases(vec![phrase("nl", nl), phrase("fr", fr), phrase("en", en)]),
        together: false,
    };
    let categories = [
        ("groceries", "Boodschappen", "Courses", "Shopping"),
        ("garden", "Tuin en sneeuw", "Jardin et neige", "Garden and snow"),
        ("childcare", "Kinderoppas", "Garde d’enfants", "Childcare"),
    ];
    Manifest {
        name: "standard".into(),
        categories: categories.map(category).to_vec(),
        ..manifest(serde_json::from_str(schema).unwrap())
    }
}

fn fault(manifest: &Manifest, text: &str) -> SettingsFault {
    match Settings::check(manifest, Some(text)) {
        Err(RuleError::Settings(fault)) => fault,
        other => panic!("{other:?}"),
    }
}

/// One mistake of each kind that a clerk makes.
const CLERK: &str = r#"# Onze instellingen
excluded_categories = ["care", "boodschapen", "care"]
minimum_scor = 500
minimum_score = 1200

[weights]
same_detail = "veel"
same_tijd = 100

[minimum_scores]
kinderoppas = 650

[extra_words.nl]
garden = ["x", "haag*"]
[extra_words.de]
garden = ["Hecke"]
"#;

#[test]
fn every_fault_is_told_at_once_with_line_key_and_what_is_allowed() {
    let fault = fault(&standard(), CLERK);
    assert_snapshot!("faults-nl", fault.told(Language::Nl));
    assert_snapshot!("faults-fr", fault.told(Language::Fr));
    assert_snapshot!("faults-en", fault.told(Language::En));
    assert_eq!(fault.to_string(), fault.told(Language::En));
}

#[test]
fn what_is_no_toml_is_told_with_its_line() {
    let fault = fault(&standard(), "minimum_score = 500\n[weights\nsame_time = 3");
    assert_snapshot!(fault.told(Language::Nl));
}

#[test]
fn the_annotated_file_fits_and_changes_nothing() {
    let manifest = standard();
    for language in Language::ALL {
        let text = annotated(&manifest, language);
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
        let settings = Settings::check(&manifest, Some(&text)).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let value: Value = serde_json::from_str(&settings.json).unwrap();
        for (name, weight) in manifest.settings_schema["properties"]["weights"]["properties"].as_object().unwrap() {
            assert_eq!(value["weights"][name], weight["default"], "{name}");
        }
        // With its examples too.
        let examples = text.lines().map(|line| match line.strip_prefix("# ") {
            Some(rest)
                if rest.starts_with('[') || rest.contains(" = [") || rest.ends_with(|c: char| c.is_ascii_digit()) =>
            {
                rest
            }
            _ => line,
        });
        let once: Vec<_> = examples.filter(|line| *line != "excluded_categories = []").collect();
        Settings::check(&manifest, Some(&once.join("\n"))).unwrap_or_else(|error| panic!("{error}\n{once:#?}"));
    }
    assert_snapshot!("annotated-nl", annotated(&manifest, Language::Nl));
}

#[test]
fn every_setting_is_described_in_every_language() {
    fn look(node: &Value) {
        if let Some(properties) = node["properties"].as_object() {
            for (name, node) in properties {
                let translated = |tag: &str| node["x-descriptions"][tag].is_string();
                let described = node["description"].is_string() && translated("nl") && translated("fr");
                assert!(described || node.get("$ref").is_some(), "{name}");
                look(node);
            }
        }
    }
    look(&standard().settings_schema);
}

#[test]
fn a_misfit_names_the_place() {
    let manifest = manifest(json!({
        "type": "object",
        "properties": {"walk": {"type": "object", "properties": {"minutes": {"type": "integer", "maximum": 30}}}},
        "additionalProperties": false
    }));
    Settings::check(&manifest, None).unwrap();
    Settings::check(&manifest, Some(r#"{"walk":{"minutes":30}}"#)).unwrap();
    Settings::check(&manifest, Some("[walk]\nminutes = 30")).unwrap();
    let SettingsFault::Misfit { faults, .. } = fault(&manifest, r#"{"walk":{"minutes":31},"x":1}"#) else { panic!() };
    let pointers: Vec<_> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
    assert!(pointers.contains(&"/walk/minutes") && pointers.contains(&"/x"), "{pointers:?}");
    assert_eq!(faults.len(), 2);
}

#[test]
fn a_schema_cannot_fetch_another_nor_lead_its_reader_in_circles() {
    let fetching = manifest(json!({"$ref": "https://example.org/schema.json"}));
    assert!(matches!(Settings::check(&fetching, None), Err(RuleError::Author(_))));
    let circle = json!({"type": "object", "properties": {"a": {"$ref": "#"}}, "$defs": {"b": {"$ref": "#/$defs/b"}}});
    assert!(annotated(&manifest(circle), Language::En).len() < 10_000);
    let description =
        json!({"type": "object", "properties": {"a": {"description": "\u{1b}[31m\nx = 1", "type": "string"}}});
    let text = annotated(&manifest(description), Language::En);
    assert!(!text.contains('\u{1b}') && !text.contains("\nx = 1"), "{text}");
}

#[test]
fn spaces_and_form_make_no_difference_to_the_digest() {
    let manifest = manifest(json!(true));
    let digest = |text| Settings::check(&manifest, Some(text)).unwrap().digest;
    assert_eq!(digest(r#"{"a": 1}"#), digest("{\n\"a\":1 }"));
    assert_eq!(digest(r#"{"a": 1}"#), digest("# one\na = 1"));
    assert_ne!(digest(r#"{"a": 1}"#), digest(r#"{"a": 2}"#));
}
