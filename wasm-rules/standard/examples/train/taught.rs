//! Everything that teaches: texts, and which of them make whole neighbourhoods with their pairs.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use anyhow::Result;
use koppelaar_rules::Reading;
use koppelaar_standard::extra::Extra;
use koppelaar_standard::model::Model;
use koppelaar_standard::pair::Pair;
use koppelaar_standard::read::read;
use koppelaar_standard::settings::{Settings, Weights};

use crate::posts::{self, Labelled};
use crate::trees::Known;

/// The training posts and words, and the sets that may be tuned on.
#[derive(Clone)]
pub struct Taught {
    /// All texts.
    pub texts: Vec<Labelled>,
    /// The whole neighbourhoods among them.
    pub neighbourhoods: Vec<Neighbourhood>,
    /// For each text the number of its neighbourhood, if it stands in one.
    homes: Vec<Option<usize>>,
}

/// Posts of one neighbourhood.
#[derive(Clone)]
pub struct Neighbourhood {
    number: usize,
    /// The place of each post among the texts, and its author.
    posts: Vec<(usize, String)>,
    /// Places in `posts` of who asks and who helps, as a person paired them.
    paired: HashSet<(usize, usize)>,
}

impl Taught {
    /// Reads everything.
    pub fn read(root: &Path) -> Result<Self> {
        let mut texts = Vec::new();
        for file in posts::files(&root.join("training/posts"), "tsv")? {
            // What is said in the usual words is rarer in writing than in life.
            let plain = file.file_stem().is_some_and(|name| name == "plain");
            texts.extend(posts::training(&file)?.into_iter().map(|text| Labelled { natural: plain, ..text }));
        }
        let fixtures = root.join("../../tests/fixtures");
        let mut sets: Vec<PathBuf> = ["posts", "development"].map(|set| fixtures.join(set)).into();
        sets.extend(posts::folders(&root.join("training/neighbourhoods"))?);
        let mut neighbourhoods = Vec::new();
        for folder in sets {
            let (mut set, pairs) = (posts::set(&folder)?, posts::pairs(&folder)?);
            set.sort_by(|a, b| a.neighbourhood.cmp(&b.neighbourhood));
            for here in set.chunk_by(|one, next| one.neighbourhood == next.neighbourhood) {
                let place = |id: &str| here.iter().position(|post| post.id == id);
                let paired = pairs.iter().filter_map(|(asks, helps)| Some((place(asks)?, place(helps)?))).collect();
                let posts = here.iter().enumerate().map(|(at, post)| (texts.len() + at, post.author.clone())).collect();
                neighbourhoods.push(Neighbourhood { number: neighbourhoods.len(), posts, paired });
                texts.extend(here.iter().map(|post| post.labelled.clone()));
            }
        }
        for file in posts::files(&root.join("training/words"), "tsv")? {
            texts.extend(posts::words(&file)?);
        }
        let mut homes = vec![None; texts.len()];
        for neighbourhood in &neighbourhoods {
            neighbourhood.posts().for_each(|at| homes[at] = Some(neighbourhood.number));
        }
        Ok(Self { texts, neighbourhoods, homes })
    }

    /// In which of so many parts a text is: whole neighbourhoods stay together.
    pub fn part(&self, text: usize, parts: usize) -> usize {
        self.homes[text].unwrap_or(text) % parts
    }
}

impl Neighbourhood {
    /// Places of its posts among the texts.
    pub fn posts(&self) -> impl Iterator<Item = usize> {
        self.posts.iter().map(|(at, _)| *at)
    }

    /// In which of so many parts it is.
    pub fn part(&self, parts: usize) -> usize {
        self.number % parts
    }

    /// Every two of its posts that can be paired as `model` reads them, and whether a person did.
    pub fn pairs(&self, texts: &[Labelled], model: &Model<'_>) -> Vec<Known> {
        let (settings, extra) = (Settings::default(), Extra::default());
        let readings: Vec<Reading> = self.posts().map(|at| read(&settings, &extra, model, &texts[at].post)).collect();
        let mut known = Vec::new();
        for (asks, request) in readings.iter().enumerate() {
            for (helps, offer) in readings.iter().enumerate().filter(|(at, _)| self.posts[*at].1 != self.posts[asks].1)
            {
                let (request, offer) = (request.view(), offer.view());
                if let Some(pair) = Pair::of(&request, &offer) {
                    let (facts, points) = (pair.facts(), pair.points(&Weights::default()));
                    known.push(Known { facts, points, right: self.paired.contains(&(asks, helps)) });
                }
            }
        }
        known
    }
}
