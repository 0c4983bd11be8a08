//! Turns `data/*.tsv` into static tables, so that a fresh instance of the module has nothing to build.
//!
//! A row is `target TAB weight TAB phrase; phrase; …`; `def TAB name TAB word|word` names a set of words. In a phrase:
//! `word`, `begin*`, `*end`, `(one|other)`, `{name}`, `..` (at most two words), `...` (at most seven), `#` (a number),
//! a first `^` (start of the sentence) and a last `?` (the sentence is a question).
#[path = "src/fold.rs"]
#[allow(dead_code, reason = "the module uses the rest")]
mod fold;
#[path = "build/tag_tables.rs"]
mod tag_tables;
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
use targets::{ANY_LANGUAGE, CATEGORIES, KIND_SHIFT, LANGUAGES, NUMBER_MASK, SIGNALS, TIMES, element, kind};
use targets::{BEGINS, BUCKET, LANGUAGE_SHIFT, LAST, REST_MAX};

/// Bits of the filter; the module takes its size from the table.
const FILTER_BITS: usize = 1 << 18;
/// Bits of the filter for pairs of elements that begin a phrase; likewise.
const FOLLOW_BITS: usize = 1 << 17;

type Word = (Form, Vec<u8>);
/// Where a row of the data stands, its language, and its fields.
type Row = (String, u8, Vec<String>);

/// A phrase in the making.
struct Phrase {
    /// Whether it begins its sentence.
    begins: bool,
    first: u16,
    /// The elements behind its first.
    rest: Vec<u16>,
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
    let mut rows: Vec<Row> = Vec::new();
    println!("cargo::rerun-if-changed=build");
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
    // Words that tell a language have the lowest numbers, so that only those need an entry in `VOICES`.
    let tells = |row: &Row| row.2[0].starts_with("lang:");
    let rest = rows.iter().filter(|row| row.2[0] != "def" && !tells(row));
    for (place, language, fields) in rows.iter().filter(|row| tells(row)).chain(rest) {
        data.row(place, *language, fields);
    }
    let out = Path::new(&env::var("OUT_DIR").expect("cargo sets it")).join("tables.rs");
    fs::write(out, data.tables()).expect("writable");
}

fn narrow<T: TryFrom<usize>>(number: usize) -> T {
    T::try_from(number).unwrap_or_else(|_| panic!("`{number}` is too large for the tables"))
}

/// The rests of all phrases in one list, and where each begins in it: an ending of a longer one is not told twice.
fn parts(phrases: &[&Phrase]) -> (Vec<u16>, BTreeMap<Vec<u16>, u16>) {
    let mut rests: Vec<&Vec<u16>> = phrases.iter().map(|phrase| &phrase.rest).collect();
    rests.sort_by_key(|rest| (usize::MAX - rest.len(), *rest));
    let (mut parts, mut places) = (Vec::new(), BTreeMap::new());
    for rest in rests {
        if !places.contains_key(rest) {
            for from in 0..=rest.len() {
                places.entry(rest[from..].to_vec()).or_insert(narrow(parts.len() + from));
            }
            parts.extend(rest);
        }
    }
    (parts, places)
}

impl Data {
    fn row(&mut self, place: &str, language: u8, fields: &[String]) {
        let target = self.target(place, &fields[0]);
        let weight: i8 = fields[1].trim().parse().unwrap_or_else(|_| panic!("{place}: weight `{}`", fields[1]));
        for phrase in fields[2].split(';').map(str::trim).filter(|phrase| !phrase.is_empty()) {
            let elements = self.phrase(place, language, phrase);
            let (begins, elements) = match &elements[..] {
                [element::START, rest @ ..] => (true, rest),
                all => (false, all),
            };
            let [first, rest @ ..] = elements else { panic!("{place}: `{phrase}` has no word") };
            assert!(rest.len() <= usize::from(REST_MAX), "{place}: `{phrase}` is too long");
            self.phrases.push(Phrase { begins, first: *first, rest: rest.to_vec(), target, weight, language });
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
            .filter(|p| p.target >> KIND_SHIFT <= kind::GIVE && p.rest.is_empty())
            .map(|p| p.first)
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
        assert!(self.elements.len() <= usize::from(LAST), "{} elements, more than {LAST}", self.elements.len());
        // Words lie in buckets, one after another, and so do the lists of their elements: only where each bucket begins is
        // told.
        let size = words.len().div_ceil(BUCKET);
        let key = |(form, word): &Word| {
            let (low, high) = fold::hash_word(*form, word);
            (fold::slot_of(low, size), targets::print_of(high))
        };
        let mut placed: Vec<_> = words.iter().map(|(word, ids)| (key(word), ids)).collect();
        placed.sort();
        assert!(placed.windows(2).all(|two| two[0].0 != two[1].0), "two words share a bucket and a print");
        let mut buckets: Vec<(u16, u16)> = Vec::new();
        let mut lists: Vec<u16> = Vec::new();
        for (at, ((bucket, _), ids)) in placed.iter().enumerate() {
            buckets.resize(buckets.len().max(bucket + 1), (narrow(at), narrow(lists.len())));
            let last = ids.len() - 1;
            lists.extend(ids.iter().enumerate().map(|(at, id)| if at == last { id | LAST } else { *id }));
        }
        buckets.resize(size + 1, (narrow(placed.len()), narrow(lists.len())));
        let prints: Vec<[u8; 3]> = placed.iter().map(|((_, print), _)| *print).collect();

        let spoken = || self.phrases.iter().filter(|p| p.target >> KIND_SHIFT == kind::LANGUAGE);
        let mut voices = vec![0_u8; spoken().map(|p| usize::from(p.first) + 1).max().unwrap_or(0)];
        for phrase in spoken() {
            voices[usize::from(phrase.first)] |= 1 << (phrase.target & NUMBER_MASK);
        }
        // Nearly every beginning and end of a word of a post is in no table: one bit says so without leaving the cache.
        let mut filter = vec![0_u64; FILTER_BITS / 64];
        for (form, word) in words.keys() {
            let bit = fold::hash_word(*form, word).0 % FILTER_BITS;
            filter[bit / 64] |= 1 << (bit % 64);
        }

        let mut order: Vec<&Phrase> =
            self.phrases.iter().filter(|p| p.target >> KIND_SHIFT != kind::LANGUAGE).collect();
        order.sort_by_key(|p| (p.first, targets::second(&p.rest)));
        let mut starts = vec![0_u16; self.elements.len() + 1];
        for phrase in &order {
            starts[usize::from(phrase.first) + 1] += 1;
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        // Behind these phrases of an element are those that bind the word after it too.
        let free = |element: usize| {
            let own = &order[usize::from(starts[element])..usize::from(starts[element + 1])];
            narrow::<u8>(own.iter().take_while(|phrase| targets::second(&phrase.rest) == 0).count())
        };
        let free: Vec<u8> = (0..self.elements.len()).map(free).collect();
        let mut seconds = vec![0_u64; self.elements.len() / 64 + 1];
        for second in order.iter().map(|phrase| targets::second(&phrase.rest)).filter(|second| *second != 0) {
            seconds[usize::from(second) / 64] |= 1 << (second % 64);
        }
        let mut follows = vec![0_u64; FOLLOW_BITS / 64];
        for phrase in &order {
            let bit = targets::follow_bit(phrase.first, targets::second(&phrase.rest), FOLLOW_BITS);
            follows[bit / 64] |= 1 << (bit % 64);
        }
        let (parts, begins_at) = parts(&order);
        let mut phrases = String::new();
        for phrase in &order {
            let begins = if phrase.begins { BEGINS } else { 0 };
            let _ = write!(
                phrases,
                "Phrase{{at:{},target:{},shape:{},weight:{}}},",
                begins_at[&phrase.rest],
                phrase.target,
                phrase.language << LANGUAGE_SHIFT | begins | narrow::<u8>(phrase.rest.len()),
                phrase.weight
            );
        }
        format!(
            "{}\
             pub static BUCKETS: [(u16, u16); {}] = {buckets:?};\n\
             pub static PRINTS: [[u8; 3]; {}] = {prints:?};\n\
             pub static LISTS: [u16; {}] = {lists:?};\n\
             pub static FILTER: [u64; {}] = {filter:?};\n\
             pub static FOLLOWS: [u64; {}] = {follows:?};\n\
             pub static SECONDS: [u64; {}] = {seconds:?};\n\
             pub static VOICES: [u8; {}] = {voices:?};\n\
             pub static STARTS: [u16; {}] = {starts:?};\n\
             pub static FREE: [u8; {}] = {free:?};\n\
             pub static PARTS: [u16; {}] = {parts:?};\n\
             pub static PHRASES: [Phrase; {}] = [{phrases}];\n",
            tag_tables::tables(&self.tags),
            buckets.len(),
            prints.len(),
            lists.len(),
            filter.len(),
            follows.len(),
            seconds.len(),
            voices.len(),
            starts.len(),
            free.len(),
            parts.len(),
            order.len()
        )
    }
}
