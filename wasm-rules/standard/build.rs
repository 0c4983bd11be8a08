//! Turns `data/*.tsv` into static tables, so that a fresh instance of the module has nothing to build.
//!
//! A row is `target TAB weight TAB phrase; phrase; …`; `def TAB name TAB word|word` names a set of words. In a phrase:
//! `word`, `begin*`, `*end`, `(one|other)`, `{name}`, `..` (at most two words), `...` (at most seven), `#` (a number),
//! a first `^` (start of the sentence) and a last `?` (the sentence is a question).
#[path = "src/fold.rs"]
#[allow(dead_code, reason = "the module uses the rest")]
mod fold;
#[path = "src/tags.rs"]
#[allow(dead_code, reason = "the module uses the rest")]
mod tags;
#[path = "src/targets.rs"]
#[allow(dead_code, reason = "the module uses the rest")]
mod targets;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use fold::Form;
use tags::{TAGS_MAX, Tags};
use targets::{ANY_LANGUAGE, CATEGORIES, KIND_SHIFT, LANGUAGES, NUMBER_MASK, SIGNALS, TIMES, element, kind};

/// Bits of the filter; the module takes its size from the table.
const FILTER_BITS: usize = 1 << 16;
/// Bits of the filter for pairs of elements that begin a phrase; likewise.
const FOLLOW_BITS: usize = 1 << 17;

/// Groups of tags that one who asks can refuse: a dog, a man. “I have no ladder” refuses nobody's ladder.
const REFUSALS: [&str; 3] = ["pet", "who", "diet"];
/// Groups of tags of which two different ones seldom fit: chess and knitting, a cot and a coat.
const TELLING: [&str; 5] = ["pet", "play", "item", "buy", "subject"];
/// Groups of tags that matter in some categories only: a chair in a post about a lift is no chair to lend.
const GROUP_CATEGORIES: [(&str, &[&str]); 15] = [
    ("age", &["childcare"]),
    ("buy", &["group-purchase"]),
    ("clean", &["cleaning"]),
    ("device", &["digital"]),
    ("event", &["event"]),
    ("item", &["lending", "goods"]),
    ("job", &["odd-jobs"]),
    ("paper", &["paperwork"]),
    ("pet", &["pet-care"]),
    ("play", &["hobby"]),
    ("plot", &["garden"]),
    ("ride", &["transport"]),
    ("stitch", &["sewing"]),
    ("subject", &["homework"]),
    ("tongue", &["language"]),
];
/// Groups of tags that mean nothing when an offer excludes them.
const HARMLESS: [&str; 1] = ["tongue"];

type Word = (Form, Vec<u8>);

/// A phrase in the making.
struct Phrase {
    elements: Vec<u16>,
    target: u16,
    weight: i8,
    language: u8,
}

#[derive(Default)]
struct Data {
    sets: BTreeMap<String, Vec<String>>,
    elements: BTreeMap<BTreeSet<Word>, u16>,
    tags: BTreeSet<String>,
    phrases: Vec<Phrase>,
}

fn main() {
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let mut rows = Vec::new();
    println!("cargo::rerun-if-changed=data");
    println!("cargo::rerun-if-changed=src/fold.rs");
    println!("cargo::rerun-if-changed=src/tags.rs");
    println!("cargo::rerun-if-changed=src/targets.rs");
    let mut files: Vec<_> = fs::read_dir(Path::new(&root).join("data"))
        .expect("data folder")
        .map(|entry| entry.expect("entry").path())
        .collect();
    files.sort();
    for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "tsv")) {
        let name = file.file_stem().and_then(|stem| stem.to_str()).expect("file name");
        let prefix = name.split('-').next().expect("a first part");
        let language = LANGUAGES.iter().position(|&l| l == prefix).map_or(ANY_LANGUAGE, narrow);
        for (number, line) in fs::read_to_string(file).expect("readable").lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let fields: Vec<_> = line.split('\t').map(str::to_owned).collect();
            let place = format!("data/{name}.tsv:{}", number + 1);
            assert!(fields.len() == 3, "{place}: a row has three fields");
            rows.push((place, language, fields));
        }
    }
    let mut data = Data::default();
    for (_, language, fields) in rows.iter().filter(|row| row.2[0] == "def") {
        data.sets
            .insert(format!("{language}{}", fields[1]), fields[2].split('|').map(|w| w.trim().to_owned()).collect());
    }
    for (_, _, fields) in &rows {
        if let Some(tag) = fields[0].strip_prefix("tag:") {
            data.tags.insert(tag.to_owned());
        }
    }
    for (place, language, fields) in rows.iter().filter(|row| row.2[0] != "def") {
        data.row(place, *language, fields);
    }
    let out = Path::new(&env::var("OUT_DIR").expect("cargo sets it")).join("tables.rs");
    fs::write(out, data.tables()).expect("writable");
}

fn narrow<T: TryFrom<usize>>(number: usize) -> T {
    T::try_from(number).unwrap_or_else(|_| panic!("`{number}` is too large for the tables"))
}

impl Data {
    fn row(&mut self, place: &str, language: u8, fields: &[String]) {
        let target = self.target(place, &fields[0]);
        let weight: i8 = fields[1].trim().parse().unwrap_or_else(|_| panic!("{place}: weight `{}`", fields[1]));
        for phrase in fields[2].split(';').map(str::trim).filter(|phrase| !phrase.is_empty()) {
            let elements = self.phrase(place, language, phrase);
            self.phrases.push(Phrase { elements, target, weight, language });
        }
    }

    fn target(&self, place: &str, name: &str) -> u16 {
        let at = |list: &[&str], name: &str| {
            let found = list.iter().position(|&n| n == name);
            found.map_or_else(|| panic!("{place}: target `{name}`"), narrow::<u16>)
        };
        match name.split_once(':') {
            Some(("need", rest)) => kind::NEED << KIND_SHIFT | at(&CATEGORIES, rest),
            Some(("give", rest)) => kind::GIVE << KIND_SHIFT | at(&CATEGORIES, rest),
            Some(("time", rest)) => kind::TIME << KIND_SHIFT | at(&TIMES, rest),
            Some(("lang", rest)) => kind::LANGUAGE << KIND_SHIFT | at(&LANGUAGES, rest),
            Some(("tag", rest)) => {
                let found = self.tags.iter().position(|t| t == rest);
                kind::TAG << KIND_SHIFT | narrow::<u16>(found.expect("collected before"))
            }
            Some(("is", rest)) => kind::SIGNAL << KIND_SHIFT | at(&SIGNALS, rest),
            _ => kind::TOPIC << KIND_SHIFT | at(&CATEGORIES, name),
        }
    }

    fn phrase(&mut self, place: &str, language: u8, phrase: &str) -> Vec<u16> {
        let mut elements = Vec::new();
        for part in phrase.split_whitespace() {
            match part {
                ".." => elements.push(element::SHORT_GAP),
                "..." => elements.push(element::LONG_GAP),
                "?" => elements.push(element::QUESTION),
                "^" => elements.push(element::START),
                "#" => elements.push(element::NUMBER),
                _ if part.starts_with('{') => {
                    let name = part.trim_matches(['{', '}']);
                    let set = self.sets.get(&format!("{language}{name}"));
                    let words = set.unwrap_or_else(|| panic!("{place}: no set `{name}`")).clone();
                    elements.push(self.element(place, words.iter().map(String::as_str)));
                }
                _ if part.starts_with('(') => {
                    elements.push(self.element(place, part.trim_matches(['(', ')']).split('|')));
                }
                // An apostrophe or hyphen splits words in posts, so here too.
                _ => {
                    let pieces: Vec<_> = part.split(['\'', '’', '-']).filter(|piece| !piece.is_empty()).collect();
                    for piece in pieces {
                        elements.push(self.element(place, [piece].into_iter()));
                    }
                }
            }
        }
        let first = elements.iter().find(|&&e| e != element::START).copied();
        assert!(first.is_some_and(|e| e < element::NUMBER), "{place}: `{phrase}` must begin with a word");
        elements
    }

    fn element<'a>(&mut self, place: &str, words: impl Iterator<Item = &'a str>) -> u16 {
        let mut set = BTreeSet::new();
        for word in words {
            let form = match (word.starts_with('*'), word.ends_with('*')) {
                (false, false) => Form::Exact,
                (false, true) => Form::Prefix,
                (true, false) => Form::Suffix,
                (true, true) => panic!("{place}: `{word}`"),
            };
            let mut folded = Vec::new();
            for c in word.trim_matches('*').chars() {
                assert!(fold::push_folded(c, &mut folded), "{place}: `{c}` in `{word}`");
            }
            assert!(folded.len() >= 2 || form == Form::Exact, "{place}: `{word}` is too short");
            set.insert((form, folded));
        }
        let next = narrow(self.elements.len());
        *self.elements.entry(set).or_insert(next)
    }

    /// Words and stems, each with the elements that it satisfies.
    fn words(&self) -> BTreeMap<Word, BTreeSet<u16>> {
        let mut words: BTreeMap<Word, BTreeSet<u16>> = BTreeMap::new();
        for (set, &id) in &self.elements {
            for word in set {
                words.entry(word.clone()).or_default().insert(id);
            }
        }
        // Topic words also match by their stem. Words of signals do not: they decide too much.
        let mut stems: BTreeMap<Vec<u8>, BTreeSet<u16>> = BTreeMap::new();
        let topical: BTreeSet<u16> = self
            .phrases
            .iter()
            .filter(|p| p.target >> KIND_SHIFT <= kind::GIVE && p.elements.len() == 1)
            .map(|p| p.elements[0])
            .collect();
        for ((form, word), ids) in &words {
            let ids: BTreeSet<u16> = ids.intersection(&topical).copied().collect();
            if *form == Form::Exact && word.len() >= 5 && !ids.is_empty() {
                stems.entry(fold::stem(word).to_vec()).or_default().extend(ids);
            }
        }
        words.extend(stems.into_iter().map(|(stem, ids)| ((Form::Stem, stem), ids)));
        words
    }

    fn tables(&self) -> String {
        let words = self.words();
        // Four in five slots are taken: a word that is there is found in three steps.
        let size = words.len() * 5 / 4 + 1;
        let mut slots = vec![(0_u32, 0_u16, 0_u8); size];
        let mut lists: Vec<u16> = Vec::new();
        for ((form, word), ids) in &words {
            let (slot, print) = fold::hash_word(*form, word);
            let mut slot = fold::slot_of(slot, size);
            while slots[slot].2 != 0 {
                assert!(slots[slot].0 != print, "two words share a fingerprint");
                slot = (slot + 1) % size;
            }
            let at = narrow(lists.len());
            slots[slot] = (print, at, narrow(ids.len()));
            lists.extend(ids);
        }

        let mut voices = vec![0_u8; self.elements.len()];
        for phrase in self.phrases.iter().filter(|p| p.target >> KIND_SHIFT == kind::LANGUAGE) {
            voices[usize::from(phrase.elements[0])] |= 1 << (phrase.target & NUMBER_MASK);
        }
        // Nearly every beginning and end of a word of a post is in no table: one bit says so without leaving the cache.
        let mut filter = vec![0_u64; FILTER_BITS / 64];
        for (form, word) in words.keys() {
            let bit = fold::hash_word(*form, word).0 % FILTER_BITS;
            filter[bit / 64] |= 1 << (bit % 64);
        }

        let mut order: Vec<&Phrase> =
            self.phrases.iter().filter(|p| p.target >> KIND_SHIFT != kind::LANGUAGE).collect();
        let first = |p: &Phrase| *p.elements.iter().find(|&&e| e != element::START).expect("has a word");
        order.sort_by_key(|p| (first(p), targets::second(&p.elements)));
        let mut starts = vec![0_u16; self.elements.len() + 1];
        for phrase in &order {
            starts[first(phrase) as usize + 1] += 1;
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        // Behind these phrases of an element are those that bind the word after it too.
        let free = |element: usize| {
            let own = &order[usize::from(starts[element])..usize::from(starts[element + 1])];
            narrow::<u16>(own.iter().take_while(|phrase| targets::second(&phrase.elements) == 0).count())
        };
        let bound: Vec<u16> = (0..self.elements.len()).map(|element| starts[element] + free(element)).collect();
        let mut seconds = vec![0_u64; self.elements.len() / 64 + 1];
        for second in order.iter().map(|phrase| targets::second(&phrase.elements)).filter(|second| *second != 0) {
            seconds[usize::from(second) / 64] |= 1 << (second % 64);
        }
        let mut follows = vec![0_u64; FOLLOW_BITS / 64];
        for phrase in &order {
            let bit = targets::follow_bit(first(phrase), targets::second(&phrase.elements), FOLLOW_BITS);
            follows[bit / 64] |= 1 << (bit % 64);
        }
        let mut parts: Vec<u16> = Vec::new();
        let mut phrases = String::new();
        for phrase in &order {
            let _ = write!(
                phrases,
                "Phrase{{at:{},target:{},shape:{},weight:{}}},",
                parts.len(),
                phrase.target,
                phrase.language << targets::LANGUAGE_SHIFT | narrow::<u8>(phrase.elements.len()),
                phrase.weight
            );
            assert!(phrase.elements.len() <= usize::from(targets::ELEMENTS_MAX), "a phrase is too long");
            parts.extend(&phrase.elements);
        }
        narrow::<u16>(parts.len());
        format!(
            "{}\
             pub static SLOTS: [(u32, u16, u8); {size}] = {slots:?};\n\
             pub static LISTS: [u16; {}] = {lists:?};\n\
             pub static FILTER: [u64; {}] = {filter:?};\n\
             pub static FOLLOWS: [u64; {}] = {follows:?};\n\
             pub static SECONDS: [u64; {}] = {seconds:?};\n\
             pub static VOICES: [u8; {}] = {voices:?};\n\
             pub static STARTS: [u16; {}] = {starts:?};\n\
             pub static BOUND: [u16; {}] = {bound:?};\n\
             pub static PARTS: [u16; {}] = {parts:?};\n\
             pub static PHRASES: [Phrase; {}] = [{phrases}];\n",
            self.tag_tables(),
            lists.len(),
            filter.len(),
            follows.len(),
            seconds.len(),
            voices.len(),
            starts.len(),
            bound.len(),
            parts.len(),
            order.len()
        )
    }

    /// What tags have to do with one another and with categories.
    fn tag_tables(&self) -> String {
        let tags: Vec<_> = self.tags.iter().collect();
        // Tags are sorted by name, so those of a group stand together.
        let mut groups: Vec<u8> = Vec::new();
        for (i, tag) in tags.iter().enumerate() {
            let same = i > 0 && tags[i - 1].split('.').next() == tag.split('.').next();
            let before = groups.last().copied();
            groups.push(before.map_or(0, |before| if same { before } else { before + 1 }));
        }
        assert!(groups.last().is_none_or(|last| *last < 64), "more than 64 groups of tags");
        let telling =
            groups.iter().zip(&tags).filter(|(_, tag)| TELLING.contains(&tag.split('.').next().unwrap_or("")));
        let telling = telling.fold(0_u64, |set, (group, _)| set | 1 << group);
        // For each category the groups that matter there.
        let group_of =
            |name: &str| tags.iter().position(|tag| tag.split('.').next() == Some(name)).map(|at| groups[at]);
        let everywhere = tags.iter().zip(&groups).fold(0_u64, |set, (tag, group)| {
            let group_name = tag.split('.').next().unwrap_or("");
            let some = ["need", "cannot", "has"].contains(&group_name);
            let bound = GROUP_CATEGORIES.iter().any(|(name, _)| *name == group_name);
            if some || bound { set } else { set | 1 << group }
        });
        let mattering: Vec<u64> = CATEGORIES
            .iter()
            .map(|category| {
                let bound = GROUP_CATEGORIES.iter().filter(|(_, categories)| categories.contains(category));
                bound.filter_map(|(name, _)| group_of(name)).fold(everywhere, |set, group| set | 1 << group)
            })
            .collect();
        let mask = |names: &[&str]| {
            let named = tags.iter().enumerate().filter(|(_, tag)| names.contains(&tag.split('.').next().unwrap_or("")));
            named.fold(Tags::default(), |mut tags, (i, _)| {
                tags.insert(i);
                tags
            })
        };
        assert!(tags.len() <= TAGS_MAX, "{} tags, more than {TAGS_MAX}", tags.len());
        // What one who asks needs against what one who helps cannot: tags of one name.
        let place = |group: &str, name: &str| tags.iter().position(|tag| **tag == format!("{group}.{name}"));
        let names = tags.iter().filter_map(|tag| tag.strip_prefix("need."));
        let against: Vec<(usize, usize)> =
            names.filter_map(|name| Some((place("need", name)?, place("cannot", name)?))).collect();
        let (refusals, harmless) = (mask(&REFUSALS), mask(&HARMLESS));
        format!(
            "pub const TELLING: u64 = {telling};\n\
             pub static MATTERING: [u64; {}] = {mattering:?};\n\
             pub const REFUSALS: Tags = {refusals:?};\n\
             pub const HARMLESS: Tags = {harmless:?};\n\
             pub static AGAINST: [(usize, usize); {}] = {against:?};\n\
             pub static TAG_GROUPS: [u8; {}] = {groups:?};\n",
            mattering.len(),
            against.len(),
            groups.len()
        )
    }
}
