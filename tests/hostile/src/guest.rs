//! Writes rule modules by hand: a core module in text, which `wit-component` wraps as a compiler's linker would.
//!
//! The sound module that every hostile one starts from describes itself with [`Manifest::sound`], reads every post as a
//! request for nothing, and finds nobody eligible. Its memory:
//!
//! | from | what |
//! |---|---|
//! | 1,024 | where `read` and `assess` put the pointer and length of their answer |
//! | 1,032 | the answer to one question: pointer and length of its verdicts, then of its reasons, of which there are none |
//! | 4,096 | lists that a hostile module fills |
//! | 65,536 | zeros: as many readings or verdicts as there are |
//! | 1 MiB | the manifest |
//! | 3 MiB | what the host passes |

use std::fmt::Write;

use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// The contract.
pub const WIT: &str = include_str!("../../../wasm-rules/wit/v1/rules.wit");
/// Where the manifest lies.
const MANIFEST_AT: u32 = 1 << 20;

/// A rule module, part by part. The bodies are instructions in text; those of `read` and `assess` run before the
/// module answers soundly, so that they can spoil the answer or never come to it.
#[derive(Clone)]
pub struct Guest {
    pub memory: &'static str,
    pub items: String,
    pub realloc: &'static str,
    pub describe: String,
    pub read: String,
    pub assess: String,
    pub manifest: Manifest,
    pub wit: String,
}

impl Guest {
    pub fn sound() -> Self {
        Self {
            memory: "(memory (export \"memory\") 64)",
            items: String::new(),
            realloc: BUMP,
            describe: String::new(),
            read: String::new(),
            assess: String::new(),
            manifest: Manifest::sound(),
            wit: WIT.to_owned(),
        }
    }

    /// Runs `instructions` in `describe` before it answers.
    pub fn describe(instructions: &str) -> Vec<u8> {
        Self { describe: instructions.to_owned(), ..Self::sound() }.build()
    }

    /// Runs `instructions` in `read` before it answers.
    pub fn read(instructions: &str) -> Vec<u8> {
        Self { read: instructions.to_owned(), ..Self::sound() }.build()
    }

    /// Runs `instructions` in `assess` before it answers.
    pub fn assess(instructions: &str) -> Vec<u8> {
        Self { assess: instructions.to_owned(), ..Self::sound() }.build()
    }

    /// Adds functions, globals, tables and the like.
    pub fn with(items: &str) -> Vec<u8> {
        Self { items: items.to_owned(), ..Self::sound() }.build()
    }

    /// Describes itself like this.
    pub fn says(change: impl FnOnce(&mut Manifest)) -> Vec<u8> {
        let mut guest = Self::sound();
        change(&mut guest.manifest);
        guest.build()
    }

    /// The component.
    pub fn build(&self) -> Vec<u8> {
        component(&self.text(), &self.wit)
    }

    /// The name of the interface that a module for this contract exports.
    pub fn interface(wit: &str) -> String {
        let package = wit.lines().find_map(|line| line.strip_prefix("package ")).unwrap().trim_end_matches(';');
        let (name, version) = package.split_once('@').unwrap();
        format!("{name}/matching@{version}")
    }

    fn text(&self) -> String {
        let Self { memory, items, realloc, describe, read, assess, manifest, wit } = self;
        let (root, data) = manifest.lay_out();
        let interface = Self::interface(wit);
        format!(
            r#"(module
  {memory}
  (global $free (mut i32) (i32.const 0x300000))
  (func (export "cabi_realloc") (param $old i32) (param $old_bytes i32) (param $align i32) (param $bytes i32)
    (result i32) (local $at i32)
    {realloc})
  (func (export "{interface}#describe") (result i32)
    {describe}
    (i32.const {root}))
  (func (export "{interface}#read") (param $settings i32) (param $settings_bytes i32) (param $posts i32)
    (param $count i32) (result i32)
    (i32.store (i32.const 1024) (i32.const 65536))
    (i32.store (i32.const 1028) (local.get $count))
    {read}
    (i32.const 1024))
  (func (export "{interface}#assess") (param $settings i32) (param $settings_bytes i32) (param $questions i32)
    (param $count i32) (result i32)
    (i32.store (i32.const 1024) (i32.const 1032))
    (i32.store (i32.const 1028) (i32.const 1))
    (i32.store (i32.const 1032) (i32.const 65536))
    (i32.store (i32.const 1036) (i32.load offset=60 (local.get $questions)))
    {assess}
    (i32.const 1024))
  {items}
  (data (i32.const {MANIFEST_AT}) "{data}"))"#
        )
    }
}

/// Gives what was never given before, and gets more memory for it.
const BUMP: &str = "
    (local.set $at (global.get $free))
    (global.set $free
      (i32.and (i32.add (i32.add (local.get $at) (local.get $bytes)) (i32.const 7)) (i32.const -8)))
    (if (i32.gt_u (global.get $free) (i32.mul (memory.size) (i32.const 65536)))
      (then (drop (memory.grow (i32.const 64)))))
    (local.get $at)";

/// Makes a component of a core module in text.
pub fn component(core: &str, wit: &str) -> Vec<u8> {
    let mut module = wat::parse_str(core).unwrap_or_else(|error| panic!("{error}\n{core}"));
    let mut resolve = Resolve::default();
    let package = resolve.push_source("rules.wit", wit).unwrap();
    let world = resolve.select_world(&[package], Some("rules")).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default().module(&module).unwrap().validate(false).encode().unwrap()
}

/// What `describe` answers; texts are bytes, because they need not be valid.
#[derive(Clone)]
pub struct Manifest {
    pub name: Vec<u8>,
    pub version: String,
    pub categories: Vec<(String, Phrases)>,
    pub languages: Vec<String>,
    pub referrals: Vec<String>,
    pub reasons: Vec<(String, Phrases)>,
    pub schema: String,
}

type Phrases = Vec<(String, String)>;

/// A text in Dutch.
pub fn dutch(text: &str) -> Phrases {
    vec![("nl".to_owned(), text.to_owned())]
}

impl Manifest {
    pub fn sound() -> Self {
        Self {
            name: b"guest".to_vec(),
            version: "1.0.0".to_owned(),
            categories: vec![("garden".to_owned(), dutch("Tuin")), ("groceries".to_owned(), dutch("Boodschappen"))],
            languages: vec!["nl".to_owned()],
            referrals: vec!["crisis".to_owned()],
            reasons: vec![("near".to_owned(), dutch("Woont dichtbij."))],
            schema: r#"{"type":"object"}"#.to_owned(),
        }
    }

    /// Where the record lies, and the memory from [`MANIFEST_AT`] on, as a string of the text format.
    fn lay_out(&self) -> (u32, String) {
        let mut memory = Memory::default();
        let mut record = Vec::new();
        record.extend(memory.bytes(&self.name));
        record.extend(memory.bytes(self.version.as_bytes()));
        let categories: Vec<_> = self
            .categories
            .iter()
            .map(|(id, labels)| {
                [memory.bytes(id.as_bytes()), memory.phrases(labels), [0, 0, 0, 0, 0, 0, 0, 0]].concat()
            })
            .map(|record| record[..20].to_vec())
            .collect();
        record.extend(memory.list(&categories));
        for list in [&self.languages, &self.referrals] {
            let items: Vec<_> = list.iter().map(|text| memory.bytes(text.as_bytes()).to_vec()).collect();
            record.extend(memory.list(&items));
        }
        let reasons: Vec<_> = self
            .reasons
            .iter()
            .map(|(id, sentences)| [memory.bytes(id.as_bytes()), memory.phrases(sentences)].concat())
            .collect();
        record.extend(memory.list(&reasons));
        record.extend(memory.bytes(self.schema.as_bytes()));
        let root = memory.put(&record);
        let data = memory.0.iter().fold(String::with_capacity(memory.0.len() * 3), |mut text, byte| {
            write!(text, "\\{byte:02x}").unwrap();
            text
        });
        (root, data)
    }
}

/// Memory that is filled from [`MANIFEST_AT`] on.
#[derive(Default)]
struct Memory(Vec<u8>);

impl Memory {
    fn put(&mut self, bytes: &[u8]) -> u32 {
        self.0.resize(self.0.len().next_multiple_of(4), 0);
        let at = MANIFEST_AT + u32::try_from(self.0.len()).unwrap();
        self.0.extend(bytes);
        at
    }

    /// A pointer and a length.
    fn bytes(&mut self, bytes: &[u8]) -> [u8; 8] {
        pair(self.put(bytes), bytes.len())
    }

    fn list(&mut self, records: &[Vec<u8>]) -> [u8; 8] {
        pair(self.put(&records.concat()), records.len())
    }

    fn phrases(&mut self, phrases: &[(String, String)]) -> [u8; 8] {
        let records: Vec<_> = phrases
            .iter()
            .map(|(language, text)| [self.bytes(language.as_bytes()), self.bytes(text.as_bytes())].concat())
            .collect();
        self.list(&records)
    }
}

fn pair(at: u32, length: usize) -> [u8; 8] {
    let mut pair = [0; 8];
    pair[..4].copy_from_slice(&at.to_le_bytes());
    pair[4..].copy_from_slice(&u32::try_from(length).unwrap().to_le_bytes());
    pair
}
