//! Learns the model of the standard module from labelled texts, as `training/README.md` tells.

#![allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "counts of texts are small")]

mod figures;
mod learn;
mod lessons;
mod pack;
mod posts;
mod predict;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use koppelaar_standard::model::Model;

use lessons::{Features, Without};
use posts::{Labelled, SetPost};

const USAGE: &str = "usage: train                     writes data/model.bin
       train cross                reads every fifth post with a model of the others, five times, and prints figures
       train leave-out SET        reads each neighbourhood of a set with a model that never saw it, and prints lines
                                  for `score.py`
`--without pairs,pieces,phrases` leaves out kinds of features";

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
    for set in ["posts", "development"] {
        let set: Vec<SetPost> = posts::set(&fixtures(root).join(set))?;
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

/// Learns from texts and packs the weights.
fn train(texts: &[Labelled], without: Without) -> Vec<u8> {
    let mut features = Features::new(texts);
    let lessons: Vec<_> = texts.iter().flat_map(|text| lessons::lessons(text, &mut features, without)).collect();
    let learned = learn::learn(&lessons, &features);
    pack::pack(&learned, &features)
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

/// Reads each neighbourhood of a set with a model that never saw its posts.
fn leave_out(texts: &[Labelled], set: &Path, without: Without) -> Result<()> {
    let posts = posts::set(set)?;
    let mut names: Vec<&str> = posts.iter().map(|post| &post.neighbourhood[..]).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let here: Vec<&SetPost> = posts.iter().filter(|post| post.neighbourhood == name).collect();
        let held = |text: &Labelled| here.iter().any(|post| post.labelled.post.text == text.post.text);
        let rest: Vec<Labelled> = texts.iter().filter(|text| !held(text)).cloned().collect();
        let packed = train(&rest, without);
        let model = Model::new(&packed).context("the packed model cannot be read")?;
        for line in predict::predict(&model, &here) {
            println!("{line}");
        }
    }
    Ok(())
}
