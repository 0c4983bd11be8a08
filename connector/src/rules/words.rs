//! The words about rules for people who are no programmers: a municipality's clerks and council.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

use crate::domain::Language;

type Bundle = FluentBundle<FluentResource>;

static DUTCH: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::Nl, include_str!("../../locales/rules.nl.ftl")));
static FRENCH: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::Fr, include_str!("../../locales/rules.fr.ftl")));
static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::En, include_str!("../../locales/rules.en.ftl")));

/// The words of one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Words(pub Language);

impl Words {
    /// A text without variables.
    pub fn say(self, id: &str) -> String {
        self.say_with(id, [])
    }

    /// A text with variables.
    ///
    /// Panics when there is no such text: a test looks each one up.
    pub fn say_with<const N: usize>(self, id: &str, values: [(&'static str, FluentValue<'_>); N]) -> String {
        let bundle = match self.0 {
            Language::Nl => &DUTCH,
            Language::Fr => &FRENCH,
            Language::En => &ENGLISH,
        };
        let pattern = bundle.get_message(id).and_then(|message| message.value());
        let pattern = pattern.unwrap_or_else(|| panic!("the rules have no text `{id}`"));
        let args: FluentArgs<'_> = values.into_iter().collect();
        bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned()
    }

    /// Words in a row, with “or” before the last.
    pub fn alternatives(self, words: &[String]) -> String {
        match words {
            [before @ .., last] if !before.is_empty() => {
                self.say_with("alternatives", [("before", before.join(", ").into()), ("last", last.as_str().into())])
            }
            _ => words.concat(),
        }
    }
}

fn bundle(language: Language, source: &str) -> Bundle {
    let resource = FluentResource::try_new(source.to_owned()).expect("a test parses every locale");
    let mut bundle = Bundle::new_concurrent(vec![language.tag().parse().expect("the tags are ours")]);
    // Terminals and files show the marks that isolate values.
    bundle.set_use_isolating(false);
    bundle.add_resource(resource).expect("a test finds no message twice");
    bundle
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    /// Each text with the names of its variables.
    fn texts(source: &str) -> BTreeMap<String, BTreeSet<String>> {
        let mut texts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut current = String::new();
        for line in source.lines().filter(|line| !line.starts_with('#')) {
            if let Some((id, _)) = line.split_once(" =").filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase()))
            {
                current = id.to_owned();
                assert!(texts.insert(current.clone(), BTreeSet::new()).is_none(), "`{current}` stands there twice");
            }
            let variables = line.split(|c: char| !c.is_alphanumeric() && c != '$').filter(|word| word.starts_with('$'));
            texts.entry(current.clone()).or_default().extend(variables.map(str::to_owned));
        }
        texts.remove("");
        texts
    }

    #[test]
    fn every_language_has_the_same_texts_with_the_same_variables() {
        let sources = [
            include_str!("../../locales/rules.nl.ftl"),
            include_str!("../../locales/rules.fr.ftl"),
            include_str!("../../locales/rules.en.ftl"),
        ];
        let [dutch, french, english] = sources.map(texts);
        assert_eq!(dutch, english);
        assert_eq!(french, english);
        for language in Language::ALL {
            for id in english.keys() {
                assert!(!Words(language).say(id).is_empty(), "{id}");
            }
        }
    }
}
