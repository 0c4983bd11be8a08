//! The first page: what this is, and which neighbourhoods there are.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, PreEscaped, html};

use super::Site;
use super::layout::Frame;
use super::user_text::shown;
use super::visit::Visit;
use super::words::Words;
use crate::playground::world::NeighbourhoodView;

/// Most neighbourhoods that are listed.
const LISTED_MAX: usize = 300;

const STREET: &str = include_str!("street.svg");

pub(super) async fn home(State(site): State<Site>, visit: Visit) -> Response {
    let words = visit.words;
    let mut places = site.app.world.neighbourhoods();
    let all = places.len();
    places.truncate(LISTED_MAX);
    let municipalities = site.app.world.municipalities();
    let name_of = |view: &NeighbourhoodView| {
        let known = municipalities.iter().find(|known| known.id == view.neighbourhood.municipality);
        known.map(|known| known.name.as_str()).unwrap_or_default()
    };
    places.sort_by_key(|view| (name_of(view), view.neighbourhood.name.clone()));
    let content = html! {
        section.hero {
            div {
                h1 { (words.say("home-title")) }
                p.lead { (words.say("home-lead")) }
            }
            (PreEscaped(STREET))
        }
        section aria-labelledby="choose" {
            h2 #choose { (words.say("home-choose")) }
            @if places.is_empty() { p { (words.say("home-empty")) } }
            ul.places { @for view in &places { (place_card(words, view, name_of(view))) } }
            @if all > LISTED_MAX {
                p { (words.say_with("home-more", [("shown", LISTED_MAX.into()), ("all", all.into())])) }
            }
        }
        section aria-labelledby="how" {
            h2 #how { (words.say("home-how")) }
            (steps(words, 3))
        }
    };
    let frame = Frame { title: words.say("home-title"), place: None, live: None, has_errors: false };
    frame.answer(&visit, StatusCode::OK, &content)
}

/// How the program works in three steps, under headings of that level.
pub(super) fn steps(words: Words, level: u8) -> Markup {
    html! {
        ol.steps {
            @for step in ["post", "read", "decide"] {
                li {
                    @let title = words.say(&format!("how-{step}-title"));
                    @if level == 3 { h3 { (title) } } @else { strong { (title) } }
                    p { (words.say(&format!("how-{step}"))) }
                }
            }
        }
    }
}

fn place_card(words: Words, view: &NeighbourhoodView, municipality: &str) -> Markup {
    let names: Vec<_> = view.concierges.iter().map(|concierge| shown(&concierge.display_name)).collect();
    html! {
        li {
            a href={ "/n/" (view.neighbourhood.id) } {
                strong { bdi { (shown(&view.neighbourhood.name)) } }
                span.town { bdi { (shown(municipality)) } }
                span {
                    @if names.is_empty() {
                        (words.say("home-no-concierge"))
                    } @else {
                        (words.say_with("home-concierge", [("names", names.join(", ").into())]))
                    }
                }
            }
        }
    }
}
