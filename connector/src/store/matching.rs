//! What matching and messages look back upon: what was told before, and who wrote what.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{Store, StoreError, millis, moment};
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

/// All that a neighbourhood's matching looks back upon.
pub type HistoryRows = Vec<Told>;

impl Store {
    /// What a message shows of these posts; one that no longer exists is left out.
    pub async fn voices(
        &self,
        municipality: &MunicipalityId,
        posts: impl IntoIterator<Item = &PostId>,
    ) -> Result<HashMap<PostId, Voice>, StoreError> {
        let mut connection = self.reader.acquire().await?;
        let mut voices = HashMap::new();
        for post in posts {
            if let Some(voice) = voice(&mut connection, municipality, post).await? {
                voices.insert(post.clone(), voice);
            }
        }
        Ok(voices)
    }

    /// The suggestions of a neighbourhood made since `since`, and those still open, oldest first.
    pub async fn history(
        &self,
        municipality: &MunicipalityId,
        neighbourhood: &NeighbourhoodId,
        since: Timestamp,
    ) -> Result<HistoryRows, StoreError> {
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

/// What a message shows of one post.
pub(super) async fn voice(
    connection: &mut sqlx::SqliteConnection,
    municipality: &MunicipalityId,
    post: &PostId,
) -> Result<Option<Voice>, StoreError> {
    let row: Option<(String, Option<String>, String, i64)> =
        sqlx::query_as("SELECT author_name, title, text, created_at FROM post WHERE municipality = $1 AND id = $2")
            .bind(municipality.as_str())
            .bind(post.as_str())
            .fetch_optional(connection)
            .await?;
    let voice = row.map(|(name, title, text, created_at)| {
        Ok(Voice {
            name: Private::new(name),
            title: title.map(Private::new),
            text: Private::new(text),
            created_at: moment(created_at, "post.created_at")?,
        })
    });
    voice.transpose()
}
