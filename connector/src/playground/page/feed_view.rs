//! How a neighbourhood's posts and the form for a new one look.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use maud::{Markup, html};

use super::dates;
use super::home;
use super::layout::{avatar, error_summary, field_error};
use super::user_text::shown;
use super::words::Words;
use super::writing::{Draft, FieldError, KINDS};
use crate::playground::world::{NeighbourhoodView, Post, PostState};

/// Most names that the form proposes.
const NAMES_MAX: usize = 40;

/// A form that is open, with what stands in it.
pub(super) struct Writing {
    pub draft: Draft,
    pub errors: Vec<FieldError>,
}

/// A page of a neighbourhood's posts.
pub(super) struct FeedView<'a> {
    pub words: Words,
    pub now: Timestamp,
    pub place: &'a NeighbourhoodView,
    /// All posts that can be reached, newest first.
    pub recent: &'a [Arc<Post>],
    /// The posts of this page.
    pub shown: &'a [Arc<Post>],
    /// Number of this page, from one.
    pub page: usize,
    pub pages: usize,
    /// The post that was just published.
    pub posted: Option<Arc<Post>>,
    pub writing: Option<Writing>,
}

impl FeedView<'_> {
    pub fn title(&self) -> String {
        self.words.say_with("feed-title", [("place", shown(&self.place.neighbourhood.name).into())])
    }

    pub fn render(&self) -> Markup {
        let words = self.words;
        html! {
            h1 { (self.title()) }
            div.columns {
                div {
                    @if let Some(post) = &self.posted { (self.confirmation(post)) }
                    @match &self.writing {
                        Some(writing) => (self.form(writing)),
                        None => (self.prompt()),
                    }
                    section.feed aria-labelledby="newest" {
                        h2 #newest {
                            @if self.page == 1 { (words.say("feed-list")) }
                            @else { (words.say_with("feed-page", [("page", self.page.into())])) }
                        }
                        div #fresh role="status" data-text=(words.say("feed-fresh")) {}
                        @if self.shown.is_empty() { p.quiet { (words.say("feed-empty")) } }
                        @for post in self.shown { (self.post(post)) }
                    }
                    (self.paging())
                }
                (self.about())
            }
        }
    }

    fn path(&self) -> String {
        format!("/n/{}", self.place.neighbourhood.id)
    }

    fn prompt(&self) -> Markup {
        let words = self.words;
        let path = self.path();
        html! {
            section.prompt aria-labelledby="prompt" {
                h2 #prompt { (words.say("feed-prompt")) }
                p {
                    a.button href={ (path) "?write=question#write" } { (words.say("feed-ask")) } " "
                    a.button href={ (path) "?write=offer#write" } { (words.say("feed-offer")) } " "
                    a.button.plain href={ (path) "?write=none#write" } { (words.say("feed-other")) }
                }
            }
        }
    }

    fn confirmation(&self, post: &Post) -> Markup {
        let words = self.words;
        html! {
            div.done #posted role="status" {
                p { strong { (words.say("posted")) } }
                @if post.shared_with_municipality {
                    p { (words.say("posted-shared")) " " a href={ (self.path()) "/inbox#latest" } { (words.say("feed-inbox-link")) } }
                } @else {
                    p { (words.say("posted-private")) }
                }
            }
        }
    }

    fn form(&self, writing: &Writing) -> Markup {
        let words = self.words;
        let Writing { draft, errors } = writing;
        let wrong = |field: &str| errors.iter().any(|error| error.field == field);
        let described = |field: &str, hint: &str| {
            let error = wrong(field).then(|| format!("{field}-error "));
            format!("{}{hint}", error.unwrap_or_default())
        };
        let names: BTreeSet<_> =
            self.recent.iter().map(|post| shown(&post.author.display_name)).take(NAMES_MAX).collect();
        html! {
            section.write #write aria-labelledby="write-title" {
                (error_summary(words, errors))
                h2 #write-title { (words.say("write-title")) }
                form method="post" action={ (self.path()) "/posts" } novalidate {
                    div.field {
                        label for="name" { (words.say("write-name")) }
                        p.hint #name-hint { (words.say("write-name-hint")) }
                        (field_error(words, errors, "name"))
                        input #name name="name" type="text" value=(draft.name) list="residents" autocomplete="off"
                            required dir="auto" aria-describedby=(described("name", "name-hint"))
                            aria-invalid=[wrong("name").then_some("true")];
                        datalist #residents { @for name in &names { option value=(name) {} } }
                    }
                    fieldset.field aria-describedby=[wrong("kind-question").then_some("kind-question-error")] {
                        legend { (words.say("write-kind")) }
                        (field_error(words, errors, "kind-question"))
                        div.pills {
                            @for (value, _) in KINDS {
                                span {
                                    input id={ "kind-" (value) } type="radio" name="kind" value=(value) checked[draft.kind == value];
                                    label for={ "kind-" (value) } { (words.say(&format!("kind-{value}"))) }
                                }
                            }
                        }
                    }
                    div.field {
                        label for="title" { (words.say("write-heading")) " " span.optional { (words.say("write-optional")) } }
                        (field_error(words, errors, "title"))
                        input #title name="title" type="text" value=(draft.title) autocomplete="off" dir="auto"
                            aria-describedby=[wrong("title").then_some("title-error")]
                            aria-invalid=[wrong("title").then_some("true")];
                    }
                    div.field {
                        label for="text" { (words.say("write-text")) }
                        p.hint #text-hint { (words.say("write-text-hint")) }
                        (field_error(words, errors, "text"))
                        // The parser drops a line break right after the tag; this one, not the first of the text.
                        textarea #text name="text" rows="5" required dir="auto"
                            aria-describedby=(described("text", "text-hint"))
                            aria-invalid=[wrong("text").then_some("true")] { "\n" (draft.text) }
                    }
                    div.field.tick {
                        input #shared name="shared" type="checkbox" checked[draft.shared.is_some()] aria-describedby="shared-hint";
                        div {
                            label for="shared" { (words.say("write-shared")) }
                            p.hint #shared-hint { (words.say("write-shared-hint")) }
                        }
                    }
                    p.actions {
                        button type="submit" { (words.say("write-send")) } " "
                        a href=(self.path()) { (words.say("write-cancel")) }
                    }
                }
            }
        }
    }

    fn post(&self, post: &Post) -> Markup {
        let words = self.words;
        let author = shown(&post.author.display_name);
        let author_id = format!("author-{}", post.id);
        let title_id = format!("title-{}", post.id);
        let kind = KINDS.iter().find(|(_, kind)| post.kind.is_some() && *kind == post.kind);
        let withdrawn = post.state == PostState::Withdrawn;
        let labelled = if post.title.is_some() { format!("{title_id} {author_id}") } else { author_id.clone() };
        html! {
            article.post.withdrawn[withdrawn] id={ "post-" (post.id) } aria-labelledby=(labelled) {
                div.byline {
                    (avatar(&post.author.id, &author))
                    div {
                        p.author id=(author_id) { bdi { (author) } }
                        p.when {
                            time datetime=(post.created_at) { (dates::part_of_day(words, post.created_at, self.now)) }
                            @if let Some(area) = &post.author.area { " · " bdi { (shown(area)) } }
                        }
                    }
                    @if let Some((value, _)) = kind {
                        p class={ "kind kind-" (value) } { (words.say(&format!("kind-{value}"))) }
                    }
                }
                @if let Some(title) = &post.title { h3 id=(title_id) dir="auto" { (shown(title)) } }
                p.text dir="auto" { (shown(&post.text)) }
                @if withdrawn || !post.shared_with_municipality || post.state == PostState::Active {
                    div.below {
                        @if withdrawn { p.mark { (words.say("post-withdrawn")) } }
                        @if !post.shared_with_municipality { p.mark { (words.say("post-not-shared")) } }
                        @if !withdrawn {
                            form method="post" action={ (self.path()) "/posts/" (post.id) "/withdraw" } {
                                button.quiet type="submit" {
                                    (words.say("post-withdraw"))
                                    span.unseen { ": " (words.say_with("post-withdraw-which", [("author", author.clone().into())])) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn paging(&self) -> Markup {
        let words = self.words;
        html! {
            @if self.pages > 1 {
                nav.paging aria-label=(words.say("feed-pages")) {
                    @if self.page > 1 { a.newer href={ (self.path()) "?page=" (self.page - 1) } rel="prev" { (words.say("feed-newer")) } }
                    @if self.page < self.pages { a.older href={ (self.path()) "?page=" (self.page + 1) } rel="next" { (words.say("feed-older")) } }
                }
            }
        }
    }

    fn about(&self) -> Markup {
        let words = self.words;
        html! {
            aside aria-label=(words.say("feed-about")) {
                section.card {
                    h2 { (words.say("feed-concierge")) }
                    @for concierge in &self.place.concierges {
                        p.person { (avatar(&concierge.id, &concierge.display_name)) bdi { (shown(&concierge.display_name)) } }
                    }
                    @if self.place.concierges.is_empty() { p { (words.say("home-no-concierge")) } }
                    @else { p { a.button.plain href={ (self.path()) "/inbox#latest" } { (words.say("feed-inbox-link")) } } }
                }
                section.card {
                    h2 { (words.say("home-how")) }
                    (home::steps(words, 0))
                }
            }
        }
    }
}
