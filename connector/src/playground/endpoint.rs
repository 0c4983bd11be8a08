//! The operations of the platform API, one name each for routes, scopes, faults and the ledger.

use axum::http::Method;
use serde::{Deserialize, Serialize};

/// An operation of the platform API, as `platform-api.yaml` describes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Endpoint {
    /// Authorisation server metadata.
    Discovery,
    /// Access tokens.
    Token,
    /// The municipality's neighbourhoods.
    Neighbourhoods,
    /// A neighbourhood's posts.
    Posts,
    /// One post.
    Post,
    /// First message to a concierge.
    StartConversation,
    /// A message in a conversation.
    AddMessage,
    /// A conversation's messages.
    Thread,
    /// What concierges wrote, or the plugin's messages by reference.
    Messages,
}

/// A right that an access token carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Read neighbourhoods and posts.
    PostsRead,
    /// Read private messages.
    MessagesRead,
    /// Write private messages.
    MessagesWrite,
}

impl Scope {
    /// All scopes, in the order in which they are listed.
    pub const ALL: [Self; 3] = [Self::PostsRead, Self::MessagesRead, Self::MessagesWrite];

    /// The scope as `OAuth2` writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::PostsRead => "posts:read",
            Self::MessagesRead => "messages:read",
            Self::MessagesWrite => "messages:write",
        }
    }

    /// The scope of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }
}

impl Endpoint {
    /// Every operation.
    pub const ALL: [Self; 9] = [
        Self::Discovery,
        Self::Token,
        Self::Neighbourhoods,
        Self::Posts,
        Self::Post,
        Self::StartConversation,
        Self::AddMessage,
        Self::Thread,
        Self::Messages,
    ];

    /// Its method.
    pub fn method(self) -> Method {
        match self {
            Self::Token | Self::StartConversation | Self::AddMessage => Method::POST,
            _ => Method::GET,
        }
    }

    /// Its path, with parameters in braces.
    pub fn path(self) -> &'static str {
        match self {
            Self::Discovery => "/.well-known/oauth-authorization-server",
            Self::Token => "/oauth/token",
            Self::Neighbourhoods => "/v1/neighbourhoods",
            Self::Posts => "/v1/neighbourhoods/{id}/posts",
            Self::Post => "/v1/posts/{id}",
            Self::StartConversation => "/v1/conversations",
            Self::AddMessage | Self::Thread => "/v1/conversations/{id}/messages",
            Self::Messages => "/v1/messages",
        }
    }

    /// The operation with that method and path; `HEAD` is a `GET` without its body.
    pub fn of(method: &Method, path: &str) -> Option<Self> {
        let method = if method == Method::HEAD { &Method::GET } else { method };
        Self::ALL.into_iter().find(|endpoint| endpoint.path() == path && endpoint.method() == *method)
    }
}
