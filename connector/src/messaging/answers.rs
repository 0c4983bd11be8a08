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
    /// The certificate of somebody in a suggestion was seen, or that is taken back.
    Certificate {
        /// The suggestion.
        number: u32,
        /// Whose, counted from 1; the first helper's when it is not said.
        place: Option<u32>,
        /// False takes it back.
        seen: bool,
    },
    /// People in a suggestion never meet again, or they may.
    Apart {
        /// The suggestion.
        number: u32,
        /// Which people, counted from 1, as far as it is said.
        places: [Option<u32>; 2],
        /// False takes it back.
        apart: bool,
    },
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
    Certificate,
    Apart,
    Stop,
    Start,
}

/// The most numbers of an answer: a suggestion's, and those of two people in it.
const MAX_NUMBERS: usize = 3;

/// What a word, a number or a sign is in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Wish(Wish),
    Number(u32),
    /// Takes back what the wish notes.
    Undo,
    /// Punctuation: two numbers that it parts may be two suggestions.
    Sign,
    /// Ties the others together, and could tie the number to anything else: “voor 2” alone is a time or two people.
    Tie,
    /// Changes nothing.
    Polite,
}

/// Where punctuation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Signs {
    #[default]
    Harmless,
    BehindNumber,
    BetweenNumbers,
}

/// Everything that a message said so far.
#[derive(Debug, Default)]
struct Said {
    wish: Option<Wish>,
    /// The suggestion's first, then those of people in it.
    numbers: Vec<u32>,
    undo: bool,
    signs: Signs,
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
        // A number on another line is another suggestion's.
        self.note(Word::Sign)
    }

    /// Takes in a word; `None` when it contradicts what was said before.
    fn note(&mut self, word: Word) -> Option<()> {
        match word {
            Word::Wish(wish) => {
                let before = self.wish.replace(wish);
                return before.is_none_or(|before| before == wish).then_some(());
            }
            Word::Number(number) => {
                self.numbers.push(number);
                if self.signs == Signs::BehindNumber {
                    self.signs = Signs::BetweenNumbers;
                }
                return (self.numbers.len() <= MAX_NUMBERS).then_some(());
            }
            Word::Undo => return (!std::mem::replace(&mut self.undo, true)).then_some(()),
            Word::Sign if self.signs == Signs::Harmless && !self.numbers.is_empty() => {
                self.signs = Signs::BehindNumber;
            }
            Word::Tie => self.tied = true,
            Word::Sign | Word::Polite => {}
        }
        Some(())
    }

    fn answer(&self) -> Answer {
        let noted = !self.undo;
        match (self.wish, &self.numbers[..]) {
            (Some(Wish::Certificate | Wish::Apart), _) if self.signs == Signs::BetweenNumbers => Answer::Unclear,
            (Some(Wish::Certificate), [number]) => Answer::Certificate { number: *number, place: None, seen: noted },
            (Some(Wish::Certificate), [number, place]) => {
                Answer::Certificate { number: *number, place: Some(*place), seen: noted }
            }
            (Some(Wish::Apart), [number, places @ ..]) => {
                let places = [places.first().copied(), places.get(1).copied()];
                Answer::Apart { number: *number, places, apart: noted }
            }
            _ if self.undo => Answer::Unclear,
            (Some(Wish::Yes), [number]) => Answer::Accept(*number),
            (None, [number]) if !self.tied => Answer::Accept(*number),
            (Some(Wish::No), []) => Answer::Decline(None),
            (Some(Wish::No), [number]) => Answer::Decline(Some(*number)),
            (Some(Wish::Why), []) => Answer::Explain(None),
            (Some(Wish::Why), [number]) => Answer::Explain(Some(*number)),
            (Some(Wish::Stop), []) => Answer::Stop,
            (Some(Wish::Start), []) => Answer::Start,
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
        "attest" | "vog" | "attestation" | "certificat" | "certificate" => Word::Wish(Wish::Certificate),
        "blok" | "blokkeer" | "blokkeren" | "bloque" | "bloquer" | "bloquez" | "block" => Word::Wish(Wish::Apart),
        "weg" | "annuleer" | "annuler" | "annulez" | "undo" => Word::Undo,
        "voor" | "is" | "het" | "de" | "pour" | "le" | "la" | "c'est" | "for" | "to" | "the" | "gezien" | "vu"
        | "vue" | "seen" => Word::Tie,
        "#" | "nummer" | "numéro" | "numero" | "number" | "voorstel" | "suggestion" | "proposition" | "dank"
        | "bedankt" | "dankjewel" | "dankje" | "dankuwel" | "wel" | "hoor" | "graag" | "merci" | "beaucoup"
        | "thanks" | "thx" | "please" | "aub" | "alstublieft" | "alsjeblieft" | "svp" | "stp" | "🙏" | "🙂" | "😊" => {
            Word::Polite
        }
        "!" | "." | "," | ";" | ":" | "(" | ")" | "-" | "–" | "=" | "\"" | "…" => Word::Sign,
        sign if sign.chars().all(char::is_whitespace) => Word::Polite,
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
