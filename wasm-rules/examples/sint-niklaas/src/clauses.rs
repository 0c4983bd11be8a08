//! Cuts a text into clauses, and says of each whether its author asks or gives.

use koppelaar_rules::Kind;

use crate::words::holds;

/// Who helps in a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The author needs something.
    Asks,
    /// The author gives something.
    Gives,
}

/// A part of a text with one subject.
pub struct Clause<'a> {
    pub text: &'a str,
    pub side: Side,
}

/// Where a clause ends: at the end of a sentence, and before what turns it round.
const ENDS: [&str; 12] = [
    ". ",
    "! ",
    "? ",
    "; ",
    "\n",
    ", maar ",
    " in ruil ",
    " als iemand ",
    " als er iemand ",
    ", dan ",
    ", en ik ",
    " zolang iemand ",
];
const ASKS: &[&str] = &[
    "wie kan",
    "wie wil",
    "wie heeft",
    "kan iemand",
    "wil iemand",
    "als iemand",
    "als er iemand",
    "zolang iemand",
    "iemand die",
    "zoek",
    "hulp nodig",
    "heb ik niemand",
    "heb geen",
    "geraak niet",
    "kan niet",
    "lukt niet",
    "mis ",
];
const GIVES: &[&str] = &[
    "ik kan",
    "kan ik",
    "ik wil",
    "wil ik",
    "ik doe",
    "doe ik",
    "ik help",
    "help ik",
    "ik haal",
    "haal ik",
    "ik breng",
    "breng ik",
    "ik kook",
    "kook ik",
    "graag voor",
    "ik bied",
    "bied ik",
    "pas ik",
    "ik pas",
    "let ik",
    "ik let",
    "ik herstel",
    "herstel ik",
    "ik rijd",
    "rijd ik",
];

/// The clauses of `text` that ask or give. One without a cue goes on as the one before; the first as `kind` says.
pub fn clauses(text: &str, kind: Option<Kind>) -> Vec<Clause<'_>> {
    let mut side = match kind {
        Some(Kind::Question) => Some(Side::Asks),
        Some(Kind::Offer | Kind::Lend) => Some(Side::Gives),
        _ => None,
    };
    let mut clauses = Vec::new();
    for part in split(text) {
        // “I cannot” asks although “I can” stands in it.
        if holds(part, ASKS) {
            side = Some(Side::Asks);
        } else if holds(part, GIVES) {
            side = Some(Side::Gives);
        }
        clauses.extend(side.map(|side| Clause { text: part, side }));
    }
    clauses
}

/// Looks for each end once, however many parts there are: a long text must not cost its length squared.
fn split(text: &str) -> Vec<&str> {
    let places = |end: &&'static str| text.match_indices(*end).map(|(at, _)| at).collect::<Vec<_>>();
    let mut cuts: Vec<usize> = ENDS.iter().flat_map(places).chain([0, text.len()]).collect();
    cuts.sort_unstable();
    cuts.dedup();
    cuts.windows(2).map(|cut| &text[cut[0]..cut[1]]).collect()
}
