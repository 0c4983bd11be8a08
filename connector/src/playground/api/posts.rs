//! Neighbourhoods and posts.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use serde::{Serialize, Serializer};

use super::request::{Id, ListQuery, path_id};
use super::response::{List, json, not_modified, tagged};
use crate::playground::cursor;
use crate::playground::endpoint::Scope;
use crate::playground::problem::Problem;
use crate::playground::server::Shared;
use crate::playground::world::{Language, Member, Moment, NeighbourhoodView, Post, PostKind, PostState, PostType};

#[derive(Serialize)]
struct Neighbourhoods {
    items: Vec<NeighbourhoodBody>,
}

#[derive(Serialize)]
struct NeighbourhoodBody {
    id: String,
    name: String,
    municipality: String,
    concierges: Vec<ConciergeBody>,
}

#[derive(Serialize)]
struct ConciergeBody {
    member_id: String,
    display_name: String,
    language: Language,
}

/// A post as the municipality sees it.
#[derive(Serialize)]
struct PostBody<'a> {
    id: &'a str,
    r#type: PostType,
    kind: Option<PostKind>,
    title: Option<&'a str>,
    text: &'a str,
    author: Option<AuthorBody<'a>>,
    neighbourhood_id: &'a str,
    created_at: Moment,
    updated_at: Moment,
    shared_with_municipality: bool,
    state: PostState,
}

#[derive(Serialize)]
struct AuthorBody<'a> {
    id: &'a str,
    display_name: &'a str,
    area: Option<&'a str>,
}

pub async fn neighbourhoods(State(app): State<Shared>, headers: HeaderMap) -> Result<Response, Problem> {
    let caller = app.oauth.authorise(&headers, Scope::PostsRead)?;
    let list = format!("neighbourhoods/{}", caller.municipality);
    let gone = || Problem::not_found("municipality");
    let version = app.world.neighbourhoods_version(&caller.municipality).ok_or_else(gone)?;
    let known = cursor::etag(&list, version, 0, 0);
    if cursor::matches(&headers, &known) {
        return Ok(not_modified(&known));
    }
    let (version, views) = app.world.neighbourhoods_of(&caller.municipality).ok_or_else(gone)?;
    let body = Neighbourhoods { items: views.into_iter().map(NeighbourhoodBody::from).collect() };
    Ok(tagged(&body, &cursor::etag(&list, version, 0, 0)))
}

pub async fn posts(State(app): State<Shared>, headers: HeaderMap, id: Id, uri: Uri) -> Result<Response, Problem> {
    let caller = app.oauth.authorise(&headers, Scope::PostsRead)?;
    let id = path_id(id, "neighbourhood")?;
    let query = ListQuery::parse(&uri)?;
    let municipality = &caller.municipality;
    let version = app.world.last_sequence(municipality, &id).ok_or_else(|| Problem::not_found("neighbourhood"))?;
    let path = format!("/v1/neighbourhoods/{id}/posts");
    let list = List { path, name: format!("posts/{id}"), query: &query, version };
    let fetch = |after, limit| app.world.changes(municipality, &id, after, limit);
    list.answer(&app, &headers, fetch)
}

pub async fn post(State(app): State<Shared>, headers: HeaderMap, id: Id) -> Result<Response, Problem> {
    let caller = app.oauth.authorise(&headers, Scope::PostsRead)?;
    let id = path_id(id, "post")?;
    let post = app.world.post_of(&caller.municipality, &id).ok_or_else(|| Problem::not_found("post"))?;
    Ok(json(StatusCode::OK, &*post))
}

/// As its municipality may see it.
impl Serialize for Post {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        PostBody::of(self).serialize(serializer)
    }
}

impl<'a> PostBody<'a> {
    /// Of a post that is deleted or not shared, only that it exists.
    fn of(post: &'a Post) -> Self {
        let visible = post.shared_with_municipality && post.state != PostState::Deleted;
        Self {
            id: &post.id,
            r#type: post.post_type,
            kind: post.kind.filter(|_| visible),
            title: post.title.as_deref().filter(|_| visible),
            text: if visible { &post.text } else { "" },
            author: visible.then(|| AuthorBody::of(&post.author)),
            neighbourhood_id: &post.neighbourhood,
            created_at: post.created_at,
            updated_at: post.updated_at,
            shared_with_municipality: post.shared_with_municipality,
            state: post.state,
        }
    }
}

impl<'a> AuthorBody<'a> {
    fn of(author: &'a Member) -> Self {
        Self { id: &author.id, display_name: &author.display_name, area: author.area.as_deref() }
    }
}

impl From<NeighbourhoodView> for NeighbourhoodBody {
    fn from(view: NeighbourhoodView) -> Self {
        let concierge = |member: Arc<Member>| ConciergeBody {
            member_id: member.id.clone(),
            display_name: member.display_name.clone(),
            language: member.language,
        };
        Self {
            id: view.neighbourhood.id,
            name: view.neighbourhood.name,
            municipality: view.neighbourhood.municipality,
            concierges: view.concierges.into_iter().map(concierge).collect(),
        }
    }
}
