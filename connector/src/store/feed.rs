//! Neighbourhoods, their place in the platform's change sequence, and their posts.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sqlx::QueryBuilder;

use super::{MAX_ROWS, Store, StoreError, millis, moment};
use crate::domain::{
    Change, Concierge, Cursor, Language, MemberId, MunicipalityId, Neighbourhood, NeighbourhoodId, Post, PostId,
    PostKind, Private,
};
use crate::platform::SetAside;
use crate::rules::MAX_POSTS_PER_CALL;

/// The most kinds of set-aside entries that are kept for one neighbourhood; further ones are only logged.
const MAX_SET_ASIDE: i64 = 1_000;

/// How far a neighbourhood has been read and matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// Who answers for its residents.
    pub neighbourhood: Neighbourhood,
    /// Where the next page begins.
    pub cursor: Option<Cursor>,
    /// Rises with every change of a post.
    pub version: i64,
    /// The version that matching has seen.
    pub matched_version: i64,
    /// The digest of the rules that matching used last.
    pub matched_rules: Option<String>,
}

/// A post that the rules have not read yet.
#[derive(Debug, Clone)]
pub struct StoredPost {
    /// The platform's identifier.
    pub id: PostId,
    /// The neighbourhood's version with which it last changed.
    pub version: i64,
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
    /// Keeps the neighbourhoods and concierges that the platform names. Those that it no longer names keep their
    /// posts, but nobody is responsible for them any more.
    pub async fn save_neighbourhoods(
        &self,
        municipality: &MunicipalityId,
        neighbourhoods: &[Neighbourhood],
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("INSERT INTO municipality (id) VALUES ($1) ON CONFLICT (id) DO NOTHING")
            .bind(municipality.as_str())
            .execute(&mut *tx)
            .await?;
        sqlx::query("DELETE FROM concierge WHERE municipality = $1")
            .bind(municipality.as_str())
            .execute(&mut *tx)
            .await?;
        for neighbourhood in neighbourhoods {
            sqlx::query(
                "INSERT INTO neighbourhood (municipality, id, name) VALUES ($1, $2, $3)
                 ON CONFLICT (municipality, id) DO UPDATE SET name = excluded.name",
            )
            .bind(municipality.as_str())
            .bind(neighbourhood.id.as_str())
            .bind(&neighbourhood.name)
            .execute(&mut *tx)
            .await?;
            for (position, concierge) in (0_i64..).zip(&neighbourhood.concierges) {
                sqlx::query(
                    "INSERT INTO concierge (municipality, neighbourhood, member, position, name, language)
                     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (municipality, neighbourhood, member) DO NOTHING",
                )
                .bind(municipality.as_str())
                .bind(neighbourhood.id.as_str())
                .bind(concierge.id.as_str())
                .bind(position)
                .bind(concierge.name.reveal())
                .bind(concierge.language.tag())
                .execute(&mut *tx)
                .await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }

    /// Where the reading and matching of every known neighbourhood stands.
    pub async fn feeds(&self, municipality: &MunicipalityId) -> Result<Vec<Feed>, StoreError> {
        type Row = (String, String, Option<String>, i64, i64, Option<String>);
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, name, cursor, version, matched_version, matched_rules FROM neighbourhood
             WHERE municipality = $1 ORDER BY id",
        )
        .bind(municipality.as_str())
        .fetch_all(&self.reader)
        .await?;
        let concierges: Vec<(String, String, String, String)> = sqlx::query_as(
            "SELECT neighbourhood, member, name, language FROM concierge WHERE municipality = $1
             ORDER BY neighbourhood, position",
        )
        .bind(municipality.as_str())
        .fetch_all(&self.reader)
        .await?;
        let feeds = rows.into_iter().map(|(id, name, cursor, version, matched_version, matched_rules)| {
            let concierges = concierges
                .iter()
                .filter(|row| row.0 == id)
                .map(|(_, member, name, language)| {
                    let language =
                        Language::from_tag(language).ok_or(StoreError::Corrupt { what: "concierge.language" })?;
                    Ok(Concierge { id: MemberId::new(member), name: Private::new(name), language })
                })
                .collect::<Result<_, StoreError>>()?;
            let neighbourhood = Neighbourhood { id: NeighbourhoodId::new(id), name, concierges };
            let cursor = cursor.map(Cursor::new);
            Ok(Feed { neighbourhood, cursor, version, matched_version, matched_rules })
        });
        feeds.collect()
    }

    /// Keeps a page and moves the cursor behind it, in one transaction. Gives the neighbourhood's version afterwards:
    /// it rises when a post has changed, so that a page that comes twice changes nothing.
    pub async fn save_page(
        &self,
        municipality: &MunicipalityId,
        neighbourhood: &NeighbourhoodId,
        changes: &[Change],
        set_aside: &[SetAside],
        next: &Cursor,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        let mut tx = self.begin().await?;
        let (before,): (i64,) = sqlx::query_as("SELECT version FROM neighbourhood WHERE municipality = $1 AND id = $2")
            .bind(municipality.as_str())
            .bind(neighbourhood.as_str())
            .fetch_one(&mut *tx)
            .await?;
        // What an entry says is undone by a later one of the same post.
        let latest: BTreeMap<_, _> = changes.iter().map(|change| (change.post(), change)).collect();
        let shared: Vec<&Post> = latest.values().filter_map(|change| change.shared()).collect();
        let mut rows = 0;
        for posts in shared.chunks(MAX_ROWS) {
            rows += save_posts(&mut tx, municipality, neighbourhood, posts, before + 1).await?;
        }
        for (id, _) in latest.iter().filter(|(_, change)| change.shared().is_none()) {
            rows += erase_post(&mut tx, municipality, id).await?;
        }
        for entry in set_aside {
            sqlx::query(
                "INSERT INTO set_aside (municipality, neighbourhood, entry, reason, times, last_at)
                 SELECT $1, $2, $3, $4, 1, $5
                 WHERE (SELECT COUNT(*) FROM set_aside WHERE municipality = $1 AND neighbourhood = $2) < $6
                 ON CONFLICT (municipality, neighbourhood, entry, reason)
                 DO UPDATE SET times = set_aside.times + 1, last_at = excluded.last_at",
            )
            .bind(municipality.as_str())
            .bind(neighbourhood.as_str())
            .bind(entry.id.as_deref().unwrap_or(""))
            .bind(&entry.reason)
            .bind(millis(now))
            .bind(MAX_SET_ASIDE)
            .execute(&mut *tx)
            .await?;
        }
        let version = before + i64::from(rows > 0);
        sqlx::query("UPDATE neighbourhood SET cursor = $3, version = $4 WHERE municipality = $1 AND id = $2")
            .bind(municipality.as_str())
            .bind(neighbourhood.as_str())
            .bind(next.as_str())
            .bind(version)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(version)
    }

    /// Posts that `rules` have not read in their present version, oldest change first; at most
    /// [`MAX_POSTS_PER_CALL`].
    pub async fn posts_to_read(
        &self,
        municipality: &MunicipalityId,
        neighbourhood: &NeighbourhoodId,
        rules: &str,
    ) -> Result<Vec<StoredPost>, StoreError> {
        let rows: Vec<PostRow> = sqlx::query_as(
            "SELECT p.id, p.version, p.kind, p.title, p.text, p.created_at FROM post p
             LEFT JOIN reading r ON r.municipality = p.municipality AND r.post = p.id
                  AND r.version = p.version AND r.rules = $3
             WHERE p.municipality = $1 AND p.neighbourhood = $2 AND r.post IS NULL
             ORDER BY p.version, p.id LIMIT $4",
        )
        .bind(municipality.as_str())
        .bind(neighbourhood.as_str())
        .bind(rules)
        .bind(i64::try_from(MAX_POSTS_PER_CALL).unwrap_or(i64::MAX))
        .fetch_all(&self.reader)
        .await?;
        rows.into_iter().map(stored_post).collect()
    }
}

/// Identifier, version, kind, title, text and time of a post.
pub(super) type PostRow = (String, i64, Option<String>, Option<String>, String, i64);

pub(super) fn stored_post((id, version, kind, title, text, created_at): PostRow) -> Result<StoredPost, StoreError> {
    Ok(StoredPost {
        id: PostId::new(id),
        version,
        kind: kind.as_deref().map(kind_from_word).transpose()?,
        title: title.map(Private::new),
        text: Private::new(text),
        created_at: moment(created_at, "post.created_at")?,
    })
}

async fn save_posts(
    tx: &mut sqlx::Transaction<'static, super::Db>,
    municipality: &MunicipalityId,
    neighbourhood: &NeighbourhoodId,
    posts: &[&Post],
    version: i64,
) -> Result<u64, StoreError> {
    let mut insert = QueryBuilder::new(
        "INSERT INTO post (municipality, id, neighbourhood, version, author, author_name, area, kind, title, text, created_at) ",
    );
    insert.push_values(posts, |mut row, post| {
        row.push_bind(municipality.as_str())
            .push_bind(post.id.as_str())
            .push_bind(neighbourhood.as_str())
            .push_bind(version)
            .push_bind(post.author.id.as_str())
            .push_bind(post.author.name.reveal())
            .push_bind(post.author.area.as_deref())
            .push_bind(post.kind.map(kind_word))
            .push_bind(post.title.as_ref().map(Private::reveal))
            .push_bind(post.text.reveal())
            .push_bind(millis(post.created_at));
    });
    insert.push(
        " ON CONFLICT (municipality, id) DO UPDATE SET
             neighbourhood = excluded.neighbourhood, version = excluded.version, author = excluded.author,
             author_name = excluded.author_name, area = excluded.area, kind = excluded.kind, title = excluded.title,
             text = excluded.text, created_at = excluded.created_at
         WHERE post.text <> excluded.text OR post.title IS DISTINCT FROM excluded.title
            OR post.kind IS DISTINCT FROM excluded.kind OR post.author <> excluded.author
            OR post.author_name <> excluded.author_name OR post.area IS DISTINCT FROM excluded.area
            OR post.neighbourhood <> excluded.neighbourhood",
    );
    Ok(insert.build().execute(&mut **tx).await?.rows_affected())
}

async fn erase_post(
    tx: &mut sqlx::Transaction<'static, super::Db>,
    municipality: &MunicipalityId,
    id: &PostId,
) -> Result<u64, StoreError> {
    sqlx::query("DELETE FROM reading WHERE municipality = $1 AND post = $2")
        .bind(municipality.as_str())
        .bind(id.as_str())
        .execute(&mut **tx)
        .await?;
    let done = sqlx::query("DELETE FROM post WHERE municipality = $1 AND id = $2")
        .bind(municipality.as_str())
        .bind(id.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected())
}

fn kind_word(kind: PostKind) -> &'static str {
    match kind {
        PostKind::Question => "question",
        PostKind::Offer => "offer",
        PostKind::Lend => "lend",
        PostKind::Notice => "notice",
        PostKind::Event => "event",
    }
}

pub(super) fn kind_from_word(word: &str) -> Result<PostKind, StoreError> {
    Ok(match word {
        "question" => PostKind::Question,
        "offer" => PostKind::Offer,
        "lend" => PostKind::Lend,
        "notice" => PostKind::Notice,
        "event" => PostKind::Event,
        _ => return Err(StoreError::Corrupt { what: "post.kind" }),
    })
}
