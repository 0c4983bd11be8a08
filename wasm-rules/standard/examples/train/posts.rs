//! Labelled texts: the training posts and words of `training/`, and sets of `posts.jsonl`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use koppelaar_rules::{Kind, LocalTime, Post};
use koppelaar_standard::calendar::day_number;
use koppelaar_standard::manifest::REFERRALS;
use koppelaar_standard::model::output;
use koppelaar_standard::targets::CATEGORIES;
use serde_json::Value;

/// Intents in the order of the model's outputs.
pub const INTENTS: [&str; 5] = ["request", "offer", "exchange", "report", "notice"];

/// A text with what a person says of it.
#[derive(Debug, Clone)]
pub struct Labelled {
    /// As the module gets it; braces are taken out.
    pub post: Post,
    /// Index into [`INTENTS`]; none for words without a post.
    pub intent: Option<usize>,
    /// Indices of categories.
    pub needs: Vec<usize>,
    /// Indices of categories.
    pub gives: Vec<usize>,
    /// Solved or withdrawn.
    pub closed: bool,
    /// Within a day.
    pub urgent: bool,
    /// Index of the referral.
    pub referral: Option<usize>,
    /// What an expression says beside categories, by output; of posts nothing.
    pub signals: [Option<bool>; output::COUNT],
    /// Whether it is like those in life: one of a whole neighbourhood's posts, or one of the plainest.
    pub natural: bool,
    /// Byte ranges of `post.text` in which something is given; only of exchanges.
    pub given: Vec<std::ops::Range<usize>>,
    /// Byte ranges of `post.text` in which who gives says what they do not give, or when; none where nobody looked for them.
    pub refused: Option<Vec<std::ops::Range<usize>>>,
    /// For each weekday the parts of it in which help is asked or given, as a bit each; none where nobody looked for them.
    pub when: Option<[u8; 7]>,
}

/// Weekdays, Monday first.
pub const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Every file of a folder with one ending, by name.
pub fn files(folder: &Path, ending: &str) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read `{}`", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    files.retain(|file| file.extension().is_some_and(|found| found == ending));
    files.sort();
    Ok(files)
}

/// Every folder of a folder, by name; none when that does not exist.
pub fn folders(folder: &Path) -> Result<Vec<PathBuf>> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(Vec::new()) };
    let mut folders: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    folders.retain(|entry| entry.is_dir());
    folders.sort();
    Ok(folders)
}

/// Training posts: eight columns, as `training/README.md` tells.
pub fn training(file: &Path) -> Result<Vec<Labelled>> {
    rows(file)?.into_iter().map(|(place, row)| training_row(&row).with_context(|| place)).collect()
}

/// Training words: a language, a category or what else they tell (an intent, `closed`, `urgent`), and words or
/// expressions between semicolons, each of which becomes a text.
pub fn words(file: &Path) -> Result<Vec<Labelled>> {
    let mut texts = Vec::new();
    for (place, row) in rows(file)? {
        let [language, told, expressions] = &row[..] else { bail!("{place}: {} columns, not 3", row.len()) };
        language_of(language).with_context(|| place.clone())?;
        let mut needs = Vec::new();
        let mut signals = [None; output::COUNT];
        match (&told[..], INTENTS.iter().position(|known| known == told)) {
            ("closed", _) => signals[output::CLOSED] = Some(true),
            ("urgent", _) => signals[output::URGENT] = Some(true),
            (_, Some(intent)) => {
                (0..output::INTENTS).for_each(|i| signals[output::INTENT + i] = Some(i == intent));
                signals[output::ROLE] = (intent <= 1).then_some(intent == 0);
            }
            _ => needs.push(category_of(told).with_context(|| place)?),
        }
        for expression in expressions.split(';').map(str::trim).filter(|text| !text.is_empty()) {
            texts.push(Labelled { needs: needs.clone(), signals, ..plain(expression.to_owned()) });
        }
    }
    Ok(texts)
}

fn rows(file: &Path) -> Result<Vec<(String, Vec<String>)>> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read `{}`", file.display()))?;
    let rows = text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let row = |(number, line): (usize, &str)| {
        (format!("{}:{}", file.display(), number + 1), line.split('\t').map(str::to_owned).collect())
    };
    Ok(rows.map(row).collect())
}

fn plain(text: String) -> Labelled {
    let written = LocalTime { year: 2026, month: 3, day: 4, weekday: 2, minute: 600 };
    Labelled {
        post: Post { kind: None, title: None, text, written },
        intent: None,
        needs: Vec::new(),
        gives: Vec::new(),
        closed: false,
        urgent: false,
        referral: None,
        signals: [None; output::COUNT],
        natural: false,
        given: Vec::new(),
        refused: None,
        when: None,
    }
}

fn training_row(row: &[String]) -> Result<Labelled> {
    let [language, intent, needs, gives, flags, kind, title, marked] = row else {
        bail!("{} columns, not 8", row.len());
    };
    let (mut text, mut passages, mut open) = (String::new(), Vec::new(), None);
    for c in marked.chars() {
        match c {
            '{' => open = Some(text.len()),
            '}' => passages.push(open.take().context("`}` without `{`")?..text.len()),
            _ => text.push(c),
        }
    }
    ensure!(open.is_none(), "`{{` without `}}`");
    let list =
        |field: &str| -> Result<Vec<usize>> { field.split(',').filter(|name| *name != "-").map(category_of).collect() };
    let flags: Vec<&str> = flags.split(',').collect();
    let referral = flags.iter().find_map(|flag| REFERRALS.iter().position(|known| known == flag));
    language_of(language)?;
    let mut labelled = plain(text);
    labelled.post.kind = kind_of(kind);
    labelled.post.title = (title != "-").then(|| title.clone());
    labelled.intent = Some(intent_of(intent)?);
    labelled.needs = list(needs)?;
    labelled.gives = list(gives)?;
    labelled.closed = flags.contains(&"closed");
    labelled.urgent = flags.contains(&"urgent");
    labelled.referral = referral;
    labelled.given = passages;
    Ok(labelled)
}

/// A post of a set, with what pairing needs beside its labels.
#[derive(Debug, Clone)]
pub struct SetPost {
    /// Its identifier in the set.
    pub id: String,
    /// Its neighbourhood.
    pub neighbourhood: String,
    /// Who wrote it.
    pub author: String,
    /// The text and its labels.
    pub labelled: Labelled,
}

/// The posts of a set's `posts.jsonl`.
pub fn set(folder: &Path) -> Result<Vec<SetPost>> {
    let file = folder.join("posts.jsonl");
    let text = fs::read_to_string(&file).with_context(|| format!("cannot read `{}`", file.display()))?;
    let lines = text.lines().filter(|line| !line.is_empty());
    lines.map(|line| set_post(&serde_json::from_str(line)?).with_context(|| line.to_owned())).collect()
}

/// Who asks and who helps, by their identifiers, of a set's `pairs.jsonl`.
pub fn pairs(folder: &Path) -> Result<Vec<(String, String)>> {
    let file = folder.join("pairs.jsonl");
    let text = fs::read_to_string(&file).with_context(|| format!("cannot read `{}`", file.display()))?;
    let mut pairs = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        let pair: Value = serde_json::from_str(line).with_context(|| line.to_owned())?;
        if let (Some(asks), Some(helps)) = (pair["request"].as_str(), pair["helper"].as_str()) {
            pairs.push((asks.to_owned(), helps.to_owned()));
        }
    }
    Ok(pairs)
}

fn set_post(line: &Value) -> Result<SetPost> {
    let string = |name: &str| line[name].as_str().map(str::to_owned).with_context(|| format!("no `{name}`"));
    let labels = &line["labels"];
    let list = |name: &str| -> Result<Vec<usize>> {
        let names = labels[name].as_array().with_context(|| format!("no `{name}`"))?;
        names.iter().map(|name| category_of(name.as_str().unwrap_or_default())).collect()
    };
    let referral = labels["refer"].as_str().and_then(|kind| REFERRALS.iter().position(|known| *known == kind));
    let mut labelled = Labelled { natural: true, ..plain(string("text")?) };
    labelled.post.written = written(&string("created")?)?;
    labelled.post.kind = kind_of(line["category"].as_str().unwrap_or_default());
    labelled.post.title = line["title"].as_str().map(str::to_owned);
    labelled.intent = Some(intent_of(labels["intent"].as_str().unwrap_or_default())?);
    labelled.needs = list("needs")?;
    labelled.gives = list("gives")?;
    labelled.closed = labels["closed"] == true;
    labelled.urgent = labels["urgent"] == true;
    labelled.referral = referral;
    labelled.when = Some(when(&labels["when"])?);
    let text = &labelled.post.text;
    let place = |part: &str| -> Result<_> {
        let from = text.find(part).with_context(|| format!("`{part}` is no part of the text"))?;
        Ok(from..from + part.len())
    };
    let given = line["given_part"].as_str().map(place).transpose()?;
    let refused = line["refused_parts"]
        .as_array()
        .map(|parts| parts.iter().map(|part| place(part.as_str().unwrap_or_default())).collect::<Result<Vec<_>>>());
    (labelled.given, labelled.refused) = (given.into_iter().collect(), refused.transpose()?);
    let (id, neighbourhood, author) = (string("id")?, string("neighbourhood")?, string("author")?);
    Ok(SetPost { id, neighbourhood, author, labelled })
}

/// `["sat-morning", "sun"]` as bits of morning, afternoon and evening, for each weekday.
fn when(list: &Value) -> Result<[u8; 7]> {
    let mut when = [0; 7];
    for slot in list.as_array().context("no `when`")? {
        let (day, part) = slot.as_str().map(|slot| slot.split_once('-').unwrap_or((slot, ""))).unwrap_or_default();
        let day = DAYS.iter().position(|known| *known == day).with_context(|| format!("no day `{slot}`"))?;
        when[day] |= match part {
            "" => 0b111,
            "morning" => 0b001,
            "afternoon" => 0b010,
            "evening" => 0b100,
            _ => bail!("no part of a day `{slot}`"),
        };
    }
    Ok(when)
}

fn written(created: &str) -> Result<LocalTime> {
    let number = |from: usize, to: usize| -> Result<u16> { Ok(created.get(from..to).context("too short")?.parse()?) };
    let (year, month, day) = (number(0, 4)?.cast_signed(), u8::try_from(number(5, 7)?)?, u8::try_from(number(8, 10)?)?);
    // 1970-01-01 was a Thursday.
    let weekday = u8::try_from((day_number(i32::from(year), month, day) + 3).rem_euclid(7))?;
    Ok(LocalTime { year, month, day, weekday, minute: number(11, 13)? * 60 + number(14, 16)? })
}

fn kind_of(name: &str) -> Option<Kind> {
    match name {
        "question" => Some(Kind::Question),
        "offer" => Some(Kind::Offer),
        "lend" => Some(Kind::Lend),
        "notice" => Some(Kind::Notice),
        "event" => Some(Kind::Event),
        _ => None,
    }
}

fn language_of(name: &str) -> Result<usize> {
    ["nl", "fr", "en"].iter().position(|known| *known == name).with_context(|| format!("no language `{name}`"))
}

fn intent_of(name: &str) -> Result<usize> {
    INTENTS.iter().position(|known| *known == name).with_context(|| format!("no intent `{name}`"))
}

fn category_of(name: &str) -> Result<usize> {
    CATEGORIES.iter().position(|known| *known == name).with_context(|| format!("no category `{name}`"))
}
