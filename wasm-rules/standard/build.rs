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
use targets::{ANY_LANGUAGE, CATEGORIES, KIND_SHIFT, LANGUAGES, SIGNALS, TIMES, VOICES, element, kind};
use targets::{BEGINNING, BUCKET, END, LAST, LONGER_MAX, REST_MAX, SHAPE_SHIFT};

/// Bits of the filter; the module takes its size, like those of the others, from the table.
const FILTER_BITS: usize = 1 << 18;
/// Numbers of the table of lengths.
const LENGTHS: usize = 1 << 13;
/// Bits of the filter for the ends of words.
const END_BITS: usize = 1 << 10;
/// Bits of the filter for pairs of elements that begin a phrase.
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
    /// Words that tell languages, a bit each.
    voices: BTreeMap<Word, u16>,
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
    for (place, language, fields) in rows.iter().filter(|row| row.2[0] != "def") {
        match fields[0].strip_prefix("lang:") {
            Some(told) => data.voice(place, told, &fields[2]),
            None => data.row(place, *language, fields),
        }
    }
    let parts = data.number();
    let out = Path::new(&env::var("OUT_DIR").expect("cargo sets it")).join("tables.rs");
    fs::write(out, data.tables(parts)).expect("writable");
}

fn narrow<T: TryFrom<usize>>(number: usize) -> T {
    T::try_from(number).unwrap_or_else(|_| panic!("`{number}` is too large for the tables"))
}

/// A word of the data, folded, and how it matches.
fn folded(place: &str, word: &str) -> Word {
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
    let least = if form == Form::Suffix { END } else { 2 };
    assert!(folded.len() >= least || form == Form::Exact, "{place}: `{word}` is too short");
    (form, folded)
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
    /// A row of words that tell a language.
    fn voice(&mut self, place: &str, language: &str, words: &str) {
        let bit = LANGUAGES.iter().position(|&l| l == language).unwrap_or_else(|| panic!("{place}: no language"));
        for word in words.split(';').map(str::trim).filter(|word| !word.is_empty()) {
            *self.voices.entry(folded(place, word)).or_default() |= 1 << bit;
        }
    }

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
        let set: BTreeSet<Word> = words.map(|word| folded(place, word)).collect();
        let next = VOICES + narrow::<u16>(self.elements.len());
        *self.elements.entry(set).or_insert(next)
    }

    /// Numbers the elements anew: those that begin phrases, those that stand second in some, and the others, so that
    /// each is told by its number. Those that do both lie in between. Returns where the second ones begin, where only
    /// those begin, and where they end.
    fn number(&mut self) -> [u16; 3] {
        let firsts: BTreeSet<u16> = self.phrases.iter().map(|phrase| phrase.first).collect();
        let seconds: BTreeSet<u16> = self.phrases.iter().map(|phrase| targets::second(&phrase.rest)).collect();
        let mut order: Vec<u16> = self.elements.values().copied().collect();
        let part = |id: &u16| match (firsts.contains(id), seconds.contains(id)) {
            (true, second) => u8::from(second),
            (false, true) => 2,
            (false, false) => 3,
        };
        order.sort_by_key(|id| (part(id), *id));
        let numbers: BTreeMap<u16, u16> = order.iter().zip(VOICES..).map(|(old, new)| (*old, new)).collect();
        self.elements.values_mut().for_each(|id| *id = numbers[id]);
        for phrase in &mut self.phrases {
            phrase.first = numbers[&phrase.first];
            phrase.rest.iter_mut().filter(|id| **id < element::NUMBER).for_each(|id| *id = numbers[id]);
        }
        [1, 2, 3].map(|next| VOICES + narrow::<u16>(order.partition_point(|id| part(id) < next)))
    }

    /// Words and stems, each with the elements that it satisfies.
    fn words(&self) -> BTreeMap<Word, BTreeSet<u16>> {
        let mut words: BTreeMap<Word, BTreeSet<u16>> =
            self.voices.iter().map(|(word, voices)| (word.clone(), BTreeSet::from([*voices]))).collect();
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

    fn tables(&self, [both, seconds, others]: [u16; 3]) -> String {
        let words = self.words();
        let elements = self.elements.len() + usize::from(VOICES);
        assert!(elements <= usize::from(LAST), "{elements} elements, more than {LAST}");
        // Words lie in buckets, one after another, and so do the lists of their elements: only where each bucket begins is
        // told.
        let size = words.len().div_ceil(BUCKET);
        let placed = |shift: u32| {
            let key = |(form, word): &Word| {
                let (low, high) = fold::hash_word(*form, word);
                (fold::slot_of(low, size), targets::print_of(high, shift))
            };
            let mut placed: Vec<_> = words.iter().map(|(word, ids)| (key(word), ids)).collect();
            placed.sort();
            placed.windows(2).all(|two| two[0].0 != two[1].0).then_some((shift, placed))
        };
        let (print_shift, placed) =
            (0..u32::BITS).find_map(placed).expect("prints that tell the words of every bucket");
        let mut buckets: Vec<(u16, u16)> = Vec::new();
        let mut lists: Vec<u16> = Vec::new();
        for (at, ((bucket, _), ids)) in placed.iter().enumerate() {
            buckets.resize(buckets.len().max(bucket + 1), (narrow(at), narrow(lists.len())));
            let last = ids.len() - 1;
            lists.extend(ids.iter().enumerate().map(|(at, id)| if at == last { id | LAST } else { *id }));
        }
        buckets.resize(size + 1, (narrow(placed.len()), narrow(lists.len())));
        let prints: Vec<u16> = placed.iter().map(|((_, print), _)| *print).collect();

        // Nearly every beginning and end of a word of a post is in no table: one bit says so without leaving the cache.
        let mut filter = vec![0_u64; FILTER_BITS / 64];
        let mut ends = vec![0_u64; END_BITS / 64];
        let mut lengths = vec![0_u16; LENGTHS];
        let set = |bits: &mut [u64], hash: usize| {
            let bit = hash % (bits.len() * 64);
            bits[bit / 64] |= 1 << (bit % 64);
        };
        for (form, word) in words.keys() {
            set(&mut filter, fold::hash_word(*form, word).0);
            match (form, word.len().checked_sub(BEGINNING)) {
                (Form::Suffix, _) => set(&mut ends, fold::hash_word(*form, &word[word.len() - END..]).0),
                (Form::Prefix, Some(longer)) => {
                    lengths[fold::hash_word(*form, &word[..BEGINNING]).0 % LENGTHS] |= 1 << longer.min(LONGER_MAX);
                }
                _ => {}
            }
        }
        let lengths: Vec<i16> = lengths.into_iter().map(u16::cast_signed).collect();

        let mut order: Vec<&Phrase> = self.phrases.iter().collect();
        order.sort_by_key(|p| (p.first, targets::second(&p.rest)));
        let starts: Vec<usize> =
            (VOICES..=seconds).map(|first| order.partition_point(|phrase| phrase.first < first)).collect();
        // Behind these phrases of an element are those that bind the word after it too.
        let free = |own: &[usize]| {
            let bound = order[own[0]..own[1]].partition_point(|phrase| targets::second(&phrase.rest) == 0);
            narrow(bound)
        };
        let free: Vec<u8> = starts.windows(2).map(free).collect();
        let starts: Vec<u16> = starts.into_iter().map(narrow).collect();
        let mut follows = vec![0_u64; FOLLOW_BITS / 64];
        for phrase in &order {
            let bit = targets::follow_bit(phrase.first, targets::second(&phrase.rest), FOLLOW_BITS);
            follows[bit / 64] |= 1 << (bit % 64);
        }
        let (parts, begins_at) = parts(&order);
        let mut phrases = String::new();
        for phrase in &order {
            let _ = write!(
                phrases,
                "Phrase{{at:{},target:{},shape:{},weight:{}}},",
                begins_at[&phrase.rest],
                phrase.target,
                (phrase.language << 1 | u8::from(phrase.begins)) << SHAPE_SHIFT | narrow::<u8>(phrase.rest.len()),
                phrase.weight
            );
        }
        format!(
            "{}\
             pub static BUCKETS: [(u16, u16); {}] = {buckets:?};\n\
             pub static PRINTS: [u16; {}] = {prints:?};\n\
             pub const PRINT_SHIFT: u32 = {print_shift};\n\
             pub static LISTS: [u16; {}] = {lists:?};\n\
             pub static FILTER: [u64; {}] = {filter:?};\n\
             pub static ENDS: [u64; {}] = {ends:?};\n\
             pub static LENGTHS: [i16; {}] = {lengths:?};\n\
             pub static FOLLOWS: [u64; {}] = {follows:?};\n\
             pub const FIRSTS: Range<u16> = {VOICES}..{seconds};\n\
             pub const SECONDS: Range<u16> = {both}..{others};\n\
             pub static STARTS: [u16; {}] = {starts:?};\n\
             pub static FREE: [u8; {}] = {free:?};\n\
             pub static PARTS: [u16; {}] = {parts:?};\n\
             pub static PHRASES: [Phrase; {}] = [{phrases}];\n",
            tag_tables::tables(&self.tags),
            buckets.len(),
            prints.len(),
            lists.len(),
            filter.len(),
            ends.len(),
            lengths.len(),
            follows.len(),
            starts.len(),
            free.len(),
            parts.len(),
            order.len()
        )
    }
}
