//! What matching needs to know: readings, and what was told before.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{Store, StoreError, millis, moment};
use crate::domain::{MemberId, MunicipalityId, NeighbourhoodId, PostId, Private};

/// A post with what the rules understood of it.
#[derive(Debug, Clone)]
pub struct ReadPost {
    /// The platform's identifier.
    pub id: PostId,
    /// The neighbourhood's version with which it last changed.
    pub version: i64,
    /// Who wrote it.
    pub author: MemberId,
    /// The platform's part of the neighbourhood.
    pub area: Option<String>,
    /// When it was first written.
    pub created_at: Timestamp,
    /// The reading, as the matching stage serialised it.
    pub reading: String,
}

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
    /// Keeps what `rules` understood of posts, each with the version that was read.
    pub async fn save_readings(
        &self,
        municipality: &MunicipalityId,
        rules: &str,
        readings: &[(PostId, i64, String)],
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        for (post, version, reading) in readings {
            sqlx::query(
                "INSERT INTO reading (municipality, post, version, rules, data) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (municipality, post) DO UPDATE SET
                     version = excluded.version, rules = excluded.rules, data = excluded.data",
            )
            .bind(municipality.as_str())
            .bind(post.as_str())
            .bind(*version)
            .bind(rules)
            .bind(reading)
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// The posts of a neighbourhood that `rules` have read, oldest first.
    pub async fn read_posts(
        &self,
        municipality: &MunicipalityId,
        neighbourhood: &NeighbourhoodId,
        rules: &str,
    ) -> Result<Vec<ReadPost>, StoreError> {
        type Row = (String, i64, String, Option<String>, i64, String);
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT p.id, p.version, p.author, p.area, p.created_at, r.data FROM post p
             JOIN reading r ON r.municipality = p.municipality AND r.post = p.id
                  AND r.version = p.version AND r.rules = $3
             WHERE p.municipality = $1 AND p.neighbourhood = $2 ORDER BY p.created_at, p.id",
        )
        .bind(municipality.as_str())
        .bind(neighbourhood.as_str())
        .bind(rules)
        .fetch_all(&self.reader)
        .await?;
        let posts = rows.into_iter().map(|(id, version, author, area, created_at, reading)| {
            Ok(ReadPost {
                id: PostId::new(id),
                version,
                author: MemberId::new(author),
                area,
                created_at: moment(created_at, "post.created_at")?,
                reading,
            })
        });
        posts.collect()
    }

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
