//! The standard rule module: the rules of a municipality that wrote none.
//!
//! The way of a post: [`tokens`] cuts it into folded words, [`phrases`] finds the phrases of `data/*.tsv` in it,
//! [`evidence`] keeps them with what negates them, [`known`] looks up what the [`model`] learned of the words, [`decide`]
//! tells whether it asks, gives, is over or brooks no delay, [`intent`] what it asks and gives, [`times`] resolves what is
//! said about time, [`amounts`] finds ages, weights and lengths, [`features`] packs the details that [`assess`](mod@assess)
//! compares later: [`pair`] tells what speaks for two posts, [`trees`] correct that. All numbers are
//! integers; all tables are static, but for the little that the model unpacks for the first post.

pub mod amounts;
pub mod assess;
pub mod calendar;
pub mod clauses;
pub mod clock;
pub mod decide;
pub mod evidence;
pub mod extra;
pub mod features;
mod fold;
pub mod grams;
pub mod intent;
pub mod known;
pub mod lanes;
mod lexicon;
pub mod manifest;
pub mod meeting;
pub mod model;
pub mod named;
pub mod pair;
pub mod phrases;
pub mod read;
pub mod settings;
pub mod sides;
pub mod table;
pub mod tags;
pub mod targets;
pub mod times;
pub mod tokens;
pub mod trees;

use std::cell::OnceCell;

use extra::Extra;
use koppelaar_rules::{Candidate, LocalTime, Manifest, Post, Reading, ReadingRef, Rules, Verdict, export};
use model::Model;
use settings::Settings;

/// The standard rules with one municipality's settings.
#[derive(Debug, Clone, Default)]
pub struct Standard {
    settings: Settings,
    extra: Extra,
    /// Unpacked for the first post.
    model: OnceCell<Model<'static>>,
}

impl Rules for Standard {
    type Settings = Settings;

    fn manifest() -> Manifest {
        manifest::manifest()
    }

    fn new(settings: Settings) -> Self {
        Self { extra: Extra::new(&settings), settings, model: OnceCell::new() }
    }

    fn read(&self, post: &Post) -> Reading {
        read::read(&self.settings, &self.extra, self.model.get_or_init(Model::built_in), post)
    }

    fn assess(&self, request: &ReadingRef<'_>, candidate: &Candidate<'_>, now: &LocalTime) -> Verdict {
        assess::assess(&self.settings, trees::BUILT_IN, request, candidate, now)
    }
}

export!(Standard);
