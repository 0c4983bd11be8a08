//! Turns `data/*.tsv` into static tables, so that a fresh instance of the module has nothing to build.
//!
//! A row is `target TAB weight TAB phrase; phrase; …`; `def TAB name TAB word|word` names a set of words, and
//! `lang:language TAB weight TAB word; word; …` holds words that tell a language, whatever their weight. In a phrase:
//! `word`, `begin*`, `*end`, `(one|other)`, `{name}`, `..` (at most two words), `...` (at most seven), `#` (a number),
//! a first `^` (start of the sentence) and a last `?` (the sentence is a question).
#[path = "build/filters.rs"]
mod filters;
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
#[path = "build/words.rs"]
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::ops::Range;
use std::path::Path;
use std::{env, fs};

use filters::Filters;
use targets::{AMOUNTS, ANY_LANGUAGE, KIND_SHIFT, LANGUAGES, SIGNALS, TIMES, VOICES, element, kind};
use targets::{BUCKET, LAST, REST_MAX, SHAPE_SHIFT, shape_of};
use words::{Word, cut, folded};

/// Bits of the filter for pairs of elements that begin a phrase; the module takes its size from the table.
const FOLLOW_BITS: usize = 1 << 16;

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

/// The numbers of the elements that begin phrases, and of those that stand second in some.
struct Parts {
    firsts: Range<u16>,
    seconds: Range<u16>,
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
    fs::write(out, data.tables(&parts)).expect("writable");
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
            for elements in self.phrase(place, language, phrase) {
                let (begins, elements) = match &elements[..] {
                    [element::START, rest @ ..] => (true, rest),
                    all => (false, all),
                };
                let [first, rest @ ..] = elements else { panic!("{place}: `{phrase}` has no word") };
                assert!(*first < element::NUMBER, "{place}: `{phrase}` must begin with a word");
                assert!(rest.len() <= usize::from(REST_MAX), "{place}: `{phrase}` is too long");
                self.phrases.push(Phrase { begins, first: *first, rest: rest.to_vec(), target, weight, language });
            }
        }
    }

    fn target(&self, place: &str, name: &str) -> u16 {
        let at = |list: &[&str], name: &str| {
            let found = list.iter().position(|&n| n == name);
            found.map_or_else(|| panic!("{place}: target `{name}`"), narrow::<u16>)
        };
        match name.split_once(':') {
            Some(("time", rest)) => kind::TIME << KIND_SHIFT | at(&TIMES, rest),
            Some(("amount", rest)) => kind::AMOUNT << KIND_SHIFT | at(&AMOUNTS, rest),
            Some(("tag", rest)) => {
                let found = self.tags.iter().position(|t| t == rest);
                kind::TAG << KIND_SHIFT | narrow::<u16>(found.expect("collected before"))
            }
            Some(("is", rest)) => kind::SIGNAL << KIND_SHIFT | at(&SIGNALS, rest),
            _ => panic!("{place}: target `{name}`"),
        }
    }

    /// The elements of a phrase, in all ways that it can be cut.
    fn phrase(&mut self, place: &str, language: u8, phrase: &str) -> Vec<Vec<u16>> {
        let mut ways = vec![Vec::new()];
        let mut add = |runs: &[Vec<u16>]| {
            ways = ways.iter().flat_map(|way| runs.iter().map(move |run| [&way[..], run].concat())).collect();
        };
        for part in phrase.split_whitespace() {
            match part {
                ".." => add(&[vec![element::SHORT_GAP]]),
                "..." => add(&[vec![element::LONG_GAP]]),
                "?" => add(&[vec![element::QUESTION]]),
                "^" => add(&[vec![element::START]]),
                "#" => add(&[vec![element::NUMBER]]),
                _ if part.starts_with('{') => {
                    let name = part.trim_matches(['{', '}']);
                    let set = self.sets.get(&format!("{language}{name}"));
                    let words = set.unwrap_or_else(|| panic!("{place}: no set `{name}`")).clone();
                    add(&self.elements(place, words.iter().map(String::as_str)));
                }
                _ if part.starts_with('(') => add(&self.elements(place, part.trim_matches(['(', ')']).split('|'))),
                // An apostrophe or hyphen splits words in posts, so here too.
                _ => {
                    for piece in part.split(['\'', '’', '-']).filter(|piece| !piece.is_empty()) {
                        add(&self.elements(place, [piece].into_iter()));
                    }
                }
            }
        }
        ways
    }

    /// The elements of words that stand for one another: of those of one piece, of two, and so on.
    fn elements<'a>(&mut self, place: &str, words: impl Iterator<Item = &'a str>) -> Vec<Vec<u16>> {
        let mut element = |set: BTreeSet<Word>| {
            let next = VOICES + narrow::<u16>(self.elements.len());
            *self.elements.entry(set).or_insert(next)
        };
        cut(place, words).into_iter().map(|run| run.into_iter().map(&mut element).collect()).collect()
    }

    /// Numbers the elements anew: those that begin phrases, those that stand second in some, and the others, so that
    /// each is told by its number. Those that do both lie in between.
    fn number(&mut self) -> Parts {
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
        let [both, seconds, others] =
            [1, 2, 3].map(|next| VOICES + narrow::<u16>(order.partition_point(|id| part(id) < next)));
        Parts { firsts: VOICES..seconds, seconds: both..others }
    }

    /// Words, each with the elements that it satisfies.
    fn words(&self) -> BTreeMap<Word, BTreeSet<u16>> {
        let mut words: BTreeMap<Word, BTreeSet<u16>> =
            self.voices.iter().map(|(word, voices)| (word.clone(), BTreeSet::from([*voices]))).collect();
        for (set, &id) in &self.elements {
            for word in set {
                words.entry(word.clone()).or_default().insert(id);
            }
        }
        words
    }

    fn tables(&self, Parts { firsts, seconds }: &Parts) -> String {
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

        let Filters { all: filter, ends, lengths } = Filters::of(words.keys());
        let mut order: Vec<&Phrase> = self.phrases.iter().collect();
        order.sort_by_key(|p| (p.first, targets::second(&p.rest)));
        let starts: Vec<usize> =
            (firsts.start..=firsts.end).map(|first| order.partition_point(|phrase| phrase.first < first)).collect();
        // How many phrases of an element leave the word behind it free; those that bind it follow.
        let free =
            |own: &[usize]| narrow(order[own[0]..own[1]].partition_point(|phrase| targets::second(&phrase.rest) == 0));
        let free: Vec<u8> = starts.windows(2).map(free).collect();
        let starts: Vec<u16> = starts.into_iter().map(narrow).collect();
        let mut follows = vec![0_u64; FOLLOW_BITS / 64];
        for phrase in order.iter().filter(|phrase| targets::second(&phrase.rest) != 0) {
            let bit = targets::follow_bit(phrase.first, targets::second(&phrase.rest), FOLLOW_BITS);
            follows[bit / 64] |= 1 << (bit % 64);
        }
        let (parts, begins_at) = parts(&order);
        let mut phrases = String::new();
        for phrase in &order {
            let _ = write!(
                phrases,
                "Phrase{{at:{},target:{},packed:{},weight:{}}},",
                begins_at[&phrase.rest],
                phrase.target,
                shape_of(phrase.language, phrase.begins) << SHAPE_SHIFT | narrow::<u8>(phrase.rest.len()),
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
             pub const FIRSTS: Range<u16> = {firsts:?};\n\
             pub const SECONDS: Range<u16> = {seconds:?};\n\
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
