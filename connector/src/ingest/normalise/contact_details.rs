//! Ways to reach or find somebody, as residents of Belgium and the Netherlands write them.
//!
//! The patterns need one pass over the text each. What they cannot say (no look-around) is checked on what they found.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::pattern;

/// Puts a placeholder in place of every web link, e-mail address, account number, telephone number and house address.
pub fn mask(text: &str) -> Cow<'_, str> {
    // An e-mail address may be part of a link, a domain part of an e-mail address, digits part of each of them.
    [explicit_links, emails, bare_links, ibans, phones, addresses].into_iter().fold(
        Cow::Borrowed(text),
        |text, mask| match mask(&text) {
            Cow::Borrowed(_) => text,
            Cow::Owned(masked) => Cow::Owned(masked),
        },
    )
}

fn explicit_links(text: &str) -> Cow<'_, str> {
    static LINK: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\b(?:(?:https?|ftp)://|www\.)[^\s<>\[\]]+"));
    if !text.contains("//") && !pairs(text).any(|pair| matches!(pair, (b'w' | b'W', b'w' | b'W'))) {
        return Cow::Borrowed(text);
    }
    LINK.replace_all(text, link)
}

fn bare_links(text: &str) -> Cow<'_, str> {
    // Endings that are also a Dutch, French or English word (“klaar.de rest”, “me”, “net”, “app”) count only before a
    // path: people forget the space after a full stop.
    static DOMAIN: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)\b(?:[\p{L}\p{N}][\p{L}\p{N}-]*\.)+(?:(?:be|nl|com|fr|eu|org|lu|co\.uk|brussels|vlaanderen)\b(?:/[^\s<>\[\]]*)?|(?:de|net|me|app|io|info|link|uk|co|ly|gl|gle|site|shop|online|page|tv|gent|amsterdam)/[^\s<>\[\]]+)",
        )
    });
    if !pairs(text).any(|(dot, after)| dot == b'.' && after.is_ascii_alphabetic()) {
        return Cow::Borrowed(text);
    }
    DOMAIN.replace_all(text, link)
}

/// Every two neighbouring bytes: a look at them spares most texts the pattern.
fn pairs(text: &str) -> impl Iterator<Item = (u8, u8)> {
    text.bytes().zip(text.bytes().skip(1))
}

/// The placeholder of a link, and the punctuation after it, which belongs to the sentence.
fn link(found: &Captures) -> String {
    let end = found[0].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '"', '\'', '»', '…']).len();
    format!("[link]{}", &found[0][end..])
}

fn emails(text: &str) -> Cow<'_, str> {
    static EMAIL: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"[\p{L}\p{N}_][\p{L}\p{N}_.%+'-]* ?(?:@|＠|\(at\)|\[at\]) ?[\p{L}\p{N}][\p{L}\p{N}-]*(?:\.[\p{L}\p{N}-]+)+",
        )
    });
    if !text.contains(['@', '＠']) && !text.contains("at)") && !text.contains("at]") {
        return Cow::Borrowed(text);
    }
    EMAIL.replace_all(text, "[email]")
}

fn ibans(text: &str) -> Cow<'_, str> {
    const FEWEST_DIGITS: usize = 4;
    static IBAN: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?ix)\b(?:
                BE(?:[\ .-]?\d){14}
              | NL(?:[\ .-]?\d){2}(?:[\ .-]?[a-z]){4}(?:[\ .-]?\d){10}
              | DE(?:[\ .-]?\d){20}
              | LU(?:[\ .-]?\d){5}(?:[\ .-]?[a-z0-9]){13}
              | FR(?:[\ .-]?\d){12}(?:[\ .-]?[a-z0-9]){11}(?:[\ .-]?\d){2}
              | (?-i:[A-Z]{2}\d{2}[A-Z0-9]{11,30})
            )\b",
        )
    });
    if text.chars().filter(|c| c.is_numeric()).count() < FEWEST_DIGITS {
        return Cow::Borrowed(text);
    }
    IBAN.replace_all(text, "[iban]")
}

fn phones(text: &str) -> Cow<'_, str> {
    const FEWEST_DIGITS: usize = 8;
    // `~` stands for what people put between the digits. The longest form of each kind comes first.
    static PHONE: LazyLock<Regex> = LazyLock::new(|| {
        let forms = [
            // +32 470 12 34 56, 0032 (0)3 123 45 67, +31 6 12345678, +33 6 12 34 56 78, and abroad
            r"(?:\+|\b00)~32(?:~0)?(?:(?:~\d){9}|(?:~\d){8})\b",
            r"(?:\+|\b00)~3[134](?:~0)?(?:~\d){9}\b",
            r"(?:\+|\b00)~[1-9](?:~\d){7,13}\b",
            // 0470 12 34 56, 06-12345678, 03 123 45 67, 053/12.34.56
            r"\b0~[1-9](?:(?:~\d){8}|(?:~\d){7})\b",
            // 0800-1234, 0900 1234567
            r"\b0[89]00(?:(?:~\d){7}|~\d{4})\b",
            // 32470123456 and 31612345678, 470 12 34 56 and 612345678: the beginning forgotten
            r"\b3(?:24[5-9]\d{7}|16[1-5]\d{7})\b",
            r"\b4[5-9]\d[ ./]?\d{2}[ .]?\d{2}[ .]?\d{2}\b",
            r"\b6[ -]?[1-5]\d{7}\b",
        ];
        pattern(&format!(r"\(?(?:{})", forms.join("|").replace('~', r"[ .\-‑/()–]{0,3}")))
    });
    static DATE_OR_HOURS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^\d{1,2}[./-]\d{1,2}[./-](?:(?:19|20)\d\d(?:\D|$)|\d\d(?: |$))|^\d{1,2}[./-](?:19|20)\d\d(?:\D|$)|^\d{1,2}\.\d{2} ?[-–/] ?\d{1,2}\.\d{2}(?:\D|$)",
        )
    });
    if text.chars().filter(|c| c.is_numeric()).count() < FEWEST_DIGITS {
        return Cow::Borrowed(text);
    }
    let mut masked = String::new();
    let mut copied = 0;
    let mut position = 0;
    while let Some(found) = PHONE.find_at(text, position) {
        if let Some(other) = DATE_OR_HOURS.find(found.as_str()) {
            position = found.start() + other.end();
            continue;
        }
        masked.push_str(&text[copied..found.start()]);
        masked.push_str("[phone]");
        copied = found.end();
        position = copied;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    masked.push_str(&text[copied..]);
    Cow::Owned(masked)
}

fn addresses(text: &str) -> Cow<'_, str> {
    /// Words that end as a street does.
    const NO_STREETS: &str = "verslaan overslaan opslaan inslaan toeslaan afslaan misslaan omslaan aanslaan onderweg";
    static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
        const BOX: &str = r"(?:,? ?(?i:bus|bte|boîte|box|apt|verdieping) ?\w{1,4}\b)?";
        const TOWN: &str = r"(?:,? (?:B-)?[1-9]\d{3}(?: ?[A-Z]{2}\b)?(?: \p{Lu}[\p{L}-]+)?)?";
        const NUMBER: &str = r"(?:(?i:nr|nummer|n°|no)\.? ?)?[1-9]\d{0,3}[a-gA-G]?(?:[-/]\d{1,4})?\b";
        const RUE: &str =
            r"(?i:rue|avenue|av\.|boulevard|bd\.?|chaussée|chaussee|place|quai|allée|square|impasse|chemin|drève|clos)";
        const OF: &str = r"(?i:(?:de la|de l['’]|des?|du|d['’]|aux?|la|les?|l['’]) ?)";
        const PROPER: &str = r"\p{Lu}[\p{L}'’.-]*";
        let rue_name = format!(r"{OF}?{PROPER}(?: {OF}?{PROPER}){{0,3}}");
        let forms = [
            // Kerkstraat 12 bus 3, kerkstraat 12, Stationsstr. 5
            format!(
                r"\b(?i:\p{{L}}{{3,}}(?:straat|laan|plein|steenweg|dreef|gracht|singel|kaai|kade|plantsoen|str\.?)),? {NUMBER}{BOX}{TOWN}"
            ),
            // Molenweg 4, Grote Markt 1: words that are not only streets, so a capital is needed
            format!(
                r"\b\p{{Lu}}\p{{L}}{{2,}}(?:weg|hof|pad|park|baan|dijk|wal|lei|markt|steeg|berg|veld|boulevard),? {NUMBER}{BOX}{TOWN}"
            ),
            format!(
                r"\b\p{{Lu}}\p{{L}}+ (?:Straat|Weg|Laan|Plein|Markt|Baan|Dijk|Steenweg|Dreef|Hof),? {NUMBER}{BOX}{TOWN}"
            ),
            // 5, rue de la Station; rue de la Station 5; rue de la gare 5
            format!(r"\b{NUMBER}(?: ?(?:bis|ter))?,? {RUE} {rue_name}{BOX}{TOWN}"),
            format!(r"\b{RUE} {rue_name},? {NUMBER}{BOX}{TOWN}"),
            format!(r"\b(?i:rue|avenue|boulevard|chaussée) {OF}\p{{L}}+,? {NUMBER}{BOX}{TOWN}"),
            // 12 Church Street
            r"\b[1-9]\d{0,3}[a-z]?,? (?:\p{Lu}[\p{L}'’-]+ ){1,3}(?:Street|Road|Avenue|Lane|Square|Drive|Court|Close|Place|Way|Terrace|St\.|Rd\.|Ave\.)".to_owned(),
        ];
        pattern(&format!(r"(?:{})", forms.join("|")))
    });
    /// What a number after a street's name counts, when it is not the house's.
    static COUNTED: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?ix)^(?:[.,:/-]\d|%|\ ?(?:€|
                (?:uur|u|h|heures?|hours?|km|m|meter|mètres?|min|minuten|minutes?|euro?s?|kilo|kg|liter|l|x|keer|maal|fois|times|
                dag(?:en)?|jours?|days?|week|weken|semaines?|weeks?|maand(?:en)?|mois|months?|jaar|ans?|years?|
                mensen|personen|personnes|people|gezinnen|kinderen|kindjes|enfants|kids|huizen|maisons|houses|auto's|fietsen|
                katten|honden|lampen|zakken|vuilniszakken|bomen|plaatsen|places|
                januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december|
                janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|
                january|february|march|may|june|july|august|october)\b))",
        )
    });
    if !text.contains(char::is_numeric) {
        return Cow::Borrowed(text);
    }
    let mut masked = String::new();
    let mut copied = 0;
    for found in ADDRESS.find_iter(text) {
        let first = found.as_str().split([' ', ',']).next().unwrap_or_default().to_lowercase();
        if COUNTED.is_match(&text[found.end()..]) || NO_STREETS.split(' ').any(|word| word == first) {
            continue;
        }
        masked.push_str(&text[copied..found.start()]);
        masked.push_str("[address]");
        copied = found.end();
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    masked.push_str(&text[copied..]);
    Cow::Owned(masked)
}
