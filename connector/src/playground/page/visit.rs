//! What a request tells about its visitor.

use std::collections::BTreeMap;
use std::convert::Infallible;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;

use super::words::Words;
use crate::playground::percent;

/// Name of the parameter that chooses a language.
const LANG: &str = "lang";

/// Who asks for which page in which language.
#[derive(Debug, Clone)]
pub(super) struct Visit {
    /// The language of the answer.
    pub words: Words,
    /// Whether the address itself chose the language, which is to be remembered.
    pub chose_language: bool,
    /// The path that was asked for.
    pub path: String,
    parameters: BTreeMap<String, String>,
}

impl Visit {
    /// A parameter of the address.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    /// A parameter that counts from one; one when it is missing or no such number, at most `most`.
    pub fn count(&self, name: &str, most: usize) -> usize {
        self.parameter(name).and_then(|text| text.parse().ok()).unwrap_or(1).clamp(1, most)
    }

    /// The address of this page in another language. What an address only says once is left out.
    pub fn in_language(&self, words: Words) -> String {
        let kept = self.parameters.iter().filter(|(name, _)| ["page", "write", "concierge"].contains(&name.as_str()));
        let kept = kept.map(|(name, value)| format!("{name}={}&", percent::encode(value)));
        format!("{}?{}{LANG}={}", self.path, kept.collect::<String>(), words.code())
    }
}

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        // An address with broken escapes is read as one without parameters.
        let parameters: BTreeMap<String, String> =
            Query::try_from_uri(&parts.uri).map(|Query(parameters)| parameters).unwrap_or_default();
        let asked = parameters.get(LANG).map(String::as_str);
        Ok(Self {
            words: Words::of(asked, &parts.headers),
            chose_language: asked.is_some_and(|code| Words::from_code(code).is_some()),
            path: parts.uri.path().to_owned(),
            parameters,
        })
    }
}
