//! Short ways to build what a module returns.

use crate::{Category, Index, Intent, Manifest, Phrase, Reading, ReasonCode, Weighted};

impl Manifest {
    /// A manifest without categories, referrals, reasons or settings. `name` is lower-case (`a-z 0-9 -`), `version` a
    /// semantic version, `languages` the BCP 47 subtags that the module reads.
    pub fn new(name: &str, version: &str, languages: &[&str]) -> Self {
        Self {
            name: name.to_owned(),
            version: version.to_owned(),
            categories: Vec::new(),
            languages: languages.iter().map(|&language| language.to_owned()).collect(),
            referrals: Vec::new(),
            reasons: Vec::new(),
            settings_schema: r#"{"type":"object","additionalProperties":false}"#.to_owned(),
        }
    }

    /// Adds a category of help with its label per language: `("nl", "Fiets herstellen")`. Its index is the number of
    /// categories added before it.
    #[must_use]
    pub fn category(self, id: &str, labels: &[(&str, &str)]) -> Self {
        self.push_category(id, labels, false)
    }

    /// As [`category`](Self::category), for a need that three or more can meet together, such as a bulk order.
    #[must_use]
    pub fn shared_category(self, id: &str, labels: &[(&str, &str)]) -> Self {
        self.push_category(id, labels, true)
    }

    /// Adds a kind of referral. `crisis` is reserved: the host never pairs such a post.
    #[must_use]
    pub fn referral(mut self, id: &str) -> Self {
        self.referrals.push(id.to_owned());
        self
    }

    /// Adds a reason with its sentence per language, in which `{0}` and `{1}` stand for the arguments.
    #[must_use]
    pub fn reason(mut self, id: &str, sentences: &[(&str, &str)]) -> Self {
        self.reasons.push(ReasonCode { id: id.to_owned(), sentences: phrases(sentences) });
        self
    }

    /// Sets the JSON Schema (draft 2020-12) that settings must fit before the module gets them.
    #[must_use]
    pub fn settings_schema(mut self, schema: &str) -> Self {
        schema.clone_into(&mut self.settings_schema);
        self
    }

    fn push_category(mut self, id: &str, labels: &[(&str, &str)], together: bool) -> Self {
        self.categories.push(Category { id: id.to_owned(), labels: phrases(labels), together });
        self
    }
}

impl Reading {
    /// A reading without needs, gives, times, flags or features. `language` is an index into the manifest's languages.
    pub fn new(language: Index, intent: Intent) -> Self {
        Self {
            language,
            intent,
            needs: Vec::new(),
            gives: Vec::new(),
            conditional: false,
            slots: Vec::new(),
            closed: false,
            urgent: false,
            referral: None,
            features: Vec::new(),
        }
    }

    /// Adds a category that is asked for; `weight` is 1 to 1000, the most important first.
    #[must_use]
    pub fn need(mut self, category: Index, weight: u16) -> Self {
        self.needs.push(Weighted { category, weight });
        self
    }

    /// Adds a category that is offered; `weight` is 1 to 1000, the most important first.
    #[must_use]
    pub fn give(mut self, category: Index, weight: u16) -> Self {
        self.gives.push(Weighted { category, weight });
        self
    }

    /// Marks what is offered as given only if the author's own need is met; with intent `exchange` only.
    #[must_use]
    pub fn conditional(mut self) -> Self {
        self.conditional = true;
        self
    }
}

fn phrases(texts: &[(&str, &str)]) -> Vec<Phrase> {
    texts.iter().map(|&(language, text)| Phrase { language: language.to_owned(), text: text.to_owned() }).collect()
}
