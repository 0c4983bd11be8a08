//! A comparison as one page that needs nothing else: for a council, on a screen or on paper.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::charts;
use super::compare::{Cover, LOAD_COLUMNS, Row};
use super::told::Story;

/// The most changes that are listed: what a browser shows at once, and more than anybody reads.
const MAX_CHANGES: usize = 500;
const STYLE: &str = include_str!("page.css");

/// The whole page.
pub(super) fn page(story: &Story<'_>) -> String {
    let words = story.words;
    let comparison = story.comparison;
    let page = html! {
        (DOCTYPE)
        html lang=(words.0.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                title { (words.say("diff-title")) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (charts::patterns())
                main {
                    header {
                        h1 { (words.say("diff-title")) }
                        p { (story.lead()) }
                        dl.rules {
                            @for (side, name) in ["diff-old", "diff-new"].into_iter().enumerate() {
                                div { dt { (words.say(name)) } dd { (story.rules(side)) } }
                            }
                        }
                        p.answer { (story.answer()) }
                    }
                    (outcomes(story))
                    (told(story))
                    (cover(story, "category", &comparison.by_category, &|id| story.category(id)))
                    (cover(story, "language", &comparison.by_language, &|tag| story.language(tag)))
                    (cover(story, "place", &comparison.by_neighbourhood, &|name| name.to_owned()))
                    (load(story))
                    (changes(story))
                    (method(story))
                }
            }
        }
    };
    page.into_string()
}

fn outcomes(story: &Story<'_>) -> Markup {
    let words = story.words;
    let classes = ["kept", "other", "gained", "lost", "without"];
    let parts: Vec<_> =
        classes.into_iter().zip(story.outcomes()).map(|(class, (id, count))| (class, words.say(id), count)).collect();
    let title = words.say("outcome-title");
    html! {
        section {
            h2 { (title) }
            p.note { (words.say_with("outcome-note", [("all", story.comparison.outcomes.all().into())])) }
            (charts::whole(&spoken(&title, &parts), &parts))
        }
    }
}

fn told(story: &Story<'_>) -> Markup {
    let words = story.words;
    let classes = ["kept", "other", "gained", "lost"];
    let parts: Vec<_> =
        classes.into_iter().zip(story.told()).map(|(class, (id, count))| (class, words.say(id), count)).collect();
    let title = words.say("told-title");
    html! {
        section {
            h2 { (title) }
            p.note { (words.say("told-note")) }
            (charts::whole(&spoken(&title, &parts), &parts))
            @if !story.comparison.causes.is_empty() {
                h3 { (words.say("cause-title")) }
                table {
                    thead {
                        tr {
                            th scope="col" { (words.say("column-why")) }
                            th.number scope="col" { (words.say("column-appears")) }
                            th.number scope="col" { (words.say("column-vanishes")) }
                        }
                    }
                    tbody {
                        @for (cause, [appears, vanishes]) in &story.comparison.causes {
                            tr {
                                th scope="row" { (words.say(cause.id())) }
                                td.number { (appears) }
                                td.number { (vanishes) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A chart in words, for those who do not see it.
fn spoken(title: &str, parts: &[(&str, String, usize)]) -> String {
    let parts: Vec<String> = parts.iter().map(|(_, name, count)| format!("{name}: {count}")).collect();
    format!("{title} {}.", parts.join(", "))
}

fn cover(story: &Story<'_>, what: &str, rows: &[Row], name: &dyn Fn(&str) -> String) -> Markup {
    let words = story.words;
    let column = |id: &str| words.say(&format!("column-{id}"));
    html! {
        section {
            h2 { (words.say(&format!("{what}-title"))) }
            p.note { (words.say("cover-note")) " " (words.say("cover-columns")) }
            (charts::key(&words.say("diff-old"), &words.say("diff-new")))
            div.wide tabindex="0" role="region" aria-label=(words.say(&format!("{what}-title"))) {
                table.cover {
                    thead {
                        tr {
                            th scope="col" { (column(what)) }
                            th.bar aria-hidden="true" {}
                            th.number scope="col" { (column("before")) }
                            th.number scope="col" { (column("after")) }
                            th.number scope="col" { (column("appears")) }
                            th.number scope="col" { (column("vanishes")) }
                        }
                    }
                    tbody {
                        @for row in rows {
                            tr {
                                th scope="row" { (name(&row.name)) }
                                td.bar aria-hidden="true" { (charts::shares(row.cover.map(Cover::percent))) }
                                @for cover in row.cover {
                                    td.number { (cover.helped) " / " (cover.asks) span.share { (story.share(cover)) } }
                                }
                                td.number { (row.appears) }
                                td.number { (row.vanishes) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn load(story: &Story<'_>) -> Markup {
    let words = story.words;
    let names: [String; LOAD_COLUMNS] = std::array::from_fn(|column| {
        let id = if column + 1 == LOAD_COLUMNS { "load-column-most" } else { "load-column" };
        words.say_with(id, [("tasks", (column + 1).into())])
    });
    let figures = |side: usize| {
        let helpers = story.comparison.load[side].helpers;
        let each: Vec<String> = names.iter().zip(helpers).map(|(name, count)| format!("{name}: {count}")).collect();
        each.join(", ")
    };
    let label = format!("{} {} {} {}", story.load(0), figures(0), story.load(1), figures(1));
    html! {
        section {
            h2 { (words.say("load-title")) }
            p.note { (story.load(0)) br; (story.load(1)) }
            (charts::key(&words.say("diff-old"), &words.say("diff-new")))
            figure {
                (charts::columns(&label, &story.comparison.load, &names))
                figcaption { (words.say("load-axis")) }
            }
        }
    }
}

fn changes(story: &Story<'_>) -> Markup {
    let (words, changes) = (story.words, &story.comparison.changes);
    html! {
        @if !changes.is_empty() {
            section.changes {
                h2 { (words.say("list-title")) }
                p.note { (words.say("list-note")) }
                table {
                    thead {
                        tr {
                            @for id in ["column-day", "column-who", "column-what", "column-why"] {
                                th scope="col" { (words.say(id)) }
                            }
                        }
                    }
                    tbody {
                        @for change in changes.iter().take(MAX_CHANGES) {
                            @let place = story.recording.posts[change.posts()[0]].neighbourhood;
                            tr {
                                td { (story.date(change.day())) }
                                td { (story.item(change)) span.place { (story.recording.neighbourhoods[place].name) } }
                                td { (story.what(change)) }
                                td { (story.why(change)) }
                            }
                        }
                    }
                }
                @if let Some(more) = changes.len().checked_sub(MAX_CHANGES).filter(|more| *more > 0) {
                    p { (words.say_with("list-more", [("count", more.into())])) }
                }
            }
        }
    }
}

fn method(story: &Story<'_>) -> Markup {
    let words = story.words;
    html! {
        section {
            h2 { (words.say("how-title")) }
            @for line in story.method() { p { (line) } }
            h3 { (words.say("how-digests")) }
            dl.digests {
                @for (side, name) in ["diff-old", "diff-new"].into_iter().enumerate() {
                    @let rules = &story.rules[side];
                    div {
                        dt { (words.say(name)) }
                        dd {
                            (words.say("how-module")) " " code { (rules.module_digest) } br;
                            (words.say("how-settings")) " " code { (rules.settings_digest) }
                        }
                    }
                }
            }
        }
    }
}
