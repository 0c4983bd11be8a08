//! Posts that modules have trouble with.

use jiff::civil::date;

use crate::domain::{LocalTime, PostKind, Private};
use crate::rules::RulePost;

/// The most characters of a text that a module gets.
const LONGEST: usize = 5_000;

/// A difficult post.
pub(super) struct Probe {
    /// What is difficult about it.
    pub name: &'static str,
    pub post: RulePost,
}

/// The moment of matching.
pub(super) fn now() -> LocalTime {
    LocalTime(date(2026, 3, 4).at(12, 0, 0, 0))
}

/// Nothing, too much, no letters, several scripts and directions, placeholders, impossible dates.
pub(super) fn probes() -> Vec<Probe> {
    let long = "kan iemand mij zaterdag helpen met de haag, ik heb zelf geen ladder ".repeat(80);
    let word = "x".repeat(LONGEST);
    let lines = "1. ik bied aan\n".repeat(LONGEST / 15);
    let texts = [
        ("no text", ""),
        ("a space", " "),
        ("one sign", "?"),
        ("emoji", "👩‍👩‍👧‍👦🙏🏽🇧🇪"),
        ("control signs", "e\u{301}\u{301}\u{301}\u{301} \u{202e}plaats \u{0} \u{feff}"),
        ("other scripts", "مرحبا، هل يمكن لأحد مساعدتي؟ Спасибо 谢谢"),
        ("placeholders", "Bel [phone] of mail [email], zie [link], [address], [iban]. Groetjes [name]"),
        (
            "impossible times",
            "Wie brengt er zaterdagvoormiddag een pak water mee? Om 99u99 op 31/02/0000 voor 1e308 euro.",
        ),
        ("French", "Je peux garder vos enfants le mercredi après-midi, sauf le 32 mars."),
        ("an exchange", "Can anybody walk my dog tomorrow evening? I can cook for you in return."),
        ("a long text", &long[..LONGEST]),
        ("one long word", &word),
        ("many lines", &lines),
    ];
    let kinds = [None, Some(PostKind::Question), Some(PostKind::Offer), Some(PostKind::Lend), Some(PostKind::Event)];
    let probe = |((name, text), kind): (&(&'static str, &str), &Option<PostKind>)| Probe {
        name,
        post: RulePost {
            kind: *kind,
            title: kind.is_some().then(|| Private::new("Hulp")),
            text: Private::new(*text),
            written: LocalTime(date(2024, 2, 29).at(23, 59, 0, 0)),
        },
    };
    texts.iter().zip(kinds.iter().cycle()).map(probe).collect()
}
