//! What concierges read: plain text in plain words, the same for the same content.
//!
//! Every word is in `locales/*.ftl`. What residents wrote appears only between « and », on one line, so that no post can
//! look like a part of the message around it.

use serde::{Deserialize, Serialize};

use crate::domain::{Country, Language, LocalTime, Private};
use crate::matching::Cause;

use locale::Locale;

mod locale;
mod pairing;
mod quote;

/// The longest excerpt of a post in a message, in characters.
pub const MAX_QUOTE_CHARS: usize = 280;
/// The longest excerpt of a post of somebody in danger, in characters: what it says last may be how to reach them safely.
pub const MAX_CRISIS_QUOTE_CHARS: usize = 1_500;
/// The longest name in a message, in characters.
pub const MAX_SHOWN_NAME_CHARS: usize = 40;
/// The most alternates that a suggestion shows.
pub const MAX_ALTERNATES: usize = 2;
/// The most members of a group that are quoted; the others are counted.
pub const MAX_QUOTED_MEMBERS: usize = 8;
/// The most open numbers that an answer lists.
pub const MAX_LISTED_NUMBERS: usize = 12;

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// A helper for a request.
    Suggestion,
    /// Two or three who help each other.
    Exchange,
    /// Several with one need.
    Group,
    /// A request for a service, not for a neighbour.
    Referral,
    /// Something wrong in the public space.
    Report,
    /// Somebody in danger.
    Crisis,
    /// An answer to the concierge, or news of a suggestion.
    Notice,
    /// How to answer.
    Help,
}

impl MessageKind {
    /// The name in the store, in logs and in output for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Suggestion => "suggestion",
            Self::Exchange => "exchange",
            Self::Group => "group",
            Self::Referral => "referral",
            Self::Report => "report",
            Self::Crisis => "crisis",
            Self::Notice => "notice",
            Self::Help => "help",
        }
    }
}

/// A post and who wrote it, as a message shows them.
#[derive(Debug, Clone, Copy)]
pub struct Voice<'a> {
    /// The author's display name.
    pub name: &'a Private,
    /// The post's title.
    pub title: Option<&'a Private>,
    /// The post's text.
    pub text: &'a Private,
    /// When it was written.
    pub written: LocalTime,
}

/// Somebody who may help, and why.
#[derive(Debug, Clone, Copy)]
pub struct Helper<'a> {
    /// The offer.
    pub voice: Voice<'a>,
    /// The module's sentences, in the message's language, the most telling first.
    pub reasons: &'a [String],
}

/// Somebody in a ring: each member helps the next one, the last helps the first.
#[derive(Debug, Clone, Copy)]
pub struct Member<'a> {
    /// The post.
    pub voice: Voice<'a>,
    /// The label of what this member asks for.
    pub need: &'a str,
    /// The label of what this member gives to the next one.
    pub give: &'a str,
    /// What to do before this member helps.
    pub first_check: Option<FirstCheck>,
}

/// Somebody whom the concierge might expect as the first helper.
#[derive(Debug, Clone, Copy)]
pub struct PassedOver<'a> {
    /// Who.
    pub name: &'a Private,
    /// Why they are not.
    pub cause: Cause,
}

/// Somebody who helps somebody, and why.
#[derive(Debug, Clone, Copy)]
pub struct Pair<'a> {
    /// Who asks.
    pub request: &'a Private,
    /// Who helps.
    pub helper: &'a Private,
    /// The module's sentences, in the message's language.
    pub reasons: &'a [String],
}

/// What a concierge does before bringing people together for something delicate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstCheck {
    /// Children: the certificate, and getting to know each other.
    Childcare,
    /// Personal care: the certificate where it is usual, and clear limits.
    Care,
    /// Company: getting to know each other.
    Company,
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

/// Which post of a suggestion is no longer ours to speak of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lapse {
    /// The request, or a member of a ring or group.
    Request,
    /// The helper's offer.
    Helper,
}

/// What a message says. Numbers are those of suggestions in the concierge's conversation.
#[derive(Debug, Clone, Copy)]
pub enum Content<'a> {
    /// A helper for a request.
    Suggestion {
        /// To answer with.
        number: u32,
        /// Who asks.
        request: Voice<'a>,
        /// The label of what is asked.
        need: &'a str,
        /// Who may help best.
        helper: Helper<'a>,
        /// Who else may; at most [`MAX_ALTERNATES`] are shown.
        alternates: &'a [Helper<'a>],
        /// Who was passed over for the first helper.
        passed_over: Option<PassedOver<'a>>,
        /// What to do first.
        first_check: Option<FirstCheck>,
        /// To be answered within a day.
        urgent: bool,
        /// A service that helps beside the neighbour.
        referral: Option<ReferralKind>,
    },
    /// Two or three who help each other.
    Exchange {
        /// To answer with.
        number: u32,
        /// In the order of the ring.
        members: &'a [Member<'a>],
        /// Whether it should be said that nothing comes of it unless all join in.
        all_or_nothing: bool,
    },
    /// Several with one need that is best met together.
    Group {
        /// To answer with.
        number: u32,
        /// The label of what they all ask.
        need: &'a str,
        /// Everybody; at most [`MAX_QUOTED_MEMBERS`] are quoted.
        members: &'a [Voice<'a>],
    },
    /// A request for a service, not for a neighbour.
    Referral {
        /// Who asks.
        request: Voice<'a>,
        /// Which service.
        kind: ReferralKind,
    },
    /// Something wrong in the public space, for the department.
    Report {
        /// Who tells.
        voice: Voice<'a>,
    },
    /// Somebody in danger, for the concierge in person.
    Crisis {
        /// Who writes.
        voice: Voice<'a>,
    },
    /// The concierge said yes.
    Accepted {
        /// The suggestion.
        number: u32,
        /// Everybody it brings together.
        names: &'a [&'a Private],
    },
    /// The concierge said no.
    Declined {
        /// The suggestion.
        number: u32,
        /// Whether somebody else may be suggested for the request.
        search_goes_on: bool,
    },
    /// The concierge asked why.
    Explained {
        /// The suggestion.
        number: u32,
        /// Who would help whom: one pair, or each in a ring who helps the next.
        pairs: &'a [Pair<'a>],
        /// 0 to 1000; told in words.
        score: u16,
        /// Who was passed over for the first helper.
        passed_over: Option<PassedOver<'a>>,
    },
    /// The concierge answered an earlier time.
    AlreadyDecided {
        /// The suggestion.
        number: u32,
    },
    /// There is no such suggestion.
    UnknownNumber {
        /// As the concierge wrote it.
        number: u32,
        /// The ones that wait for an answer, ascending; at most [`MAX_LISTED_NUMBERS`] are shown.
        open: &'a [u32],
    },
    /// No suggestion waits for an answer.
    NothingOpen,
    /// No suggestions from now on.
    Paused,
    /// Suggestions again.
    Resumed,
    /// How to answer.
    Help,
    /// A suggestion no longer holds.
    Lapsed {
        /// The suggestion.
        number: u32,
        /// What is gone.
        gone: Lapse,
    },
}

impl Content<'_> {
    /// What kind of message this is.
    pub fn kind(&self) -> MessageKind {
        match self {
            Self::Suggestion { .. } => MessageKind::Suggestion,
            Self::Exchange { .. } => MessageKind::Exchange,
            Self::Group { .. } => MessageKind::Group,
            Self::Referral { .. } => MessageKind::Referral,
            Self::Report { .. } => MessageKind::Report,
            Self::Crisis { .. } => MessageKind::Crisis,
            Self::Help => MessageKind::Help,
            Self::Accepted { .. }
            | Self::Declined { .. }
            | Self::Explained { .. }
            | Self::AlreadyDecided { .. }
            | Self::UnknownNumber { .. }
            | Self::NothingOpen
            | Self::Paused
            | Self::Resumed
            | Self::Lapsed { .. } => MessageKind::Notice,
        }
    }
}

/// Writes the message: paragraphs parted by an empty line.
pub fn compose(language: Language, country: Country, content: &Content) -> Private {
    let locale = Locale::of(language, country);
    Private::new(paragraphs(&locale, content).join("\n\n"))
}

fn paragraphs(locale: &Locale, content: &Content) -> Vec<String> {
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
        Content::Referral { request, kind } => {
            let name = quote::name(locale, request.name);
            vec![
                locale.text("referral-head", &[("name", &name)]),
                quote::voice(locale, &request),
                locale.text("referral-advice", &[("name", &name), ("service", pairing::service(kind))]),
                locale.text("no-answer-needed", &[]),
            ]
        }
        Content::Report { voice } => {
            let name = quote::name(locale, voice.name);
            vec![
                locale.text("report-head", &[("name", &name)]),
                quote::voice(locale, &voice),
                locale.text("report-advice", &[("name", &name)]),
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
        Content::Declined { number: declined, search_goes_on: true } => number("declined-search", declined),
        Content::Declined { number: declined, search_goes_on: false } => number("declined", declined),
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
        Content::Help => vec![locale.text("help", &[])],
        Content::Lapsed { number: lapsed, gone: Lapse::Request } => number("lapsed-request", lapsed),
        Content::Lapsed { number: lapsed, gone: Lapse::Helper } => number("lapsed-helper", lapsed),
    }
}

#[cfg(test)]
mod tests;
