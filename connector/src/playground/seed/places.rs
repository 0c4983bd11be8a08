//! Where the neighbourhoods of a posts file lie, and who looks after them.

use crate::playground::world::{Country, Language, Member, Municipality, Neighbourhood, World, WorldError};

/// A municipality of the table, with the concierge who looks after its neighbourhoods.
struct Known {
    id: &'static str,
    name: &'static str,
    country: Country,
    language: Language,
    concierge: &'static str,
    concierge_name: &'static str,
    neighbourhoods: &'static [(&'static str, &'static str)],
}

const KNOWN: [Known; 4] = [
    Known {
        id: "sint-niklaas",
        name: "Sint-Niklaas",
        country: Country::Be,
        language: Language::Nl,
        concierge: "concierge-sint-niklaas",
        concierge_name: "Lies Verhaegen",
        neighbourhoods: &[("kroonmolenwijk", "Kroonmolenwijk"), ("gazometerwijk", "Gazometerwijk")],
    },
    Known {
        id: "molenbeek",
        name: "Sint-Jans-Molenbeek",
        country: Country::Be,
        language: Language::Fr,
        concierge: "concierge-molenbeek",
        concierge_name: "Samira Lambert",
        neighbourhoods: &[("molenbeek", "Quartier Maritime")],
    },
    Known {
        id: "lelystad",
        name: "Lelystad",
        country: Country::Nl,
        language: Language::Nl,
        concierge: "concierge-lelystad",
        concierge_name: "Ronald de Wit",
        neighbourhoods: &[("waterwijk", "Waterwijk"), ("zuiderzeewijk", "Zuiderzeewijk")],
    },
    Known {
        id: "utrecht",
        name: "Utrecht",
        country: Country::Nl,
        language: Language::Nl,
        concierge: "concierge-utrecht",
        concierge_name: "Mirjam Bakker",
        neighbourhoods: &[("utrecht-west", "Utrecht West")],
    },
];

/// Where neighbourhoods lie that the table does not know.
const ELSEWHERE: Known = Known {
    id: "proefstad",
    name: "Proefstad",
    country: Country::Nl,
    language: Language::Nl,
    concierge: "concierge-proefstad",
    concierge_name: "Sam Proef",
    neighbourhoods: &[],
};

/// The language and country of a neighbourhood.
pub(super) fn language_and_country(neighbourhood: &str) -> (Language, Country) {
    let known = find(neighbourhood);
    (known.language, known.country)
}

/// Adds a neighbourhood with its municipality and concierge, unless it is there.
pub(super) fn prepare(world: &World, neighbourhood: &str) -> Result<(), WorldError> {
    if world.neighbourhood(neighbourhood).is_some() {
        return Ok(());
    }
    let known = find(neighbourhood);
    if world.municipality(known.id).is_none() {
        world.add_municipality(Municipality {
            id: known.id.to_owned(),
            name: known.name.to_owned(),
            country: known.country,
            language: known.language,
            client_secret: pretend_secret(known.id),
        })?;
    }
    let name = known.neighbourhoods.iter().find(|(id, _)| *id == neighbourhood).map(|(_, name)| (*name).to_owned());
    world.add_neighbourhood(Neighbourhood {
        id: neighbourhood.to_owned(),
        name: name.unwrap_or_else(|| pleasant_name(neighbourhood)),
        municipality: known.id.to_owned(),
    })?;
    let concierge = Member {
        id: known.concierge.to_owned(),
        display_name: known.concierge_name.to_owned(),
        area: None,
        language: known.language,
    };
    world.add_concierge(neighbourhood, concierge)
}

/// The client secret of a municipality of the pretend platform. It protects nothing, so it may be guessed.
pub fn pretend_secret(municipality: &str) -> String {
    format!("playground-{municipality}")
}

fn find(neighbourhood: &str) -> &'static Known {
    KNOWN.iter().find(|known| known.neighbourhoods.iter().any(|(id, _)| *id == neighbourhood)).unwrap_or(&ELSEWHERE)
}

/// `oude-dorp_2` becomes `Oude Dorp 2`.
fn pleasant_name(id: &str) -> String {
    let words = id.split(['-', '_', '.', '~']).filter(|word| !word.is_empty()).map(|word| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
    });
    let name = words.collect::<Vec<_>>().join(" ");
    if name.is_empty() { id.to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_of_identifiers() {
        assert_eq!(pleasant_name("oude-dorp_2"), "Oude Dorp 2");
        assert_eq!(pleasant_name("---"), "---");
    }
}
