//! What residents wrote, made fit to stand inside a message.

use super::locale::Locale;
use super::{MAX_CRISIS_QUOTE_CHARS, MAX_QUOTE_CHARS, MAX_SHOWN_NAME_CHARS, Voice};
use crate::domain::Private;

/// Placeholders of clean texts, and the messages that stand for them.
const PLACEHOLDERS: [(&str, &str); 5] = [
    ("[phone]", "placeholder-phone"),
    ("[email]", "placeholder-email"),
    ("[link]", "placeholder-link"),
    ("[iban]", "placeholder-iban"),
    ("[address]", "placeholder-address"),
];

/// Who wrote when, and what, between quotation marks on a line of its own.
pub fn voice(locale: &Locale, voice: &Voice) -> String {
    quoted(locale, voice, MAX_QUOTE_CHARS)
}

/// The same with as much of the post as matters when somebody is in danger.
pub fn long_voice(locale: &Locale, voice: &Voice) -> String {
    quoted(locale, voice, MAX_CRISIS_QUOTE_CHARS)
}

/// A display name on one line.
pub fn name(locale: &Locale, name: &Private) -> String {
    let name = cut(&one_line(name.reveal()), MAX_SHOWN_NAME_CHARS);
    if name.is_empty() { locale.text("nameless", &[]) } else { name }
}

/// Text on one line, without the marks that a quote stands between.
pub fn one_line(text: &str) -> String {
    let marks = |c: char| if matches!(c, '«' | '»') { '"' } else { c };
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().filter(|c| !c.is_control()).map(marks).collect()
}

fn quoted(locale: &Locale, voice: &Voice, max_chars: usize) -> String {
    let name = name(locale, voice.name);
    let date = locale.date(voice.written.0.date());
    let wrote = locale.text("wrote", &[("name", &name), ("date", &date)]);
    // Some write their name in lower case, and here it begins a sentence.
    let mut chars = wrote.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}\n«{}»", chars.as_str(), words(locale, voice, max_chars))
}

/// Title and text, at most `max_chars`. The author's own name, taken out before the rules read the text, comes
/// back: the message names its author anyway.
fn words(locale: &Locale, voice: &Voice, max_chars: usize) -> String {
    let text = one_line(voice.text.reveal());
    let title = voice.title.map(|title| one_line(title.reveal())).filter(|title| !title.is_empty());
    let whole = match title {
        Some(title) if title.ends_with(['.', '!', '?', '…', ':']) => format!("{title} {text}"),
        Some(title) if !text.is_empty() => format!("{title}. {text}"),
        Some(title) => title,
        None => text,
    };
    let mut words = cut(&whole, max_chars);
    for (placeholder, message) in PLACEHOLDERS {
        if words.contains(placeholder) {
            words = words.replace(placeholder, &locale.text(message, &[]));
        }
    }
    if words.contains("[name]") {
        let name = name(locale, voice.name);
        words = words.replace("[name]", name.split(' ').next().unwrap_or(&name));
    }
    words
}

/// At most `max_chars` characters, cut between words where there is one in the last quarter.
fn cut(text: &str, max_chars: usize) -> String {
    if text.chars().nth(max_chars).is_none() {
        return text.to_owned();
    }
    let kept: &str = text.char_indices().nth(max_chars - 1).map_or(text, |(end, _)| &text[..end]);
    let words = kept.rfind(' ').filter(|end| *end > kept.len() / 4 * 3).map_or(kept, |end| &kept[..end]);
    format!("{}…", words.trim_end_matches([' ', ',', ';', ':', '.', '-', '–']))
}
