//! The author's own name in the author's own text.

use std::borrow::Cow;

use super::PLACEHOLDERS;

/// First names with fewer letters are too often something else.
const MIN_LETTERS: usize = 3;

/// First words of display names that are also everyday words in Dutch, French or English. They are masked only where
/// they are written as a name: with a capital inside a sentence, or alone on a line.
const EVERYDAY_WORDS: &str = "\
    aimé ange april art aurore baas bas beer bill bloem buren buur buurt buurthuis buurtwerking chance claude \
    club coco constance cor dame de dean den door désiré een faith familie famille family fee fleur florence \
    france gift grace groep guy heer het hope huis iris jack jan jet joy june juste kok lente les lily madame \
    mama maman marine mark mars max maxime may mees meneer merel mevrouw mijn miles mme moeder monsieur mus nova \
    noël olive olivier oma ons onze opa papa parel pascal pat penny perle pierre piet prudence ray rein rené \
    rich roos rose ruby scouts sem ster sterre storm sue sunny team the ties toon vader van victoire victor \
    violette vos vrouw vzw wijk wil will wolf zon";

/// Puts `[name]` in place of the author's full display name and first name, as whole words.
pub fn mask<'a>(text: &'a str, display_name: &str) -> Cow<'a, str> {
    let full: Vec<char> = display_name.split_whitespace().collect::<Vec<_>>().join(" ").chars().collect();
    let first: &[char] = full.split(|c| *c == ' ').next().unwrap_or_default();
    if first.iter().filter(|c| c.is_alphabetic()).count() < MIN_LETTERS {
        return Cow::Borrowed(text);
    }
    let first_lower: String = first.iter().flat_map(|c| c.to_lowercase()).collect();
    let everyday = EVERYDAY_WORDS.split_whitespace().any(|word| word == first_lower);

    let mut masked = String::new();
    let mut copied = 0;
    let mut position = 0;
    while let Some(start) = next_word(text, position) {
        let rest = &text[start..];
        let found = length_of(rest, &full).filter(|_| full.len() > first.len());
        let found = found.or_else(|| length_of(rest, first).filter(|length| !everyday || named(text, start, *length)));
        let Some(length) = found.filter(|length| !is_placeholder(text, start, *length)) else {
            position = start + word_length(rest);
            continue;
        };
        masked.push_str(&text[copied..start]);
        masked.push_str("[name]");
        copied = start + length;
        position = copied;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    masked.push_str(&text[copied..]);
    Cow::Owned(masked)
}

/// Where the next word begins, at or after `from`, which is not inside a word.
fn next_word(text: &str, from: usize) -> Option<usize> {
    text[from..].find(char::is_alphanumeric).map(|offset| from + offset)
}

fn word_length(rest: &str) -> usize {
    rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len())
}

/// How many bytes at the beginning of `text` are `name` as whole words, in any case.
fn length_of(text: &str, name: &[char]) -> Option<usize> {
    let mut length = 0;
    let mut chars = text.chars();
    for expected in name {
        let c = chars.next()?;
        if c != *expected && !c.to_lowercase().eq(expected.to_lowercase()) {
            return None;
        }
        length += c.len_utf8();
    }
    (!chars.next().is_some_and(char::is_alphanumeric)).then_some(length)
}

/// Whether an everyday word stands there as a name.
fn named(text: &str, start: usize, length: usize) -> bool {
    let before = text[..start].trim_end_matches(' ');
    let line_before = before.is_empty() || before.ends_with('\n');
    let line_after = text[start + length..].trim_start_matches([' ', '.', '!', ',']);
    if line_before && (line_after.is_empty() || line_after.starts_with('\n')) {
        return true;
    }
    let inside = !line_before && !before.ends_with(['.', '!', '?', '…', ':', '"', '«', '-', '(']);
    inside && text[start..].starts_with(char::is_uppercase)
}

fn is_placeholder(text: &str, start: usize, length: usize) -> bool {
    let bracketed = start.checked_sub(1).and_then(|open| text.get(open..=start + length));
    bracketed.is_some_and(|bracketed| PLACEHOLDERS.contains(&bracketed))
}
