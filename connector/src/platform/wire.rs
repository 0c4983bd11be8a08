//! The JSON of `platform-api.yaml`, read entry by entry: one that cannot be understood is set aside with its reason and
//! loses none of those around it. Reasons name a member, never its value.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::{Incoming, Receipt, SetAside, WirePost};
use crate::domain::{
    Concierge, ConversationId, Cursor, Language, MemberId, MessageId, Neighbourhood, NeighbourhoodId, PostId, PostKind,
    Private,
};

/// The longest identifier, in bytes.
const IDENTIFIER_LIMIT: usize = 256;
/// The longest cursor, in bytes: it has to fit into an address.
const CURSOR_LIMIT: usize = 4096;
/// The longest name of a neighbourhood, an area or a person, in characters; what is longer is cut.
const NAME_LIMIT: usize = 120;

/// Why an answer as a whole is not what the contract says, without anything from the answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// Not JSON, or JSON of another shape.
    #[error("not the JSON of the contract, at line {line}, column {column}")]
    Shape {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
    },
    /// A member of the answer itself, not of one of its entries.
    #[error("{0}")]
    Member(#[from] Fault),
}

impl From<serde_json::Error> for WireError {
    fn from(error: serde_json::Error) -> Self {
        // The error's own text can quote what a resident wrote.
        Self::Shape { line: error.line(), column: error.column() }
    }
}

/// What is wrong with a member.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The entry is not an object, or its JSON is damaged.
    #[error("not a readable object")]
    Unreadable,
    /// The member is not there, or null.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// The member is of another type than the contract says.
    #[error("`{0}` is not {1}")]
    Not(&'static str, &'static str),
    /// The member is longer than is accepted.
    #[error("`{0}` is longer than {1} bytes")]
    TooLong(&'static str, usize),
}

/// A page before anything is known about where it continues.
#[derive(Debug)]
pub struct WirePage<T> {
    /// The entries that could be understood.
    pub items: Vec<T>,
    /// The others.
    pub set_aside: Vec<SetAside>,
    /// `next_cursor`.
    pub next: Cursor,
    /// `has_more`; false when absent.
    pub has_more: bool,
}

/// A page of the posts of `neighbourhood`; a post of another neighbourhood is set aside.
pub fn posts(body: &[u8], neighbourhood: &NeighbourhoodId) -> Result<WirePage<WirePost>, WireError> {
    page(body, |entry| {
        let post = read_post(entry)?;
        if post.neighbourhood != *neighbourhood {
            return Err(Fault::Not("neighbourhood_id", "the neighbourhood that was asked for"));
        }
        Ok(post)
    })
}

/// A single post.
pub fn post(body: &[u8]) -> Result<WirePost, WireError> {
    let text = String::from_utf8_lossy(body);
    Ok(read_post(&mut Entry::read(&text)?)?)
}

/// A page of messages to the program.
pub fn incoming(body: &[u8]) -> Result<WirePage<Incoming>, WireError> {
    page(body, |entry| {
        if entry.text("direction")? != "incoming" {
            return Err(Fault::Not("direction", "`incoming`"));
        }
        Ok(Incoming {
            id: MessageId::new(entry.identifier("id")?),
            conversation: ConversationId::new(entry.identifier("conversation_id")?),
            from: MemberId::new(entry.identifier("from")?),
            text: Private::new(entry.text("text")?),
            created_at: entry.moment("created_at")?,
        })
    })
}

/// The neighbourhoods, and the entries (neighbourhoods or concierges) that could not be understood.
pub fn neighbourhoods(body: &[u8]) -> Result<(Vec<Neighbourhood>, Vec<SetAside>), WireError> {
    let text = String::from_utf8_lossy(body);
    let list: ListBody = serde_json::from_str(&text)?;
    let mut set_aside = Vec::new();
    let mut concierges_set_aside = Vec::new();
    let neighbourhoods = entries(&list.items, &mut set_aside, |entry| {
        let concierges = entry.array("concierges")?;
        Ok(Neighbourhood {
            id: NeighbourhoodId::new(entry.identifier("id")?),
            name: entry.name("name")?,
            concierges: concierges
                .into_iter()
                .filter_map(|value| read_concierge(value).map_err(|aside| concierges_set_aside.push(aside)).ok())
                .collect(),
        })
    });
    set_aside.append(&mut concierges_set_aside);
    Ok((neighbourhoods, set_aside))
}

/// The platform's word that it accepted a message.
pub fn receipt(body: &[u8]) -> Result<Receipt, WireError> {
    let text = String::from_utf8_lossy(body);
    let mut sent = Entry::read(&text)?;
    let mut message = sent.object("message")?.ok_or(Fault::Missing("message"))?;
    Ok(Receipt {
        message: MessageId::new(message.identifier("id")?),
        conversation: ConversationId::new(sent.identifier("conversation_id")?),
    })
}

/// The receipt of the message whose reference is `reference`. An answer that holds only other messages, or one that
/// cannot be understood, is an error: it does not prove that the message is not there.
pub fn sent(body: &[u8], reference: &str) -> Result<Option<Receipt>, WireError> {
    let text = String::from_utf8_lossy(body);
    let list: ListBody = serde_json::from_str(&text)?;
    let mut doubt = None;
    for raw in &list.items {
        let mut entry = match Entry::read(raw.get()) {
            Ok(entry) => entry,
            Err(fault) => {
                doubt = Some(fault);
                continue;
            }
        };
        match entry.text("client_reference") {
            Ok(theirs) if theirs == reference => {
                return Ok(Some(Receipt {
                    message: MessageId::new(entry.identifier("id")?),
                    conversation: ConversationId::new(entry.identifier("conversation_id")?),
                }));
            }
            Ok(_) => doubt = Some(Fault::Not("client_reference", "the reference that was asked for")),
            Err(fault) => doubt = Some(fault),
        }
    }
    doubt.map_or(Ok(None), |fault| Err(fault.into()))
}

/// The body of a request that sends a message.
#[derive(Debug, Serialize)]
pub struct SendBody<'a> {
    /// Who gets it, when it opens the conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipient_id: Option<&'a str>,
    /// What it says.
    pub text: &'a str,
    /// Lets the platform be asked whether it has this message.
    pub client_reference: &'a str,
}

#[derive(Deserialize)]
struct ListBody<'a> {
    #[serde(borrow)]
    items: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct PageBody<'a> {
    #[serde(borrow)]
    items: Vec<&'a RawValue>,
    next_cursor: Option<String>,
    #[serde(default)]
    has_more: bool,
}

fn page<T>(body: &[u8], read: impl FnMut(&mut Entry) -> Result<T, Fault>) -> Result<WirePage<T>, WireError> {
    // A damaged byte costs its own entry a character, not the page.
    let text = String::from_utf8_lossy(body);
    let page: PageBody = serde_json::from_str(&text)?;
    let next = page.next_cursor.filter(|cursor| !cursor.is_empty()).ok_or(Fault::Missing("next_cursor"))?;
    if next.len() > CURSOR_LIMIT {
        return Err(Fault::TooLong("next_cursor", CURSOR_LIMIT).into());
    }
    let mut set_aside = Vec::new();
    let items = entries(&page.items, &mut set_aside, read);
    Ok(WirePage { items, set_aside, next: Cursor::new(next), has_more: page.has_more })
}

fn entries<T>(
    raw: &[&RawValue],
    set_aside: &mut Vec<SetAside>,
    mut read: impl FnMut(&mut Entry) -> Result<T, Fault>,
) -> Vec<T> {
    let understood = raw.iter().filter_map(|raw| {
        let item = Entry::read(raw.get()).and_then(|mut entry| read(&mut entry));
        item.map_err(|fault| set_aside.push(SetAside { id: readable_id(raw.get()), reason: fault.to_string() })).ok()
    });
    understood.collect()
}

fn readable_id(raw: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Identified {
        id: String,
    }
    serde_json::from_str(raw).ok().map(|Identified { id }| id).filter(|id| is_identifier(id))
}

pub(crate) fn is_identifier(id: &str) -> bool {
    // `.` and `..` would change the path of an address that they become part of.
    let usable = id.chars().all(|c| !c.is_control() && !c.is_whitespace()) && !matches!(id, "" | "." | "..");
    usable && id.len() <= IDENTIFIER_LIMIT
}

/// A post that is gone for us (withdrawn, deleted or not shared) needs no more than its identifier and neighbourhood,
/// so that no damage to the rest keeps it in our store.
fn read_post(entry: &mut Entry) -> Result<WirePost, Fault> {
    let shared = entry.flag("shared_with_municipality")?;
    let active = entry.text("state")? == "active";
    let id = PostId::new(entry.identifier("id")?);
    let neighbourhood = NeighbourhoodId::new(entry.identifier("neighbourhood_id")?);
    if !(shared && active) {
        return Ok(WirePost {
            id,
            neighbourhood,
            author: None,
            kind: None,
            title: None,
            text: Private::default(),
            created_at: entry.moment("created_at").unwrap_or_default(),
            active,
            shared,
        });
    }
    let author = match entry.object("author")? {
        Some(mut author) => Some(read_author(&mut author).map_err(|_| Fault::Not("author", "a readable author"))?),
        None => None,
    };
    Ok(WirePost {
        id,
        neighbourhood,
        author,
        kind: entry.optional_text("kind")?.and_then(|kind| post_kind(&kind)),
        title: entry.optional_text("title")?.map(Private::new),
        text: Private::new(entry.text("text")?),
        created_at: entry.moment("created_at")?,
        active,
        shared,
    })
}

fn read_author(author: &mut Entry) -> Result<(MemberId, Private, Option<String>), Fault> {
    let id = MemberId::new(author.identifier("id")?);
    let name = Private::new(author.name("display_name")?);
    Ok((id, name, author.optional_text("area")?.map(|area| short(&area))))
}

fn post_kind(word: &str) -> Option<PostKind> {
    match word {
        "question" => Some(PostKind::Question),
        "offer" => Some(PostKind::Offer),
        "lend" => Some(PostKind::Lend),
        "notice" => Some(PostKind::Notice),
        "event" => Some(PostKind::Event),
        _ => None,
    }
}

fn read_concierge(value: Value) -> Result<Concierge, SetAside> {
    let aside = |fault: Fault| SetAside { id: None, reason: format!("a concierge: {fault}") };
    let Value::Object(members) = value else { return Err(aside(Fault::Unreadable)) };
    let mut entry = Entry(members);
    let read = |entry: &mut Entry| {
        Ok(Concierge {
            id: MemberId::new(entry.identifier("member_id")?),
            name: Private::new(entry.name("display_name")?),
            // A language that we do not write is no reason to leave a concierge without messages.
            language: entry.optional_text("language")?.and_then(|tag| Language::from_tag(&tag)).unwrap_or(Language::Nl),
        })
    };
    read(&mut entry).map_err(aside)
}

/// At most [`NAME_LIMIT`] characters on one line.
fn short(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { ' ' } else { c }).take(NAME_LIMIT).collect()
}

/// An object whose members are taken out one after the other; members that nobody asks for are ignored.
struct Entry(Map<String, Value>);

impl Entry {
    fn read(raw: &str) -> Result<Self, Fault> {
        serde_json::from_str(raw).map(Self).map_err(|_| Fault::Unreadable)
    }

    fn take(&mut self, member: &str) -> Option<Value> {
        self.0.remove(member).filter(|value| !value.is_null())
    }

    fn optional_text(&mut self, member: &'static str) -> Result<Option<String>, Fault> {
        match self.take(member) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Fault::Not(member, "a text")),
        }
    }

    fn text(&mut self, member: &'static str) -> Result<String, Fault> {
        self.optional_text(member)?.ok_or(Fault::Missing(member))
    }

    fn name(&mut self, member: &'static str) -> Result<String, Fault> {
        self.text(member).map(|name| short(&name))
    }

    fn identifier(&mut self, member: &'static str) -> Result<String, Fault> {
        let id = self.text(member)?;
        if is_identifier(&id) { Ok(id) } else { Err(Fault::Not(member, "an identifier")) }
    }

    fn flag(&mut self, member: &'static str) -> Result<bool, Fault> {
        match self.take(member) {
            None => Err(Fault::Missing(member)),
            Some(Value::Bool(flag)) => Ok(flag),
            Some(_) => Err(Fault::Not(member, "true or false")),
        }
    }

    fn moment(&mut self, member: &'static str) -> Result<Timestamp, Fault> {
        self.text(member)?.parse().map_err(|_| Fault::Not(member, "a moment in RFC 3339"))
    }

    fn object(&mut self, member: &'static str) -> Result<Option<Self>, Fault> {
        match self.take(member) {
            None => Ok(None),
            Some(Value::Object(members)) => Ok(Some(Self(members))),
            Some(_) => Err(Fault::Not(member, "an object")),
        }
    }

    fn array(&mut self, member: &'static str) -> Result<Vec<Value>, Fault> {
        match self.take(member) {
            None => Err(Fault::Missing(member)),
            Some(Value::Array(values)) => Ok(values),
            Some(_) => Err(Fault::Not(member, "a list")),
        }
    }
}
