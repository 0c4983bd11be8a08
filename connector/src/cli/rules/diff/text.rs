//! A comparison in the terminal.

use std::fmt::{self, Write};

use super::compare::Row;
use super::told::Story;

/// The most changes that are listed; the page has more.
const MAX_CHANGES: usize = 30;
/// The width of a line of figures before its first number.
const NAME_WIDTH: usize = 44;

/// Writes the comparison for a terminal.
pub(super) fn write(story: &Story<'_>) -> Result<String, fmt::Error> {
    let (words, mut out) = (story.words, String::new());
    writeln!(out, "{}\n{}\n", words.say("diff-title"), story.lead())?;
    for (side, name) in ["diff-old", "diff-new"].into_iter().enumerate() {
        writeln!(out, "  {:18} {}", words.say(name), story.rules(side))?;
    }
    writeln!(out, "\n{}", story.answer())?;
    for (title, figures) in [("outcome-title", &story.outcomes()[..]), ("told-title", &story.told())] {
        writeln!(out, "\n{}", words.say(title))?;
        for (id, count) in figures {
            writeln!(out, "  {:NAME_WIDTH$} {count:>6}", words.say(id))?;
        }
    }
    causes(story, &mut out)?;
    let comparison = story.comparison;
    table(story, &mut out, "category", &comparison.by_category, |id| story.category(id))?;
    table(story, &mut out, "language", &comparison.by_language, |tag| story.language(tag))?;
    table(story, &mut out, "place", &comparison.by_neighbourhood, str::to_owned)?;
    writeln!(out, "\n{}\n  {}\n  {}", words.say("load-title"), story.load(0), story.load(1))?;
    changes(story, &mut out)?;
    writeln!(out)?;
    story.method().iter().try_for_each(|line| writeln!(out, "{line}"))?;
    Ok(out)
}

fn causes(story: &Story<'_>, out: &mut String) -> fmt::Result {
    let words = story.words;
    if story.comparison.causes.is_empty() {
        return Ok(());
    }
    let [appears, vanishes] = ["column-appears", "column-vanishes"].map(|id| words.say(id));
    writeln!(out, "\n{:NAME_WIDTH$}   {appears:>6} {vanishes:>6}", words.say("cause-title"))?;
    for (cause, [appears, vanishes]) in &story.comparison.causes {
        writeln!(out, "  {:NAME_WIDTH$} {appears:>6} {vanishes:>6}", words.say(cause.id()))?;
    }
    Ok(())
}

fn table(story: &Story<'_>, out: &mut String, what: &str, rows: &[Row], name: impl Fn(&str) -> String) -> fmt::Result {
    let words = story.words;
    let [before, after, appears, vanishes] =
        ["column-before", "column-after", "column-appears", "column-vanishes"].map(|id| words.say(id));
    let title = format!(
        "{}, {} / {}",
        words.say(&format!("{what}-title")),
        words.say("column-helped"),
        words.say("column-asks")
    );
    writeln!(out, "\n{title:NAME_WIDTH$}   {before:>11} {after:>11} {appears:>8} {vanishes:>8}")?;
    for row in rows {
        let [old, new] = row.cover.map(|cover| format!("{}/{} {:>5}", cover.helped, cover.asks, story.share(cover)));
        let name = name(&row.name);
        writeln!(out, "  {name:NAME_WIDTH$} {old:>11} {new:>11} {:>8} {:>8}", row.appears, row.vanishes)?;
    }
    Ok(())
}

fn changes(story: &Story<'_>, out: &mut String) -> fmt::Result {
    let (words, changes) = (story.words, &story.comparison.changes);
    if changes.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}\n{}", words.say("list-title"), words.say("list-note"))?;
    for change in changes.iter().take(MAX_CHANGES) {
        writeln!(out, "  {} · {} · {}", story.date(change.day()), story.item(change), story.what(change))?;
        writeln!(out, "      {}", story.why(change))?;
    }
    if let Some(more) = changes.len().checked_sub(MAX_CHANGES).filter(|more| *more > 0) {
        writeln!(out, "  {}", words.say_with("list-more", [("count", more.into())]))?;
    }
    Ok(())
}
