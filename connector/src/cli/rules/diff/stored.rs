//! What the rules at work told, and what those in the shadow would have told in the same days: both as a connector's
//! store keeps it. What neither of them says in words, the posts' meaning, their modules are asked for again.

use std::collections::{HashMap, HashSet};

use anyhow::{Context, bail};
use indicatif::ProgressBar;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::ground::Ground;
use super::recording::Recording;
use super::side::{Helping, Side, Telling};
use super::told::RulesName;
use super::{DiffArgs, Rules};
use crate::assembly;
use crate::cli::rules::desk::short;
use crate::domain::{LocalTime, MunicipalityId, PostId};
use crate::matching::{self, History, Limits, OpenPost};
use crate::pipeline::rules_key;
use crate::rules::library::LibraryError;
use crate::rules::reader::CRISIS;
use crate::rules::{Manifest, Question, Reader, Reason, RuleError, RuleModule, RulesEngine};
use crate::store::{KEPT_DAYS, KEPT_ROWS, RecordedSuggestion, Refused, ShadowReason, ShadowSuggestion, Store, Version};

/// How long before they are told of posts are looked for, in days: an older one is not suggested any more.
const POST_DAYS: i64 = 366;

/// What a store holds of the rules at work and of those in the shadow.
pub(super) struct Held {
    pub recording: Recording,
    /// The first and the last day.
    pub days: (Date, Date),
    pub rules: [Rules; 2],
    rows: [Vec<Row>; 2],
    now: LocalTime,
}

/// A message to a concierge, sent or not.
#[derive(Debug)]
struct Row {
    kind: String,
    request: Option<PostId>,
    /// Each with the score and the reasons.
    helpers: Vec<(PostId, u16, Vec<Reason>)>,
    /// In a ring, the reasons of the one who asks.
    asker_reasons: Vec<Reason>,
    day: Date,
}

impl Held {
    /// Looks into the store for what both told since they work side by side.
    pub async fn look(
        args: &DiffArgs,
        ground: &Ground,
        engine: &RulesEngine,
        standard: &RuleModule,
        now: Timestamp,
    ) -> anyhow::Result<Self> {
        let store = ground.store(args.store.as_deref()).await?;
        let id = ground.municipality(&store, args.municipality()).await?;
        let state = store.rules_state(&id).await?;
        let Some(shadow) = state.shadow else { return Err(Refused::NoShadow { municipality: id }.into()) };
        let shadow = store.rule_version(&id, shadow).await?.ok_or(LibraryError::Missing)?;
        let active = match state.active {
            Some(change) => Some(store.rule_version(&id, change).await?.ok_or(LibraryError::Missing)?),
            None => None,
        };
        let kept = now - SignedDuration::from_hours(24 * args.days.map_or(KEPT_DAYS, i64::from).min(KEPT_DAYS));
        let together = active.as_ref().map_or(shadow.at, |active| active.at.max(shadow.at));
        let (since, hidden) = since_when(&store, &id, &shadow, together.max(kept)).await?;
        let told = store.recorded_suggestions(&id, since, KEPT_ROWS).await?;
        if hidden.is_empty() {
            silent(&store, &id, &shadow, since, told.is_empty()).await?;
        }
        let (old, key) = if let Some(version) = &active {
            (load(&store, engine, standard, version).await?, None)
        } else {
            let old = configured(ground, engine, standard, &id)?;
            // Another configuration may have told earlier ones, and its reasons are not those of this module.
            let key = rules_key(&old.reader, &ground.zone, &ground.limits);
            (old, Some(key))
        };
        let new = load(&store, engine, standard, &shadow).await?;
        let day = |at: Timestamp| LocalTime::of(at, &ground.zone).0.date();
        let rows = [
            told.into_iter().map(|told| Row::told(&told, key.as_deref(), day(told.at))).collect::<Vec<_>>(),
            hidden.into_iter().map(|row| Row::hidden(row, new.reader.module().manifest(), day)).collect(),
        ];
        let named: HashSet<&PostId> = rows.iter().flatten().flat_map(Row::posts).collect();
        let looked = since - SignedDuration::from_hours(24 * POST_DAYS);
        let wanted = |post: &crate::store::RecordedPost| post.created_at >= since || named.contains(&post.id);
        let recording = Recording::of_store(&store, &id, looked, ground, wanted).await?;
        if recording.posts.is_empty() {
            bail!("the posts of which the rules of `{id}` told are gone\nhint: look again when there are new ones");
        }
        let now = LocalTime::of(now, &ground.zone);
        Ok(Self { recording, days: (day(since), now.0.date()), rules: [old, new], rows, now })
    }

    /// What both told. `progress` moves by one for each post read and one for each post matched.
    pub fn sides(&self, limits: &Limits, progress: &ProgressBar) -> Result<[Side; 2], RuleError> {
        Ok([self.side(0, limits, progress)?, self.side(1, limits, progress)?])
    }

    fn side(&self, side: usize, limits: &Limits, progress: &ProgressBar) -> Result<Side, RuleError> {
        let (reader, rows) = (&self.rules[side].reader, &self.rows[side]);
        let (mut side, posts) = Side::reading(reader, &self.recording, progress)?;
        let index: HashMap<&PostId, usize> = posts.iter().enumerate().map(|(i, post)| (&post.id, i)).collect();
        let meaning = Meaning { posts: &posts, index: &index, manifest: reader.module().manifest() };
        for row in rows {
            if let Some(telling) = meaning.telling(row) {
                side.tell(telling, row.day);
            }
        }
        side.fits = self.fits(reader, &posts, &index, limits)?;
        progress.inc(posts.len() as u64);
        Ok(side)
    }

    /// Who suits whom well enough, with nobody spoken for and nothing expired.
    fn fits(
        &self,
        reader: &Reader,
        posts: &[OpenPost],
        index: &HashMap<&PostId, usize>,
        limits: &Limits,
    ) -> Result<HashSet<(usize, usize)>, RuleError> {
        let module = reader.module();
        let limits = Limits { expiry: false, ..*limits };
        let mut fits = HashSet::new();
        for (posts, place) in self.recording.by_place(posts.to_vec()).iter().zip(&self.recording.neighbourhoods) {
            let history = History { safeguards: place.safeguards.clone(), ..History::default() };
            let assess = |questions: &[Question<'_>]| module.assess(questions);
            let ranking = matching::rank(posts, None, &history, self.now, &limits, module.manifest(), assess)?;
            for (request, helpers) in ranking.requests() {
                fits.extend(helpers.into_iter().map(|helper| (index[request], index[helper])));
            }
        }
        Ok(fits)
    }
}

/// What the version in the shadow would have told since `since`, or since when the store kept all of it.
async fn since_when(
    store: &Store,
    municipality: &MunicipalityId,
    shadow: &Version,
    since: Timestamp,
) -> anyhow::Result<(Timestamp, Vec<ShadowSuggestion>)> {
    let (module, settings) = (&shadow.info.module, &shadow.info.settings);
    let hidden = store.shadow_suggestions(municipality, module, settings, since).await?;
    // As many as are kept: there were more.
    let full = hidden.first().filter(|_| hidden.len() >= KEPT_ROWS as usize);
    Ok((full.map_or(since, |first| first.at), hidden))
}

/// Says why a shadow that told nothing cannot be compared, unless silence is what it has to say.
async fn silent(
    store: &Store,
    municipality: &MunicipalityId,
    shadow: &Version,
    since: Timestamp,
    both: bool,
) -> anyhow::Result<()> {
    let (module, settings) = (&shadow.info.module, &shadow.info.settings);
    let faults = store.faults_since(municipality, module, settings, since).await?;
    if faults > 0 {
        bail!(
            "the version in the shadow of `{municipality}` has said nothing yet: it failed `{faults}` times\nhint: \
             `koppelaar doctor` tells why; tell its author, and deploy a mended one"
        );
    }
    if both {
        bail!(
            "neither the rules at work in `{municipality}` nor those in the shadow have said anything since `{}`\nhint: \
             both see a post with the cycle after it was written: is `koppelaar run` at work? Then look again when \
             there are new posts",
            since.strftime("%Y-%m-%d %H:%M UTC")
        );
    }
    Ok(())
}

/// A deployed version. It is only looked at, in the sandbox: who signed it is looked at when it is put to work.
async fn load(store: &Store, engine: &RulesEngine, standard: &RuleModule, version: &Version) -> anyhow::Result<Rules> {
    let bytes = store.rule_file(&version.info.module).await?.ok_or(LibraryError::Missing)?;
    let module = RuleModule::load(engine, &bytes, version.settings.as_deref())
        .with_context(|| format!("the rules `{}` {}", version.info.name, version.info.version))?;
    let settings = version.settings.as_ref().map(|_| short(module.settings_digest()).to_owned());
    Ok(Rules { name: RulesName::of(&module, settings), reader: Reader::new(module, standard) })
}

/// The rules of the configuration, which are at work where nothing was deployed.
fn configured(
    ground: &Ground,
    engine: &RulesEngine,
    standard: &RuleModule,
    id: &MunicipalityId,
) -> anyhow::Result<Rules> {
    let Some((_, municipality)) = &ground.configured else {
        bail!(
            "`{id}` works with the rules of its configuration, which the store does not hold\nhint: name the \
             configuration with `--config`"
        );
    };
    let module = assembly::module(engine, standard, municipality)?;
    let file = municipality.rules.settings.as_ref();
    let settings = file.map(|path| path.file_name().unwrap_or_default().to_string_lossy().into_owned());
    Ok(Rules { name: RulesName::of(&module, settings), reader: Reader::new(module, standard) })
}

impl Row {
    /// What was told; its reasons only where the rules with `key` told it.
    fn told(told: &RecordedSuggestion, key: Option<&str>, day: Date) -> Self {
        let own = key.is_none_or(|key| key == told.rules);
        let reasons = |frozen: &str| -> Vec<Reason> {
            if own { serde_json::from_str(frozen).unwrap_or_default() } else { Vec::new() }
        };
        let helpers = told.helpers.iter().map(|helper| (helper.post.clone(), helper.score, reasons(&helper.reasons)));
        Self {
            kind: told.kind.clone(),
            request: told.request.clone(),
            helpers: helpers.collect(),
            asker_reasons: reasons(&told.asker_reasons),
            day,
        }
    }

    /// What would have been told by a module with this manifest.
    fn hidden(row: ShadowSuggestion, manifest: &Manifest, day: impl Fn(Timestamp) -> Date) -> Self {
        let reason = |reason: ShadowReason| {
            let code = manifest.reasons.iter().position(|known| known.id == reason.code)?;
            Some(Reason { code: u16::try_from(code).ok()?, arguments: reason.arguments })
        };
        let helpers = row.helpers.into_iter().map(|helper| {
            let reasons = helper.reasons.into_iter().filter_map(reason).collect();
            (helper.post, helper.score, reasons)
        });
        Self {
            kind: row.kind,
            request: row.request,
            helpers: helpers.collect(),
            asker_reasons: Vec::new(),
            day: day(row.at),
        }
    }

    fn posts(&self) -> impl Iterator<Item = &PostId> {
        self.request.iter().chain(self.helpers.iter().map(|(post, ..)| post))
    }
}

/// What the posts of messages mean to the rules that told them.
struct Meaning<'a> {
    posts: &'a [OpenPost],
    index: &'a HashMap<&'a PostId, usize>,
    manifest: &'a Manifest,
}

impl Meaning<'_> {
    /// What a message tells; none when posts that it cannot do without are gone.
    fn telling(&self, row: &Row) -> Option<Telling> {
        let at = |post: &PostId| self.index.get(post).copied();
        let request = row.request.as_ref().and_then(at);
        let known = |(post, score, reasons): &(PostId, u16, Vec<Reason>)| {
            let reasons = reasons.iter().filter(|reason| usize::from(reason.code) < self.manifest.reasons.len());
            Some(Helping { post: at(post)?, score: *score, reasons: reasons.copied().collect() })
        };
        let helpers: Vec<Helping> = row.helpers.iter().filter_map(known).collect();
        let whole = helpers.len() == row.helpers.len();
        Some(match row.kind.as_str() {
            "suggestion" if !helpers.is_empty() => {
                let request = request?;
                Telling::Suggestion { request, helpers, referral: self.referral(request) }
            }
            "exchange" if whole => {
                let posts = [request?].into_iter().chain(helpers.iter().map(|helper| helper.post)).collect();
                let score = helpers.first()?.score;
                let others = helpers.into_iter().flat_map(|helper| helper.reasons);
                Telling::Exchange { posts, score, reasons: row.asker_reasons.iter().copied().chain(others).collect() }
            }
            "group" if whole => {
                let posts: Vec<usize> = helpers.iter().map(|helper| helper.post).collect();
                // Those in a group share their main need.
                let main = self.posts[*posts.first()?].reading.reading.needs.first()?;
                Telling::Group { category: self.manifest.categories[usize::from(main.category)].id.clone(), posts }
            }
            "crisis" => Telling::Crisis(request?),
            "report" => Telling::Report(request?),
            "referral" => Telling::Referral(request?, self.referral(request?)?),
            _ => return None,
        })
    }

    fn referral(&self, post: usize) -> Option<String> {
        let kind = &self.manifest.referrals[usize::from(self.posts[post].reading.reading.referral?)];
        (kind != CRISIS).then(|| kind.clone())
    }
}
