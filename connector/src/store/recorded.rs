//! The posts that are there to try other rules on.

use jiff::Timestamp;

use super::feed::kind_from_word;
use super::{Store, StoreError, millis, moment};
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
}
