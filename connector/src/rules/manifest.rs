//! Makes the host's manifest of what a module says about itself, within the limits of the contract.

use serde_json::Value;

use super::{Category, Manifest, Phrases, ReasonCode};

/// The most categories of a module.
const MAX_CATEGORIES: usize = 200;
/// The most languages of a module.
const MAX_LANGUAGES: usize = 20;
/// The most referral kinds of a module.
const MAX_REFERRALS: usize = 50;
/// The most reasons of a module.
const MAX_REASONS: usize = 200;
/// The most characters of a sentence, after cleaning.
const MAX_SENTENCE_CHARS: usize = 200;
/// The most characters of a category's label, after cleaning.
const MAX_LABEL_CHARS: usize = 60;
/// The most characters of a name or identifier.
const MAX_ID_CHARS: usize = 40;
/// The most bytes of the settings' schema.
const MAX_SCHEMA_BYTES: usize = 256 << 10;

/// The most faults of one manifest that are told at once.
pub const MAX_MANIFEST_FAULTS: usize = 20;

/// One place where a module's own description breaks a limit of the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestFault {
    /// The field, as a path.
    pub place: String,
    /// What is wrong.
    pub what: String,
}

/// What is wrong with one field: where, and what.
type Check = Result<(), (String, String)>;

/// What a module says about itself, in whichever version of the contract, before anything of it is believed.
pub(super) struct Unchecked {
    pub name: String,
    pub version: String,
    pub categories: Vec<Category>,
    pub languages: Vec<String>,
    pub referrals: Vec<String>,
    pub reasons: Vec<ReasonCode>,
    pub settings_schema: String,
}

/// Checks and cleans the answer of `describe`. With faults, the manifest is good for telling more of them only.
pub(super) fn check(raw: Unchecked) -> (Manifest, Vec<ManifestFault>) {
    let mut faults = Faults::default();
    let (mut categories, mut reasons) = (raw.categories, raw.reasons);
    faults.note(identifier("name", &raw.name, true));
    faults.note(version(&raw.version));
    faults.note(between("categories", categories.len(), 1, MAX_CATEGORIES));
    faults.note(between("languages", raw.languages.len(), 1, MAX_LANGUAGES));
    faults.note(between("referrals", raw.referrals.len(), 0, MAX_REFERRALS));
    faults.note(between("reasons", reasons.len(), 0, MAX_REASONS));
    for (i, tag) in raw.languages.iter().enumerate() {
        faults.note(language(&format!("languages[{i}]"), tag));
    }
    faults.note(distinct("languages", raw.languages.iter().map(String::as_str)));
    for (i, referral) in raw.referrals.iter().enumerate() {
        faults.note(identifier(&format!("referrals[{i}]"), referral, false));
    }
    faults.note(distinct("referrals", raw.referrals.iter().map(String::as_str)));
    for (i, category) in categories.iter_mut().enumerate() {
        faults.note(identifier(&format!("categories[{i}].id"), &category.id, false));
        phrases(&format!("categories[{i}].labels"), &mut category.labels, MAX_LABEL_CHARS, &mut faults);
    }
    faults.note(distinct("categories", categories.iter().map(|category| category.id.as_str())));
    for (i, reason) in reasons.iter_mut().enumerate() {
        faults.note(identifier(&format!("reasons[{i}].id"), &reason.id, false));
        phrases(&format!("reasons[{i}].sentences"), &mut reason.sentences, MAX_SENTENCE_CHARS, &mut faults);
    }
    faults.note(distinct("reasons", reasons.iter().map(|reason| reason.id.as_str())));
    let settings_schema = schema(&raw.settings_schema, &mut faults);
    let manifest = Manifest {
        name: raw.name,
        version: raw.version,
        categories,
        languages: raw.languages,
        referrals: raw.referrals,
        reasons,
        settings_schema,
    };
    (manifest, faults.0)
}

/// One fault in the line itself, several each on a line of its own.
pub(super) fn places(faults: &[ManifestFault]) -> String {
    match faults {
        [ManifestFault { place, what }] => format!("`{place}`: {what}"),
        many => {
            let lines: Vec<_> = many.iter().map(|fault| format!("\n  `{}`: {}", fault.place, fault.what)).collect();
            let more = if many.len() < MAX_MANIFEST_FAULTS { "" } else { " or more" };
            format!("{} places{more}:{}", many.len(), lines.concat())
        }
    }
}

/// The first [`MAX_MANIFEST_FAULTS`].
#[derive(Default)]
struct Faults(Vec<ManifestFault>);

impl Faults {
    fn note(&mut self, check: Check) {
        if let (Err((place, what)), true) = (check, self.0.len() < MAX_MANIFEST_FAULTS) {
            self.0.push(ManifestFault { place, what });
        }
    }
}

/// The schema of the settings; one that allows everything where there is none to be had.
fn schema(text: &str, faults: &mut Faults) -> Value {
    let fits = between("settings-schema", text.len(), 1, MAX_SCHEMA_BYTES);
    let parsed = fits.and_then(|()| {
        let what = |e: serde_json::Error| format!("no JSON at line `{}`, column `{}`", e.line(), e.column());
        serde_json::from_str(text).map_err(|error| ("settings-schema".to_owned(), what(error)))
    });
    parsed.unwrap_or_else(|fault| {
        faults.note(Err(fault));
        Value::Bool(true)
    })
}

/// Cleans every phrase in place: it is shown to people, and a module must not reach them with more than plain words.
fn phrases(place: &str, phrases: &mut Phrases, max_chars: usize, faults: &mut Faults) {
    faults.note(between(place, phrases.0.len(), 1, MAX_LANGUAGES));
    for (i, (tag, text)) in phrases.0.iter_mut().enumerate() {
        faults.note(language(&format!("{place}[{i}].language"), tag));
        *text = plain(text);
        let chars = text.chars().count();
        faults.note(between(&format!("{place}[{i}].text"), chars, 1, max_chars));
    }
    faults.note(distinct(place, phrases.0.iter().map(|(tag, _)| tag.as_str())));
}

/// `text` on one line, without control and direction characters, and without words that a program would make a link.
fn plain(text: &str) -> String {
    let visible: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).filter(|c| !is_direction(*c)).collect();
    let words = visible.split_whitespace().filter(|word| !is_link(word));
    words.collect::<Vec<_>>().join(" ")
}

/// Zero-width and bidirectional formatting characters, and the line separators of Unicode.
pub(super) fn is_direction(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Whether a word is an address: it has a scheme, an at sign, or a dot between letters.
fn is_link(word: &str) -> bool {
    let inner = word.trim_matches(|c: char| !c.is_alphanumeric());
    let dotted = inner.split('.').collect::<Vec<_>>();
    inner.contains("://")
        || inner.contains('@')
        || dotted.windows(2).any(|pair| {
            let letters = |part: &str| part.chars().take_while(|c| c.is_alphabetic()).count();
            !pair[0].is_empty() && letters(pair[1]) >= 2
        })
}

fn identifier(place: &str, id: &str, digits: bool) -> Check {
    between(place, id.chars().count(), 1, MAX_ID_CHARS)?;
    let allowed = |c: char| c.is_ascii_lowercase() || c == '-' || (digits && c.is_ascii_digit());
    if id.chars().all(allowed) {
        return Ok(());
    }
    Err((place.into(), format!("only `a-z{} -` are allowed", if digits { " 0-9" } else { "" })))
}

fn version(version: &str) -> Check {
    let core = version.split(['-', '+']).next().unwrap_or_default();
    let numbers: Vec<_> = core.split('.').collect();
    let sound = version.len() <= MAX_ID_CHARS
        && numbers.len() == 3
        && numbers.iter().all(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
        && version.bytes().all(|b| b.is_ascii_alphanumeric() || b".-+".contains(&b));
    if sound { Ok(()) } else { Err(("version".into(), "not a semantic version such as `1.0.0`".into())) }
}

fn language(place: &str, tag: &str) -> Check {
    let sound = (2..=8).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_lowercase());
    if sound { Ok(()) } else { Err((place.into(), "not a language subtag such as `nl`".into())) }
}

fn between(place: &str, got: usize, low: usize, high: usize) -> Check {
    let sound = (low..=high).contains(&got);
    if sound { Ok(()) } else { Err((place.into(), format!("length `{got}` is not in `{low}..={high}`"))) }
}

fn distinct<'a>(place: &str, mut ids: impl Iterator<Item = &'a str>) -> Check {
    let mut seen = std::collections::HashSet::new();
    match ids.find(|id| !seen.insert(*id)) {
        None => Ok(()),
        Some(twice) => Err((place.into(), format!("`{}` stands there twice", shown(twice)))),
    }
}

/// What a module calls something, as it can be repeated before it has been checked.
fn shown(id: &str) -> String {
    id.chars().filter(|c| !c.is_control() && !is_direction(*c)).take(MAX_ID_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_keeps_its_words_and_loses_its_links() {
        assert_eq!(plain("Woont in dezelfde buurt, op {0} minuten."), "Woont in dezelfde buurt, op {0} minuten.");
        assert_eq!(plain("Kan om 18.30 u. bij u zijn."), "Kan om 18.30 u. bij u zijn.");
        assert_eq!(plain("Zie https://example.org/x voor meer"), "Zie voor meer");
        assert_eq!(plain("Klik op evil.example/pay nu"), "Klik op nu");
        assert_eq!(plain("Mail jan@example.org"), "Mail");
        assert_eq!(plain("een\u{202e}twee\n\u{1b}[31mdrie"), "eentwee [31mdrie");
    }

    #[test]
    fn identifiers_and_versions_are_checked() {
        identifier("name", "lelystad-2", true).unwrap();
        identifier("id", "lelystad-2", false).unwrap_err();
        identifier("id", "", false).unwrap_err();
        identifier("name", "Lelystad", true).unwrap_err();
        version("1.0.0-rc.1").unwrap();
        for wrong in ["1.0", "1.0.x", "v1.0.0", "1.0.0 ", "1.0.0-\u{202e}"] {
            version(wrong).unwrap_err();
        }
    }

    fn raw() -> Unchecked {
        let words = |text: &str| Phrases(vec![("nl".into(), text.into()), ("fr".into(), text.into())]);
        Unchecked {
            name: "own".into(),
            version: "1.0.0".into(),
            categories: vec![Category { id: "garden".into(), labels: words("Tuin"), together: false }],
            languages: vec!["nl".into()],
            referrals: vec![],
            reasons: vec![ReasonCode { id: "same-help".into(), sentences: words("Past.") }],
            settings_schema: "{}".into(),
        }
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once_and_no_more_than_anybody_reads() {
        assert!(check(raw()).1.is_empty());
        let mut wrong = Unchecked {
            name: "Eigen".into(),
            version: "1".into(),
            languages: vec!["nl".into(), "NL".into(), "nl".into()],
            settings_schema: "{".into(),
            ..raw()
        };
        wrong.categories[0].labels.0[1].0 = "nl".into();
        wrong.reasons[0].sentences.0[0].1 = "https://example.org".into();
        let places: Vec<_> = check(wrong).1.into_iter().map(|fault| fault.place).collect();
        let expected = [
            "name",
            "version",
            "languages[1]",
            "languages",
            "categories[0].labels",
            "reasons[0].sentences[0].text",
            "settings-schema",
        ];
        assert_eq!(places, expected);
        let many = Unchecked { referrals: vec!["Wrong 1".into(); 60], ..raw() };
        assert_eq!(check(many).1.len(), MAX_MANIFEST_FAULTS);
    }

    #[test]
    fn what_is_repeated_of_a_module_is_short_and_plain() {
        let id = format!("\u{1b}[31m\u{202e}{}", "x".repeat(100));
        let twice = Unchecked { referrals: vec![id.clone(), id], ..raw() };
        let faults = check(twice).1;
        assert!(
            faults.iter().all(|fault| fault.what.len() < 80 && !fault.what.contains(['\u{1b}', '\u{202e}'])),
            "{faults:?}"
        );
    }
}
