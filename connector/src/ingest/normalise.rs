//! From what a platform sends to what we keep: plain, short text without the contact details of its author.
//!
//! Only the text that leaves this module is stored, so whatever is taken out here is gone. Cleaning a clean text again
//! changes nothing.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::domain::{Author, Change, Post, Private};
use crate::platform::WirePost;

mod author_name;
mod contact_details;

/// The longest title that is kept, in characters; what is cut ends with `…`.
pub const MAX_TITLE_CHARS: usize = 300;
/// The longest text that is kept, in characters; what is cut ends with `…`.
pub const MAX_TEXT_CHARS: usize = 5_000;
/// The longest display name or area that is kept, in characters.
pub const MAX_NAME_CHARS: usize = 80;

/// How much longer than the limit a raw text may be before its end is not even looked at, so that no platform can make
/// cleaning costly.
const RAW_PER_KEPT_CHAR: usize = 4;
/// Passes of masking before a text is taken as it is. A second pass finds nothing in all but contrived texts.
const MAX_PASSES: usize = 8;
/// Combining marks that may follow each other; a few are needed to write, piles of them hide the lines around.
const MAX_MARKS: usize = 3;

/// What an entry of the platform's change sequence means for us: a post to keep, cleaned, or one that is no longer ours
/// to know.
pub fn change(wire: WirePost) -> Change {
    let (true, true, Some((member, name, area))) = (wire.active, wire.shared, wire.author) else {
        return Change::Gone(wire.id);
    };
    let name = Private::new(label(name.reveal()));
    let title = wire.title.map(|title| clean_title(&title, &name)).filter(|title| !title.reveal().is_empty());
    Change::Shared(Post {
        id: wire.id,
        neighbourhood: wire.neighbourhood,
        kind: wire.kind,
        title,
        text: clean_text(&wire.text, &name),
        created_at: wire.created_at,
        author: Author { id: member, name, area: area.map(|area| label(&area)).filter(|area| !area.is_empty()) },
    })
}

/// A title on one line of at most [`MAX_TITLE_CHARS`], with placeholders for contact details and for its author's
/// display name, which is given as it is kept.
pub fn clean_title(title: &Private, author: &Private) -> Private {
    let line = plain(title.reveal(), MAX_TITLE_CHARS).replace('\n', " ");
    Private::new(masked(line, author.reveal(), MAX_TITLE_CHARS))
}

/// A text of at most [`MAX_TEXT_CHARS`], with placeholders for contact details and for its author's display name, which
/// is given as it is kept. Lines stay lines, and one empty line between paragraphs stays.
pub fn clean_text(text: &Private, author: &Private) -> Private {
    let text = plain(text.reveal(), MAX_TEXT_CHARS);
    Private::new(masked(text, author.reveal(), MAX_TEXT_CHARS))
}

/// A name on one line, with placeholders for contact details.
fn label(name: &str) -> String {
    masked(plain(name, MAX_NAME_CHARS).replace('\n', " "), "", MAX_NAME_CHARS)
}

/// Text without what cannot be seen, in one spelling (NFC), with single spaces and at most one empty line in a row.
fn plain(text: &str, kept: usize) -> String {
    /// Control, format, unassigned and private-use characters, and those that only change how others look; but not
    /// U+FE0F, which makes an emoji of a sign.
    static INVISIBLE: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Default_Ignorable_Code_Point}--[\n\x{fe0f}]]+"));
    static LINE_END: LazyLock<Regex> = LazyLock::new(|| pattern(r"\r\n|[\r\x0b\x0c\x{85}\x{2028}\x{2029}]"));
    static MARKS: LazyLock<Regex> = LazyLock::new(|| pattern(&format!(r"(\p{{M}}{{{MAX_MARKS}}})\p{{M}}+")));

    let raw = first_chars(text, kept * RAW_PER_KEPT_CHAR);
    let lines = LINE_END.replace_all(raw, "\n").replace('\t', " ");
    let seen = INVISIBLE.replace_all(&lines, "");
    let composed: Cow<str> = match is_nfc_quick(seen.chars()) {
        IsNormalized::Yes => seen,
        _ => seen.nfc().collect::<String>().into(),
    };
    spaced(&MARKS.replace_all(&composed, "$1"))
}

/// Words parted by single spaces, lines without space around them, at most one empty line in a row, none at the ends.
fn spaced(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len());
    let mut empty_lines = 0;
    for line in text.lines() {
        let mut words = line.split_whitespace().peekable();
        if words.peek().is_none() {
            empty_lines += 1;
            continue;
        }
        if !spaced.is_empty() {
            spaced.push_str(if empty_lines > 0 { "\n\n" } else { "\n" });
        }
        empty_lines = 0;
        for (index, word) in words.enumerate() {
            if index > 0 {
                spaced.push(' ');
            }
            spaced.push_str(word);
        }
    }
    spaced
}

/// Masks until there is nothing left to mask: only then is the result the same when it is cleaned again.
fn masked(mut text: String, author: &str, max_chars: usize) -> String {
    for _ in 0..MAX_PASSES {
        let details = contact_details::mask(&text);
        let all = author_name::mask(&details, author);
        let next = capped(&all, max_chars);
        if next == text {
            break;
        }
        text = next.into_owned();
    }
    text
}

/// At most `max_chars` characters, ending with `…` when some were cut, and without a part of a placeholder.
fn capped(text: &str, max_chars: usize) -> Cow<'_, str> {
    let kept = first_chars(text, max_chars);
    if kept.len() == text.len() {
        return Cow::Borrowed(text);
    }
    let mut kept = first_chars(text, max_chars - 1);
    if let Some(open) = kept.rfind('[')
        && PLACEHOLDERS
            .iter()
            .any(|placeholder| text[open..].starts_with(placeholder) && open + placeholder.len() > kept.len())
    {
        kept = &kept[..open];
    }
    Cow::Owned(format!("{}…", kept.trim_end()))
}

/// What stands in a clean text where something was taken out.
pub const PLACEHOLDERS: [&str; 6] = ["[phone]", "[email]", "[link]", "[iban]", "[address]", "[name]"];

fn first_chars(text: &str, count: usize) -> &str {
    text.char_indices().nth(count).map_or(text, |(end, _)| &text[..end])
}

/// A pattern that is part of the program.
fn pattern(regex: &str) -> Regex {
    Regex::new(regex).expect("the tests compile every pattern")
}

#[cfg(test)]
mod tests;
