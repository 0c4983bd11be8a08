//! What the rules understood of posts: once per version of the post and of the rules.

use jiff::Timestamp;
use sqlx::{QueryBuilder, Transaction};

use super::{Db, MAX_ROWS, Store, StoreError, moment};
use crate::domain::{MemberId, MunicipalityId, NeighbourhoodId, PostId};

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
    /// The reading, as the matching stage serialised it; none when the store has none of this version.
    pub reading: Option<String>,
}

/// What the rules understood of a version of a post.
#[derive(Debug, Clone)]
pub struct NewReading {
    /// The post.
    pub post: PostId,
    /// The version that was read.
    pub version: i64,
    /// The reading, as the matching stage serialised it.
    pub data: String,
}

impl Store {
    /// Keeps what `rules` understood of posts.
    pub async fn save_readings(
        &self,
        municipality: &MunicipalityId,
        rules: &str,
        readings: &[NewReading],
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        keep(&mut tx, municipality, rules, readings).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The posts of a neighbourhood, oldest first, with what `rules` have read in them.
    pub async fn read_posts(
        &self,
        municipality: &MunicipalityId,
        neighbourhood: &NeighbourhoodId,
        rules: &str,
    ) -> Result<Vec<ReadPost>, StoreError> {
        type Row = (String, i64, String, Option<String>, i64, Option<String>);
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT p.id, p.version, p.author, p.area, p.created_at, r.data FROM post p
             LEFT JOIN reading r ON r.municipality = p.municipality AND r.post = p.id
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
}

/// Keeps readings in a transaction that keeps more.
pub(super) async fn keep(
    tx: &mut Transaction<'static, Db>,
    municipality: &MunicipalityId,
    rules: &str,
    readings: &[NewReading],
) -> Result<(), StoreError> {
    for readings in readings.chunks(MAX_ROWS) {
        let mut insert = QueryBuilder::new("INSERT INTO reading (municipality, post, version, rules, data) ");
        insert.push_values(readings, |mut row, reading| {
            row.push_bind(municipality.as_str())
                .push_bind(reading.post.as_str())
                .push_bind(reading.version)
                .push_bind(rules)
                .push_bind(&reading.data);
        });
        insert.push(
            " ON CONFLICT (municipality, post) DO UPDATE SET
                 version = excluded.version, rules = excluded.rules, data = excluded.data",
        );
        insert.build().execute(&mut **tx).await?;
    }
    Ok(())
}
