use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::domain::{MemberId, NeighbourhoodId, PostId};

fn clean(text: &str) -> String {
    clean_by(text, "Marieke Vandenbroucke")
}

fn clean_by(text: &str, author: &str) -> String {
    clean_text(&Private::new(text), &Private::new(author)).reveal().to_owned()
}

#[track_caller]
fn each(texts: &[(&str, &str)]) {
    for (text, expected) in texts {
        assert_eq!(clean(text), *expected, "for `{text}`");
    }
}

#[track_caller]
fn unchanged(texts: &[&str]) {
    for text in texts {
        assert_eq!(clean(text), *text);
    }
}

fn wire() -> WirePost {
    WirePost {
        id: PostId::new("p1"),
        neighbourhood: NeighbourhoodId::new("n1"),
        author: Some((
            MemberId::new("m1"),
            Private::new(" Marieke\u{202e} \n Vandenbroucke "),
            Some("  Noord ".into()),
        )),
        kind: None,
        title: Some(Private::new("Wie helpt\nMarieke?")),
        text: Private::new("Bel me op 0470 12 34 56."),
        created_at: Timestamp::UNIX_EPOCH,
        active: true,
        shared: true,
    }
}

#[test]
fn a_shared_post_is_kept_clean() {
    let Change::Shared(post) = change(wire()) else { panic!("the post is shared") };
    assert_eq!(post.title.unwrap().reveal(), "Wie helpt [name]?");
    assert_eq!(post.text.reveal(), "Bel me op [phone].");
    assert_eq!(post.author.name.reveal(), "Marieke Vandenbroucke");
    assert_eq!(post.author.area.as_deref(), Some("Noord"));
}

#[test]
fn what_is_not_ours_to_know_is_gone() {
    let gone = Change::Gone(PostId::new("p1"));
    assert_eq!(change(WirePost { active: false, ..wire() }), gone);
    assert_eq!(change(WirePost { shared: false, ..wire() }), gone);
    assert_eq!(change(WirePost { author: None, ..wire() }), gone);
}

#[test]
fn a_title_of_nothing_is_no_title() {
    let Change::Shared(post) = change(WirePost { title: Some(Private::new(" \u{200b}\n")), ..wire() }) else {
        panic!("the post is shared")
    };
    assert_eq!(post.title, None);
}

#[test]
fn phones_are_masked() {
    each(&[
        ("bel 0470 12 34 56 of 0471/23.45.67", "bel [phone] of [phone]"),
        ("0470 12 34 56 / 0471 23 45 67", "[phone] / [phone]"),
        ("0470123456", "[phone]"),
        ("gsm 0470-12-34-56.", "gsm [phone]."),
        ("06-12345678 of 06 12 34 56 78", "[phone] of [phone]"),
        ("(03) 776 12 34", "[phone]"),
        ("053/12.34.56", "[phone]"),
        ("020-1234567 na 18u", "[phone] na 18u"),
        ("+32 470 12 34 56", "[phone]"),
        ("+32 (0)470 12 34 56 aub", "[phone] aub"),
        ("0032 3 776 12 34", "[phone]"),
        ("+31 6 12345678", "[phone]"),
        ("+33 6 12 34 56 78", "[phone]"),
        ("+44 20 7946 0958", "[phone]"),
        ("0800-1234 of 0900 1234567", "[phone] of [phone]"),
        ("app 32470123456", "app [phone]"),
        ("470 12 34 56", "[phone]"),
        ("612345678", "[phone]"),
        ("zaterdag 05/11/2026 03 776 12 34", "zaterdag 05/11/2026 [phone]"),
        ("０４７０ 12 34 56 en 0470 12 34 56", "０４７０ 12 34 56 en [phone]"),
        ("0\u{200b}470 12\u{2060}34 56", "[phone]"),
    ]);
}

#[test]
fn other_numbers_stay() {
    unchanged(&[
        "om 9u45, 12u05 of 14h30, 18.00 en 21.30 uur, 9:00-12:00",
        "van 08.00-12.00 2 keer, of 09.00-16.30",
        "op 05/11/2026, 05-11-2026 14.00, 1.2.26 en 2024-2025",
        "01/02/2026 - 05/02/2026, 1/02/2026 - 05/02/2026",
        "kost 1.250.000 euro of €22,50, 1200 500 l, 1500 liter mazout",
        "2 x per dag, 3e verdieping, bus 21, lijn 132, 4 tem 12 april",
        "9100 Sint-Niklaas, 8224 BC Lelystad, geboren in 1948",
        "112, 1813 en 107 en 0800",
        "360 dagen, 24 stoelen, 39,6 graden, E10, 1.92 m, 6/20 en 4 op 10",
        "maat 36 38 40 42 44 46 en 01 02 03 04",
    ]);
}

#[test]
fn links_and_mail_addresses_are_masked() {
    each(&[
        ("zie https://voorbeeld.example/a?b=c.", "zie [link]."),
        ("zie (www.buurt.example)", "zie ([link])"),
        ("ga naar buurt.be of http://x.y/z, ok?", "ga naar [link] of [link], ok?"),
        ("shop.buurt.co.uk/pad en wa.me/32470123456!", "[link] en [link]!"),
        ("mail jan.peeters+hulp@post.example.be.", "mail [email]."),
        ("jan @ post.example of jan(at)post.example", "[email] of [email]"),
        ("mailto:jan@post.example", "mailto:[email]"),
    ]);
    unchanged(&[
        "klaar.de rest volgt.net op tijd.me dunkt.app me",
        "@iedereen: 2@3, a.u.b. bijv. d.w.z. o.a. enz.",
        "Ik kom...be quick",
    ]);
}

#[test]
fn account_numbers_are_masked() {
    each(&[
        ("op BE68 5390 0754 7034 aub", "op [iban] aub"),
        ("be68539007547034", "[iban]"),
        ("NL91 ABNA 0417 1643 00", "[iban]"),
        ("NL91ABNA0417164300", "[iban]"),
        ("FR14 2004 1010 0505 0001 3M02 606", "[iban]"),
        ("DE89 3704 0044 0532 0130 00.", "[iban]."),
    ]);
    unchanged(&["BE 68 kilo", "nummerplaat 1-ABC-123"]);
}

#[test]
fn house_addresses_are_masked() {
    each(&[
        ("Ik woon Kerkstraat 12 bus 3.", "Ik woon [address]."),
        ("kerkstraat 12a, 9100 Sint-Niklaas", "[address]"),
        ("Molenweg 4 naast de bakker", "[address] naast de bakker"),
        ("Oude Weg 14", "[address]"),
        ("rue de la Station 5", "[address]"),
        ("au 5, rue de la Station", "au [address]"),
        ("rue de la gare 5 svp", "[address] svp"),
        ("12 avenue Louise", "[address]"),
        ("I live at 12 Church Street, second floor", "I live at [address], second floor"),
        ("Stationsstr. 5", "[address]"),
        ("Kerkstraat 12-14 of kerkstraat 12/3", "[address] of [address]"),
    ]);
    unchanged(&[
        "in de Kerkstraat",
        "in de Kerkstraat 2 kinderen en Kerkstraat 20 december",
        "verderop in de straat 3 auto's, ik ben weg 2 dagen, onderweg 2 keer",
        "Rommelmarkt 21 juni, wandelpad 5 km",
        "we verslaan 3 ploegen",
        "la rue est sale depuis 3 semaines, il reste 2 places",
        "au rez, place du marché, route de 5 km",
        "the 2 street lights at Church Street",
    ]);
}

#[test]
fn what_residents_write_every_day_stays() {
    let posts = [
        "Wie kan zaterdag 14 maart om 9u30 mee naar het containerpark? Ik heb 2 zetels en 1 matras.",
        "Onze kelder staat 40 cm onder water, de pomp kost 85 euro per dag. Wie heeft er een?",
        "Ik ben 78 en woon op de 4e verdieping, de lift is al 3 weken stuk.",
        "Lijn 3 of bus 57 rijdt niet, wie rijdt er woensdag tussen 8.00 en 8.30 uur naar het ziekenhuis?",
        "Te leen: ladder van 6,5 m, boormachine 850 W, 12 klapstoelen. Elke dag na 17 uur.",
        "Samen stookolie bestellen? Ik 1500 l, mijn buur 2000 l, vanaf 5000 liter is het goedkoper.",
        "Mijn dochter van 11 had 3/10 voor breuken. Wie oefent 1 x per week met haar?",
        "Wij wonen sinds 1987 in de Molenstraat en zoeken iemand voor 4 plantjes, van 1/7 tot 15/7.",
        "Op het plein liggen al 5 dagen zakken. Ook in de Stationsstraat 2 lampen kapot.",
        "Bonjour, j'ai 83 ans et j'habite au 5e étage. Qui passe au marché samedi vers 10h15 ?",
        "Je cherche un vélo pour ma fille de 9 ans (1m32), budget 40 €, merci d'avance.",
        "Rue barrée depuis 3 jours, les 2 poubelles de la place débordent.",
        "Can somebody water 11 plants from 4 to 18 August? The key is with number 7.",
        "Bike for free, 28 inch, 7 gears, needs 2 new tyres. First come, first served.",
        "De bakker is dicht, jan en alleman staat aan de Spar... Wie haalt er een brood mee?",
    ];
    for post in posts {
        assert_eq!(clean_by(post, "Jan Bakker"), post);
    }
}

#[test]
fn the_authors_name_is_masked() {
    assert_eq!(clean("Groetjes, marieke"), "Groetjes, [name]");
    assert_eq!(clean("MARIEKE VANDENBROUCKE hier, niet Mariekes zus"), "[name] hier, niet Mariekes zus");
    assert_eq!(clean_by("Ik ben Zoë-Anne", "Zoë-Anne D."), "Ik ben [name]");
    assert_eq!(clean_by("zoe\u{308} hier", "Zoë"), "[name] hier");
    assert_eq!(clean_by("Ed woont in een bed", "Ed"), "Ed woont in een bed");
    assert_eq!(clean_by("name, [name] en Name", "Name"), "[name], [name] en [name]");
}

#[test]
fn an_everyday_word_is_a_name_only_where_it_is_written_as_one() {
    assert_eq!(
        clean_by("Roos water geven: een roos voor wie helpt. Ik ben Roos!\nRoos", "Roos Peeters"),
        "Roos water geven: een roos voor wie helpt. Ik ben [name]!\n[name]"
    );
    assert_eq!(clean_by("will you help? ask for Will", "Will"), "will you help? ask for [name]");
    assert_eq!(clean_by("Bas en ik. Roos Peeters", "Roos Peeters"), "Bas en ik. [name]");
}

#[test]
fn what_cannot_be_seen_goes() {
    each(&[
        ("a\u{202e}b\u{2066}c\u{200b}d\u{feff}e\u{ad}f\u{0}g\u{e000}h\u{378}i", "abcdefghi"),
        (" veel   plaats \t hier \u{a0}\r\nen\u{2028}daar\r\n \r\n\n\nslot \n", "veel plaats hier\nen\ndaar\n\nslot"),
        ("cafe\u{301} ❤\u{fe0f}", "café ❤\u{fe0f}"),
        ("z\u{308}\u{308}\u{308}\u{308}\u{308}\u{308}alg", "z\u{308}\u{308}\u{308}alg"),
    ]);
}

#[test]
fn long_texts_are_cut_at_a_character() {
    let text = clean(&"é".repeat(MAX_TEXT_CHARS + 1));
    assert_eq!(text.chars().count(), MAX_TEXT_CHARS);
    assert!(text.ends_with("é…"));
    assert_eq!(clean(&"é".repeat(MAX_TEXT_CHARS)).chars().last(), Some('é'));
    let title = clean_title(&Private::new("x ".repeat(MAX_TITLE_CHARS)), &Private::default());
    assert!(title.reveal().chars().count() <= MAX_TITLE_CHARS && title.reveal().ends_with("x…"));
}

#[test]
fn a_cut_leaves_no_part_of_a_placeholder() {
    let text = clean(&format!("{} jan@post.example en meer", "x".repeat(MAX_TEXT_CHARS - 6)));
    assert!(text.ends_with("x…"), "ends with `{}`", &text[text.len() - 10..]);
}

proptest! {
    #[test]
    fn cleaning_twice_is_cleaning_once(text in any::<String>(), author in any::<String>()) {
        let once = clean_by(&text, &author);
        prop_assert_eq!(clean_by(&once, &author), once);
    }

    #[test]
    fn cleaning_twice_is_cleaning_once_in_texts_full_of_contacts(
        parts in prop::collection::vec(prop_oneof![
            "[0-9]{1,4}", "[ .,/()@+-]", "[a-cJAN]{1,3}",
            Just("Kerkstraat ".to_owned()), Just("rue de la ".to_owned()), Just("www.".to_owned()), Just("https://".to_owned()),
            Just(".be".to_owned()), Just("BE68 ".to_owned()), Just("Jan".to_owned()), Just("[name]".to_owned()), Just("[phone".to_owned()),
            Just("+32 ".to_owned()), Just("0470".to_owned()), Just("\u{200b}\u{301}".to_owned()), Just(" Church Street".to_owned()),
        ], 0..40),
        author in "[A-Cjan]{3,5}( Kerk)?",
    ) {
        let once = clean_by(&parts.concat(), &author);
        prop_assert_eq!(clean_by(&once, &author), once);
    }

    #[test]
    fn kept_texts_are_short(text in "(a\u{301}|[0-9] |jan@x.be |\n){0,400}", repeats in 1_usize..40) {
        prop_assert!(clean(&text.repeat(repeats)).chars().count() <= MAX_TEXT_CHARS);
    }
}
