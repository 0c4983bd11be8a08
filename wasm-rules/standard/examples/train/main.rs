//! Learns the model of the standard module from labelled texts, as `training/README.md` tells.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    reason = "counts of texts are small"
)]

mod figures;
mod learn;
mod lessons;
mod net;
mod pack;
mod posts;
mod predict;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use koppelaar_standard::decide::facts;
use koppelaar_standard::evidence::Evidence;
use koppelaar_standard::extra::Extra;
use koppelaar_standard::model::Model;

use lessons::{Features, Lesson, Without};
use net::Unseen;
use posts::{Labelled, SetPost};

const USAGE: &str = "usage: train                     writes data/model.bin
       train cross                reads every fifth post with a model of the others, five times, and prints figures
       train leave-out SET        reads a set with a model that never saw its posts, and prints lines for `score.py`
`--without pairs,pieces,phrases,decision` leaves out kinds of features, or the net that decides the intent";

fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut without = Without::default();
    if let Some(at) = arguments.iter().position(|argument| argument == "--without") {
        let kinds = arguments.get(at + 1).context(USAGE)?.clone();
        without = Without {
            pairs: kinds.contains("pairs"),
            pieces: kinds.contains("pieces"),
            phrases: kinds.contains("phrases"),
            decision: kinds.contains("decision"),
        };
        arguments.drain(at..at + 2);
    }
    let texts = texts(root)?;
    match &arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => {
            let packed = train(&texts, without);
            std::fs::write(root.join("data/model.bin"), &packed)?;
            println!("data/model.bin: {} bytes from {} texts", packed.len(), texts.len());
            Ok(())
        }
        ["cross"] => {
            println!("{}", cross(&texts, without)?);
            Ok(())
        }
        ["leave-out", set] => leave_out(&texts, Path::new(set), without),
        _ => bail!(USAGE),
    }
}

/// Every text that teaches: the training posts and words, and the sets that may be tuned on.
fn texts(root: &Path) -> Result<Vec<Labelled>> {
    let mut texts = Vec::new();
    for file in posts::files(&root.join("training/posts"), "tsv")? {
        texts.extend(posts::training(&file)?);
    }
    let mut sets: Vec<PathBuf> = ["posts", "development"].map(|set| fixtures(root).join(set)).into();
    sets.extend(posts::folders(&root.join("training/neighbourhoods"))?);
    for set in sets {
        let set: Vec<SetPost> = posts::set(&set)?;
        texts.extend(set.into_iter().map(|post| post.labelled));
    }
    for file in posts::files(&root.join("training/words"), "tsv")? {
        texts.extend(posts::words(&file)?);
    }
    Ok(texts)
}

fn fixtures(root: &Path) -> PathBuf {
    root.join("../../tests/fixtures")
}

/// Posts are read in so many parts, each with what the others teach, for the net to learn from.
const PARTS: usize = 4;

/// Learns from texts and packs the weights.
fn train(texts: &[Labelled], without: Without) -> Vec<u8> {
    let mut features = Features::new(texts);
    let lessons: Vec<Vec<Lesson>> = texts.iter().map(|text| lessons::lessons(text, &mut features, without)).collect();
    let learn = |keep: &dyn Fn(usize) -> bool| {
        let kept: Vec<&Lesson> = (0..texts.len()).filter(|at| keep(*at)).flat_map(|at| &lessons[at]).collect();
        learn::learn(&kept, &features)
    };
    let mut unseen = Vec::new();
    for part in (0..PARTS).filter(|_| !without.decision) {
        let held = |at: usize| texts[at].intent.is_some() && at % PARTS == part;
        let packed = pack::pack(&learn(&|at| !held(at)), &features, &net::plain());
        let model = Model::new(&packed).expect("just packed");
        unseen.extend((0..texts.len()).filter(|at| held(*at)).map(|at| unseen_by(&model, &texts[at])));
    }
    let net = if without.decision { net::plain() } else { net::learn(&unseen) };
    pack::pack(&learn(&|_| true), &features, &net)
}

fn unseen_by(model: &Model<'_>, text: &Labelled) -> Unseen {
    let evidence = Evidence::new(text.post.title.as_deref(), &text.post.text, &Extra::default());
    let whole = model.whole(&evidence, &model.words(&evidence.tokens), text.post.kind);
    let facts = facts(&whole.sums, &whole.sentences, text.post.kind);
    Unseen { facts, intent: text.intent.unwrap_or_default(), natural: text.natural }
}

/// Reads every fifth post with a model that learned from all others, five times.
fn cross(texts: &[Labelled], without: Without) -> Result<figures::Figures> {
    let mut figures = figures::Figures::default();
    for fold in 0..5 {
        let held = |(at, text): &(usize, &Labelled)| at % 5 == fold && text.intent.is_some();
        let rest: Vec<Labelled> = texts.iter().enumerate().filter(|t| !held(t)).map(|(_, t)| t.clone()).collect();
        let packed = train(&rest, without);
        let model = Model::new(&packed).context("the packed model cannot be read")?;
        texts.iter().enumerate().filter(held).for_each(|(_, text)| figures.add(&model, text));
    }
    Ok(figures)
}

/// Reads a set with a model that never saw any of its posts.
fn leave_out(texts: &[Labelled], set: &Path, without: Without) -> Result<()> {
    let posts = posts::set(set)?;
    let held: HashSet<&str> = posts.iter().map(|post| &post.labelled.post.text[..]).collect();
    let rest: Vec<Labelled> = texts.iter().filter(|text| !held.contains(&text.post.text[..])).cloned().collect();
    let packed = train(&rest, without);
    let model = Model::new(&packed).context("the packed model cannot be read")?;
    let mut names: Vec<&str> = posts.iter().map(|post| &post.neighbourhood[..]).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let here: Vec<&SetPost> = posts.iter().filter(|post| post.neighbourhood == name).collect();
        for line in predict::predict(&model, &here) {
            println!("{line}");
        }
    }
    Ok(())
}
