//! What the program speaks of, in types that cannot be mixed up.

use std::fmt;

use jiff::civil::DateTime;
use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// Declares an identifier: text that is compared and passed on, and never looked into.
macro_rules! identifier {
    ($($(#[$meta:meta])* $name:ident;)+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the text as the identifier.
            pub fn new(id: impl Into<String>) -> Self {
                Self(id.into())
            }

            /// The identifier's text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

identifier! {
    /// A municipality, as the configuration names it.
    MunicipalityId;
    /// A neighbourhood, as the platform names it.
    NeighbourhoodId;
    /// A post, as the platform names it.
    PostId;
    /// A member of the platform: a resident or a concierge.
    MemberId;
    /// A private conversation on the platform.
    ConversationId;
    /// A message in a private conversation on the platform.
    MessageId;
    /// A place in one of the platform's change sequences; only the platform can read it.
    Cursor;
    /// What a message says and to whom, so that the platform can be asked whether it has it already.
    ClientReference;
}

/// Something that residents wrote, or their name: it may be shown to the concierge and given to the rules, and must
/// not reach a log, a metric or an error. Hence its `Debug` shows nothing, and it has no `Display`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Private(String);

impl Private {
    /// Marks `text` as private.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the rules, the store, or the message to the concierge.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Private {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} bytes withheld]", self.0.len())
    }
}

/// A language that concierges are written to in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Dutch.
    Nl,
    /// French.
    Fr,
    /// English.
    En,
}

impl Language {
    /// Every language, the house's own first.
    pub const ALL: [Self; 3] = [Self::Nl, Self::Fr, Self::En];

    /// The BCP 47 subtag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Nl => "nl",
            Self::Fr => "fr",
            Self::En => "en",
        }
    }

    /// The language of a BCP 47 tag such as `nl` or `nl-BE`, if it is one of ours.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or(tag);
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(primary))
    }
}

/// The country of a municipality: it decides on help lines, certificates and wording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Country {
    /// Belgium.
    #[serde(rename = "BE")]
    Belgium,
    /// The Netherlands.
    #[serde(rename = "NL")]
    Netherlands,
}

/// What the resident clicked on the platform when writing the post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PostKind {
    /// Asks something.
    Question,
    /// Offers something.
    Offer,
    /// Lends something.
    Lend,
    /// Makes something known.
    Notice,
    /// Announces an event.
    Event,
}

/// Who wrote a post. Stays in the host: the rules never see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// The member.
    pub id: MemberId,
    /// The name that neighbours know.
    pub name: Private,
    /// The platform's part of the neighbourhood, if it says.
    pub area: Option<String>,
}

/// A post that its author has shared with the municipality, cleaned by `ingest::normalise`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// The platform's identifier.
    pub id: PostId,
    /// Where it was written.
    pub neighbourhood: NeighbourhoodId,
    /// Who wrote it.
    pub author: Author,
    /// What the author clicked.
    pub kind: Option<PostKind>,
    /// One line; contact details are placeholders.
    pub title: Option<Private>,
    /// Plain text; contact details are placeholders.
    pub text: Private,
    /// When it was first written.
    pub created_at: Timestamp,
}

/// What an entry of the platform's change sequence means for us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// The post is new or was edited.
    Shared(Post),
    /// The post no longer exists for us: withdrawn, deleted, or no longer shared with the municipality.
    Gone(PostId),
}

impl Change {
    /// Which post it is about.
    pub fn post(&self) -> &PostId {
        match self {
            Self::Shared(post) => &post.id,
            Self::Gone(id) => id,
        }
    }

    /// The post as it is now; none when it is gone.
    pub fn shared(&self) -> Option<&Post> {
        match self {
            Self::Shared(post) => Some(post),
            Self::Gone(_) => None,
        }
    }
}

/// A neighbourhood as the platform describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neighbourhood {
    /// The platform's identifier.
    pub id: NeighbourhoodId,
    /// The name that its residents use.
    pub name: String,
    /// Who is responsible for its residents, in the platform's order.
    pub concierges: Vec<Concierge>,
}

/// A neighbourhood concierge: the only person that the program ever writes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concierge {
    /// The member.
    pub id: MemberId,
    /// The name that neighbours know.
    pub name: Private,
    /// The language to write in.
    pub language: Language,
}

/// A local moment, as rules get it: they have no clock and know no time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LocalTime(pub DateTime);

impl LocalTime {
    /// The local time of `moment` in `zone`.
    pub fn of(moment: Timestamp, zone: &TimeZone) -> Self {
        Self(moment.to_zoned(zone.clone()).datetime())
    }
}
