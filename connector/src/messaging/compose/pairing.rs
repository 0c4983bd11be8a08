//! Messages that bring people together, and why.

use super::locale::Locale;
use super::quote::{name, one_line, voice};
use super::{Check, FirstCheck, Helper, MAX_ALTERNATES, MAX_QUOTED_MEMBERS, Member, Pair, PassedOver, Voice, notes};
use crate::matching::Cause;
use crate::messaging::services::{Referral, ReferralKind, Service};

/// From this score on, of 1000, a helper fits very well.
const FITS_VERY_WELL: u16 = 800;
/// From this score on, of 1000, a helper fits well.
const FITS_WELL: u16 = 600;

/// A request, and how it is answered.
pub struct Asked<'a> {
    pub number: u32,
    pub request: Voice<'a>,
    pub need: &'a str,
    pub urgent: bool,
}

/// Those who can help.
pub struct Helpers<'a> {
    pub first: Helper<'a>,
    pub passed_over: Option<PassedOver<'a>>,
    pub alternates: &'a [Helper<'a>],
}

/// A helper for a request.
pub fn suggestion(
    locale: &Locale,
    asked: &Asked,
    helpers: &Helpers,
    first_check: Option<Check>,
    referral: Option<Referral>,
) -> Vec<String> {
    let number = asked.number.to_string();
    let Helpers { first, passed_over, alternates } = helpers;
    let helper_name = name(locale, first.voice.name);
    let mut head = locale.text("suggestion-head", &[("number", &number), ("need", &one_line(asked.need))]);
    if asked.urgent {
        head = format!("{head}\n{}", locale.text("suggestion-urgent", &[]));
    }
    let mut parts = vec![head, voice(locale, &asked.request)];
    parts.push(locale.text("suggestion-helper", &[("helper", &helper_name)]));
    parts.push(offer(locale, first));
    parts.extend(passed_over.map(|other| passed(locale, &other, &helper_name)));
    let alternates = &alternates[..alternates.len().min(MAX_ALTERNATES)];
    if !alternates.is_empty() {
        parts.push(locale.text("suggestion-alternates", &[("helper", &helper_name)]));
        parts.extend(alternates.iter().map(|alternate| offer(locale, alternate)));
    }
    if let Some(check) = first_check {
        parts.push(first_check_of(locale, Some(&number), &helper_name, check));
    }
    if let Some(to) = referral {
        let requester = name(locale, asked.request.name);
        parts.push(self::referral(locale, "suggestion-referral", &requester, &to));
    }
    parts.push(locale.text("answer-pair", &[("number", &number)]));
    parts
}

/// Two or three who help each other.
pub fn exchange(locale: &Locale, number: u32, members: &[Member], all_or_nothing: bool) -> Vec<String> {
    let number = number.to_string();
    let names: Vec<String> = members.iter().map(|member| name(locale, member.voice.name)).collect();
    let mut parts = vec![locale.text("exchange-head", &[("number", &number), ("names", &locale.list(&names))])];
    for member in members {
        let deal = [("need", &*one_line(member.need)), ("give", &*one_line(member.give))];
        parts.push(format!("{}\n{}", voice(locale, &member.voice), locale.text("exchange-member", &deal)));
    }
    let mut plan = vec![locale.text("exchange-plan", &[])];
    for (index, member) in members.iter().enumerate() {
        let helped = &names[(index + 1) % names.len()];
        let give = one_line(member.give);
        plan.push(locale.text("exchange-step", &[("helper", &names[index]), ("name", helped), ("give", &give)]));
    }
    parts.push(plan.join("\n"));
    if all_or_nothing {
        parts.push(locale.text("exchange-all", &[]));
    }
    for ((index, member), name) in (1..).zip(members).zip(&names) {
        if let Some(check) = member.first_check {
            parts.push(first_check_of(locale, Some(&notes::place(&number, index)), name, check));
        }
    }
    parts.push(locale.text("answer-several", &[("number", &number)]));
    parts
}

/// Several with one need.
pub fn group(locale: &Locale, number: u32, need: &str, members: &[Voice]) -> Vec<String> {
    let number = number.to_string();
    let count = members.len().to_string();
    let head = [("number", number.as_str()), ("count", count.as_str()), ("need", &one_line(need))];
    let mut parts = vec![locale.text("group-head", &head)];
    parts.extend(members.iter().take(MAX_QUOTED_MEMBERS).map(|member| voice(locale, member)));
    if members.len() > MAX_QUOTED_MEMBERS {
        let others = members[MAX_QUOTED_MEMBERS..].iter().map(|member| name(locale, member.name)).collect::<Vec<_>>();
        parts.push(locale.text("group-others", &[("names", &locale.list(&others))]));
    }
    parts.push(locale.text("group-plan", &[]));
    parts.push(locale.text("answer-several", &[("number", &number)]));
    parts
}

/// Why a helper, or a ring, was suggested.
pub fn explained(
    locale: &Locale,
    number: u32,
    pairs: &[Pair],
    score: u16,
    passed_over: Option<PassedOver>,
) -> Vec<String> {
    let number = number.to_string();
    let fit = match score {
        FITS_VERY_WELL.. => "fit-very-well",
        FITS_WELL.. => "fit-well",
        _ => "fit-maybe",
    };
    let people = |pair: &Pair| [pair.request, pair.helper].map(|person| name(locale, person));
    let mut parts = Vec::new();
    if let [pair] = pairs {
        let [requester, helper] = people(pair);
        parts.push(locale.text("explained-head", &[("number", &number), ("name", &requester), ("helper", &helper)]));
        parts.push(locale.text(fit, &[]));
        if !pair.reasons.is_empty() {
            parts.push(because(locale, pair.reasons));
        }
        parts.extend(passed_over.map(|other| passed(locale, &other, &helper)));
    } else {
        let names: Vec<String> = pairs.iter().map(|pair| name(locale, pair.helper)).collect();
        parts.push(locale.text("exchange-head", &[("number", &number), ("names", &locale.list(&names))]));
        parts.push(locale.text(fit, &[]));
        for pair in pairs.iter().filter(|pair| !pair.reasons.is_empty()) {
            let [requester, helper] = people(pair);
            let head = locale.text("because-pair", &[("name", &requester), ("helper", &helper)]);
            parts.push(listed(head, pair.reasons));
        }
    }
    parts.push(locale.text("answer-explained", &[("number", &number)]));
    parts
}

/// What to make sure of before `helper` helps; `numbers` is how the certificate is ticked, unless the message says so
/// elsewhere.
pub fn first_check_of(locale: &Locale, numbers: Option<&str>, helper: &str, check: Check) -> String {
    let certificate = if check.seen {
        locale.text("certificate-seen", &[("helper", helper)])
    } else {
        let document = locale.text("certificate-document", &[("helper", helper), ("matter", matter(check.matter))]);
        match numbers {
            Some(numbers) => format!("{document} {}", locale.text("certificate-tick", &[("numbers", numbers)])),
            None => document,
        }
    };
    format!("{} {certificate}", locale.text("first-check", &[("helper", helper), ("matter", matter(check.matter))]))
}

/// Advice to think of a service, and the municipality's own partner for it.
pub fn referral(locale: &Locale, advice: &str, name: &str, to: &Referral) -> String {
    let advice = locale.text(advice, &[("name", name), ("service", service(to.kind))]);
    to.partner.map_or(advice.clone(), |partner| format!("{advice}\n{}", contact(locale, partner)))
}

/// A service, and how to reach it.
pub fn contact(locale: &Locale, service: &Service) -> String {
    locale.text("contact", &[("service", &one_line(&service.name)), ("contact", &one_line(&service.contact))])
}

/// The name under which the locales know what a check is about.
fn matter(matter: FirstCheck) -> &'static str {
    match matter {
        FirstCheck::Childcare => "childcare",
        FirstCheck::Care => "care",
        FirstCheck::Company => "company",
    }
}

/// The name under which the locales know a service.
fn service(kind: ReferralKind) -> &'static str {
    match kind {
        ReferralKind::FoodBank => "food-bank",
        ReferralKind::HomeCare => "home-care",
        ReferralKind::SocialServices => "social-services",
        ReferralKind::RepairShop => "repair-shop",
        ReferralKind::Other => "other",
    }
}

fn offer(locale: &Locale, helper: &Helper) -> String {
    let quoted = voice(locale, &helper.voice);
    if helper.reasons.is_empty() { quoted } else { format!("{quoted}\n{}", because(locale, helper.reasons)) }
}

fn because(locale: &Locale, reasons: &[String]) -> String {
    listed(locale.text("because", &[]), reasons)
}

fn listed(head: String, reasons: &[String]) -> String {
    let mut lines = vec![head];
    lines.extend(reasons.iter().map(|reason| format!("- {}", one_line(reason))));
    lines.join("\n")
}

fn passed(locale: &Locale, other: &PassedOver, helper: &str) -> String {
    let (cause, times) = match other.cause {
        Cause::Tasks(1) => ("tasks", "once".to_owned()),
        Cause::Tasks(times) => ("tasks", times.to_string()),
        Cause::Elsewhere => ("elsewhere", String::new()),
        Cause::Exchange => ("exchange", String::new()),
        Cause::Condition => ("condition", String::new()),
        Cause::Familiar => ("familiar", String::new()),
        Cause::Declined => ("declined", String::new()),
    };
    let name = name(locale, other.name);
    locale.text("passed-over", &[("name", &name), ("helper", helper), ("cause", cause), ("times", &times)])
}
