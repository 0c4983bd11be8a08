//! What versions in the shadow would have told: posts, scores and codes of reasons, no texts and no names.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::QueryBuilder;

use super::matching::Told;
use super::{MAX_ROWS, Store, StoreError, StoredPost, feed, millis, moment};
use crate::domain::{MemberId, MunicipalityId, NeighbourhoodId, PostId};

/// How long a shadow suggestion is kept, in days.
pub const KEPT_DAYS: i64 = 90;
/// The most shadow suggestions that are kept for a municipality: the newest.
pub const KEPT_ROWS: u32 = 20_000;

/// Something that a version in the shadow would have told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShadowSuggestion {
    /// Digest of the version and of what it says.
    pub id: String,
    /// Where.
    pub neighbourhood: NeighbourhoodId,
    /// The kind of message that would have told it.
    pub kind: String,
    /// The post that asks; in a ring the oldest, in a group none.
    pub request: Option<PostId>,
    /// The helpers, the first suggestion first; in a ring the others, in a group everybody.
    pub helpers: Vec<ShadowHelper>,
    /// When.
    pub at: Timestamp,
}

/// A helper whom a version in the shadow would have named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShadowHelper {
    /// The helper's post.
    pub post: PostId,
    /// 0 to 1000; 0 where the kind has no score.
    pub score: u16,
    /// Why, the most telling first.
    pub reasons: Vec<ShadowReason>,
}

/// A reason, as the module's manifest calls it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShadowReason {
    /// Its identifier, for example `same-evening`.
    pub code: String,
    /// What `{0}` and `{1}` of its sentence stand for.
    #[serde(deserialize_with = "crate::rules::padded")]
    pub arguments: [i32; 2],
}

/// A version that ran in the shadow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shadowed {
    /// SHA-256 of the module.
    pub module: String,
    /// SHA-256 of the settings as the module gets them.
    pub settings: String,
    /// What it would have told.
    pub suggestions: u64,
    /// When it would have told the first of them.
    pub first: Timestamp,
    /// When the last.
    pub last: Timestamp,
}

/// A new shadow suggestion, with the identifier that the real one would have.
#[derive(Debug, Clone)]
pub struct NewShadow {
    /// Digest of the version and of what it says.
    pub id: String,
    /// The kind of message.
    pub kind: &'static str,
    /// The post that asks.
    pub request: Option<PostId>,
    /// The helpers.
    pub helpers: Vec<ShadowHelper>,
}

impl Store {
    /// Keeps what a version in the shadow would have told: the same once. Forgets what is too old or too much.
    pub async fn save_shadow(
        &self,
        municipality: &MunicipalityId,
        neighbourhood: &NeighbourhoodId,
        (module, settings): (&str, &str),
        suggestions: &[NewShadow],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        for suggestion in suggestions {
            let helpers = serde_json::to_string(&suggestion.helpers).unwrap_or_default();
            sqlx::query(
                "INSERT INTO shadow_suggestion (id, municipality, neighbourhood, module, settings, kind, request, helpers, at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING",
            )
            .bind(&suggestion.id)
            .bind(municipality.as_str())
            .bind(neighbourhood.as_str())
            .bind(module)
            .bind(settings)
            .bind(suggestion.kind)
            .bind(suggestion.request.as_ref().map(PostId::as_str))
            .bind(helpers)
            .bind(millis(now))
            .execute(&mut *tx)
            .await?;
        }
        sqlx::query(
            "DELETE FROM shadow_suggestion WHERE municipality = $1 AND (at < $2 OR id NOT IN (
                 SELECT id FROM shadow_suggestion WHERE municipality = $1 ORDER BY at DESC, id LIMIT $3))",
        )
        .bind(municipality.as_str())
        .bind(millis(now - SignedDuration::from_hours(24 * KEPT_DAYS)))
        .bind(KEPT_ROWS)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// What the version with this module and these settings would have told since `since`, the oldest first.
    pub async fn shadow_suggestions(
        &self,
        municipality: &MunicipalityId,
        module: &str,
        settings: &str,
        since: Timestamp,
    ) -> Result<Vec<ShadowSuggestion>, StoreError> {
        type Row = (String, String, String, Option<String>, String, i64);
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, neighbourhood, kind, request, helpers, at FROM shadow_suggestion
             WHERE municipality = $1 AND at >= $2 AND module = $3 AND settings = $4 ORDER BY at, id",
        )
        .bind(municipality.as_str())
        .bind(millis(since))
        .bind(module)
        .bind(settings)
        .fetch_all(&self.reader)
        .await?;
        let suggestions = rows.into_iter().map(|(id, neighbourhood, kind, request, helpers, at)| {
            Ok(ShadowSuggestion {
                id,
                neighbourhood: NeighbourhoodId::new(neighbourhood),
                kind,
                request: request.map(PostId::new),
                helpers: serde_json::from_str(&helpers)
                    .map_err(|_| StoreError::Corrupt { what: "shadow_suggestion.helpers" })?,
                at: moment(at, "shadow_suggestion.at")?,
            })
        });
        suggestions.collect()
    }

    /// The versions of a municipality's rules that told something in the shadow, the latest first.
    pub async fn shadowed(&self, municipality: &MunicipalityId) -> Result<Vec<Shadowed>, StoreError> {
        let rows: Vec<(String, String, i64, i64, i64)> = sqlx::query_as(
            "SELECT module, settings, COUNT(*), MIN(at), MAX(at) FROM shadow_suggestion WHERE municipality = $1
             GROUP BY module, settings ORDER BY 5 DESC, module, settings",
        )
        .bind(municipality.as_str())
        .fetch_all(&self.reader)
        .await?;
        let versions = rows.into_iter().map(|(module, settings, suggestions, first, last)| {
            Ok(Shadowed {
                module,
                settings,
                suggestions: u64::try_from(suggestions).unwrap_or_default(),
                first: moment(first, "shadow_suggestion.at")?,
                last: moment(last, "shadow_suggestion.at")?,
            })
        });
        versions.collect()
    }

    /// What a version in the shadow would have told in a neighbourhood since `since`, as if it had: nobody has answered.
    /// What names a post that is gone is left out.
    pub async fn shadow_history(
        &self,
        municipality: &MunicipalityId,
        neighbourhood: &NeighbourhoodId,
        (module, settings): (&str, &str),
        since: Timestamp,
    ) -> Result<Vec<Told>, StoreError> {
        let mut suggestions = self.shadow_suggestions(municipality, module, settings, since).await?;
        suggestions.retain(|suggestion| suggestion.neighbourhood == *neighbourhood);
        let authors: Vec<(String, String)> =
            sqlx::query_as("SELECT id, author FROM post WHERE municipality = $1 AND neighbourhood = $2")
                .bind(municipality.as_str())
                .bind(neighbourhood.as_str())
                .fetch_all(&self.reader)
                .await?;
        let authors: std::collections::HashMap<_, _> = authors.into_iter().collect();
        let author = |post: &PostId| authors.get(post.as_str()).map(|author| MemberId::new(author.as_str()));
        let told = suggestions.into_iter().filter_map(|suggestion| {
            let asker = match &suggestion.request {
                Some(request) => Some(author(request)?),
                None => None,
            };
            let helpers = suggestion.helpers.into_iter().map(|helper| {
                let author = author(&helper.post)?;
                Some((helper.post, author))
            });
            Some(Told {
                helpers: helpers.collect::<Option<_>>()?,
                state: if is_answered(&suggestion.kind) { "open" } else { "told" }.to_owned(),
                id: suggestion.id,
                kind: suggestion.kind,
                request: suggestion.request,
                asker,
                created_at: suggestion.at,
            })
        });
        Ok(told.collect())
    }

    /// Some posts of a neighbourhood with their texts, in their present version.
    pub async fn stored_posts(
        &self,
        municipality: &MunicipalityId,
        posts: &[PostId],
    ) -> Result<Vec<StoredPost>, StoreError> {
        let mut stored = Vec::with_capacity(posts.len());
        for posts in posts.chunks(MAX_ROWS) {
            let mut select =
                QueryBuilder::new("SELECT id, version, kind, title, text, created_at FROM post WHERE municipality = ");
            select.push_bind(municipality.as_str()).push(" AND id IN (");
            let mut ids = select.separated(", ");
            for post in posts {
                ids.push_bind(post.as_str());
            }
            select.push(")");
            let rows: Vec<feed::PostRow> = select.build_query_as().fetch_all(&self.reader).await?;
            for row in rows {
                stored.push(feed::stored_post(row)?);
            }
        }
        Ok(stored)
    }
}

/// Whether a concierge decides about messages of this kind.
fn is_answered(kind: &str) -> bool {
    matches!(kind, "suggestion" | "exchange" | "group" | "certificate")
}
