//! A version of the contract for tests: it shows that a new one stands beside [`super::v1`] with its own WIT and its
//! own conversion, and that modules of both work in one host. It says less, and some of it in other units.

use wasmtime::component::InstancePre;

use super::answer::{Answer, Counted};
use super::engine::CallLimits;
use super::manifest::Unchecked;
use super::version::StartError;
use super::{Category, Intent, Phrases, Question, Reading, RulePost, Weighted};

mod bindings {
    #![allow(missing_docs, unsafe_code, clippy::pedantic, dead_code)]
    wasmtime::component::bindgen!({
        path: "src/rules/pocket.wit",
        world: "rules",
        exports: { default: async },
        require_store_data_send: true,
    });
}

use bindings::exports::koppelaar::rules::matching as wit;

pub(super) const INTERFACE: &str = "koppelaar:rules/matching@9.0.0";
/// The weight of whatever this version names: it does not guess.
const WEIGHT: u16 = 1_000;
const HOURS_A_DAY: u16 = 24;

pub(super) type Instance = bindings::Rules;
type Store = wasmtime::Store<CallLimits>;

/// A module whose exports have been found.
pub(super) struct Prepared {
    pre: InstancePre<CallLimits>,
    exports: bindings::RulesIndices,
}

impl Prepared {
    /// Looks up the contract's exports.
    pub fn of(pre: InstancePre<CallLimits>) -> wasmtime::Result<Self> {
        let exports = bindings::RulesIndices::new(&pre)?;
        Ok(Self { pre, exports })
    }

    /// Makes a fresh instance, and looks whether its types fit.
    pub async fn start(&self, store: &mut Store) -> Result<Instance, StartError> {
        let instance = self.pre.instantiate_async(&mut *store).await.map_err(StartError::Instance)?;
        self.exports.load(&mut *store, &instance).map_err(StartError::Types)
    }
}

pub(super) async fn describe(instance: &Instance, store: &mut Store) -> wasmtime::Result<Unchecked> {
    let raw = instance.koppelaar_rules_matching().call_describe(store).await?;
    let category = |id: String| {
        let labels = Phrases(vec![(raw.language.clone(), id.clone())]);
        Category { id, labels, together: false }
    };
    Ok(Unchecked {
        name: raw.name,
        version: "9.0.0".to_owned(),
        categories: raw.categories.into_iter().map(category).collect(),
        languages: vec![raw.language.clone()],
        referrals: vec![],
        reasons: vec![],
        settings_schema: "{}".to_owned(),
    })
}

pub(super) async fn read(
    instance: &Instance,
    store: &mut Store,
    settings: &str,
    posts: &[RulePost],
) -> wasmtime::Result<Vec<Reading>> {
    let texts: Vec<_> = posts.iter().map(|post| post.text.reveal().to_owned()).collect();
    let readings = instance.koppelaar_rules_matching().call_read(store, settings, &texts).await?;
    Ok(readings.iter().map(reading_in).collect())
}

pub(super) async fn assess(
    instance: &Instance,
    store: &mut Store,
    settings: &str,
    questions: &[Question<'_>],
) -> wasmtime::Result<Vec<Answer>> {
    let question = |question: &Question<'_>| wit::Question {
        request: reading_out(question.request),
        candidates: question.candidates.iter().map(|candidate| reading_out(candidate.offer)).collect(),
    };
    let questions: Vec<_> = questions.iter().map(question).collect();
    let scores = instance.koppelaar_rules_matching().call_assess(store, settings, &questions).await?;
    let verdict = |score: u8| Counted { score: (score > 0).then(|| u16::from(score) * 10), reasons: 0 };
    let answer = |list: Vec<u8>| Answer { verdicts: list.into_iter().map(verdict).collect(), reasons: vec![] };
    Ok(scores.into_iter().map(answer).collect())
}

fn reading_in(raw: &wit::Reading) -> Reading {
    let weighted = |list: &[u16]| list.iter().map(|&category| Weighted { category, weight: WEIGHT }).collect();
    Reading {
        language: 0,
        intent: match (raw.wanted.is_empty(), raw.offered.is_empty()) {
            (false, true) => Intent::Request,
            (true, false) => Intent::Offer,
            (false, false) => Intent::Exchange,
            (true, true) => Intent::Notice,
        },
        needs: weighted(&raw.wanted),
        gives: weighted(&raw.offered),
        conditional: false,
        slots: vec![],
        closed: false,
        urgent: raw.within_hours.is_some_and(|hours| hours <= HOURS_A_DAY),
        referral: None,
        features: vec![],
    }
}

fn reading_out(reading: &Reading) -> wit::Reading {
    let indices = |list: &[Weighted]| list.iter().map(|weighted| weighted.category).collect();
    wit::Reading {
        wanted: indices(&reading.needs),
        offered: indices(&reading.gives),
        within_hours: reading.urgent.then_some(HOURS_A_DAY),
    }
}
