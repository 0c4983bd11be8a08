//! What every page has around its content.

use axum::http::StatusCode;
use axum::http::header::{HeaderValue, SET_COOKIE};
use axum::response::{Html, IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

use super::user_text::shown;
use super::visit::Visit;
use super::words::{COOKIE_NAME, Words};
use super::writing::FieldError;
use super::{assets, user_text};
use crate::playground::world::NeighbourhoodView;

/// Frames a page's content.
pub(super) struct Frame<'a> {
    /// The page's own title.
    pub title: String,
    /// The neighbourhood, where the page belongs to one.
    pub place: Option<(&'a NeighbourhoodView, Tab)>,
    /// Where the script listens for changes.
    pub live: Option<String>,
    /// Whether the page shows what is wrong with a form.
    pub has_errors: bool,
}

/// Which page of a neighbourhood is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tab {
    Feed,
    Inbox,
}

impl Frame<'_> {
    /// The whole page as an answer.
    pub fn answer(&self, visit: &Visit, status: StatusCode, content: &Markup) -> Response {
        let mut response = (status, Html(self.page(visit, content).into_string())).into_response();
        if visit.chose_language {
            let cookie =
                format!("{COOKIE_NAME}={}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly", visit.words.code());
            response
                .headers_mut()
                .insert(SET_COOKIE, HeaderValue::from_str(&cookie).expect("a language code is plain"));
        }
        response
    }

    fn page(&self, visit: &Visit, content: &Markup) -> Markup {
        let words = visit.words;
        html! {
            (DOCTYPE)
            html lang=(words.code()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title {
                        @if self.has_errors { (words.say("error-prefix")) " " }
                        (self.title) " · " (words.say("site-name"))
                    }
                    link rel="icon" type="image/svg+xml" href=(assets::address("icon.svg"));
                    link rel="stylesheet" href=(assets::address("page.css"));
                    script src=(assets::address("page.js")) defer {}
                }
                body data-live=[self.live.as_deref()] {
                    a.skip href="#main" { (words.say("skip")) }
                    (header(visit))
                    @if let Some((view, tab)) = self.place { (tabs(words, view, tab)) }
                    main #main tabindex="-1" { (content) }
                    footer.site { p { (words.say("footer-pretend")) } }
                }
            }
        }
    }
}

fn header(visit: &Visit) -> Markup {
    let words = visit.words;
    html! {
        header.site {
            div.inner {
                a.brand href="/" {
                    img src=(assets::address("icon.svg")) alt="" width="36" height="36";
                    span { strong { (words.say("site-name")) } " " span.tagline { (words.say("site-tagline")) } }
                }
                nav.languages aria-label=(words.say("language-choice")) {
                    ul {
                        @for other in Words::ALL {
                            li {
                                a href=(visit.in_language(other)) lang=(other.code()) hreflang=(other.code())
                                    aria-current=[(other == words).then_some("true")] {
                                    (other.code().to_uppercase()) span.unseen { " " (other.own_name()) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn tabs(words: Words, view: &NeighbourhoodView, open: Tab) -> Markup {
    let place = &view.neighbourhood;
    let feed = format!("/n/{}", place.id);
    let inbox = format!("{feed}/inbox");
    let current = |tab| (tab == open).then_some("page");
    html! {
        nav.place aria-label=(words.say("tabs-label")) {
            div.inner {
                p.crumbs {
                    a href="/" { (words.say("breadcrumb-home")) }
                    span aria-hidden="true" { " / " }
                    bdi { (shown(&place.name)) }
                }
                ul {
                    li { a href=(feed) aria-current=[current(Tab::Feed)] { (words.say("tab-feed")) } }
                    li { a href={ (inbox) "#latest" } aria-current=[current(Tab::Inbox)] { (words.say("tab-inbox")) } }
                }
            }
        }
    }
}

/// The list of what is wrong with a form, each entry leading to its field.
pub(super) fn error_summary(words: Words, errors: &[FieldError]) -> Markup {
    html! {
        @if !errors.is_empty() {
            div.errors #errors role="alert" tabindex="-1" autofocus {
                h2 { (words.say("errors-title")) }
                ul { @for error in errors { li { a href={ "#" (error.field) } { (error.text) } } } }
            }
        }
    }
}

/// What is wrong with one field, beside it.
pub(super) fn field_error(words: Words, errors: &[FieldError], field: &str) -> Markup {
    html! {
        @if let Some(error) = errors.iter().find(|error| error.field == field) {
            p.error id={ (field) "-error" } { span.unseen { (words.say("error-prefix")) " " } (error.text) }
        }
    }
}

/// The first letter of a name in a circle whose tone stays the same for the same person.
pub(super) fn avatar(id: &str, name: &str) -> Markup {
    let tone = id.bytes().fold(0_usize, |sum, byte| sum * 31 % 997 + usize::from(byte)) % 6;
    let first = user_text::shown(name).chars().find(|c| c.is_alphanumeric());
    let first = first.map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    html! { span class={ "avatar tone-" (tone) } aria-hidden="true" { (first) } }
}

/// A page that only says something: the texts `{id}-title` and `{id}-text`.
pub(super) fn notice(visit: &Visit, status: StatusCode, id: &str) -> Response {
    let title = visit.words.say(&format!("{id}-title"));
    let content = html! {
        section.notice {
            h1 { (title) }
            p { (visit.words.say(&format!("{id}-text"))) }
            p { a.button href="/" { (visit.words.say("breadcrumb-home")) } }
        }
    };
    Frame { title, place: None, live: None, has_errors: false }.answer(visit, status, &content)
}

/// The page that stands for what is not there.
pub(super) fn missing(visit: &Visit) -> Response {
    notice(visit, StatusCode::NOT_FOUND, "missing")
}
