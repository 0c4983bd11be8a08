//! What people typed, made fit to be shown.

use std::borrow::Cow;

/// The text without what would show as nothing or turn the words around it: control characters but line breaks and
/// tabs, and the marks that set or override the direction of writing. Elements with `dir="auto"` take their place.
pub(super) fn shown(text: &str) -> Cow<'_, str> {
    if text.contains(is_unseen) { Cow::Owned(text.replace(is_unseen, "")) } else { Cow::Borrowed(text) }
}

/// A line that a form sent, without line breaks and blanks at its ends.
pub(super) fn line(text: &str) -> String {
    let one_line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    one_line.trim().to_owned()
}

/// A text of several lines that a form sent: line breaks as `\n`, without blanks at its end and empty lines at its
/// start.
pub(super) fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").trim_end().trim_start_matches('\n').to_owned()
}

fn is_unseen(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_that_turn_text_around_are_not_shown() {
        assert_eq!(shown("a\u{202e}b\u{0}c\u{1b}[1m\nd\te"), "abc[1m\nd\te");
        assert_eq!(shown("שלום 👩‍🌾"), "שלום 👩‍🌾");
    }

    #[test]
    fn forms_send_their_own_line_breaks() {
        assert_eq!(lines("\r\n a\r\nb\r\n\r\n"), " a\nb");
        assert_eq!(line("  An\r\nP. "), "An  P.");
    }
}
