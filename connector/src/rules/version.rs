//! The versions of the contract that this host speaks. A module is built against one of them, and its exports say
//! which; the rest of the host knows its own types only.
//!
//! A new version of the contract gets a module of its own beside [`v1`], which converts to and from the same types, and
//! a variant in [`Prepared`] and [`Instance`]: the test version `pocket` shows how. No more than two are alive.

use wasmtime::Store;
use wasmtime::component::{Component, Linker};

use super::answer::Answer;
use super::engine::{CallLimits, RulesEngine};
use super::error::{AuthorFault, RuleError};
use super::manifest::Unchecked;
#[cfg(test)]
use super::pocket;
use super::{Question, Reading, RulePost, v1};

/// A module without imports, whose exports have been found.
pub(super) enum Prepared {
    V1(v1::Prepared),
    #[cfg(test)]
    Pocket(pocket::Prepared),
}

/// A fresh instance of a module.
pub(super) enum Instance {
    V1(v1::Instance),
    #[cfg(test)]
    Pocket(pocket::Instance),
}

impl Prepared {
    /// Refuses imports and finds the exports.
    pub fn of(engine: &RulesEngine, component: &Component) -> Result<Self, RuleError> {
        let shape = component.component_type();
        let imports: Vec<_> = shape.imports(&engine.wasm).take(MAX_IMPORTS_TOLD).map(|(name, _)| name.into()).collect();
        if !imports.is_empty() {
            return Err(AuthorFault::Import { names: imports }.into());
        }
        let fault = |source: wasmtime::Error| AuthorFault::Export { name: v1::INTERFACE, source: source.into() };
        let pre = Linker::new(&engine.wasm).instantiate_pre(component).map_err(fault)?;
        #[cfg(test)]
        if shape.get_export(&engine.wasm, pocket::INTERFACE).is_some() {
            return Ok(Self::Pocket(pocket::Prepared::of(pre).map_err(fault)?));
        }
        Ok(Self::V1(v1::Prepared::of(pre).map_err(fault)?))
    }

    /// Makes a fresh instance.
    pub async fn start(&self, store: &mut Store<CallLimits>) -> Result<Instance, StartError> {
        match self {
            Self::V1(prepared) => prepared.start(store).await.map(Instance::V1),
            #[cfg(test)]
            Self::Pocket(prepared) => prepared.start(store).await.map(Instance::Pocket),
        }
    }
}

/// Why there is no instance.
pub(super) enum StartError {
    /// None could be made, or its start trapped.
    Instance(wasmtime::Error),
    /// What it exports has other types than the contract's.
    Types(wasmtime::Error),
}

/// The most imports that an error names.
const MAX_IMPORTS_TOLD: usize = 10;

impl Instance {
    pub async fn describe(&self, store: &mut Store<CallLimits>) -> wasmtime::Result<Unchecked> {
        match self {
            Self::V1(instance) => v1::describe(instance, store).await,
            #[cfg(test)]
            Self::Pocket(instance) => pocket::describe(instance, store).await,
        }
    }

    pub async fn read(
        &self,
        store: &mut Store<CallLimits>,
        settings: &str,
        posts: &[RulePost],
    ) -> wasmtime::Result<Vec<Reading>> {
        match self {
            Self::V1(instance) => v1::read(instance, store, settings, posts).await,
            #[cfg(test)]
            Self::Pocket(instance) => pocket::read(instance, store, settings, posts).await,
        }
    }

    pub async fn assess(
        &self,
        store: &mut Store<CallLimits>,
        settings: &str,
        questions: &[Question<'_>],
    ) -> wasmtime::Result<Vec<Answer>> {
        match self {
            Self::V1(instance) => v1::assess(instance, store, settings, questions).await,
            #[cfg(test)]
            Self::Pocket(instance) => pocket::assess(instance, store, settings, questions).await,
        }
    }
}
