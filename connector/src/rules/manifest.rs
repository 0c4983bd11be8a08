//! Makes the host's manifest of what a module says about itself, within the limits of the contract.

use super::error::AuthorFault;
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

type Check<T = ()> = Result<T, (String, String)>;

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

/// Checks and cleans the answer of `describe`.
pub(super) fn check(raw: Unchecked) -> Result<Manifest, AuthorFault> {
    build(raw).map_err(|(place, what)| AuthorFault::Manifest { place, what })
}

fn build(raw: Unchecked) -> Check<Manifest> {
    identifier("name", &raw.name, true)?;
    version(&raw.version)?;
    between("categories", raw.categories.len(), 1, MAX_CATEGORIES)?;
    between("languages", raw.languages.len(), 1, MAX_LANGUAGES)?;
    between("referrals", raw.referrals.len(), 0, MAX_REFERRALS)?;
    between("reasons", raw.reasons.len(), 0, MAX_REASONS)?;
    between("settings-schema", raw.settings_schema.len(), 1, MAX_SCHEMA_BYTES)?;
    let (mut categories, mut reasons) = (raw.categories, raw.reasons);
    for (i, tag) in raw.languages.iter().enumerate() {
        language(&format!("languages[{i}]"), tag)?;
    }
    distinct("languages", raw.languages.iter().map(String::as_str))?;
    for (i, referral) in raw.referrals.iter().enumerate() {
        identifier(&format!("referrals[{i}]"), referral, false)?;
    }
    distinct("referrals", raw.referrals.iter().map(String::as_str))?;
    for (i, category) in categories.iter_mut().enumerate() {
        identifier(&format!("categories[{i}].id"), &category.id, false)?;
        phrases(&format!("categories[{i}].labels"), &mut category.labels, MAX_LABEL_CHARS)?;
    }
    distinct("categories", categories.iter().map(|category| category.id.as_str()))?;
    for (i, reason) in reasons.iter_mut().enumerate() {
        identifier(&format!("reasons[{i}].id"), &reason.id, false)?;
        phrases(&format!("reasons[{i}].sentences"), &mut reason.sentences, MAX_SENTENCE_CHARS)?;
    }
    distinct("reasons", reasons.iter().map(|reason| reason.id.as_str()))?;
    let settings_schema = serde_json::from_str(&raw.settings_schema)
        .map_err(|e| ("settings-schema".into(), format!("no JSON at line `{}`, column `{}`", e.line(), e.column())))?;
    Ok(Manifest {
        name: raw.name,
        version: raw.version,
        categories,
        languages: raw.languages,
        referrals: raw.referrals,
        reasons,
        settings_schema,
    })
}

/// Cleans every phrase in place: it is shown to people, and a module must not reach them with more than plain words.
fn phrases(place: &str, phrases: &mut Phrases, max_chars: usize) -> Check {
    between(place, phrases.0.len(), 1, MAX_LANGUAGES)?;
    for (i, (tag, text)) in phrases.0.iter_mut().enumerate() {
        language(&format!("{place}[{i}].language"), tag)?;
        *text = plain(text);
        let chars = text.chars().count();
        between(&format!("{place}[{i}].text"), chars, 1, max_chars)?;
    }
    distinct(place, phrases.0.iter().map(|(tag, _)| tag.as_str()))
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
        Some(twice) => Err((place.into(), format!("`{twice}` stands there twice"))),
    }
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
}
