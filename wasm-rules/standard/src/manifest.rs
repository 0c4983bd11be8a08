//! What the module says about itself.

use koppelaar_rules::Manifest;

use crate::settings::SCHEMA;
use crate::targets::{CATEGORIES, LANGUAGES};

/// Referrals, in the order of the manifest.
pub const REFERRALS: [&str; 5] = ["crisis", "food-bank", "home-care", "social-services", "repair-shop"];

/// Index of the referral that is never paired.
pub const CRISIS: u16 = 0;

/// Index of the referral for dangerous work, which no neighbour should do.
pub const REPAIR_SHOP: u16 = 4;

/// Labels in Dutch, French and English, in the order of [`CATEGORIES`].
const LABELS: [[&str; 3]; CATEGORIES.len()] = [
    ["Boodschappen", "Courses", "Shopping"],
    ["Maaltijd", "Repas", "Meals"],
    ["Voedselhulp", "Aide alimentaire", "Food parcels"],
    ["Gezelschap", "Compagnie", "Company"],
    ["Samen wandelen", "Promenade", "Walking together"],
    ["Samen iets doen", "Loisirs", "Hobby together"],
    ["Vervoer", "Transport", "A lift"],
    ["Verhuizen en tillen", "Déménager et porter", "Moving and lifting"],
    ["Grofvuil", "Encombrants", "Bulky waste"],
    ["Klusjes", "Petits travaux", "Odd jobs"],
    ["Tuin en sneeuw", "Jardin et neige", "Garden and snow"],
    ["Poetsen en strijken", "Ménage et repassage", "Cleaning and ironing"],
    ["Kinderoppas", "Garde d’enfants", "Childcare"],
    ["Zorg voor dieren", "Garde d’animaux", "Pet care"],
    ["Op het huis letten", "Surveiller la maison", "Keeping an eye on a house"],
    ["Computer en telefoon", "Ordinateur et téléphone", "Computer and phone"],
    ["Brieven en formulieren", "Lettres et formulaires", "Letters and forms"],
    ["Taal oefenen en tolken", "Pratiquer une langue, traduire", "Language practice"],
    ["Huiswerk en lezen", "Devoirs et lecture", "Homework and reading"],
    ["Fiets herstellen", "Réparer un vélo", "Bicycle repair"],
    ["Naaien en verstellen", "Couture", "Sewing"],
    ["Uitlenen", "Prêt d’outils", "Lending"],
    ["Spullen weggeven", "Donner des objets", "Free things"],
    ["Samen aankopen", "Achat groupé", "Buying together"],
    ["Helpen bij een activiteit", "Aider à une activité", "Helping at an event"],
    ["Persoonlijke zorg", "Soins personnels", "Personal care"],
    ["Openbare ruimte", "Espace public", "Public space"],
];

/// Categories in which three or more can act together.
const TOGETHER: [&str; 3] = ["group-purchase", "bulky-waste", "transport"];

/// Reasons that a verdict can give, in the order of [`REASONS`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u16)]
pub enum Why {
    /// What is asked for is what is offered.
    SameHelp,
    /// Both name the same part of a day of the week: 0 + day * 3 + part.
    SameTime,
    /// Both name the same day of the week.
    SameDay,
    /// The offer sets no time.
    AnyTime,
    /// A detail of the text fits, such as the kind of pet.
    SameDetail,
    /// Both live in the same part of the neighbourhood.
    SameArea,
    /// They know each other.
    HelpedBefore,
    /// The helper was asked often lately.
    OftenAsked,
    /// The texts are in two languages.
    OtherLanguage,
    /// It is left open who asks and who offers.
    InDoubt,
    /// Each gives what the other needs.
    EachOther,
    /// Both name times, and not the same.
    TimesApart,
    /// One seems to exclude a detail that the other has.
    DetailExcluded,
}

const FIXED: [(&str, [&str; 3]); 13] = [
    (
        "same-help",
        [
            "Wat de ene vraagt, biedt de andere aan.",
            "L’un propose ce que l’autre demande.",
            "One offers what the other asks for.",
        ],
    ),
    (
        "same-time",
        ["Ze kunnen op hetzelfde moment.", "Ils sont libres au même moment.", "They are free at the same time."],
    ),
    ("same-day", ["Ze kunnen op dezelfde dag.", "Ils sont libres le même jour.", "They are free on the same day."]),
    (
        "any-time",
        [
            "De helper noemt geen vast moment.",
            "La personne qui aide n’a pas fixé de moment.",
            "The helper names no fixed time.",
        ],
    ),
    (
        "same-detail",
        [
            "Ook een detail uit hun berichten past bij elkaar.",
            "Un détail de leurs messages correspond aussi.",
            "A detail in their posts fits too.",
        ],
    ),
    (
        "same-area",
        [
            "Ze wonen in hetzelfde deel van de wijk.",
            "Ils habitent la même partie du quartier.",
            "They live in the same part of the neighbourhood.",
        ],
    ),
    (
        "helped-before",
        [
            "Deze buur hielp hier al {0} keer.",
            "Ce voisin a déjà aidé ici {0} fois.",
            "This neighbour helped here {0} times before.",
        ],
    ),
    (
        "often-asked",
        [
            "Let op: deze buur werd de laatste vier weken al {0} keer voorgesteld.",
            "Attention : ce voisin a déjà été proposé {0} fois ces quatre semaines.",
            "Note: this neighbour was suggested {0} times in the last four weeks.",
        ],
    ),
    (
        "other-language",
        [
            "Let op: ze schrijven in een andere taal.",
            "Attention : ils n’écrivent pas dans la même langue.",
            "Note: they write in different languages.",
        ],
    ),
    (
        "in-doubt",
        [
            "Let op: uit de berichten blijkt niet zeker wie vraagt en wie aanbiedt. Lees ze eerst.",
            "Attention : les messages ne disent pas clairement qui demande et qui propose. Lisez-les d’abord.",
            "Note: the posts do not make clear who asks and who offers. Read them first.",
        ],
    ),
    ("each-other", ["Ze kunnen elkaar helpen.", "Ils peuvent s’aider l’un l’autre.", "They can help each other."]),
    (
        "times-apart",
        [
            "Let op: ze noemen niet hetzelfde moment. Vraag eerst na of het past.",
            "Attention : ils n’indiquent pas le même moment. Vérifiez d’abord si cela convient.",
            "Note: they do not name the same time. Ask first whether it suits.",
        ],
    ),
    (
        "detail-excluded",
        [
            "Let op: de ene lijkt iets uit te sluiten dat de andere noemt. Lees de berichten eerst.",
            "Attention : l’un semble exclure quelque chose que l’autre mentionne. Lisez d’abord les messages.",
            "Note: one seems to rule out something that the other mentions. Read the posts first.",
        ],
    ),
];

const DAYS: [[&str; 3]; 7] = [
    ["maandag", "lundi", "Monday"],
    ["dinsdag", "mardi", "Tuesday"],
    ["woensdag", "mercredi", "Wednesday"],
    ["donderdag", "jeudi", "Thursday"],
    ["vrijdag", "vendredi", "Friday"],
    ["zaterdag", "samedi", "Saturday"],
    ["zondag", "dimanche", "Sunday"],
];
const DAY_IDS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
/// Whole day, morning, afternoon, evening.
const PARTS: [(&str, [&str; 3]); 4] = [
    ("", ["", "", ""]),
    ("-morning", ["ochtend", " matin", " morning"]),
    ("-afternoon", ["namiddag", " après-midi", " afternoon"]),
    ("-evening", ["avond", " soir", " evening"]),
];

/// Index of the reason “both on this part of this day”: `part` is 0 for the whole day, 1 to 3 for morning to evening.
pub fn both_on(day: u8, part: u8) -> u16 {
    let fixed = u16::try_from(FIXED.len()).unwrap_or(0);
    fixed + u16::from(day.min(6)) * 4 + u16::from(part.min(3))
}

/// The whole manifest.
pub fn manifest() -> Manifest {
    let mut manifest = Manifest::new("standard", env!("CARGO_PKG_VERSION"), &LANGUAGES).settings_schema(SCHEMA);
    for (id, labels) in CATEGORIES.iter().zip(&LABELS) {
        let labels = per_language(labels);
        manifest =
            if TOGETHER.contains(id) { manifest.shared_category(id, &labels) } else { manifest.category(id, &labels) };
    }
    for id in REFERRALS {
        manifest = manifest.referral(id);
    }
    for (id, sentences) in &FIXED {
        manifest = manifest.reason(id, &per_language(sentences));
    }
    for (day, names) in DAY_IDS.iter().zip(&DAYS) {
        for (part, parts) in &PARTS {
            let [nl, fr, en] = [0, 1, 2].map(|language| [names[language], parts[language]].concat());
            let sentences = [format!("Allebei op {nl}."), format!("Tous les deux le {fr}."), format!("Both on {en}.")];
            manifest =
                manifest.reason(&[day, *part].concat(), &per_language(&sentences.each_ref().map(String::as_str)));
        }
    }
    manifest
}

fn per_language<'a>(texts: &[&'a str; 3]) -> [(&'static str, &'a str); 3] {
    [(LANGUAGES[0], texts[0]), (LANGUAGES[1], texts[1]), (LANGUAGES[2], texts[2])]
}
