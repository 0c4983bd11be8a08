//! Which suggestion a quick answer is offered for.

use std::collections::BTreeSet;

use crate::playground::world::{Direction, Message};

/// What messages call a suggestion, at the start of the line that has its number.
const SUGGESTION_WORDS: [&str; 3] = ["voorstel ", "proposition ", "suggestion "];

/// Number of the latest suggestion in a thread that the concierge has not answered yet. The buttons only type what the
/// concierge could type, so a wrong guess costs nothing but a button.
pub(super) fn open_suggestion<'a>(thread: impl Iterator<Item = &'a Message>) -> Option<u32> {
    let mut open = BTreeSet::new();
    let mut latest = None;
    for message in thread {
        match message.direction {
            Direction::Outgoing => {
                let number = message.text.lines().find_map(suggestion);
                // Numbers run up: an earlier one is only spoken of again.
                if number > latest {
                    open.extend(number);
                    latest = number;
                }
            }
            // A question leaves it open.
            Direction::Incoming if message.text.contains('?') => {}
            Direction::Incoming => {
                let mut numbers = numbers(&message.text).peekable();
                if numbers.peek().is_none() {
                    open.pop_last();
                }
                numbers.for_each(|number| {
                    open.remove(&number);
                });
            }
        }
    }
    open.pop_last()
}

/// The number in a line such as `Voorstel 12: …`.
pub(super) fn suggestion(line: &str) -> Option<u32> {
    let lower = line.trim_start().to_lowercase();
    let after = SUGGESTION_WORDS.iter().find_map(|word| lower.strip_prefix(word))?;
    let (number, rest) = after.split_at(after.find(|c: char| !c.is_ascii_digit())?);
    rest.trim_start().starts_with(':').then(|| number.parse().ok())?
}

fn numbers(text: &str) -> impl Iterator<Item = u32> {
    text.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn thread(messages: &[(Direction, &str)]) -> Option<u32> {
        let messages: Vec<_> = messages
            .iter()
            .map(|(direction, text)| Message {
                id: "m-1".into(),
                conversation_id: "c-1".into(),
                from: "x".into(),
                direction: *direction,
                text: (*text).into(),
                client_reference: None,
                created_at: Timestamp::UNIX_EPOCH,
            })
            .collect();
        open_suggestion(messages.iter())
    }

    #[test]
    fn the_latest_suggestion_is_open_until_it_is_answered() {
        use Direction::{Incoming, Outgoing};
        let two = (Outgoing, "Dag Lies,\n\nVoorstel 2: boodschappen");
        let three = (Outgoing, "Proposition 3 : courses");
        assert_eq!(thread(&[]), None);
        assert_eq!(thread(&[(Outgoing, "Welkom!\nOp zaterdag 7 maart.")]), None);
        assert_eq!(thread(&[two]), Some(2));
        assert_eq!(thread(&[two, (Incoming, "? 2"), (Outgoing, "Over voorstel 2: het past.")]), Some(2));
        assert_eq!(thread(&[two, (Incoming, "ja, 2"), (Outgoing, "Voorstel 2: genoteerd.")]), None);
        assert_eq!(thread(&[two, three]), Some(3));
        assert_eq!(thread(&[two, three, (Incoming, "3")]), Some(2));
        assert_eq!(thread(&[two, three, (Incoming, "non")]), Some(2));
        assert_eq!(thread(&[(Outgoing, "Voorstel 2 gaat niet meer door: de vraag is weg.")]), None);
        assert_eq!(thread(&[(Outgoing, "Suggestion 99999999999: x"), (Outgoing, "Suggestion")]), None);
    }
}
