//! The posts that are there to try other rules on, and what was told of them.

use std::collections::HashMap;

use jiff::Timestamp;

use super::feed::kind_from_word;
use super::{NewHelper, Store, StoreError, millis, moment};
use crate::domain::{MemberId, MunicipalityId, NeighbourhoodId, PostId, PostKind, Private};

/// A post as it was recorded, without its author's name.
#[derive(Debug, Clone)]
pub struct RecordedPost {
    /// The platform's identifier.
    pub id: PostId,
    /// Where it was written.
    pub neighbourhood: NeighbourhoodId,
    /// Who wrote it.
    pub author: MemberId,
    /// The platform's part of the neighbourhood.
    pub area: Option<String>,
    /// What the author clicked.
    pub kind: Option<PostKind>,
    /// One line.
    pub title: Option<Private>,
    /// The text.
    pub text: Private,
    /// When it was first written.
    pub created_at: Timestamp,
}

/// A suggestion, or something to know, as a cycle decided it.
#[derive(Debug, Clone)]
pub struct RecordedSuggestion {
    /// The kind of message that told it.
    pub kind: String,
    /// The post that asks; in a ring the oldest, in a group none.
    pub request: Option<PostId>,
    /// The helpers, the first suggestion first; in a ring the others, in a group everybody.
    pub helpers: Vec<NewHelper>,
    /// In a ring, why the one who asks helps the next, as the matching stage serialised it.
    pub asker_reasons: String,
    /// Digest of the rules and settings that decided it.
    pub rules: String,
    /// When.
    pub at: Timestamp,
}

impl Store {
    /// Every municipality that the store knows.
    pub async fn municipalities(&self) -> Result<Vec<MunicipalityId>, StoreError> {
        let rows: Vec<(String,)> =
            sqlx::query_as("SELECT id FROM municipality ORDER BY id").fetch_all(&self.reader).await?;
        Ok(rows.into_iter().map(|(id,)| MunicipalityId::new(id)).collect())
    }

    /// The posts of a municipality that were written since `since` and are still shared with it, oldest first.
    pub async fn recorded_posts(
        &self,
        municipality: &MunicipalityId,
        since: Timestamp,
    ) -> Result<Vec<RecordedPost>, StoreError> {
        type Row = (String, String, String, Option<String>, Option<String>, Option<String>, String, i64);
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, neighbourhood, author, area, kind, title, text, created_at FROM post
             WHERE municipality = $1 AND created_at >= $2 ORDER BY created_at, id",
        )
        .bind(municipality.as_str())
        .bind(millis(since))
        .fetch_all(&self.reader)
        .await?;
        let posts = rows.into_iter().map(|(id, neighbourhood, author, area, kind, title, text, created_at)| {
            Ok(RecordedPost {
                id: PostId::new(id),
                neighbourhood: NeighbourhoodId::new(neighbourhood),
                author: MemberId::new(author),
                area,
                kind: kind.as_deref().map(kind_from_word).transpose()?,
                title: title.map(Private::new),
                text: Private::new(text),
                created_at: moment(created_at, "post.created_at")?,
            })
        });
        posts.collect()
    }

    /// What the concierges of a municipality were told since `since`, the oldest first; the newest `most` of it.
    pub async fn recorded_suggestions(
        &self,
        municipality: &MunicipalityId,
        since: Timestamp,
        most: u32,
    ) -> Result<Vec<RecordedSuggestion>, StoreError> {
        type Row = (String, String, Option<String>, String, String, i64);
        let mut rows: Vec<Row> = sqlx::query_as(
            "SELECT id, kind, request, asker_reasons, rules, created_at FROM suggestion
             WHERE municipality = $1 AND created_at >= $2 ORDER BY created_at DESC, id DESC LIMIT $3",
        )
        .bind(municipality.as_str())
        .bind(millis(since))
        .bind(most)
        .fetch_all(&self.reader)
        .await?;
        rows.reverse();
        let helper_rows: Vec<(String, String, String, i64, String)> = sqlx::query_as(
            "SELECT h.suggestion, h.post, h.author, h.score, h.reasons FROM suggestion_helper h
             JOIN (SELECT id FROM suggestion WHERE municipality = $1 AND created_at >= $2
                   ORDER BY created_at DESC, id DESC LIMIT $3) s ON s.id = h.suggestion
             ORDER BY h.suggestion, h.position",
        )
        .bind(municipality.as_str())
        .bind(millis(since))
        .bind(most)
        .fetch_all(&self.reader)
        .await?;
        let mut helpers: HashMap<String, Vec<NewHelper>> = HashMap::new();
        for (suggestion, post, author, score, reasons) in helper_rows {
            let score = u16::try_from(score).map_err(|_| StoreError::Corrupt { what: "suggestion_helper.score" })?;
            let (post, author) = (PostId::new(post), MemberId::new(author));
            helpers.entry(suggestion).or_default().push(NewHelper { post, author, score, reasons });
        }
        let told = rows.into_iter().map(|(id, kind, request, asker_reasons, rules, at)| {
            Ok(RecordedSuggestion {
                kind,
                request: request.map(PostId::new),
                helpers: helpers.remove(&id).unwrap_or_default(),
                asker_reasons,
                rules,
                at: moment(at, "suggestion.created_at")?,
            })
        });
        told.collect()
    }
}
