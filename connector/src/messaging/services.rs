//! Whom a concierge can pass something on to: the partners and departments of the municipality's settings.

use crate::domain::Private;

/// A service, and how to reach it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// What people call it.
    pub name: String,
    /// One line: a telephone number, an address, opening hours.
    pub contact: String,
}

/// Where a concierge can refer somebody to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferralKind {
    /// No food, or no money for it.
    FoodBank,
    /// Washing, wounds, daily personal care.
    HomeCare,
    /// Debts, eviction, forms that decide over income.
    SocialServices,
    /// Dangerous work.
    RepairShop,
    /// A kind that a municipality's module added.
    Other,
}

impl ReferralKind {
    /// The kind of a manifest's identifier.
    pub fn from_id(id: &str) -> Self {
        match id {
            "food-bank" => Self::FoodBank,
            "home-care" => Self::HomeCare,
            "social-services" => Self::SocialServices,
            "repair-shop" => Self::RepairShop,
            _ => Self::Other,
        }
    }
}

/// A service to refer somebody to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Referral<'a> {
    /// Which need.
    pub kind: ReferralKind,
    /// The municipality's own partner for it.
    pub partner: Option<&'a Service>,
}

/// A service for whoever needs more than a neighbour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    /// For which need.
    pub kind: ReferralKind,
    /// The service.
    pub service: Service,
}

/// A department of the municipality, for reports of the public space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Department {
    /// The department.
    pub service: Service,
    /// How words of its reports begin, in small letters; none when it takes what no other department does.
    pub words: Vec<String>,
}

/// The services that a municipality names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Services {
    /// At most one of a kind.
    pub partners: Vec<Partner>,
    /// In the order in which they are looked at.
    pub departments: Vec<Department>,
}

impl Services {
    /// The partner for a need.
    pub fn partner(&self, kind: ReferralKind) -> Option<&Service> {
        self.partners.iter().find(|partner| partner.kind == kind).map(|partner| &partner.service)
    }

    /// The department for a report: the first that names the beginning of one of its words, else the first that names
    /// no words.
    pub fn department(&self, title: Option<&Private>, text: &Private) -> Option<&Service> {
        let text = [title.map_or("", Private::reveal), text.reveal()].join(" ").to_lowercase();
        let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let named = |begins: &String| words.iter().any(|word| word.starts_with(begins.as_str()));
        let departments = self.departments.iter();
        let concerned = departments.clone().find(|department| department.words.iter().any(named));
        let general = || departments.clone().find(|department| department.words.is_empty());
        concerned.or_else(general).map(|department| &department.service)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn department(name: &str, words: &[&str]) -> Department {
        let service = Service { name: name.to_owned(), contact: "0".to_owned() };
        Department { service, words: words.iter().map(|word| (*word).to_owned()).collect() }
    }

    #[test]
    fn a_report_goes_to_the_department_whose_words_it_uses() {
        let departments = vec![department("Light", &["lantaarn", "licht"]), department("Town hall", &[])];
        let services = Services { departments, ..Services::default() };
        let chosen = |title: Option<&str>, text: &str| {
            services.department(title.map(Private::new).as_ref(), &Private::new(text)).unwrap().name.clone()
        };
        assert_eq!(chosen(None, "De LANTAARNPAAL aan het plein is stuk."), "Light");
        assert_eq!(chosen(Some("Lichten uit"), "Al een week."), "Light");
        assert_eq!(chosen(None, "Het zwerfvuil is verplicht op te ruimen."), "Town hall", "not inside a word");
        let only = Services { departments: vec![department("Light", &["licht"])], ..Services::default() };
        assert_eq!(only.department(None, &Private::new("Een put in de weg.")), None);
    }
}
