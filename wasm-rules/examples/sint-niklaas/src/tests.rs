use koppelaar_rules::{Candidate, Intent, Kind, LocalTime, Post, Reading, Rules};

use super::HelpForHelp;
use super::words::CATEGORIES;

const NOW: LocalTime = LocalTime { year: 2026, month: 3, day: 4, weekday: 2, minute: 600 };

fn read(text: &str) -> Reading {
    read_as(None, text)
}

fn read_as(kind: Option<Kind>, text: &str) -> Reading {
    HelpForHelp.read(&Post { kind, title: None, text: text.to_owned(), written: NOW })
}

fn ids(reading: &Reading) -> (Vec<&str>, Vec<&str>) {
    let ids =
        |list: &[koppelaar_rules::Weighted]| list.iter().map(|w| CATEGORIES[usize::from(w.category)].id).collect();
    (ids(&reading.needs), ids(&reading.gives))
}

fn score(request: &Reading, offer: &Reading, load: u16) -> Option<u16> {
    let candidate = Candidate { offer: offer.view(), load, same_area: false, helped_before: 0 };
    HelpForHelp.assess(&request.view(), &candidate, &NOW).score
}

const UNSTEADY: &str = "Ik ben niet goed meer te been. Wie kan voor mij naar de winkel gaan? Op kleine kinderen letten kan ik nog wel, \
     in ruil pas ik op.";
const MOTHER: &str = "Boodschappen doen wil ik graag voor een buur, als iemand intussen op mijn dochtertje let.";

#[test]
fn the_two_of_the_story_are_made_for_each_other() {
    let (unsteady, mother) = (read(UNSTEADY), read(MOTHER));
    assert_eq!(ids(&unsteady), (vec!["groceries"], vec!["childcare"]));
    assert_eq!(ids(&mother), (vec!["childcare"], vec!["groceries"]));
    assert!(mother.conditional && mother.intent == Intent::Exchange);
    let plain = read("Ik haal graag boodschappen voor wie dat nodig heeft.");
    assert!(score(&unsteady, &mother, 0) > score(&unsteady, &plain, 0));
    assert_eq!(score(&plain, &mother, 0), None);
}

#[test]
fn who_only_asks_or_only_gives_is_no_exchange() {
    let request = read("Wie kan er eens mijn kraan herstellen?");
    assert_eq!((request.intent, ids(&request)), (Intent::Request, (vec!["odd-jobs"], vec![])));
    let offer = read("Ik kook elke zondag te veel soep, iemand een portie?");
    assert_eq!((offer.intent, ids(&offer)), (Intent::Offer, (vec![], vec!["meals"])));
    assert_eq!(read_as(Some(Kind::Question), "Oppas voor woensdag?").intent, Intent::Request);
    assert_eq!(read("Zaterdag is het markt op het plein.").intent, Intent::Notice);
}

#[test]
fn a_helper_who_was_asked_often_comes_later() {
    let (request, offer) = (read("Wie kan boodschappen halen?"), read("Ik haal graag boodschappen."));
    assert!(score(&request, &offer, 0) > score(&request, &offer, 3));
    assert_eq!(score(&request, &offer, u16::MAX), Some(0));
}

#[test]
fn no_text_breaks_it() {
    for text in ["", ".", ". . . ", "\n\n", "ik", "é. É! ", "als iemand als iemand ", &"wie kan ".repeat(625)] {
        read(text);
    }
}
