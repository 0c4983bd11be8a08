//! Made-up names for the authors of a posts file: the same author always has the same name.

use sha2::{Digest, Sha256};

use crate::playground::world::{Country, Language};

// Names that anybody can have: what an author tells of themselves must not clash with a name that was drawn.
const FLANDERS: &[&str] = &[
    "Andy",
    "Billie",
    "Bo",
    "Camille",
    "Charlie",
    "Chris",
    "Dany",
    "Dominique",
    "Elia",
    "Flo",
    "Frankie",
    "Gwen",
    "Jackie",
    "Jo",
    "Jules",
    "Kim",
    "Lou",
    "Loïs",
    "Marijn",
    "Maxime",
    "Mika",
    "Noa",
    "Noor",
    "Pascal",
    "Quinn",
    "Robin",
    "Sacha",
    "Sam",
    "Stef",
    "Toni",
    "Vic",
    "Yaël",
    "Yentl",
    "Amel",
    "Deniz",
    "Ihsan",
    "Nour",
    "Sabah",
    "Shams",
    "Umut",
    "Alex",
    "Andrea",
    "Sasha",
];

const NETHERLANDS: &[&str] = &[
    "Alex",
    "Anne",
    "Bente",
    "Bo",
    "Charlie",
    "Chris",
    "Dani",
    "Dominique",
    "Elis",
    "Eef",
    "Floor",
    "Guus",
    "Indy",
    "Jacky",
    "Jip",
    "Jo",
    "Jules",
    "Kim",
    "Lou",
    "Luca",
    "Marijn",
    "Merijn",
    "Mika",
    "Noor",
    "Pleun",
    "Puck",
    "Quinn",
    "Rens",
    "Robin",
    "Sacha",
    "Sam",
    "Sterre",
    "Tobi",
    "Wil",
    "Yaël",
    "Amal",
    "Deniz",
    "Ezra",
    "Ihsan",
    "Nour",
    "Ümit",
    "Sasha",
    "Shanti",
];

const BRUSSELS: &[&str] = &[
    "Alex",
    "Alix",
    "Andrea",
    "Ange",
    "Camille",
    "Candide",
    "Charlie",
    "Claude",
    "Cyrille",
    "Dominique",
    "Eden",
    "Élie",
    "Gaël",
    "Gwenaël",
    "Jackie",
    "Jocelyn",
    "Jo",
    "Loïs",
    "Lou",
    "Louison",
    "Maé",
    "Maël",
    "Maxime",
    "Morgan",
    "Noa",
    "Patou",
    "Sacha",
    "Sam",
    "Swann",
    "Valéry",
    "Yaël",
    "Amal",
    "Iman",
    "Ihsan",
    "Nour",
    "Sabah",
    "Shams",
    "Sasha",
    "Robin",
];

const INITIALS: &[u8] = b"ABCDEFGHIJKLMNOPRSTVWZ";

/// First name and initial of an author who lives where that language is spoken.
pub(super) fn of(author: &str, language: Language, country: Country) -> String {
    let first_names = match (language, country) {
        (Language::Fr, _) => BRUSSELS,
        (_, Country::Be) => FLANDERS,
        (_, Country::Nl) => NETHERLANDS,
    };
    let digest = Sha256::digest(author);
    let number = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]) as usize;
    let first = first_names[number % first_names.len()];
    let initial = char::from(INITIALS[usize::from(digest[4]) % INITIALS.len()]);
    format!("{first} {initial}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_author_keeps_the_name_and_most_names_differ() {
        assert_eq!(of("kr-r01", Language::Nl, Country::Be), of("kr-r01", Language::Nl, Country::Be));
        let names: std::collections::BTreeSet<_> =
            (0..40).map(|number| of(&format!("kr-r{number:02}"), Language::Nl, Country::Be)).collect();
        assert!(names.len() >= 36, "{names:?}");
    }
}
