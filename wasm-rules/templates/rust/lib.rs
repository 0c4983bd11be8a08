//! The rules of @NAME@.

use koppelaar_rules::{
    Candidate, Intent, LocalTime, Manifest, NoSettings, Post, Reading, ReadingRef, Rules, Verdict, export,
};

/// Index of the category `bike-repair`, and of the reason `likes-bicycles`, in the manifest.
const BIKE_REPAIR: u16 = 0;
const LIKES_BICYCLES: u16 = 0;

/// The module.
pub struct Module;

impl Rules for Module {
    type Settings = NoSettings;

    fn manifest() -> Manifest {
        Manifest::new("@NAME@", env!("CARGO_PKG_VERSION"), &["nl"])
            .category("bike-repair", &[("nl", "Fiets herstellen"), ("en", "Bicycle repair")])
            .reason("likes-bicycles", &[("nl", "Herstelt graag fietsen."), ("en", "Likes to repair bicycles.")])
    }

    fn new(_: NoSettings) -> Self {
        Self
    }

    fn read(&self, post: &Post) -> Reading {
        let text = post.text.to_lowercase();
        match (text.contains("fiets"), text.contains("wie kan"), text.contains("ik herstel")) {
            (true, true, _) => Reading::new(0, Intent::Request).need(BIKE_REPAIR, 1000),
            (true, false, true) => Reading::new(0, Intent::Offer).give(BIKE_REPAIR, 1000),
            _ => Reading::new(0, Intent::Notice),
        }
    }

    fn assess(&self, _: &ReadingRef<'_>, candidate: &Candidate<'_>, _: &LocalTime) -> Verdict {
        // Who was asked often lately comes later.
        Verdict::score(800u16.saturating_sub(candidate.load.saturating_mul(30))).because(LIKES_BICYCLES, &[])
    }
}

export!(Module);

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Reading {
        let written = LocalTime { year: 2026, month: 3, day: 2, weekday: 0, minute: 540 };
        Module.read(&Post { kind: None, title: None, text: text.to_owned(), written })
    }

    #[test]
    fn who_asks_and_who_offers() {
        assert_eq!(read("Wie kan mijn fiets herstellen?").intent, Intent::Request);
        assert_eq!(read("Ik herstel je fiets.").intent, Intent::Offer);
        assert_eq!(read("Zaterdag is het markt.").intent, Intent::Notice);
    }
}
