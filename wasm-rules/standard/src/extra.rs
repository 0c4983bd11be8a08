//! Words that a municipality adds in its settings.

use crate::evidence::Own;
use crate::fold::push_folded;
use crate::settings::Settings;
use crate::targets::{CATEGORIES, LANGUAGES};
use crate::tokens::Tokens;

/// The extra words, ready to compare.
#[derive(Debug, Clone, Default)]
pub struct Extra {
    expressions: Vec<Expression>,
}

#[derive(Debug, Clone)]
struct Expression {
    language: usize,
    category: usize,
    words: Vec<Word>,
}

#[derive(Debug, Clone)]
struct Word {
    folded: Vec<u8>,
    /// `word*`: longer words count too.
    open: bool,
}

impl Extra {
    /// Folds the words of the settings as posts are folded.
    pub fn new(settings: &Settings) -> Self {
        let mut expressions = Vec::new();
        for (language, categories) in &settings.extra_words {
            let language = LANGUAGES.iter().position(|known| known == language);
            for (category, texts) in categories {
                let category = CATEGORIES.iter().position(|known| known == category);
                let (Some(language), Some(category)) = (language, category) else {
                    continue;
                };
                let lists = texts.iter().map(|text| words(text)).filter(|words| !words.is_empty());
                expressions.extend(lists.map(|words| Expression { language, category, words }));
            }
        }
        Self { expressions }
    }

    /// The extra words of a language in a post.
    pub fn own(&self, tokens: &Tokens, language: usize) -> Vec<Own> {
        let mut own = Vec::new();
        for expression in self.expressions.iter().filter(|expression| expression.language == language) {
            for at in 0..tokens.list.len() {
                if expression.stands_at(tokens, at) {
                    own.push(Own { category: expression.category, at });
                }
            }
        }
        own
    }
}

impl Expression {
    fn stands_at(&self, tokens: &Tokens, at: usize) -> bool {
        self.words.iter().enumerate().all(|(i, word)| {
            tokens.list.get(at + i).is_some_and(|_| {
                let found = tokens.word(at + i);
                if word.open { found.starts_with(&word.folded) } else { found == word.folded }
            })
        })
    }
}

fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    for part in text.split(|c: char| !c.is_alphanumeric() && c != '*') {
        let mut folded = Vec::new();
        for c in part.chars() {
            push_folded(c, &mut folded);
        }
        if !folded.is_empty() {
            words.push(Word { folded, open: part.ends_with('*') });
        }
    }
    words
}
