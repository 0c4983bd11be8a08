//! What residents wrote, made fit to stand inside a message.

use super::locale::Locale;
use super::{MAX_QUOTE_CHARS, MAX_SHOWN_NAME_CHARS, Voice};
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
    let name = name(locale, voice.name);
    let date = locale.date(voice.written.0.date());
    let wrote = locale.text("wrote", &[("name", &name), ("date", &date)]);
    format!("{wrote}\n«{}»", words(locale, voice))
}

/// A display name on one line.
pub fn name(locale: &Locale, name: &Private) -> String {
    let name = cut(&one_line(name.reveal()), MAX_SHOWN_NAME_CHARS);
    if name.is_empty() { locale.text("nameless", &[]) } else { name }
}

/// A text of a rule module on one line.
pub fn one_line(text: &str) -> String {
    let marks = |c: char| if matches!(c, '«' | '»') { '"' } else { c };
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().filter(|c| !c.is_control()).map(marks).collect()
}

/// Title and text, cut to [`MAX_QUOTE_CHARS`]. The author's own name, taken out before the rules read the text, comes
/// back: the message names its author anyway.
fn words(locale: &Locale, voice: &Voice) -> String {
    let text = one_line(voice.text.reveal());
    let title = voice.title.map(|title| one_line(title.reveal())).filter(|title| !title.is_empty());
    let whole = match title {
        Some(title) if title.ends_with(['.', '!', '?', '…', ':']) => format!("{title} {text}"),
        Some(title) if !text.is_empty() => format!("{title}. {text}"),
        Some(title) => title,
        None => text,
    };
    let mut words = cut(&whole, MAX_QUOTE_CHARS);
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
