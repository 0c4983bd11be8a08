//! The words of each language, from the embedded Fluent files.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use jiff::civil::Date;

use crate::domain::{Country, Language};

type Bundle = FluentBundle<FluentResource>;

static DUTCH: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::Nl, include_str!("../../../locales/nl.ftl")));
static FRENCH: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::Fr, include_str!("../../../locales/fr.ftl")));
static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::En, include_str!("../../../locales/en.ftl")));

/// A language as it is used in a country.
pub struct Locale {
    bundle: &'static Bundle,
    country: &'static str,
}

impl Locale {
    /// The language's words for that country.
    pub fn of(language: Language, country: Country) -> Self {
        let bundle = match language {
            Language::Nl => &*DUTCH,
            Language::Fr => &*FRENCH,
            Language::En => &*ENGLISH,
        };
        let country = match country {
            Country::Belgium => "BE",
            Country::Netherlands => "NL",
        };
        Self { bundle, country }
    }

    /// The words of the message `id`.
    pub fn text(&self, id: &str, values: &[(&'static str, &str)]) -> String {
        let mut args = FluentArgs::with_capacity(values.len() + 1);
        args.set("country", self.country);
        for (name, value) in values {
            args.set(*name, FluentValue::String((*value).into()));
        }
        self.format(id, &args)
    }

    /// The weekday, day and month.
    pub fn date(&self, date: Date) -> String {
        let mut args = FluentArgs::with_capacity(3);
        args.set("weekday", date.weekday().to_monday_one_offset());
        args.set("day", date.day());
        args.set("month", date.month());
        self.format("date", &args)
    }

    /// Things in a row, with “and” before the last.
    pub fn list(&self, items: &[String]) -> String {
        match items {
            [] => String::new(),
            [one] => one.clone(),
            [before @ .., last] => self.text("list", &[("before", &before.join(", ")), ("last", last)]),
        }
    }

    fn format(&self, id: &str, args: &FluentArgs) -> String {
        let message = self.bundle.get_message(id).and_then(|message| message.value());
        let pattern = message.expect("a test compares the messages of the locales with those in use");
        let mut faults = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(args), &mut faults).into_owned();
        debug_assert!(faults.is_empty(), "`{id}`: {faults:?}");
        // Our own words hold no two full stops: it is a name such as `Lou R.` at the end of a sentence.
        text.replace("..", ".")
    }
}

fn bundle(language: Language, source: &str) -> Bundle {
    let resource = FluentResource::try_new(source.to_owned()).expect("a test parses every locale");
    let tag = language.tag().parse().expect("the tags are ours");
    let mut bundle = Bundle::new_concurrent(vec![tag]);
    // The marks that isolate values confuse platforms that show plain text, and names are cleaned of direction marks.
    bundle.set_use_isolating(false);
    bundle.add_resource(resource).expect("a test finds no message twice");
    bundle
}
