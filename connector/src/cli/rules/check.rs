//! Tells an author whether production would take a module, and a clerk what it could say to a concierge: everything that
//! is wrong at once, as far as it can be looked at.

mod probes;
mod report;

use crate::rules::engine::{FUEL_PER_CALL, RulesLimits};
use crate::rules::error::Usage;
use crate::rules::meter::Calls;
use crate::rules::{Candidate, Question, Reading, RuleError, RuleModule, RulePost, RulesEngine, Verdict};
use probes::Probe;

/// How often every batch is read and judged: the same input must give the same answer.
const TIMES: usize = 3;

/// The outcome of a check.
pub(super) struct Report {
    bytes: usize,
    findings: Vec<Finding>,
    /// The module, if it could be loaded at all.
    module: Option<RuleModule>,
    own_settings: bool,
    tried: Tried,
}

/// Something that production would refuse.
enum Finding {
    /// A call, or loading, failed; with the probes that made it fail, if not all of them do.
    Fault(RuleError, Vec<&'static str>),
    /// A second call with the same batch answered differently.
    Unsteady(&'static str),
    /// Alone, these were read or judged otherwise than in a batch.
    Batch(&'static str, Vec<&'static str>),
}

/// What was tried, and what it took at most.
#[derive(Default)]
struct Tried {
    posts: usize,
    candidates: usize,
    /// The call of each function that came nearest to its limit.
    read: Option<Usage>,
    assess: Option<Usage>,
    memory_bytes: usize,
}

impl Report {
    /// Whether production would take the module.
    pub fn accepted(&self) -> bool {
        self.findings.is_empty()
    }

    /// The module, where production would take it.
    pub fn module(&self) -> Option<&RuleModule> {
        self.module.as_ref().filter(|_| self.accepted())
    }
}

/// Loads the module as production would, and tries it on difficult posts.
pub(super) fn check(engine: &RulesEngine, bytes: &[u8], settings: Option<&str>) -> Report {
    let mut findings = Vec::new();
    let module = RuleModule::examine(engine, bytes, settings).or_else(|errors| {
        // With its defaults the module itself can be looked at all the same.
        let retry = errors.iter().all(|error| matches!(error, RuleError::Settings(_))) && settings.is_some();
        findings.extend(errors.into_iter().map(|error| Finding::Fault(error, Vec::new())));
        if retry { RuleModule::load(engine, bytes, None).map_err(drop) } else { Err(()) }
    });
    let own_settings = settings.is_some() && findings.is_empty();
    let mut report =
        Report { bytes: bytes.len(), findings, module: module.ok(), own_settings, tried: Tried::default() };
    if let Some(module) = report.module.clone() {
        try_out(&module, &mut report);
    }
    report
}

/// Reads and judges the probes in batches, again, and one by one: a module must not remember what it saw before.
fn try_out(module: &RuleModule, report: &mut Report) {
    let probes = probes::probes();
    let readings = try_reading(module, &probes, report);
    let now = probes::now();
    let offers: Vec<&Reading> = readings.iter().map(|(_, reading)| reading).collect();
    let candidates: Vec<_> =
        offers.iter().map(|offer| Candidate { offer, load: 1, same_area: true, helped_before: 0 }).collect();
    let question = |request| Question { request, now, candidates: candidates.clone() };
    let questions: Vec<_> = offers.iter().map(|request| question(*request)).collect();
    let names: Vec<_> = readings.iter().map(|(name, _)| *name).collect();
    report.tried.candidates = questions.len() * candidates.len();
    let limits = RulesLimits::default();
    let mut meter = Meter {
        module,
        of: |module: &RuleModule| module.spent().assess,
        fuel_per_item: limits.fuel_per_candidate,
        worst: None,
    };
    let mut assess = |questions: &[Question<'_>]| meter.call(|| module.assess(questions));
    let answers = compare("assess", &questions, &names, &mut assess, report);
    drop::<Vec<Option<Vec<Verdict>>>>(answers);
    report.tried.assess = meter.worst;
    report.tried.memory_bytes = [module.spent().read, module.spent().assess]
        .map(|calls| calls.memory_bytes)
        .into_iter()
        .max()
        .unwrap_or_default();
}

/// The readings of the probes that could be read.
fn try_reading(module: &RuleModule, probes: &[Probe], report: &mut Report) -> Vec<(&'static str, Reading)> {
    let posts: Vec<RulePost> = probes.iter().map(|probe| probe.post.clone()).collect();
    let names: Vec<_> = probes.iter().map(|probe| probe.name).collect();
    report.tried.posts = posts.len();
    let limits = RulesLimits::default();
    let mut meter = Meter {
        module,
        of: |module: &RuleModule| module.spent().read,
        fuel_per_item: limits.fuel_per_post,
        worst: None,
    };
    let mut read = |posts: &[RulePost]| meter.call(|| module.read(posts));
    let readings = compare("read", &posts, &names, &mut read, report);
    report.tried.read = meter.worst;
    names.into_iter().zip(readings).filter_map(|(name, reading)| Some((name, reading?))).collect()
}

/// A function of the module under check: one answer for each item.
type Call<'a, I, O> = dyn FnMut(&[I]) -> Result<Vec<O>, RuleError> + 'a;

/// Calls `function` on all of `items`, several times, then on each alone; notes what fails and what differs. Gives the
/// answer for each item that got one.
fn compare<I, O: PartialEq>(
    function: &'static str,
    items: &[I],
    names: &[&'static str],
    call: &mut Call<'_, I, O>,
    report: &mut Report,
) -> Vec<Option<O>> {
    let batch = call(items);
    for _ in 1..TIMES {
        if let (Ok(first), Ok(again)) = (&batch, call(items))
            && *first != again
        {
            report.findings.push(Finding::Unsteady(function));
            break;
        }
    }
    let mut batch = match batch {
        Ok(answers) => answers.into_iter().map(Some).collect(),
        Err(error) => {
            report.findings.push(Finding::Fault(error, Vec::new()));
            items.iter().map(|_| None).collect::<Vec<_>>()
        }
    };
    let (mut different, mut failed) = (Vec::new(), Vec::new());
    for (i, (item, name)) in items.iter().zip(names).enumerate() {
        match (call(std::slice::from_ref(item)), &mut batch[i]) {
            (Ok(alone), Some(together)) if alone.first() != Some(together) => different.push(*name),
            (Ok(alone), nothing @ None) => *nothing = alone.into_iter().next(),
            (Ok(_), _) => {}
            (Err(error), _) => failed.push((error, *name)),
        }
    }
    if !different.is_empty() {
        report.findings.push(Finding::Batch(function, different));
    }
    note(failed, report);
    batch
}

/// Notes failures of single calls: the same one once, with everything that leads to it.
fn note(failed: Vec<(RuleError, &'static str)>, report: &mut Report) {
    for (error, name) in failed {
        let kind = |error: &RuleError| match error {
            RuleError::Author(fault) => std::mem::discriminant(&**fault),
            _ => std::mem::discriminant(&crate::rules::error::AuthorFault::CoreModule),
        };
        let same = report.findings.iter_mut().find_map(|finding| match finding {
            Finding::Fault(known, names) if kind(known) == kind(&error) => Some(names),
            _ => None,
        });
        match same {
            Some(names) => names.push(name),
            None => report.findings.push(Finding::Fault(error, vec![name])),
        }
    }
}

/// Keeps the call that came nearest to its limit of fuel.
struct Meter<'a, F> {
    module: &'a RuleModule,
    of: F,
    fuel_per_item: u64,
    worst: Option<Usage>,
}

impl<F: Fn(&RuleModule) -> Calls> Meter<'_, F> {
    fn call<T>(&mut self, call: impl FnOnce() -> T) -> T {
        let before = (self.of)(self.module);
        let answer = call();
        let after = (self.of)(self.module);
        // A call that was split, or failed, says nothing about a single one.
        if after.count == before.count + 1 {
            let fuel_limit = FUEL_PER_CALL + self.fuel_per_item * (after.items - before.items);
            let usage = Usage { fuel: after.fuel - before.fuel, fuel_limit, memory_bytes: after.memory_bytes };
            let share = |usage: &Usage| u128::from(usage.fuel) << 32 | u128::from(u32::MAX);
            let nearer = self.worst.is_none_or(|worst| {
                share(&usage) / u128::from(usage.fuel_limit.max(1))
                    > share(&worst) / u128::from(worst.fuel_limit.max(1))
            });
            if nearer {
                self.worst = Some(usage);
            }
        }
        answer
    }
}
