//! The paragraphs of each message.

use super::locale::Locale;
use super::{Content, Lapse, MAX_LISTED_NUMBERS, notes, pairing, quote};

/// What `content` says, in order.
pub fn of(locale: &Locale, content: &Content) -> Vec<String> {
    let number = |id, number: u32| vec![locale.text(id, &[("number", &number.to_string())])];
    match *content {
        Content::Suggestion {
            number,
            request,
            need,
            helper,
            alternates,
            passed_over,
            first_check,
            urgent,
            referral,
        } => {
            let asked = pairing::Asked { number, request, need, urgent };
            let helpers = pairing::Helpers { first: helper, passed_over, alternates };
            pairing::suggestion(locale, &asked, &helpers, first_check, referral)
        }
        Content::Exchange { number, members, all_or_nothing } => {
            pairing::exchange(locale, number, members, all_or_nothing)
        }
        Content::Group { number, need, members } => pairing::group(locale, number, need, members),
        Content::Referral { request, to } => {
            let name = quote::name(locale, request.name);
            vec![
                locale.text("referral-head", &[("name", &name)]),
                quote::voice(locale, &request),
                pairing::referral(locale, "referral-advice", &name, &to),
                locale.text("no-answer-needed", &[]),
            ]
        }
        Content::Report { voice, department } => {
            let name = quote::name(locale, voice.name);
            let advice = match department {
                Some(service) => {
                    let advice = locale.text("report-department", &[("name", &name)]);
                    format!("{advice}\n{}", pairing::contact(locale, service))
                }
                None => locale.text("report-advice", &[("name", &name)]),
            };
            vec![
                locale.text("report-head", &[("name", &name)]),
                quote::voice(locale, &voice),
                advice,
                locale.text("no-answer-needed", &[]),
            ]
        }
        Content::Crisis { voice } => {
            let name = quote::name(locale, voice.name);
            vec![
                locale.text("crisis-head", &[("name", &name)]),
                quote::long_voice(locale, &voice),
                locale.text("crisis-advice", &[("name", &name)]),
                locale.text("crisis-lines", &[]),
                locale.text("crisis-limits", &[]),
            ]
        }
        Content::Accepted { number, names } => {
            let names: Vec<String> = names.iter().map(|name| quote::name(locale, name)).collect();
            let names = locale.list(&names);
            vec![
                locale.text("accepted", &[("number", &number.to_string()), ("names", &names)]),
                locale.text("accepted-next", &[]),
            ]
        }
        Content::Declined { number: declined, search_goes_on: true } => {
            [number("declined-search", declined), number("declined-apart", declined)].concat()
        }
        Content::Declined { number: declined, search_goes_on: false } => number("declined", declined),
        Content::Certificate { number, helper, matter } => notes::certificate(locale, number, &helper, matter),
        Content::CertificateWaits { number, helper, declined } => notes::waits(locale, number, helper, declined),
        Content::CertificateNoted { numbers, name, seen } => notes::certificate_noted(locale, numbers, name, seen),
        Content::ApartNoted { numbers, names, apart } => notes::apart_noted(locale, numbers, names, apart),
        Content::WhichPeople { number, names, wanted } => notes::which_people(locale, number, names, wanted),
        Content::Explained { number, pairs, score, passed_over } => {
            pairing::explained(locale, number, pairs, score, passed_over)
        }
        Content::AlreadyDecided { number: decided } => number("already-decided", decided),
        Content::UnknownNumber { number: unknown, open: [] } => {
            vec![locale.text("unknown-number", &[("number", &unknown.to_string())]), locale.text("nothing-open", &[])]
        }
        Content::UnknownNumber { number, open } => {
            let open: Vec<String> = open.iter().take(MAX_LISTED_NUMBERS).map(u32::to_string).collect();
            let unknown = locale.text("unknown-number", &[("number", &number.to_string())]);
            vec![unknown, locale.text("open-numbers", &[("numbers", &locale.list(&open))])]
        }
        Content::NothingOpen => vec![locale.text("nothing-open", &[])],
        Content::Paused => vec![locale.text("paused", &[])],
        Content::Resumed => vec![locale.text("resumed", &[])],
        Content::Help => vec![locale.text("help", &[]), locale.text("help-notes", &[])],
        Content::Lapsed { number: lapsed, gone: Lapse::Request } => number("lapsed-request", lapsed),
        Content::Lapsed { number: lapsed, gone: Lapse::Helper } => number("lapsed-helper", lapsed),
        Content::Lapsed { number: lapsed, gone: Lapse::Apart } => number("lapsed-apart", lapsed),
        Content::Lapsed { number: lapsed, gone: Lapse::Certificate } => number("lapsed-certificate", lapsed),
    }
}
