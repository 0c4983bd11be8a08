//! What a concierge's message asks for.
//!
//! A short answer is understood in any of our languages, whatever language we wrote in. A message with a single word
//! that does not belong to such an answer is unclear: a pairing of people is not something to guess.

/// What a concierge answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Yes to the suggestion of this number.
    Accept(u32),
    /// No to the suggestion of this number, or to the one that is open.
    Decline(Option<u32>),
    /// Why the suggestion of this number, or the one that is open?
    Explain(Option<u32>),
    /// No suggestions from now on.
    Stop,
    /// Suggestions again.
    Start,
    /// None of these.
    Unclear,
}

/// The highest number that a suggestion has.
pub const MAX_NUMBER: u32 = 999_999;

/// The longest message that can be an answer, in characters without quoted lines. What is longer was written to a
/// person.
pub const MAX_ANSWER_CHARS: usize = 120;

/// Understands a message of a concierge. Lines that begin with `>` quote an earlier message and do not count.
pub fn parse(text: &str) -> Answer {
    let mut said = Said::default();
    let mut chars = 0;
    for line in text.lines().filter(|line| !line.trim_start().starts_with('>')) {
        chars += line.chars().take(MAX_ANSWER_CHARS + 1).count();
        if chars > MAX_ANSWER_CHARS || said.hear(line).is_none() {
            return Answer::Unclear;
        }
    }
    said.answer()
}

/// What an answer wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Yes,
    No,
    Why,
    Stop,
    Start,
}

/// What a word, a number or a sign is in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Wish(Wish),
    Number(u32),
    /// Ties the others together, and could tie the number to anything else: “voor 2” alone is a time or two people.
    Tie,
    /// Changes nothing.
    Polite,
}

/// Everything that a message said so far.
#[derive(Debug, Default)]
struct Said {
    wish: Option<Wish>,
    number: Option<u32>,
    tied: bool,
}

impl Said {
    /// Takes in a line; `None` when something in it does not belong to an answer.
    fn hear(&mut self, line: &str) -> Option<()> {
        let line = plain(line);
        // In French and English `No. 2` is how one writes “number 2”, and `no 2` how one refuses it.
        if line.contains("no.") && line.contains(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let mut rest = line.as_str();
        while let Some(first) = rest.chars().next() {
            let end = if first.is_ascii_digit() {
                rest.find(|c: char| !c.is_ascii_digit())
            } else if is_letter(first) {
                rest.find(|c: char| !is_letter(c))
            } else {
                Some(first.len_utf8())
            };
            let (token, after) = rest.split_at(end.unwrap_or(rest.len()));
            rest = after;
            self.note(word(token)?)?;
        }
        Some(())
    }

    /// Takes in a word; `None` when it contradicts what was said before.
    fn note(&mut self, word: Word) -> Option<()> {
        match word {
            Word::Wish(wish) => {
                let before = self.wish.replace(wish);
                return before.is_none_or(|before| before == wish).then_some(());
            }
            Word::Number(number) => return self.number.replace(number).is_none().then_some(()),
            Word::Tie => self.tied = true,
            Word::Polite => {}
        }
        Some(())
    }

    fn answer(&self) -> Answer {
        match (self.wish, self.number) {
            (Some(Wish::Yes), Some(number)) => Answer::Accept(number),
            (None, Some(number)) if !self.tied => Answer::Accept(number),
            (Some(Wish::No), number) => Answer::Decline(number),
            (Some(Wish::Why), number) => Answer::Explain(number),
            (Some(Wish::Stop), None) => Answer::Stop,
            (Some(Wish::Start), None) => Answer::Start,
            _ => Answer::Unclear,
        }
    }
}

/// Lower case, with ASCII digits and apostrophes, and one spelling of “number” and of thanks; without the invisible parts of emoji.
fn plain(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    for c in line.chars() {
        match c {
            // Variation selectors, the keycap, skin tones, joiners, direction marks.
            '\u{fe00}'..='\u{fe0f}' | '\u{20e3}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{200b}'..='\u{200f}' | '\u{feff}' => {
            }
            '０'..='９' => plain.extend(char::from_u32(u32::from(c) - u32::from('０') + u32::from('0'))),
            '’' | '‘' | 'ʼ' => plain.push('\''),
            '？' => plain.push('?'),
            '°' | 'º' => plain.push('°'),
            '№' => plain.push('#'),
            _ => plain.extend(c.to_lowercase()),
        }
    }
    let thanks = plain.replace("dank u", "dank").replace("dank je", "dank").replace("thank you", "thanks");
    thanks.replace("n°", "#").replace("nr", "#")
}

fn is_letter(c: char) -> bool {
    c.is_alphabetic() || c == '\''
}

/// What a word, a number or a sign is in an answer; `None` when it does not belong there.
fn word(token: &str) -> Option<Word> {
    if token.starts_with(|c: char| c.is_ascii_digit()) {
        // A leading zero is how telephone numbers begin, not ours.
        let number = token.parse().ok().filter(|number| !token.starts_with('0') && *number <= MAX_NUMBER);
        return number.map(Word::Number);
    }
    Some(match token {
        "ja" | "jaa" | "jawel" | "jep" | "jup" | "ok" | "oke" | "oké" | "okay" | "okee" | "okido" | "akkoord"
        | "goed" | "prima" | "oui" | "ouais" | "accord" | "d'accord" | "bien" | "parfait" | "yes" | "yep" | "yeah"
        | "sure" | "fine" | "good" | "great" | "👍" | "👌" | "✅" | "✔" => Word::Wish(Wish::Yes),
        "nee" | "neen" | "neeje" | "nope" | "niet" | "non" | "no" | "not" | "👎" | "❌" => Word::Wish(Wish::No),
        "?" | "waarom" | "hoezo" | "uitleg" | "pourquoi" | "why" => Word::Wish(Wish::Why),
        "stop" | "stoppen" | "pauze" | "pause" => Word::Wish(Wish::Stop),
        "start" | "starten" => Word::Wish(Wish::Start),
        "voor" | "is" | "het" | "de" | "pour" | "le" | "la" | "c'est" | "for" | "to" | "the" => Word::Tie,
        "#" | "nummer" | "numéro" | "numero" | "number" | "voorstel" | "suggestion" | "proposition" | "dank"
        | "bedankt" | "dankjewel" | "dankje" | "dankuwel" | "wel" | "hoor" | "graag" | "merci" | "beaucoup"
        | "thanks" | "thx" | "please" | "aub" | "alstublieft" | "alsjeblieft" | "svp" | "stp" | "🙏" | "🙂" | "😊"
        | "!" | "." | "," | ";" | ":" | "(" | ")" | "-" | "–" | "=" | "\"" | "…" => Word::Polite,
        sign if sign.chars().all(char::is_whitespace) => Word::Polite,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn each(answers: &[&str], expected: Answer) {
        for text in answers {
            assert_eq!(parse(text), expected, "for `{text}`");
        }
    }

    #[test]
    fn a_number_accepts() {
        each(
            &[
                "2",
                "2.",
                " 2 ",
                "2!",
                "(2)",
                "2)",
                "#2",
                "nr 2",
                "nr. 2",
                "Nr2",
                "nummer 2",
                "n° 2",
                "nº2",
                "№ 2",
                "２",
                "2️⃣",
                "ok 2",
                "OK2",
                "oké 2",
                "ja 2",
                "Ja, 2 graag",
                "2 ja",
                "2 is goed",
                "voorstel 2",
                "oui 2",
                "Oui, le 2.",
                "d'accord pour le 2",
                "d’accord 2",
                "2 svp",
                "yes 2",
                "Yes to number 2, please!",
                "👍 2",
                "2 👍🏽",
                "\n2\n",
                "2\u{200b}",
                "ja, bedankt 2",
                "> 5 = ja\n> nee 5\n2",
                "   >7\n2",
            ],
            Answer::Accept(2),
        );
        each(&["999999"], Answer::Accept(999_999));
    }

    #[test]
    fn no_declines_with_a_number_or_alone() {
        each(
            &["nee 2", "2 nee", "Nee, 2.", "neen 2", "niet 2", "non 2", "Non, le 2", "no 2", "NO 2!", "👎 2", "nee2"],
            Answer::Decline(Some(2)),
        );
        each(
            &[
                "nee",
                "Nee.",
                "Nee, bedankt",
                "nee dank je wel",
                "nee hoor",
                "neen",
                "non",
                "Non merci !",
                "no",
                "No, thanks",
                "👎",
            ],
            Answer::Decline(None),
        );
    }

    #[test]
    fn a_question_mark_or_why_explains() {
        each(
            &["? 2", "2?", "2 ?", "?2", "waarom 2", "Waarom 2?", "pourquoi le 2 ?", "why 2", "２？"],
            Answer::Explain(Some(2)),
        );
        each(&["?", "??", " ? ", "waarom", "Waarom?", "hoezo?", "Pourquoi ?", "why?"], Answer::Explain(None));
    }

    #[test]
    fn stop_and_start() {
        each(&["stop", "STOP!", "Stop.", "stop aub", "please stop", "pauze"], Answer::Stop);
        each(&["start", "START", "Start please"], Answer::Start);
    }

    #[test]
    fn nothing_is_guessed() {
        each(
            &[
                "",
                " ",
                "ok",
                "ja",
                "👍",
                "merci",
                "ik bel 2 mensen",
                "nee dank, maar bij 3 misschien",
                "2 of 3",
                "2, 3",
                "2 3",
                "2-3",
                "2,5",
                "1.000",
                "10:30",
                "ja nee",
                "ja 2 nee 3",
                "ok 2?",
                "nee?",
                "waarom niet 2",
                "stop 2",
                "niet stoppen",
                "stop start",
                "stop?",
                "No. 2",
                "oui no 2",
                "0",
                "02",
                "0470123456",
                "1000000",
                "99999999999999999999",
                "2 uur",
                "2u",
                "om 2",
                "half 2",
                "samen met 2",
                "à 2",
                "in 2 days",
                "-",
                "...",
                ">2",
                "> 2\n> ja 2",
                "hallo",
                "bel mij",
                "goede morgen",
                "pas 2",
                "deux",
                "twee",
                "２ mensen",
                "2 €",
                "voor 2",
                "nee, maar 2",
                "le 2",
            ],
            Answer::Unclear,
        );
    }

    #[test]
    fn what_is_long_was_written_to_a_person() {
        let long = format!("2{}", "!".repeat(MAX_ANSWER_CHARS));
        assert_eq!(parse(&long), Answer::Unclear);
        assert_eq!(parse(&long[..MAX_ANSWER_CHARS]), Answer::Accept(2));
    }

    proptest! {
        #[test]
        fn any_text_has_an_answer(text in any::<String>()) {
            parse(&text);
        }

        #[test]
        fn an_accepted_number_was_written(text in "[ 0-9janeo?!>\n-]{0,12}") {
            if let Answer::Accept(number) | Answer::Decline(Some(number)) | Answer::Explain(Some(number)) = parse(&text) {
                prop_assert!((1..=MAX_NUMBER).contains(&number));
                prop_assert!(text.contains(&number.to_string()));
            }
        }
    }
}
