//! The form with which a resident writes, and what it refuses.

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::user_text;
use super::words::Words;
use crate::playground::world::{Member, NewPost, POST_TEXT_MAX_CHARS, POST_TITLE_MAX_CHARS, Post, PostKind, PostType};

/// Longest name that a resident can give, in characters.
pub(super) const RESIDENT_NAME_MAX_CHARS: usize = 60;

/// The kinds that the form offers: the value it sends, which is also the end of the label's identifier.
pub(super) const KINDS: [(&str, Option<PostKind>); 6] = [
    ("question", Some(PostKind::Question)),
    ("offer", Some(PostKind::Offer)),
    ("lend", Some(PostKind::Lend)),
    ("notice", Some(PostKind::Notice)),
    ("event", Some(PostKind::Event)),
    ("none", None),
];

/// What the form sent, as it was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Draft {
    pub name: String,
    pub kind: String,
    pub title: String,
    pub text: String,
    /// Present when the box is ticked.
    pub shared: Option<String>,
}

/// A field that needs attention.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FieldError {
    /// Identifier of the field's element.
    pub field: &'static str,
    /// What to do about it.
    pub text: String,
}

impl Draft {
    /// An empty form for a post of that kind.
    pub fn empty(kind: &str) -> Self {
        Self { kind: kind.to_owned(), shared: Some("on".to_owned()), ..Self::default() }
    }

    /// The post, by somebody of `recent` when the name is theirs, else by a new resident.
    pub fn check(
        &self,
        words: Words,
        neighbourhood: &str,
        recent: &[impl AsRef<Post>],
    ) -> Result<NewPost, Vec<FieldError>> {
        let (name, title, text) =
            (user_text::line(&self.name), user_text::line(&self.title), user_text::lines(&self.text));
        let kind = KINDS.iter().find(|(value, _)| *value == self.kind).map(|(_, kind)| *kind);
        let mut errors = Vec::new();
        let mut wrong = |field, text| errors.push(FieldError { field, text });
        if let Some(text) = too_long_or_empty(words, "error-name", &name, RESIDENT_NAME_MAX_CHARS) {
            wrong("name", text);
        }
        if kind.is_none() {
            wrong("kind-question", words.say("error-kind"));
        }
        if let Some(text) = too_long(words, "error-title", &title, POST_TITLE_MAX_CHARS) {
            wrong("title", text);
        }
        if let Some(text) = too_long_or_empty(words, "error-text", &text, POST_TEXT_MAX_CHARS) {
            wrong("text", text);
        }
        let (Some(kind), true) = (kind, errors.is_empty()) else { return Err(errors) };
        Ok(NewPost {
            id: None,
            neighbourhood: neighbourhood.to_owned(),
            post_type: if kind == Some(PostKind::Event) { PostType::Event } else { PostType::Shout },
            kind,
            title: (!title.is_empty()).then_some(title),
            text,
            author: author(words, neighbourhood, &name, recent),
            created_at: None,
            shared_with_municipality: self.shared.is_some(),
        })
    }
}

/// The text of the error `{id}-empty` or `{id}-long`, if one applies.
pub(super) fn too_long_or_empty(words: Words, id: &str, text: &str, most: usize) -> Option<String> {
    if text.trim().is_empty() { Some(words.say(&format!("{id}-empty"))) } else { too_long(words, id, text, most) }
}

fn too_long(words: Words, id: &str, text: &str, most: usize) -> Option<String> {
    let chars = text.chars().count();
    (chars > most).then(|| words.say_with(&format!("{id}-long"), [("most", most.into()), ("chars", chars.into())]))
}

fn author(words: Words, neighbourhood: &str, name: &str, recent: &[impl AsRef<Post>]) -> Member {
    let lower = name.to_lowercase();
    let mut known = recent.iter().map(|post| &post.as_ref().author);
    if let Some(member) = known.find(|member| member.display_name.to_lowercase() == lower) {
        return member.as_ref().clone();
    }
    // The same name in the same neighbourhood is the same resident, also when their posts are long gone.
    let digest = Sha256::digest(format!("{neighbourhood}\n{lower}"));
    let id = digest.iter().take(8).fold("resident-".to_owned(), |id, byte| format!("{id}{byte:02x}"));
    Member { id, display_name: name.to_owned(), area: None, language: words.language() }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    const NOBODY: [Arc<Post>; 0] = [];

    fn draft() -> Draft {
        Draft {
            name: " An P. ".into(),
            title: " ".into(),
            text: "Wie helpt?\r\nDank u".into(),
            ..Draft::empty("offer")
        }
    }

    #[test]
    fn a_complete_form_is_a_post() {
        let words = Words::ALL[0];
        let post = draft().check(words, "waterwijk", &NOBODY).unwrap();
        assert_eq!((post.kind, post.title, post.text.as_str()), (Some(PostKind::Offer), None, "Wie helpt?\nDank u"));
        assert!(post.shared_with_municipality);
        assert_eq!(post.author.display_name, "An P.");
        let again = Draft { name: "an p.".into(), ..draft() }.check(words, "waterwijk", &NOBODY).unwrap();
        assert_eq!(again.author.id, post.author.id);
        let elsewhere = draft().check(words, "utrecht-west", &NOBODY).unwrap();
        assert_ne!(elsewhere.author.id, post.author.id);
    }

    #[test]
    fn every_wrong_field_is_named() {
        let words = Words::ALL[2];
        let empty = Draft::default().check(words, "waterwijk", &NOBODY).unwrap_err();
        let fields: Vec<_> = empty.iter().map(|error| error.field).collect();
        assert_eq!(fields, ["name", "kind-question", "text"]);
        let long = Draft {
            name: "é".repeat(RESIDENT_NAME_MAX_CHARS + 1),
            title: "é".repeat(POST_TITLE_MAX_CHARS + 1),
            text: "é".repeat(POST_TEXT_MAX_CHARS),
            ..draft()
        };
        let errors = long.check(words, "waterwijk", &NOBODY).unwrap_err();
        assert_eq!(errors.len(), 2, "the text just fits: {errors:?}");
        assert!(errors[1].text.ends_with("at most 300 characters, now 301."), "{errors:?}");
    }
}
