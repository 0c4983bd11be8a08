//! The vocabulary. Everything is lower-case; a word of the text counts when it begins with one of these.

/// A category of help.
pub struct Category {
    pub id: &'static str,
    pub dutch: &'static str,
    pub english: &'static str,
    words: &'static [&'static str],
}

/// The categories, in the order of the manifest.
pub const CATEGORIES: &[Category] = &[
    Category {
        id: "groceries",
        dutch: "Boodschappen",
        english: "Shopping",
        words: &["boodschap", "winkel", "colruyt", "delhaize", "supermarkt", "apothe"],
    },
    Category {
        id: "childcare",
        dutch: "Kinderoppas",
        english: "Childcare",
        words: &["oppas", "babysit", "kindje", "kinderen", "kleuter", "zoontje", "dochtertje", "kleintje"],
    },
    Category {
        id: "meals",
        dutch: "Maaltijd",
        english: "Meals",
        words: &["kook", "koken", "maaltijd", "soep", "eten maken", "portie"],
    },
    Category {
        id: "odd-jobs",
        dutch: "Klusjes",
        english: "Odd jobs",
        words: &["klus", "lamp", "kraan", "gordijn", "kast ineen", "herstel"],
    },
    Category {
        id: "transport",
        dutch: "Vervoer",
        english: "A lift",
        words: &["vervoer", "met de auto", "ziekenhuis", "kliniek", "naar de dokter", "meerijden"],
    },
    Category {
        id: "company",
        dutch: "Gezelschap",
        english: "Company",
        words: &["gezelschap", "babbel", "praatje", "kopje koffie", "tas koffie", "eenzaam"],
    },
];

/// What makes a gift depend on one's own need.
pub const CONDITIONS: &[&str] =
    &["als iemand", "als er iemand", "in ruil", "op voorwaarde", "maar dan moet", "zolang iemand"];
/// What says that it is over.
pub const CLOSED: &[&str] = &["niet meer nodig", "opgelost", "al gevonden", "reeds gevonden"];
/// What must be answered within a day.
pub const URGENT: &[&str] = &["dringend", "vandaag nog", "zo snel mogelijk"];
/// What no neighbour should be asked for. The host looks for emergencies with the standard module too.
pub const CRISES: &[&str] = &["wil niet meer leven", "zelfmoord", "hij slaat", "zij slaat"];

/// Whether `text` holds one of `phrases`, each from the beginning of a word.
pub fn holds(text: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| {
        let starts = |at: usize| !text[..at].chars().next_back().is_some_and(char::is_alphanumeric);
        text.match_indices(phrase).any(|(at, _)| starts(at))
    })
}

/// The categories that `text` is about, by index.
pub fn categories(text: &str) -> impl Iterator<Item = u16> {
    let about = CATEGORIES.iter().zip(0..).filter(|(category, _)| holds(text, category.words));
    about.map(|(_, index)| index)
}
