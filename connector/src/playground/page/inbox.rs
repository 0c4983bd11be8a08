//! The concierge's inbox: the conversation with the plugin, and an answer to it.

use std::sync::Arc;

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::layout::{self, Frame, Tab, avatar, error_summary, field_error};
use super::user_text::{self, shown};
use super::visit::Visit;
use super::words::Words;
use super::writing::{FieldError, too_long_or_empty};
use super::{Site, dates, quick};
use crate::playground::world::{
    Country, Direction, MESSAGE_TEXT_MAX_CHARS, Member, Message, NeighbourhoodView, WorldError,
};

/// Messages that a page shows at first, and that each look further back adds.
const SHOWN_MESSAGES: usize = 50;
/// How often one can look further back.
const LOOKS_BACK_MAX: usize = 40;

/// What the form sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Answer {
    concierge: String,
    text: String,
}

pub(super) async fn inbox(State(site): State<Site>, visit: Visit, Path(neighbourhood): Path<String>) -> Response {
    let asked = visit.parameter("concierge").map(str::to_owned);
    show(&site, &visit, &neighbourhood, StatusCode::OK, asked.as_deref(), "", &[])
}

pub(super) async fn answer(
    State(site): State<Site>,
    visit: Visit,
    Path(neighbourhood): Path<String>,
    form: Result<Form<Answer>, FormRejection>,
) -> Response {
    let Form(answer) = match form {
        Ok(form) => form,
        Err(rejection) => return layout::notice(&visit, rejection.status(), "unreadable"),
    };
    let Some(view) = site.app.world.neighbourhood(&neighbourhood) else { return layout::missing(&visit) };
    let Some(member) = concierge(&view, Some(&answer.concierge)) else { return layout::missing(&visit) };
    let text = user_text::lines(&answer.text);
    let refused = |text| {
        let error = [FieldError { field: "answer", text }];
        let concierge = Some(answer.concierge.as_str());
        show(&site, &visit, &neighbourhood, StatusCode::UNPROCESSABLE_ENTITY, concierge, &answer.text, &error)
    };
    if let Some(wrong) = too_long_or_empty(visit.words, "error-answer", &text, MESSAGE_TEXT_MAX_CHARS) {
        return refused(wrong);
    }
    match site.app.world.write_as_concierge(&member.id, &text) {
        Ok(_) => Redirect::to(&format!("{}#latest", path(&view, member))).into_response(),
        Err(WorldError::Full { .. }) => refused(visit.words.say("error-full")),
        Err(_) => layout::missing(&visit),
    }
}

/// The concierge with that identifier, or the first.
fn concierge<'a>(view: &'a NeighbourhoodView, asked: Option<&str>) -> Option<&'a Arc<Member>> {
    match asked {
        Some(id) => view.concierges.iter().find(|member| member.id == id),
        None => view.concierges.first(),
    }
}

fn path(view: &NeighbourhoodView, member: &Member) -> String {
    let path = format!("/n/{}/inbox", view.neighbourhood.id);
    let first = view.concierges.first().is_some_and(|first| first.id == member.id);
    if first { path } else { format!("{path}?concierge={}", member.id) }
}

fn show(
    site: &Site,
    visit: &Visit,
    neighbourhood: &str,
    status: StatusCode,
    asked: Option<&str>,
    typed: &str,
    errors: &[FieldError],
) -> Response {
    let words = visit.words;
    let Some(view) = site.app.world.neighbourhood(neighbourhood) else { return layout::missing(visit) };
    let frame = |title, live| Frame { title, place: Some((&view, Tab::Inbox)), live, has_errors: !errors.is_empty() };
    if view.concierges.is_empty() {
        let content = html! { h1 { (words.say("tab-inbox")) } p { (words.say("inbox-none")) } };
        return frame(words.say("tab-inbox"), None).answer(visit, status, &content);
    }
    let Some(member) = concierge(&view, asked) else { return layout::missing(visit) };
    let country =
        site.app.world.municipality(&view.neighbourhood.municipality).map_or(Country::Nl, |known| known.country);
    let messages = site.app.world.inbox(&member.id);
    let inbox =
        InboxView { words, view: &view, member, messages: &messages, looks: visit.count("looks", LOOKS_BACK_MAX) };
    let live = format!("/n/{neighbourhood}/live?seen={}&concierge={}", messages.len(), member.id);
    let when = |message: &Message| dates::minute(words, message.created_at, country, site.app.clock.now());
    let title = words.say_with("inbox-title", [("name", shown(&member.display_name).into())]);
    let content = html! {
        div.inbox {
            h1 { (title) }
            p.lead { (words.say("inbox-lead")) }
            (inbox.others())
            (inbox.thread(when))
            (inbox.form(typed, errors))
        }
    };
    frame(title, Some(live)).answer(visit, status, &content)
}

struct InboxView<'a> {
    words: Words,
    view: &'a NeighbourhoodView,
    member: &'a Member,
    messages: &'a [Arc<Message>],
    looks: usize,
}

impl InboxView<'_> {
    fn others(&self) -> Markup {
        html! {
            @if self.view.concierges.len() > 1 {
                nav.others aria-label=(self.words.say("inbox-concierges")) {
                    ul {
                        @for other in &self.view.concierges {
                            li {
                                a href={ (path(self.view, other)) "#latest" }
                                    aria-current=[(other.id == self.member.id).then_some("page")] { bdi { (shown(&other.display_name)) } }
                            }
                        }
                    }
                }
            }
        }
    }

    fn thread(&self, when: impl Fn(&Message) -> String) -> Markup {
        let words = self.words;
        let first = self.messages.len().saturating_sub(self.looks * SHOWN_MESSAGES);
        html! {
            section aria-labelledby="thread-title" {
                h2.unseen #thread-title { (words.say("inbox-thread")) }
                @if first > 0 && self.looks < LOOKS_BACK_MAX {
                    p.earlier {
                        a href={ "?looks=" (self.looks + 1) "&concierge=" (self.member.id) } { (words.say("inbox-earlier")) }
                    }
                }
                @if self.messages.is_empty() { p.quiet #empty { (words.say("inbox-empty")) } }
                div role="log" aria-live="polite" aria-labelledby="thread-title" {
                    ol.thread #thread { @for message in &self.messages[first..] { (self.message(message, &when(message))) } }
                }
                div #latest {}
            }
        }
    }

    fn message(&self, message: &Message, when: &str) -> Markup {
        let from_plugin = message.direction == Direction::Outgoing;
        html! {
            li class=(if from_plugin { "plugin" } else { "own" }) id=(message.id) {
                p.who {
                    @if from_plugin { strong { "Koppelaar" } }
                    @else { (avatar(&self.member.id, &self.member.display_name)) strong { bdi { (shown(&self.member.display_name)) } } }
                    " " time datetime=(message.created_at) { (when) }
                }
                p.text dir="auto" { (said(&message.text, from_plugin)) }
            }
        }
    }

    fn form(&self, typed: &str, errors: &[FieldError]) -> Markup {
        let words = self.words;
        let wrong = !errors.is_empty();
        html! {
            section.answer aria-label=(words.say("inbox-answer")) {
                (error_summary(words, errors))
                div #quick { (self.quick()) }
                form method="post" action={ "/n/" (self.view.neighbourhood.id) "/inbox" } novalidate {
                    input type="hidden" name="concierge" value=(self.member.id);
                    label for="answer" { (words.say("inbox-answer")) }
                    (field_error(words, errors, "answer"))
                    div.row {
                        // The parser drops a line break right after the tag; this one, not the first of the text.
                        textarea #answer name="text" rows="1" required dir="auto" aria-invalid=[wrong.then_some("true")]
                            aria-describedby=(if wrong { "answer-error answer-hint" } else { "answer-hint" }) { "\n" (typed) }
                        button type="submit" { (words.say("inbox-send")) }
                    }
                    p.hint #answer-hint { (words.say("inbox-answer-hint")) }
                }
            }
        }
    }

    fn quick(&self) -> Markup {
        let words = self.words;
        let Some(number) = quick::open_suggestion(self.messages.iter().map(AsRef::as_ref)) else { return html! {} };
        html! {
            form.quick method="post" action={ "/n/" (self.view.neighbourhood.id) "/inbox" } {
                input type="hidden" name="concierge" value=(self.member.id);
                fieldset {
                    legend { (words.say_with("quick-label", [("number", number.into())])) }
                    @for answer in ["yes", "no", "why"] {
                        @let text = words.say_with(&format!("quick-{answer}-text"), [("number", number.into())]);
                        button.plain[answer != "yes"] type="submit" name="text" value=(text) { (words.say(&format!("quick-{answer}"))) } " "
                    }
                }
            }
        }
    }
}

/// The text of a message; the line that heads a suggestion stands out.
fn said(text: &str, from_plugin: bool) -> Markup {
    let text = shown(text);
    let end = text.find('\n').unwrap_or(text.len());
    let (head, rest) = text.split_at(if from_plugin && quick::suggestion(&text[..end]).is_some() { end } else { 0 });
    html! { @if !head.is_empty() { strong { (head) } } (rest) }
}
