//! What matching and messages look back upon: what was told before, and who wrote what.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use sqlx::QueryBuilder;

use super::{MAX_ROWS, Store, StoreError, millis, moment};
use crate::domain::{MemberId, MunicipalityId, NeighbourhoodId, PostId, Private};

/// What a message shows of a post.
#[derive(Debug, Clone)]
pub struct Voice {
    /// The author's name.
    pub name: Private,
    /// The title, if there is one.
    pub title: Option<Private>,
    /// The text.
    pub text: Private,
    /// When it was first written.
    pub created_at: Timestamp,
}

/// A suggestion of the past.
#[derive(Debug, Clone)]
pub struct Told {
    /// Digest of what it suggests.
    pub id: String,
    /// The kind of message that told it.
    pub kind: String,
    /// The post that asks.
    pub request: Option<PostId>,
    /// Who asks.
    pub asker: Option<MemberId>,
    /// `open`, `accepted`, `declined`, `lapsed`, or `told` for what needs no answer.
    pub state: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// The helpers' posts and authors, the first suggestion first.
    pub helpers: Vec<(PostId, MemberId)>,
}

impl Store {
    /// What a message shows of these posts; one that no longer exists is left out.
    pub async fn voices(
        &self,
        municipality: &MunicipalityId,
        posts: impl IntoIterator<Item = &PostId>,
    ) -> Result<HashMap<PostId, Voice>, StoreError> {
        let mut connection = self.reader.acquire().await?;
        voices(&mut connection, municipality, posts).await
    }

    /// The suggestions of a neighbourhood made since `since`, and those still open, oldest first.
    pub async fn history(
        &self,
        municipality: &MunicipalityId,
        neighbourhood: &NeighbourhoodId,
        since: Timestamp,
    ) -> Result<Vec<Told>, StoreError> {
        type Row = (String, String, Option<String>, Option<String>, String, i64);
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, kind, request, asker, state, created_at FROM suggestion
             WHERE municipality = $1 AND neighbourhood = $2 AND (created_at >= $3 OR state = 'open')
             ORDER BY created_at, id",
        )
        .bind(municipality.as_str())
        .bind(neighbourhood.as_str())
        .bind(millis(since))
        .fetch_all(&self.reader)
        .await?;
        let helper_rows: Vec<(String, String, String)> = sqlx::query_as(
            "SELECT h.suggestion, h.post, h.author FROM suggestion_helper h
             JOIN suggestion s ON s.id = h.suggestion
             WHERE s.municipality = $1 AND s.neighbourhood = $2 AND (s.created_at >= $3 OR s.state = 'open')
             ORDER BY h.suggestion, h.position",
        )
        .bind(municipality.as_str())
        .bind(neighbourhood.as_str())
        .bind(millis(since))
        .fetch_all(&self.reader)
        .await?;
        let mut helpers: HashMap<String, Vec<(PostId, MemberId)>> = HashMap::new();
        for (suggestion, post, author) in helper_rows {
            helpers.entry(suggestion).or_default().push((PostId::new(post), MemberId::new(author)));
        }
        let told = rows.into_iter().map(|(id, kind, request, asker, state, created_at)| {
            Ok(Told {
                helpers: helpers.remove(&id).unwrap_or_default(),
                id,
                kind,
                request: request.map(PostId::new),
                asker: asker.map(MemberId::new),
                state,
                created_at: moment(created_at, "suggestion.created_at")?,
            })
        });
        told.collect()
    }
}

/// What a message shows of posts; one that does not exist is left out.
pub(super) async fn voices(
    connection: &mut sqlx::SqliteConnection,
    municipality: &MunicipalityId,
    posts: impl IntoIterator<Item = &PostId>,
) -> Result<HashMap<PostId, Voice>, StoreError> {
    let wanted: BTreeSet<&PostId> = posts.into_iter().collect();
    let wanted: Vec<&PostId> = wanted.into_iter().collect();
    let mut voices = HashMap::with_capacity(wanted.len());
    for posts in wanted.chunks(MAX_ROWS) {
        let mut select =
            QueryBuilder::new("SELECT id, author_name, title, text, created_at FROM post WHERE municipality = ");
        select.push_bind(municipality.as_str()).push(" AND id IN (");
        let mut ids = select.separated(", ");
        for post in posts {
            ids.push_bind(post.as_str());
        }
        select.push(")");
        let rows: Vec<(String, String, Option<String>, String, i64)> =
            select.build_query_as().fetch_all(&mut *connection).await?;
        for (id, name, title, text, created_at) in rows {
            let voice = Voice {
                name: Private::new(name),
                title: title.map(Private::new),
                text: Private::new(text),
                created_at: moment(created_at, "post.created_at")?,
            };
            voices.insert(PostId::new(id), voice);
        }
    }
    Ok(voices)
}
