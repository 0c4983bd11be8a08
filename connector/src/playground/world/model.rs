//! The people, posts and messages of the pretend platform, with their limits.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::fmt::temporal::Pieces;
use jiff::tz::Offset;
use serde::{Deserialize, Serialize, Serializer};

/// Most posts that a world holds.
pub const POSTS_MAX: usize = 2_000_000;
/// Most messages that a world holds, both directions together.
pub const MESSAGES_MAX: usize = 2_000_000;
/// Most members that a world holds, residents and concierges together.
pub const MEMBERS_MAX: usize = 2_000_000;
/// Most neighbourhoods that a world holds.
pub const NEIGHBOURHOODS_MAX: usize = 100_000;
/// Longest text of a post, in characters.
pub const POST_TEXT_MAX_CHARS: usize = 20_000;
/// Longest title of a post, in characters.
pub const POST_TITLE_MAX_CHARS: usize = 300;
/// Longest text of a private message, in characters.
pub const MESSAGE_TEXT_MAX_CHARS: usize = 10_000;
/// Longest name of a person or a place, in characters.
pub const NAME_MAX_CHARS: usize = 200;
/// Longest identifier, in characters.
pub const ID_MAX_CHARS: usize = 128;

/// The sender of what the plugin writes.
pub const PLUGIN_SENDER: &str = "koppelaar";

/// Why the world refused a change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorldError {
    /// Nothing of that kind has that identifier.
    #[error("there is no {what} `{id}`")]
    Unknown {
        /// What was looked for.
        what: &'static str,
        /// The identifier.
        id: String,
    },
    /// The identifier is taken.
    #[error("there is already a {what} `{id}`")]
    Taken {
        /// What was to be added.
        what: &'static str,
        /// The identifier.
        id: String,
    },
    /// The identifier has characters or a length that do not fit a path.
    #[error("`{id}` is no identifier\nhint: use 1 to {ID_MAX_CHARS} letters, digits and `.`, `_`, `~`, `-`")]
    BadId {
        /// The identifier, cut at the longest length.
        id: String,
    },
    /// A text is empty or too long.
    #[error("the {what} has {chars} characters, which is not between {least} and {most}")]
    Length {
        /// Which text.
        what: &'static str,
        /// Its length in characters.
        chars: usize,
        /// The shortest length.
        least: usize,
        /// The longest length.
        most: usize,
    },
    /// The world holds as many as it may.
    #[error("the playground holds {most} {what} and takes no more\nhint: start it anew")]
    Full {
        /// What is full.
        what: &'static str,
        /// Its limit.
        most: usize,
    },
    /// The member may not receive messages of that municipality.
    #[error("`{id}` is no concierge of that municipality")]
    NotAConcierge {
        /// The member.
        id: String,
    },
    /// A deleted post does not come back.
    #[error("the post `{id}` is deleted")]
    Deleted {
        /// The post.
        id: String,
    },
}

/// A language of the interface, as its two-letter code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Dutch.
    Nl,
    /// French.
    Fr,
    /// English.
    En,
}

/// A country of the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Country {
    /// Belgium.
    #[serde(rename = "BE")]
    Be,
    /// The Netherlands.
    #[serde(rename = "NL")]
    Nl,
}

impl Country {
    /// The IANA time zone that its clocks show.
    pub fn time_zone(self) -> &'static str {
        match self {
            Self::Be => "Europe/Brussels",
            Self::Nl => "Europe/Amsterdam",
        }
    }
}

/// A municipality, which is one `OAuth2` client of the platform.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Municipality {
    /// Identifier, also its `OAuth2` client id.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Country.
    pub country: Country,
    /// Language in which it works.
    pub language: Language,
    /// `OAuth2` client secret of this pretend platform.
    pub client_secret: String,
}

impl fmt::Debug for Municipality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Municipality").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A neighbourhood of one municipality.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Neighbourhood {
    /// Identifier.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Identifier of its municipality.
    pub municipality: String,
}

/// A resident or a concierge. `Debug` shows the identifier only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Identifier.
    pub id: String,
    /// Name that the platform shows.
    pub display_name: String,
    /// Part of the neighbourhood, where the platform knows it.
    #[serde(default)]
    pub area: Option<String>,
    /// Language in which the member uses the platform.
    pub language: Language,
}

impl fmt::Debug for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Member").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The form of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PostType {
    /// A short call to the neighbourhood.
    Shout,
    /// A longer message.
    Message,
    /// An event with a date.
    Event,
}

/// What the resident clicked when posting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PostKind {
    /// A question.
    Question,
    /// An offer.
    Offer,
    /// Something to lend or borrow.
    Lend,
    /// An announcement.
    Notice,
    /// An event.
    Event,
}

/// Whether a post still stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PostState {
    /// It stands.
    Active,
    /// Its author took it back or called it settled; the text stays readable.
    Withdrawn,
    /// It is gone, its text with it.
    Deleted,
}

/// A moment with the offset of the clock that showed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The moment.
    pub at: Timestamp,
    /// Offset of local time from UTC.
    pub offset: Offset,
}

impl Moment {
    /// Reads RFC 3339 with an offset.
    ///
    /// # Errors
    /// The parser's error when `text` is something else.
    pub fn parse(text: &str) -> Result<Self, jiff::Error> {
        let at = text.parse::<Timestamp>()?;
        let offset = Pieces::parse(text)?.to_numeric_offset().unwrap_or(Offset::UTC);
        Ok(Self { at, offset })
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.at.display_with_offset(self.offset).fmt(f)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A post as its author wrote it. `Debug` shows no text and no author.
#[derive(Clone, PartialEq, Eq)]
pub struct Post {
    /// Identifier.
    pub id: String,
    /// Identifier of its neighbourhood.
    pub neighbourhood: Arc<str>,
    /// Form.
    pub post_type: PostType,
    /// What the author clicked.
    pub kind: Option<PostKind>,
    /// Title.
    pub title: Option<String>,
    /// Text.
    pub text: String,
    /// Author.
    pub author: Arc<Member>,
    /// When it was written.
    pub created_at: Moment,
    /// When it last changed.
    pub updated_at: Moment,
    /// Whether its author shares it with the municipality.
    pub shared_with_municipality: bool,
    /// Whether it still stands.
    pub state: PostState,
}

impl fmt::Debug for Post {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Post").field("id", &self.id).field("state", &self.state).finish_non_exhaustive()
    }
}

/// A post that somebody is about to publish.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPost {
    /// Identifier; the world makes one up when it is `None`.
    pub id: Option<String>,
    /// Identifier of the neighbourhood.
    pub neighbourhood: String,
    /// Form.
    pub post_type: PostType,
    /// What the author clicked.
    pub kind: Option<PostKind>,
    /// Title.
    pub title: Option<String>,
    /// Text.
    pub text: String,
    /// Author; becomes a member if none has that identifier yet.
    pub author: Member,
    /// When it was written; now when it is `None`.
    pub created_at: Option<Moment>,
    /// Whether the author shares it with the municipality.
    pub shared_with_municipality: bool,
}

impl fmt::Debug for NewPost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewPost").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Who wrote a private message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// The plugin, to a concierge.
    Outgoing,
    /// A concierge, to the plugin.
    Incoming,
}

/// A private message between the plugin and a concierge. `Debug` shows no text.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    /// Identifier.
    pub id: String,
    /// Identifier of the conversation.
    pub conversation_id: String,
    /// The concierge's member id, or [`PLUGIN_SENDER`].
    pub from: String,
    /// Who wrote it.
    pub direction: Direction,
    /// Text.
    pub text: String,
    /// The plugin's own reference; `None` on what a concierge wrote.
    pub client_reference: Option<String>,
    /// When the platform accepted it.
    pub created_at: Timestamp,
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message").field("id", &self.id).field("direction", &self.direction).finish_non_exhaustive()
    }
}

/// Whether `id` can stand in a path: 1 to [`ID_MAX_CHARS`] letters, digits and `.`, `_`, `~`, `-`.
pub fn is_id(id: &str) -> bool {
    (1..=ID_MAX_CHARS).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._~-".contains(&byte))
}

pub(super) fn check_id(id: &str) -> Result<(), WorldError> {
    if is_id(id) { Ok(()) } else { Err(WorldError::BadId { id: id.chars().take(ID_MAX_CHARS).collect() }) }
}

pub(super) fn check_length(what: &'static str, text: &str, least: usize, most: usize) -> Result<(), WorldError> {
    let chars = text.chars().count();
    if (least..=most).contains(&chars) { Ok(()) } else { Err(WorldError::Length { what, chars, least, most }) }
}
