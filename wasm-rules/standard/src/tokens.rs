//! Text to words.

use crate::fold::{WORD_BYTES_MAX, push_folded};
use crate::grams::word_hash;
use crate::lexicon::elements_of;

/// Words beyond this many are not read: a post of 5,000 characters can have more, if it is no text.
const WORDS_MAX: usize = 3000;

/// A word or number of a post.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    /// Number of its sentence, from 0.
    pub sentence: u16,
    /// Number of its clause, from 0: sentences are cut at commas too.
    pub clause: u16,
    /// Its value when it is a number, at most 65,535.
    pub number: Option<u16>,
    /// [`word_hash`] of its folded bytes.
    pub hash: u64,
    /// Range of its folded bytes.
    bytes: (u32, u32),
    /// Range of its elements.
    elements: (u32, u32),
}

/// A post cut into words.
#[derive(Default, Debug)]
pub struct Tokens {
    /// The words in order.
    pub list: Vec<Token>,
    /// Which sentences end in a question mark.
    pub questions: Vec<bool>,
    bytes: Vec<u8>,
    elements: Vec<u16>,
}

impl Tokens {
    /// Cuts title and text into words. The title is a sentence of its own.
    pub fn new(title: Option<&str>, text: &str) -> Self {
        let mut tokens = Self { questions: vec![false], ..Self::default() };
        tokens.list.reserve(text.len() / 5 + 8);
        tokens.bytes.reserve(text.len() + 64);
        tokens.elements.reserve(text.len() / 2 + 64);
        if let Some(title) = title {
            tokens.push_text(title);
            tokens.end_sentence();
        }
        tokens.push_text(text);
        tokens
    }

    /// The folded word at a place.
    pub fn word(&self, at: usize) -> &[u8] {
        let (from, to) = self.list[at].bytes;
        &self.bytes[from as usize..to as usize]
    }

    /// The elements of the data that the word at a place satisfies.
    pub fn elements(&self, at: usize) -> &[u16] {
        let (from, to) = self.list[at].elements;
        &self.elements[from as usize..to as usize]
    }

    fn push_text(&mut self, text: &str) {
        let mut start = self.bytes.len();
        let mut clause = self.list.last().map_or(0, |token| token.clause.saturating_add(1));
        let mut after_digit = false;
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let was_number = self.bytes.get(start).is_some_and(u8::is_ascii_digit);
            if self.bytes.len() > start && was_number != c.is_ascii_digit() {
                self.end_word(&mut start, clause);
            }
            // Most of a text is words without accents, and spaces: the letters of one go in together.
            let plain = letters(rest);
            if plain > 0 {
                let (word, after) = rest.split_at(plain);
                self.bytes.extend(word.bytes().map(|byte| byte.to_ascii_lowercase()));
                rest = after;
                if let Some(after) = after.strip_prefix(' ') {
                    self.end_word(&mut start, clause);
                    rest = after;
                }
                after_digit = false;
                continue;
            }
            rest = &rest[c.len_utf8()..];
            if !push_folded(c, &mut self.bytes) {
                self.end_word(&mut start, clause);
                match c {
                    '[' => match behind_placeholder(rest) {
                        Some(behind) => rest = behind,
                        None => clause = clause.saturating_add(1),
                    },
                    '?' | '!' | '…' | '\n' => self.punctuate(c == '?', &mut clause),
                    '.' if !(after_digit && rest.starts_with(|next: char| next.is_ascii_digit())) => {
                        self.punctuate(false, &mut clause);
                    }
                    // A picture stands where a full stop would.
                    '\u{2190}'.. => self.punctuate(false, &mut clause),
                    // “2,5” and “7:30” are one number.
                    ',' | ':' if after_digit && rest.starts_with(|next: char| next.is_ascii_digit()) => {}
                    ',' | ';' | ':' | '(' | ')' | ']' | '–' | '—' => clause = clause.saturating_add(1),
                    // A hyphen between spaces is a dash.
                    '-' if rest.starts_with(' ') && text[..text.len() - rest.len() - 1].ends_with(' ') => {
                        clause = clause.saturating_add(1);
                    }
                    _ => {}
                }
            }
            after_digit = c.is_ascii_digit();
        }
        self.end_word(&mut start, clause);
    }

    fn punctuate(&mut self, question: bool, clause: &mut u16) {
        if question && let Some(flag) = self.questions.last_mut() {
            *flag = true;
        }
        *clause = clause.saturating_add(1);
        self.end_sentence();
    }

    fn end_sentence(&mut self) {
        let sentence = self.questions.len() - 1;
        if self.list.last().is_some_and(|token| usize::from(token.sentence) == sentence) && sentence < 1000 {
            self.questions.push(false);
        }
    }

    fn end_word(&mut self, start: &mut usize, clause: u16) {
        let end = self.bytes.len().min(*start + WORD_BYTES_MAX);
        self.bytes.truncate(end);
        if end > *start && self.list.len() < WORDS_MAX {
            let before = self.elements.len();
            let word = &self.bytes[*start..end];
            let number = word[0].is_ascii_digit().then(|| {
                word.iter().take(5).fold(0_u32, |n, b| n * 10 + u32::from(b - b'0')).try_into().unwrap_or(u16::MAX)
            });
            let hash = word_hash(word);
            elements_of(word, hash, &mut self.elements);
            let sentence = u16::try_from(self.questions.len() - 1).unwrap_or(u16::MAX);
            let position = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            self.list.push(Token {
                sentence,
                clause,
                number,
                hash,
                bytes: (position(*start), position(end)),
                elements: (position(before), position(self.elements.len())),
            });
        }
        *start = self.bytes.len();
    }
}

/// How many letters without accents a text begins with.
fn letters(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_alphabetic).count()
}

/// What the host left out stands as one of these between brackets.
const PLACEHOLDERS: [&str; 6] = ["phone", "email", "link", "iban", "address", "name"];

/// What follows a placeholder, such as “phone]”, if one stands behind a bracket.
fn behind_placeholder(text: &str) -> Option<&str> {
    PLACEHOLDERS.iter().find_map(|name| text.strip_prefix(name)?.strip_prefix(']'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Tokens;

    fn words(text: &str) -> Vec<String> {
        let tokens = Tokens::new(None, text);
        (0..tokens.list.len()).map(|at| String::from_utf8(tokens.word(at).to_vec()).unwrap()).collect()
    }

    /// All that is known of a text but where its words stand in memory.
    fn cut(text: &str) -> String {
        let tokens = Tokens::new(None, text);
        let facts = |at: usize| {
            let token = tokens.list[at];
            (token.hash, token.sentence, token.clause, token.number, tokens.elements(at))
        };
        format!("{:?} {:?}", (0..tokens.list.len()).map(facts).collect::<Vec<_>>(), tokens.questions)
    }

    #[test]
    fn only_placeholders_are_left_out() {
        assert_eq!(
            words("[OPGELOST] bel[phone]nu 5[email]6 [zie foto] en [ik wil niet meer"),
            ["opgelost", "bel", "nu", "5", "6", "zie", "foto", "en", "ik", "wil", "niet", "meer"]
        );
    }

    proptest! {
        #[test]
        fn letters_that_go_in_together_are_cut_like_others(text in "[a-zA-Z0-9 .,?!:\\n'\\-\\]éÉ€]{0,80}") {
            // An accent that folds to nothing keeps letters from going in together.
            let alone: String = text.chars().flat_map(|c| {
                [Some(c), c.is_ascii_alphabetic().then_some('\u{301}')].into_iter().flatten()
            }).collect();
            prop_assert_eq!(cut(&text), cut(&alone));
        }
    }
}
