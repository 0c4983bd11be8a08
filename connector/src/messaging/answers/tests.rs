//! What is understood, in each language, and what is not guessed.

use proptest::prelude::*;

use super::*;

#[track_caller]
fn each(answers: &[&str], expected: Answer) {
    for text in answers {
        assert_eq!(parse(text), expected, "for `{text}`");
    }
}

#[test]
fn a_number_accepts() {
    each(
        &[
            "2",
            "2.",
            " 2 ",
            "2!",
            "(2)",
            "2)",
            "#2",
            "nr 2",
            "nr. 2",
            "Nr2",
            "nummer 2",
            "n° 2",
            "nº2",
            "№ 2",
            "２",
            "2️⃣",
            "ok 2",
            "OK2",
            "oké 2",
            "ja 2",
            "Ja, 2 graag",
            "2 ja",
            "2 is goed",
            "voorstel 2",
            "oui 2",
            "Oui, le 2.",
            "d'accord pour le 2",
            "d’accord 2",
            "2 svp",
            "yes 2",
            "Yes to number 2, please!",
            "👍 2",
            "2 👍🏽",
            "\n2\n",
            "2\u{200b}",
            "ja, bedankt 2",
            "> 5 = ja\n> nee 5\n2",
            "   >7\n2",
        ],
        Answer::Accept(2),
    );
    each(&["999999"], Answer::Accept(999_999));
}

#[test]
fn no_declines_with_a_number_or_alone() {
    each(
        &["nee 2", "2 nee", "Nee, 2.", "neen 2", "niet 2", "non 2", "Non, le 2", "no 2", "NO 2!", "👎 2", "nee2"],
        Answer::Decline(Some(2)),
    );
    each(
        &[
            "nee",
            "Nee.",
            "Nee, bedankt",
            "nee dank je wel",
            "nee hoor",
            "neen",
            "non",
            "Non merci !",
            "no",
            "No, thanks",
            "👎",
        ],
        Answer::Decline(None),
    );
}

#[test]
fn a_question_mark_or_why_explains() {
    each(
        &["? 2", "2?", "2 ?", "?2", "waarom 2", "Waarom 2?", "pourquoi le 2 ?", "why 2", "２？"],
        Answer::Explain(Some(2)),
    );
    each(&["?", "??", " ? ", "waarom", "Waarom?", "hoezo?", "Pourquoi ?", "why?"], Answer::Explain(None));
}

#[test]
fn a_certificate_is_ticked_and_the_tick_taken_back() {
    let certificate = |place, seen| Answer::Certificate { number: 2, place, seen };
    each(
        &[
            "attest 2",
            "Attest 2!",
            "2 attest",
            "attest nr. 2",
            "attest 2 gezien",
            "vog 2",
            "VOG 2 gezien, dank je",
            "attestation 2",
            "Attestation vue pour le 2",
            "certificat 2",
            "certificate 2",
            "certificate seen for number 2, thanks",
        ],
        certificate(None, true),
    );
    each(&["attest 2 1", "vog voor 2 1", "attestation 2 1", "certificate 2  1."], certificate(Some(1), true));
    each(&["attest 2 weg", "vog 2, weg", "attestation 2 annuler", "certificate 2 undo"], certificate(None, false));
    each(&["attest 2 3 weg", "annuler certificat 2 3", "undo certificate 2 3"], certificate(Some(3), false));
}

#[test]
fn people_are_kept_apart_and_may_meet_again() {
    let apart = |places, apart| Answer::Apart { number: 2, places, apart };
    each(
        &["blok 2", "Blokkeer 2.", "bloquer 2", "bloque le 2", "bloquez 2", "block 2", "block number 2, please"],
        apart([None; 2], true),
    );
    each(&["blok 2 3", "bloquer 2 3"], apart([Some(3), None], true));
    each(&["blok 2 1 3", "block 2 1 3"], apart([Some(1), Some(3)], true));
    each(&["blok 2 weg", "bloquer 2 annuler", "block 2 undo", "annuleer blok 2"], apart([None; 2], false));
    each(&["blok 2 1 3 weg"], apart([Some(1), Some(3)], false));
}

#[test]
fn no_note_is_guessed() {
    each(
        &[
            "attest",
            "blok",
            "weg",
            "2 weg",
            "weg 2",
            "nee 2 weg",
            "stop weg",
            "attest 2 weg weg",
            "attest 2 3 4",
            "attest 2, 3",
            "attest 2-3",
            "attest 2\n3",
            "attest 2 en 3",
            "attest 2.5",
            "blok 2, 3",
            "blok 2 3 4 5",
            "geen attest 2",
            "attest 2 niet",
            "attest blok 2",
            "attest 2?",
            "ja attest 2",
            "gezien 2",
            "2 seen",
            "attest van 2",
            "attest 0",
            "blokhut 2",
            "2 3",
            "nee 2 3",
            "? 2 3",
        ],
        Answer::Unclear,
    );
}

#[test]
fn stop_and_start() {
    each(&["stop", "STOP!", "Stop.", "stop aub", "please stop", "pauze"], Answer::Stop);
    each(&["start", "START", "Start please"], Answer::Start);
}

#[test]
fn nothing_is_guessed() {
    each(
        &[
            "",
            " ",
            "ok",
            "ja",
            "👍",
            "merci",
            "ik bel 2 mensen",
            "nee dank, maar bij 3 misschien",
            "2 of 3",
            "2, 3",
            "2 3",
            "2-3",
            "2,5",
            "1.000",
            "10:30",
            "ja nee",
            "ja 2 nee 3",
            "ok 2?",
            "nee?",
            "waarom niet 2",
            "stop 2",
            "niet stoppen",
            "stop start",
            "stop?",
            "No. 2",
            "oui no 2",
            "0",
            "02",
            "0470123456",
            "1000000",
            "99999999999999999999",
            "2 uur",
            "2u",
            "om 2",
            "half 2",
            "samen met 2",
            "à 2",
            "in 2 days",
            "-",
            "...",
            ">2",
            "> 2\n> ja 2",
            "hallo",
            "bel mij",
            "goede morgen",
            "pas 2",
            "deux",
            "twee",
            "２ mensen",
            "2 €",
            "voor 2",
            "nee, maar 2",
            "le 2",
        ],
        Answer::Unclear,
    );
}

#[test]
fn what_is_long_was_written_to_a_person() {
    let long = format!("2{}", "!".repeat(MAX_ANSWER_CHARS));
    assert_eq!(parse(&long), Answer::Unclear);
    assert_eq!(parse(&long[..MAX_ANSWER_CHARS]), Answer::Accept(2));
}

proptest! {
    #[test]
    fn any_text_has_an_answer(text in any::<String>()) {
        parse(&text);
    }

    #[test]
    fn an_accepted_number_was_written(text in "[ 0-9janeo?!>\n-]{0,12}") {
        if let Answer::Accept(number) | Answer::Decline(Some(number)) | Answer::Explain(Some(number)) = parse(&text) {
            prop_assert!((1..=MAX_NUMBER).contains(&number));
            prop_assert!(text.contains(&number.to_string()));
        }
    }
}
