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
mod taught;
mod trees;

use std::collections::HashSet;
use std::path::Path;

use anyhow::{Context, Result, bail};
use koppelaar_standard::decide::facts;
use koppelaar_standard::evidence::{Evidence, Signal};
use koppelaar_standard::extra::Extra;
use koppelaar_standard::known::Known;
use koppelaar_standard::model::Model;

use lessons::{Features, Lesson, Without};
use net::Unseen;
use posts::{Labelled, SetPost};
use taught::Taught;

const USAGE: &str = "usage: train                     writes data/model.bin and data/trees.bin
       train cross                reads every fifth post with a model of the others, five times, and prints figures
       train leave-out SET        reads a set with a model that never saw its posts, and prints lines for `score.py`
`--without pairs,pieces,decision,trees` leaves out kinds of features, the net that decides, or the trees that correct the
points of a pair";

fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut without = Without::default();
    if let Some(at) = arguments.iter().position(|argument| argument == "--without") {
        let kinds = arguments.get(at + 1).context(USAGE)?.clone();
        without = Without {
            pairs: kinds.contains("pairs"),
            pieces: kinds.contains("pieces"),
            decision: kinds.contains("decision"),
            trees: kinds.contains("trees"),
        };
        arguments.drain(at..at + 2);
    }
    let taught = Taught::read(root)?;
    let texts = &taught.texts;
    match &arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => {
            let learned = train(&taught, without, &|_| false);
            let trees = trees(&taught, &learned, without);
            for (name, bytes) in [("model", &learned.packed), ("trees", &trees)] {
                std::fs::write(root.join("data").join(name).with_extension("bin"), bytes)?;
                println!("data/{name}.bin: {} bytes from {} texts", bytes.len(), texts.len());
            }
            Ok(())
        }
        ["cross"] => {
            println!("{}", cross(&taught, without)?);
            Ok(())
        }
        ["leave-out", set] => leave_out(&taught, Path::new(set), without),
        _ => bail!(USAGE),
    }
}

/// Posts are read in so many parts, each with what the others teach, for the net to learn from.
const PARTS: usize = 4;

/// What was learned of texts.
struct Learned {
    /// The weights, as the module reads them.
    packed: Vec<u8>,
    /// The same without each of the parts.
    parts: Vec<Vec<u8>>,
}

/// Learns from the texts that are not held out.
fn train(taught: &Taught, without: Without, held: &dyn Fn(usize) -> bool) -> Learned {
    let texts = &taught.texts;
    let mut features = Features::new(texts.iter().enumerate().filter(|(at, _)| !held(*at)).map(|(_, text)| text));
    let lessons: Vec<Vec<Lesson>> = (0..texts.len())
        .map(|at| if held(at) { Vec::new() } else { lessons::lessons(&texts[at], &mut features, without) })
        .collect();
    let learn = |keep: &dyn Fn(usize) -> bool| {
        let kept: Vec<&Lesson> = (0..texts.len()).filter(|at| keep(*at)).flat_map(|at| &lessons[at]).collect();
        learn::learn(&kept, &features)
    };
    let (mut parts, mut unseen) = (Vec::new(), Vec::new());
    for part in 0..PARTS {
        let inside = |at: usize| texts[at].intent.is_some() && taught.part(at, PARTS) == part;
        let packed = pack::pack(&learn(&|at| !inside(at)), &features, &net::plain());
        let model = Model::new(&packed).expect("just packed");
        unseen.extend((0..texts.len()).filter(|at| inside(*at) && !held(*at)).map(|at| unseen_by(&model, &texts[at])));
        parts.push(packed);
    }
    let net = if without.decision { net::plain() } else { net::learn(&unseen) };
    for packed in &mut parts {
        pack::set_net(packed, &net);
    }
    Learned { packed: pack::pack(&learn(&|_| true), &features, &net), parts }
}

/// Learns the trees from the pairs of whole neighbourhoods, each read by a model that never saw it; but the small net that
/// decides intents is the same for all.
fn trees(taught: &Taught, learned: &Learned, without: Without) -> Vec<u8> {
    if without.trees {
        return Vec::new();
    }
    let mut known = Vec::new();
    for (part, packed) in learned.parts.iter().enumerate() {
        let model = Model::new(packed).expect("just packed");
        let inside = taught.neighbourhoods.iter().filter(|known| known.part(PARTS) == part);
        inside.for_each(|neighbourhood| known.extend(neighbourhood.pairs(&taught.texts, &model)));
    }
    trees::learn(&known)
}

fn unseen_by(model: &Model<'_>, text: &Labelled) -> Unseen {
    let evidence = Evidence::new(text.post.title.as_deref(), &text.post.text, &Extra::default());
    let whole = model.whole(&evidence, &Known::new(model, &evidence), text.post.kind);
    let facts = facts(&whole, text.post.kind, evidence.says(Signal::Closed));
    let intent = text.intent.unwrap_or_default();
    Unseen { facts, intent, closed: text.closed, urgent: text.urgent, natural: text.natural }
}

/// Reads every fifth post with a model that learned from all others, five times.
fn cross(taught: &Taught, without: Without) -> Result<figures::Figures> {
    let mut figures = figures::Figures::default();
    for fold in 0..5 {
        let held = |at: usize| at % 5 == fold && taught.texts[at].intent.is_some();
        let learned = train(taught, without, &held);
        let model = Model::new(&learned.packed).context("the packed model cannot be read")?;
        (0..taught.texts.len()).filter(|at| held(*at)).for_each(|at| figures.add(&model, &taught.texts[at]));
    }
    Ok(figures)
}

/// Reads a set with a model that never saw any of its posts, and pairs them with trees that saw none of its pairs.
fn leave_out(taught: &Taught, set: &Path, without: Without) -> Result<()> {
    let posts = posts::set(set)?;
    let held: HashSet<&str> = posts.iter().map(|post| &post.labelled.post.text[..]).collect();
    let mut taught = taught.clone();
    let texts = &taught.texts;
    taught.neighbourhoods.retain(|one| !one.posts().any(|at| held.contains(&texts[at].post.text[..])));
    let learned = train(&taught, without, &|at| held.contains(&taught.texts[at].post.text[..]));
    let trees = trees(&taught, &learned, without);
    let model = Model::new(&learned.packed).context("the packed model cannot be read")?;
    let mut names: Vec<&str> = posts.iter().map(|post| &post.neighbourhood[..]).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let here: Vec<&SetPost> = posts.iter().filter(|post| post.neighbourhood == name).collect();
        for line in predict::predict(&model, &trees, &here) {
            println!("{line}");
        }
    }
    Ok(())
}
