//! Made-up names for the authors of a posts file: the same author always has the same name.

use sha2::{Digest, Sha256};

use crate::playground::world::{Country, Language};

const FLANDERS: &[&str] = &[
    "An",
    "Annelies",
    "Bart",
    "Bjorn",
    "Brecht",
    "Carine",
    "Christiane",
    "Dirk",
    "Eline",
    "Femke",
    "Fons",
    "Frieda",
    "Geert",
    "Godelieve",
    "Griet",
    "Hilde",
    "Ilse",
    "Jan",
    "Jef",
    "Joris",
    "Katrien",
    "Kobe",
    "Kristof",
    "Lander",
    "Lieve",
    "Lotte",
    "Luc",
    "Maarten",
    "Magda",
    "Marleen",
    "Mieke",
    "Nele",
    "Paula",
    "Pieter",
    "Rita",
    "Sofie",
    "Stijn",
    "Tine",
    "Wannes",
    "Wout",
    "Amina",
    "Bilal",
    "Fatima",
    "Hamza",
    "Imane",
    "Karim",
    "Naima",
    "Yassine",
    "Aylin",
    "Emre",
    "Elif",
    "Mehmet",
    "Agnieszka",
    "Piotr",
    "Ioana",
    "Mihai",
    "Grace",
    "Samuel",
];

const NETHERLANDS: &[&str] = &[
    "Anja", "Anouk", "Arie", "Bas", "Bep", "Carla", "Coby", "Daan", "Dick", "Ellen", "Esmée", "Gerrit", "Greet",
    "Hans", "Henk", "Ineke", "Jaap", "Jeroen", "Joke", "Kees", "Lisanne", "Maaike", "Marloes", "Marja", "Nico",
    "Niels", "Petra", "Piet", "Ria", "Roos", "Ruud", "Sander", "Sanne", "Sjaak", "Tess", "Thijs", "Tineke", "Willem",
    "Wil", "Yvonne", "Achmed", "Fatiha", "Hanan", "Khadija", "Mohamed", "Nadia", "Rachid", "Souad", "Ayşe", "Hatice",
    "Murat", "Cheryl", "Ruben", "Shanice", "Farah", "Omid", "Danuta", "Marek",
];

const BRUSSELS: &[&str] = &[
    "Adeline",
    "Alain",
    "Anne-Marie",
    "Benoît",
    "Camille",
    "Céline",
    "Chantal",
    "Claire",
    "Daniel",
    "Élise",
    "Fabienne",
    "François",
    "Geneviève",
    "Guy",
    "Hélène",
    "Isabelle",
    "Jacqueline",
    "Julien",
    "Laurence",
    "Louis",
    "Manon",
    "Martine",
    "Mathieu",
    "Monique",
    "Nathalie",
    "Nicole",
    "Olivier",
    "Pascal",
    "Sylvie",
    "Thomas",
    "Abdel",
    "Aïcha",
    "Farida",
    "Hassan",
    "Ilham",
    "Jamila",
    "Khalid",
    "Latifa",
    "Malika",
    "Mounir",
    "Nabil",
    "Rachida",
    "Samira",
    "Youssef",
    "Zineb",
    "Aminata",
    "Bintou",
    "Fatou",
    "Mamadou",
    "Ousmane",
    "Joana",
    "Paulo",
    "Andreea",
    "Cristian",
    "Koen",
    "Veerle",
    "Ania",
    "Meryem",
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
        assert!(names.len() >= 37, "{names:?}");
    }
}
