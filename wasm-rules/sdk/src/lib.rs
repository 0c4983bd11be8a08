//! Write a Koppelaar rule module in Rust.
//!
//! A module is a struct that implements [`Rules`]: a manifest and two functions. The SDK does the rest of the contract:
//! batches, settings, columns and the exports. A complete module:
//!
//! ```
//! use koppelaar_rules::{
//!     Candidate, Intent, LocalTime, Manifest, NoSettings, Post, Reading, ReadingRef, Rules, Verdict, export,
//! };
//!
//! struct Bikes;
//!
//! impl Rules for Bikes {
//!     type Settings = NoSettings;
//!
//!     fn manifest() -> Manifest {
//!         Manifest::new("bikes", "1.0.0", &["nl"])
//!             .category("bike-repair", &[("nl", "Fiets herstellen")])
//!             .reason("bicycle", &[("nl", "Deze buur herstelt graag fietsen.")])
//!     }
//!
//!     fn new(_: NoSettings) -> Self {
//!         Self
//!     }
//!
//!     fn read(&self, post: &Post) -> Reading {
//!         let text = post.text.to_lowercase();
//!         match (text.contains("fiets"), text.contains("wie kan"), text.contains("ik herstel")) {
//!             (true, true, _) => Reading::new(0, Intent::Request).need(0, 1000),
//!             (true, false, true) => Reading::new(0, Intent::Offer).give(0, 1000),
//!             _ => Reading::new(0, Intent::Notice),
//!         }
//!     }
//!
//!     fn assess(&self, _: &ReadingRef<'_>, _: &Candidate<'_>, _: &LocalTime) -> Verdict {
//!         Verdict::score(800).because(0, &[])
//!     }
//! }
//!
//! export!(Bikes);
//! # fn main() {}
//! ```
//!
//! On every target but `wasm32` the macro exports nothing, so a module is tested with plain `cargo test`. The
//! command `koppelaar rules new NAME --language rust` makes a project around such a module.

pub mod bindings;
mod candidate;
mod component;
mod construct;
mod verdict;

pub use bindings::exports::koppelaar::rules::matching::{
    Category, Index, Intent, Kind, LocalTime, Manifest, Phrase, Post, Reading, Reason, ReasonCode, Slot, Weighted,
};
pub use candidate::{Candidate, ReadingRef};
pub use component::Component;
pub use serde;
pub use verdict::Verdict;

use serde::de::DeserializeOwned;

/// The rules of one municipality. Every function is pure: the same arguments give the same answer.
pub trait Rules: Sized {
    /// What a municipality can set; [`NoSettings`] when there is nothing.
    type Settings: DeserializeOwned;

    /// What the module says about itself.
    fn manifest() -> Manifest;

    /// Prepares the rules for one call. Every call runs in a fresh instance, so this should cost microseconds.
    fn new(settings: Self::Settings) -> Self;

    /// Reads one post.
    fn read(&self, post: &Post) -> Reading;

    /// Judges whether the author of `candidate.offer` can help the author of `request`. `now` is the moment of
    /// matching. Both readings are what [`read`](Self::read) returned, borrowed: in a test, [`Reading::view`] gives them.
    fn assess(&self, request: &ReadingRef<'_>, candidate: &Candidate<'_>, now: &LocalTime) -> Verdict;
}

/// Settings of a module that has none: the empty JSON object.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoSettings {}

/// Exports a type that implements [`Rules`] as the module of this crate; once per crate, on `wasm32` only.
#[macro_export]
macro_rules! export {
    ($rules:ty) => {
        #[cfg(target_arch = "wasm32")]
        #[allow(unsafe_code, reason = "generated: exported functions of a component have unmangled names")]
        const _: () = {
            type Exported = $crate::Component<$rules>;
    $crate::bindings::export_bindings!(Exported with_types_in $crate::bindings);
        };
    };
}
