//! Which suggestion a quick answer is offered for.

use crate::playground::world::{Direction, Message};

/// What messages call a suggestion, before its number.
const SUGGESTION_WORDS: [&str; 4] = ["voorstel", "suggestie", "proposition", "suggestion"];

/// Number of the latest suggestion of a thread that the concierge has not answered yet. The buttons only type what the
/// concierge could type, so a wrong guess costs nothing but a button.
pub(super) fn open_suggestion<'a>(thread: impl DoubleEndedIterator<Item = &'a Message>) -> Option<u32> {
    let mut answered = Vec::new();
    for message in thread.rev() {
        match message.direction {
            Direction::Incoming if message.text.contains('?') => {}
            Direction::Incoming => answered.extend(numbers(&message.text)),
            Direction::Outgoing => {
                if let Some(number) = suggestion(&message.text) {
                    return (!answered.contains(&number)).then_some(number);
                }
            }
        }
    }
    None
}

/// The number right after the word for a suggestion, on the first line that has one.
fn suggestion(text: &str) -> Option<u32> {
    text.lines().find_map(|line| {
        let lower = line.to_lowercase();
        let after = SUGGESTION_WORDS.iter().find_map(|word| lower.split_once(word).map(|(_, after)| after))?;
        let digits = after.trim_start_matches([' ', '\u{a0}', '#', 'n', 'r', '°', '.', ':']);
        numbers(digits).next().filter(|_| digits.starts_with(|c: char| c.is_ascii_digit()))
    })
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
        assert_eq!(thread(&[]), None);
        assert_eq!(
            thread(&[(Outgoing, "Welkom!\nOp zaterdag 7 maart."), (Outgoing, "Voorstel 12: An en Piet")]),
            Some(12)
        );
        assert_eq!(thread(&[(Outgoing, "Voorstel 2"), (Incoming, "? 2"), (Outgoing, "Omdat het past.")]), Some(2));
        assert_eq!(thread(&[(Outgoing, "Voorstel 2"), (Incoming, "ja, 2")]), None);
        assert_eq!(thread(&[(Outgoing, "Proposition n° 3 :"), (Incoming, "2")]), Some(3));
        assert_eq!(thread(&[(Outgoing, "Ik doe geen voorstellen op maandag 2 maart.")]), None);
    }
}
