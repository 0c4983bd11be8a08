//! A municipality's rule module: checked, compiled and asked to describe itself once, then called many times.

use std::fmt;
use std::sync::Arc;

use wasmtime::Store;

use super::call::call;
use super::engine::{CallLimits, FUEL_PER_CALL, RulesEngine};
use super::error::{AuthorFault, RuleError, Usage};
use super::manifest::Unchecked;
use super::meter::{Meter, Spent};
use super::note::{NOTE_FORMAT, Note};
use super::settings::{self, Settings, sha256_hex};
use super::version::{Instance, Prepared};
use super::{MAX_CANDIDATES, MAX_POSTS_PER_CALL, Manifest, Question, Reading, RulePost, Verdict, answer, manifest};

pub use super::limits::MAX_MODULE_BYTES;

/// The rules of a municipality that wrote none: built from `wasm-rules/standard`, and no trust in anything but this
/// file is needed for what protects people.
pub static STANDARD: &[u8] = include_bytes!("../../../wasm-rules/standard/standard.wasm");

/// A rule module with its settings, ready to be called from any thread. Cheap to clone.
#[derive(Clone)]
pub struct RuleModule {
    loaded: Arc<Loaded>,
    settings: Arc<Settings>,
    meter: Arc<Meter>,
}

struct Loaded {
    engine: RulesEngine,
    prepared: Prepared,
    manifest: Manifest,
    digest: String,
}

impl fmt::Debug for RuleModule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let manifest = self.manifest();
        write!(f, "RuleModule({} {}, {})", manifest.name, manifest.version, self.digest())
    }
}

impl RuleModule {
    /// The embedded standard module with its default settings.
    pub fn standard(engine: &RulesEngine) -> Result<Self, RuleError> {
        Self::load(engine, STANDARD, None)
    }

    /// Checks, compiles and describes the component in `bytes`, and checks `settings`, a TOML or JSON document, against
    /// the schema that the module states; without settings, the empty object counts. Blocks: a tenth of a second for a
    /// module in Rust, some fifteen for one in Python, a fraction of a millisecond when the cache has it.
    pub fn load(engine: &RulesEngine, bytes: &[u8], settings: Option<&str>) -> Result<Self, RuleError> {
        let digest = digest_of(engine, bytes)?;
        if let Some(kept) = Self::kept(engine, &digest, settings)? {
            return Ok(kept);
        }
        let first = |errors: Vec<_>| errors.into_iter().next().expect("what is refused has a reason");
        Self::describe(engine, bytes, digest, settings).map_err(first)
    }

    /// The same, asking the module anew whatever the cache has noted, and with everything that is wrong with its
    /// description and with the settings: at least one.
    pub fn examine(engine: &RulesEngine, bytes: &[u8], settings: Option<&str>) -> Result<Self, Vec<RuleError>> {
        let digest = digest_of(engine, bytes).map_err(|error| vec![error])?;
        Self::describe(engine, bytes, digest, settings)
    }

    /// The module whose bytes have the SHA-256 `digest`, if the cache holds its code and what was found out about it; its
    /// bytes are not needed, and none of it is run. Fails when `settings` do not fit.
    pub fn kept(engine: &RulesEngine, digest: &str, settings: Option<&str>) -> Result<Option<Self>, RuleError> {
        let Some((component, note)) = engine.kept(digest) else { return Ok(None) };
        let Some(note) = Note::read(&note) else { return Ok(None) };
        let settings = match settings {
            None if note.takes_defaults => Settings::default(),
            _ => Settings::check(&note.manifest, settings)?,
        };
        let prepared = Prepared::of(engine, &component)?;
        Ok(Some(Self::of(engine, prepared, note.manifest, digest.to_owned(), settings)))
    }

    fn describe(
        engine: &RulesEngine,
        bytes: &[u8],
        digest: String,
        settings: Option<&str>,
    ) -> Result<Self, Vec<RuleError>> {
        let (prepared, raw) = describe(engine, bytes, &digest).map_err(|error| vec![error])?;
        let (manifest, mut faults) = manifest::check(raw);
        let mut errors = Vec::new();
        let mut takes_defaults = false;
        let settings = match settings::validator(&manifest) {
            Ok(validator) => {
                takes_defaults = Settings::fit(&validator, &manifest, None).is_ok();
                Settings::fit(&validator, &manifest, settings).map_err(|fault| errors.push(fault.into()))
            }
            Err(fault) => {
                faults.push(fault);
                Err(())
            }
        };
        if !faults.is_empty() {
            errors.insert(0, AuthorFault::Manifest { faults }.into());
            return Err(errors);
        }
        let Ok(settings) = settings else { return Err(errors) };
        let note = Note { format: NOTE_FORMAT, takes_defaults, manifest };
        engine.note(&digest, &note.write()).map_err(|fault| vec![RuleError::from(fault)])?;
        Ok(Self::of(engine, prepared, note.manifest, digest, settings))
    }

    fn of(engine: &RulesEngine, prepared: Prepared, manifest: Manifest, digest: String, settings: Settings) -> Self {
        let loaded = Loaded { engine: engine.clone(), prepared, manifest, digest };
        Self { loaded: Arc::new(loaded), settings: Arc::new(settings), meter: Arc::default() }
    }

    /// The same module with other settings; nothing is compiled again.
    pub fn with_settings(&self, settings: Option<&str>) -> Result<Self, RuleError> {
        let settings = Settings::check(self.manifest(), settings)?;
        Ok(Self { loaded: Arc::clone(&self.loaded), settings: Arc::new(settings), meter: Arc::default() })
    }

    /// Whether the loaded module is also held elsewhere, with whatever settings.
    pub(super) fn is_shared(&self) -> bool {
        Arc::strong_count(&self.loaded) > 1
    }

    /// What the module says about itself.
    pub fn manifest(&self) -> &Manifest {
        &self.loaded.manifest
    }

    /// SHA-256 of the module's bytes, in hexadecimal.
    pub fn digest(&self) -> &str {
        &self.loaded.digest
    }

    /// SHA-256 of the settings as the module gets them, in hexadecimal.
    pub fn settings_digest(&self) -> &str {
        &self.settings.digest
    }

    /// What the calls of this module with these settings used so far; its clones count together.
    pub fn spent(&self) -> Spent {
        self.meter.spent()
    }

    /// Reads posts; one reading per post, in the same order. Blocks: seconds in the worst case, about 60 µs a post
    /// with the standard module.
    pub fn read(&self, posts: &[RulePost]) -> Result<Vec<Reading>, RuleError> {
        let mut all = Vec::with_capacity(posts.len());
        for batch in posts.chunks(MAX_POSTS_PER_CALL) {
            let (readings, usage) = self.read_batch(batch)?;
            self.meter.add(|spent| &mut spent.read, batch.len(), usage);
            all.extend(readings);
        }
        Ok(all)
    }

    /// Judges candidates; one list per question, one verdict per candidate, in the same order. Blocks as `read` does.
    ///
    /// Panics when a question has more than [`MAX_CANDIDATES`]: the caller bounds them.
    pub fn assess(&self, questions: &[Question<'_>]) -> Result<Vec<Vec<Verdict>>, RuleError> {
        let mut all = Vec::with_capacity(questions.len());
        let mut rest = questions;
        while !rest.is_empty() {
            let (batch, after) = rest.split_at(batch_len(rest));
            let (verdicts, usage) = self.assess_batch(batch)?;
            let candidates = batch.iter().map(|question| question.candidates.len()).sum();
            self.meter.add(|spent| &mut spent.assess, candidates, usage);
            all.extend(verdicts);
            rest = after;
        }
        Ok(all)
    }

    /// Reads at most [`MAX_POSTS_PER_CALL`] posts in one call, and tells what that used.
    pub fn read_batch(&self, posts: &[RulePost]) -> Result<(Vec<Reading>, Usage), RuleError> {
        let fuel = self.loaded.engine.limits.fuel_per_post;
        let (readings, usage) = self.call("read", fuel, posts.len(), async |instance, store| {
            instance.read(store, &self.settings.json, posts).await
        })?;
        answer::readings(self.manifest(), posts.len(), &readings)?;
        Ok((readings, usage))
    }

    /// Judges at most [`MAX_CANDIDATES`] in one call, and tells what that used.
    pub fn assess_batch(&self, questions: &[Question<'_>]) -> Result<(Vec<Vec<Verdict>>, Usage), RuleError> {
        let fuel = self.loaded.engine.limits.fuel_per_candidate;
        let candidates = questions.iter().map(|question| question.candidates.len()).sum();
        let (answers, usage) = self.call("assess", fuel, candidates, async |instance, store| {
            instance.assess(store, &self.settings.json, questions).await
        })?;
        Ok((answer::verdicts(self.manifest(), questions, &answers)?, usage))
    }

    /// Makes an instance, calls nothing, and tells what that used.
    pub fn start(&self) -> Result<Usage, RuleError> {
        Ok(self.call("(start)", 0, 0, async |_, _| Ok(()))?.1)
    }

    fn call<T>(
        &self,
        function: &'static str,
        fuel_per_item: u64,
        items: usize,
        run: impl AsyncFnOnce(&Instance, &mut Store<CallLimits>) -> wasmtime::Result<T>,
    ) -> Result<(T, Usage), RuleError> {
        let fuel = FUEL_PER_CALL + fuel_per_item * items as u64;
        let Loaded { engine, prepared, manifest, .. } = &*self.loaded;
        call(engine, prepared, &manifest.name, function, fuel, items, run)
    }
}

/// The SHA-256 of what may be a module.
fn digest_of(engine: &RulesEngine, bytes: &[u8]) -> Result<String, RuleError> {
    let limit = engine.limits.module_bytes;
    if bytes.len() > limit {
        return Err(AuthorFault::TooLarge { bytes: bytes.len(), limit }.into());
    }
    if !bytes.starts_with(b"\0asm") {
        return Err(AuthorFault::NoWebAssembly.into());
    }
    // The fifth to eighth byte are the layer: a core module has version 1 there.
    if bytes.get(4..8) == Some(b"\x01\0\0\0") {
        return Err(AuthorFault::CoreModule.into());
    }
    Ok(sha256_hex(bytes))
}

/// Compiles the component in `bytes`, and asks it to describe itself.
fn describe(engine: &RulesEngine, bytes: &[u8], digest: &str) -> Result<(Prepared, Unchecked), RuleError> {
    let component =
        if bytes == STANDARD { engine.trusted_component(bytes, digest)? } else { engine.component(bytes, digest)? };
    let prepared = Prepared::of(engine, &component)?;
    let (raw, _) = call(engine, &prepared, "(unnamed)", "describe", FUEL_PER_CALL, 1, async |instance, store| {
        instance.describe(store).await
    })?;
    Ok((prepared, raw))
}

/// How many of `questions` go into the next call: at least one, and no more candidates than a call takes.
fn batch_len(questions: &[Question<'_>]) -> usize {
    let mut candidates = 0;
    let fits = questions.iter().take_while(|question| {
        assert!(question.candidates.len() <= MAX_CANDIDATES, "a question has at most {MAX_CANDIDATES} candidates");
        // A question without candidates still costs its crossing.
        candidates += question.candidates.len().max(1);
        candidates <= MAX_CANDIDATES
    });
    fits.count()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use wasmtime::Trap;

    use super::*;
    use crate::domain::{LocalTime, Private};
    use crate::rules::Candidate;
    use crate::rules::error::SettingsFault;

    /// The head of a component without anything in it.
    const COMPONENT: [u8; 8] = *b"\0asm\x0d\0\x01\0";

    fn load(bytes: &[u8]) -> Result<RuleModule, RuleError> {
        RuleModule::load(&RulesEngine::new().unwrap(), bytes, None)
    }

    fn standard() -> RuleModule {
        RuleModule::standard(&RulesEngine::new().unwrap()).unwrap()
    }

    fn posts(count: usize) -> Vec<RulePost> {
        let texts = ["Wie kan zaterdag mijn gras maaien?", "Ik maai graag je gras.", "Gratis kast af te halen", ""];
        let written = LocalTime(date(2026, 3, 2).at(9, 0, 0, 0));
        let post = |text: &&str| RulePost { kind: None, title: None, text: Private::new(*text), written };
        texts.iter().cycle().take(count).map(post).collect()
    }

    fn author_fault(error: RuleError) -> AuthorFault {
        match error {
            RuleError::Author(fault) => *fault,
            other => panic!("unexpected {other}"),
        }
    }

    #[test]
    fn what_is_no_rule_module_is_refused_with_its_reason() {
        let fault = |bytes: &[u8]| author_fault(load(bytes).unwrap_err());
        assert!(matches!(fault(&vec![0; MAX_MODULE_BYTES + 1]), AuthorFault::TooLarge { .. }));
        assert!(matches!(fault(b"\0asm\x01\0\0\0"), AuthorFault::CoreModule));
        assert!(matches!(fault(b"no wasm"), AuthorFault::NoWebAssembly));
        assert!(matches!(fault(&[]), AuthorFault::NoWebAssembly));
        assert!(matches!(fault(&STANDARD[..STANDARD.len() / 2]), AuthorFault::Invalid(_)));
        assert!(matches!(fault(&COMPONENT), AuthorFault::Export { .. }));
        // A type section with `func()`, and an import section that asks for such a function by the name of `clock`.
        let types = [7, 5, 1, 0x40, 0, 1, 0];
        let imports = [10, 10, 1, 0, 5, b'c', b'l', b'o', b'c', b'k', 1, 0];
        let importing = [&COMPONENT[..], &types, &imports].concat();
        let AuthorFault::Import { names } = fault(&importing) else { panic!("{}", fault(&importing)) };
        assert_eq!(names, ["clock"]);
    }

    #[test]
    fn a_batch_gives_what_single_calls_give_however_it_is_split() {
        let module = standard();
        let posts = posts(MAX_POSTS_PER_CALL + 3);
        let readings = module.read(&posts).unwrap();
        assert_eq!(readings.len(), posts.len());
        for (i, post) in posts.iter().enumerate().take(4) {
            assert_eq!(module.read(std::slice::from_ref(post)).unwrap()[0], readings[i]);
            assert_eq!(readings[i], readings[MAX_POSTS_PER_CALL - 4 + i]);
        }
        let now = LocalTime(date(2026, 3, 3).at(9, 0, 0, 0));
        let candidate = |offer| Candidate { offer, load: 0, same_area: false, helped_before: 0 };
        let candidates: Vec<_> = readings[..300].iter().map(candidate).collect();
        let question = |request| Question { request, now, candidates: candidates.clone() };
        // Four questions of 300 are more than one call takes.
        let questions: Vec<_> = readings[..4].iter().map(question).collect();
        let verdicts = module.assess(&questions).unwrap();
        for (question, verdicts) in questions.iter().zip(&verdicts) {
            assert_eq!(module.assess(std::slice::from_ref(question)).unwrap()[0], *verdicts);
        }
        assert!(module.read(&[]).unwrap().is_empty() && module.assess(&[]).unwrap().is_empty());
    }

    #[test]
    fn a_call_that_does_not_end_well_is_a_fault_and_says_what_was_used() {
        let module = standard();
        let Loaded { engine, prepared, .. } = &*module.loaded;
        let posts = posts(4);
        let read = |fuel| {
            call(engine, prepared, "test", "read", fuel, posts.len(), async |instance, store| {
                instance.read(store, "{}", &posts).await
            })
        };
        read(FUEL_PER_CALL).unwrap();
        let fault = author_fault(read(2_000).unwrap_err());
        let AuthorFault::OutOfFuel { usage, items: 4, .. } = &fault else { panic!("{fault}") };
        assert!((2_000..3_000).contains(&usage.fuel_limit) && usage.memory_bytes > 0, "{usage}");

        let failing = |error: fn() -> wasmtime::Error| {
            author_fault(
                call(engine, prepared, "test", "read", FUEL_PER_CALL, 1, async |_, _| Err::<(), _>(error()))
                    .unwrap_err(),
            )
        };
        assert!(matches!(failing(|| Trap::UnreachableCodeReached.into()), AuthorFault::Trap { .. }));
        assert!(matches!(failing(|| wasmtime::Error::msg("no such value")), AuthorFault::Malformed { .. }));
    }

    #[test]
    fn settings_that_do_not_fit_are_the_clerks_fault() {
        let module = standard();
        let error = module.with_settings(Some(r#"{"no-such-setting": 1}"#)).unwrap_err();
        assert!(matches!(error, RuleError::Settings(SettingsFault::Misfit { .. })), "{error}");
        let error = module.with_settings(Some("{")).unwrap_err();
        assert!(matches!(error, RuleError::Settings(SettingsFault::Syntax { line: 1, .. })), "{error}");
    }
}
