//! Every word of the pages, in three languages.

use std::sync::LazyLock;

use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::playground::world::Language;

/// Name of the cookie that remembers the chosen language.
pub(super) const COOKIE_NAME: &str = "lang";

type Bundle = FluentBundle<FluentResource>;

static DUTCH: LazyLock<Bundle> = LazyLock::new(|| bundle("nl", include_str!("../../../locales/page.nl.ftl")));
static FRENCH: LazyLock<Bundle> = LazyLock::new(|| bundle("fr", include_str!("../../../locales/page.fr.ftl")));
static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle("en", include_str!("../../../locales/page.en.ftl")));

/// The words of one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Words(Language);

impl Words {
    /// All languages, in the order in which the page offers them.
    pub const ALL: [Self; 3] = [Self(Language::Nl), Self(Language::Fr), Self(Language::En)];

    /// The language that was asked for in the address, else chosen before, else preferred by the browser, else Dutch.
    pub fn of(asked: Option<&str>, headers: &HeaderMap) -> Self {
        asked
            .and_then(Self::from_code)
            .or_else(|| chosen_before(headers))
            .or_else(|| preferred(headers))
            .unwrap_or(Self(Language::Nl))
    }

    /// The language with that two-letter code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|words| words.code() == code)
    }

    /// Two-letter code.
    pub fn code(self) -> &'static str {
        match self.0 {
            Language::Nl => "nl",
            Language::Fr => "fr",
            Language::En => "en",
        }
    }

    /// What the language calls itself.
    pub fn own_name(self) -> &'static str {
        match self.0 {
            Language::Nl => "Nederlands",
            Language::Fr => "Français",
            Language::En => "English",
        }
    }

    /// The language itself.
    pub fn language(self) -> Language {
        self.0
    }

    /// A text without variables.
    pub fn say(self, id: &str) -> String {
        self.say_with(id, [])
    }

    /// A text with variables.
    pub fn say_with<const N: usize>(self, id: &str, values: [(&'static str, FluentValue<'_>); N]) -> String {
        let bundle = match self.0 {
            Language::Nl => &DUTCH,
            Language::Fr => &FRENCH,
            Language::En => &ENGLISH,
        };
        let pattern = bundle.get_message(id).and_then(|message| message.value());
        let pattern = pattern.unwrap_or_else(|| panic!("the pages have no text `{id}`"));
        let args: FluentArgs<'_> = values.into_iter().collect();
        // What is wrong in a pattern shows as its name in braces; a test formats them all.
        bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned()
    }
}

fn bundle(code: &str, source: &str) -> Bundle {
    let language: LanguageIdentifier = code.parse().expect("the code of a language");
    let resource = FluentResource::try_new(source.to_owned())
        .unwrap_or_else(|(_, errors)| panic!("the texts in `{code}` are not Fluent: {errors:?}"));
    let mut bundle = Bundle::new_concurrent(vec![language]);
    // Names stand in elements that isolate their direction.
    bundle.set_use_isolating(false);
    bundle.add_resource(resource).unwrap_or_else(|errors| panic!("a text in `{code}` stands twice: {errors:?}"));
    bundle
}

fn chosen_before(headers: &HeaderMap) -> Option<Words> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE_NAME).and_then(|(_, code)| Words::from_code(code))
}

/// Browsers list languages by preference, so the first that we speak is taken and the weights are not read.
fn preferred(headers: &HeaderMap) -> Option<Words> {
    let listed = headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?;
    listed.split(',').find_map(|language| Words::from_code(language.trim().get(..2)?))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const SOURCES: [&str; 3] = [
        include_str!("../../../locales/page.nl.ftl"),
        include_str!("../../../locales/page.fr.ftl"),
        include_str!("../../../locales/page.en.ftl"),
    ];
    const CODE: [&str; 8] = [
        include_str!("dates.rs"),
        include_str!("feed.rs"),
        include_str!("feed_view.rs"),
        include_str!("home.rs"),
        include_str!("inbox.rs"),
        include_str!("layout.rs"),
        include_str!("mod.rs"),
        include_str!("writing.rs"),
    ];

    fn ids(source: &'static str) -> BTreeSet<&'static str> {
        let lines = source.lines().filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()));
        lines.filter_map(|line| line.split_once(" = ")).map(|(id, _)| id).collect()
    }

    #[test]
    fn every_language_has_the_same_texts_with_the_same_variables() {
        let variables = |source: &'static str, id: &str| -> BTreeSet<String> {
            let text = source.lines().skip_while(|line| !line.starts_with(&format!("{id} = ")));
            let own = text.enumerate().take_while(|(index, line)| *index == 0 || line.starts_with(' '));
            let words = own.flat_map(|(_, line)| line.split_whitespace());
            words.filter(|word| word.starts_with('$')).map(str::to_owned).collect()
        };
        for id in ids(SOURCES[0]) {
            assert_eq!(variables(SOURCES[0], id), variables(SOURCES[1], id), "{id}");
            assert_eq!(variables(SOURCES[0], id), variables(SOURCES[2], id), "{id}");
        }
        assert_eq!(ids(SOURCES[0]), ids(SOURCES[1]));
        assert_eq!(ids(SOURCES[0]), ids(SOURCES[2]));
    }

    #[test]
    fn every_text_can_be_said_and_every_text_said_exists() {
        for words in Words::ALL {
            for id in ids(SOURCES[0]) {
                assert!(!words.say(id).is_empty(), "{id}");
            }
        }
        let said: Vec<_> = CODE
            .iter()
            .flat_map(|code| code.split("say").skip(1))
            .filter_map(|rest| rest.strip_prefix("(\"").or_else(|| rest.strip_prefix("_with(\"")))
            .filter_map(|rest| rest.split('"').next())
            .collect();
        assert!(said.len() > 40, "the search found {} texts only", said.len());
        for id in said {
            assert!(ids(SOURCES[0]).contains(id), "{id}");
        }
    }

    #[test]
    fn the_language_is_asked_then_remembered_then_preferred() {
        let mut headers = HeaderMap::new();
        assert_eq!(Words::of(None, &headers).code(), "nl");
        headers.insert(ACCEPT_LANGUAGE, "de, fr-BE;q=0.9, en;q=0.8".parse().unwrap());
        assert_eq!(Words::of(None, &headers).code(), "fr");
        headers.insert(COOKIE, "a=b; lang=en".parse().unwrap());
        assert_eq!(Words::of(None, &headers).code(), "en");
        assert_eq!(Words::of(Some("nl"), &headers).code(), "nl");
        assert_eq!(Words::of(Some("xx"), &headers).code(), "en");
    }
}
