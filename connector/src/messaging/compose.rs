//! What concierges read: plain text in plain words, the same for the same content.
//!
//! Every word is in `locales/*.ftl`. What residents wrote appears only between « and », on one line, so that no post can
//! look like a part of the message around it.

use serde::{Deserialize, Serialize};

use crate::domain::{Country, Language, LocalTime, Private};
use crate::matching::Cause;
use crate::messaging::services::{Referral, Service};

use locale::Locale;

mod locale;
mod notes;
mod pairing;
mod paragraphs;
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
    /// A helper whose certificate is to be seen first.
    Certificate,
    /// An answer to the concierge, or news of a suggestion.
    Notice,
    /// How to answer.
    Help,
}

impl MessageKind {
    /// Whether the concierge decides about it under a number.
    pub fn is_answered(self) -> bool {
        matches!(self, Self::Suggestion | Self::Exchange | Self::Group | Self::Certificate)
    }

    /// The name in the store, in logs and in output for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Suggestion => "suggestion",
            Self::Exchange => "exchange",
            Self::Group => "group",
            Self::Referral => "referral",
            Self::Report => "report",
            Self::Crisis => "crisis",
            Self::Certificate => "certificate",
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
    pub first_check: Option<Check>,
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

/// What a concierge makes sure of before bringing people together for something delicate: the helper's certificate, and
/// what else the matter asks for.
///
/// The certificate is the *verklaring omtrent het gedrag* in the Netherlands. In Belgium it is the *uittreksel uit het
/// strafregister*; model 2 of it (art. 596, paragraph 2, of the Code of Criminal Procedure) is given out for work with
/// minors only, so it is named for children and not for adults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstCheck {
    /// Children: getting to know each other, the parents too.
    Childcare,
    /// Personal care: clear limits.
    Care,
    /// Company: going along the first time.
    Company,
}

/// A first check of one helper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// What it is about.
    pub matter: FirstCheck,
    /// Whether a concierge has ticked that she has seen the certificate.
    pub seen: bool,
}

/// Why a suggestion no longer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lapse {
    /// The request, or a member of a ring or group.
    Request,
    /// The helper's offer.
    Helper,
    /// The concierge keeps these people apart.
    Apart,
    /// The helper's certificate is to be seen first.
    Certificate,
}

impl Lapse {
    /// The name in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Helper => "helper",
            Self::Apart => "apart",
            Self::Certificate => "certificate",
        }
    }

    /// What the store kept.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Request, Self::Helper, Self::Apart, Self::Certificate].into_iter().find(|lapse| lapse.as_str() == word)
    }
}

/// What a note about people lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Whose certificate was seen.
    Certificate,
    /// Which helper never meets the one who asks.
    Helper,
    /// Which two people never meet.
    Pair,
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
        first_check: Option<Check>,
        /// To be answered within a day.
        urgent: bool,
        /// A service that helps beside the neighbour.
        referral: Option<Referral<'a>>,
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
        to: Referral<'a>,
    },
    /// Something wrong in the public space, for the department.
    Report {
        /// Who tells.
        voice: Voice<'a>,
        /// The department of the settings.
        department: Option<&'a Service>,
    },
    /// Somebody in danger, for the concierge in person.
    Crisis {
        /// Who writes.
        voice: Voice<'a>,
    },
    /// A helper who can be suggested once the concierge has seen the certificate.
    Certificate {
        /// To answer with.
        number: u32,
        /// The offer.
        helper: Voice<'a>,
        /// What the certificate is for.
        matter: FirstCheck,
    },
    /// The concierge answered such a message in words that tick nothing.
    CertificateWaits {
        /// The message.
        number: u32,
        /// The helper.
        helper: &'a Private,
        /// Whether she will not ask the helper for it.
        declined: bool,
    },
    /// Noted whether somebody's certificate was seen.
    CertificateNoted {
        /// As the concierge wrote it: the suggestion's number, and the person's place in it.
        numbers: &'a [u32],
        /// Whose.
        name: &'a Private,
        /// False when it was taken back.
        seen: bool,
    },
    /// Noted whether people never meet again.
    ApartNoted {
        /// As the concierge wrote it.
        numbers: &'a [u32],
        /// The people.
        names: &'a [&'a Private],
        /// False when it was taken back.
        apart: bool,
    },
    /// A note could be about several people.
    WhichPeople {
        /// The suggestion.
        number: u32,
        /// All of them, in the order in which they are counted.
        names: &'a [&'a Private],
        /// What the note is to say.
        wanted: Wanted,
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
            Self::Certificate { .. } => MessageKind::Certificate,
            Self::Help => MessageKind::Help,
            Self::Accepted { .. }
            | Self::Declined { .. }
            | Self::CertificateWaits { .. }
            | Self::CertificateNoted { .. }
            | Self::ApartNoted { .. }
            | Self::WhichPeople { .. }
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
    Private::new(paragraphs::of(&locale, content).join("\n\n"))
}

#[cfg(test)]
mod tests;
