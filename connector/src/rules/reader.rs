//! Reads every post twice: with the municipality's module, and with the embedded standard module, so that what
//! protects people does not depend on what a municipality wrote.

use serde::{Deserialize, Serialize};

use super::{Manifest, Reading, RuleError, RuleModule, RulePost, Weighted};

/// The referral kind that stands for an emergency in every module.
pub const CRISIS: &str = "crisis";

/// A category for which the concierge makes a first check before somebody is suggested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reserved {
    /// Looking after children.
    Childcare,
    /// Personal care.
    Care,
    /// A visit, a talk.
    Company,
}

impl Reserved {
    /// The reserved category with this identifier.
    pub fn from_id(id: &str) -> Option<Self> {
        match id {
            "childcare" => Some(Self::Childcare),
            "care" => Some(Self::Care),
            "company" => Some(Self::Company),
            _ => None,
        }
    }
}

/// What protects people, as far as either reading saw it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Protection {
    /// An emergency: never paired.
    pub crisis: bool,
    /// Solved or withdrawn by its own text: never paired.
    pub closed: bool,
    /// Reserved categories that are asked for, sorted.
    pub needs: Vec<Reserved>,
    /// Reserved categories that are offered, sorted.
    pub gives: Vec<Reserved>,
}

/// A municipality's reading of a post, with what protects people beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostReading {
    /// The reading of the municipality's module.
    pub reading: Reading,
    /// What either reading saw.
    pub protection: Protection,
}

/// Reads posts for one municipality.
#[derive(Debug, Clone)]
pub struct Reader {
    module: RuleModule,
    /// The standard module with its default settings; none when `module` is that very one.
    guard: Option<RuleModule>,
}

impl Reader {
    /// Reads with `module`, guarded by `standard` (see [`RuleModule::standard`]).
    ///
    /// The second reading is left out only where it would be the first one again: the standard module with the same
    /// settings. Other settings may weaken a reading as much as another module.
    pub fn new(module: RuleModule, standard: &RuleModule) -> Self {
        let same = module.digest() == standard.digest() && module.settings_digest() == standard.settings_digest();
        Self { module, guard: (!same).then(|| standard.clone()) }
    }

    /// The municipality's module.
    pub fn module(&self) -> &RuleModule {
        &self.module
    }

    /// What a reading depends on beside the post: a cached one holds as long as this is the same.
    pub fn cache_key(&self) -> String {
        let guard = self.guard.as_ref().map_or("", |guard| guard.digest());
        format!("{}:{}:{guard}", self.module.digest(), self.module.settings_digest())
    }

    /// What protects people, as the embedded standard module alone reads it: for when the municipality's own module
    /// fails. One for each post, in the same order. Blocks as [`RuleModule::read`] does.
    pub fn protect(&self, posts: &[RulePost]) -> Result<Vec<Protection>, RuleError> {
        let guard = self.guard.as_ref().unwrap_or(&self.module);
        let protect = |reading: &Reading| {
            let mut protection = Protection::default();
            protection.add(guard.manifest(), reading);
            protection
        };
        Ok(guard.read(posts)?.iter().map(protect).collect())
    }

    /// Reads posts; one reading per post, in the same order. Blocks as [`RuleModule::read`] does.
    pub fn read(&self, posts: &[RulePost]) -> Result<Vec<HostReading>, RuleError> {
        let readings = self.module.read(posts)?;
        let guards = self.guard.as_ref().map(|guard| Ok::<_, RuleError>((guard, guard.read(posts)?))).transpose()?;
        let own = self.module.manifest();
        Ok(readings
            .into_iter()
            .enumerate()
            .map(|(i, reading)| {
                let mut protection = Protection::default();
                protection.add(own, &reading);
                if let Some((guard, seen)) = &guards {
                    protection.add(guard.manifest(), &seen[i]);
                }
                HostReading { reading, protection }
            })
            .collect())
    }
}

impl Protection {
    /// Adds what `reading`, in the terms of `manifest`, saw.
    fn add(&mut self, manifest: &Manifest, reading: &Reading) {
        self.crisis |= reading.referral.is_some_and(|kind| manifest.referrals[usize::from(kind)] == CRISIS);
        self.closed |= reading.closed;
        let reserved = |w: &Weighted| Reserved::from_id(&manifest.categories[usize::from(w.category)].id);
        for (list, seen) in [(&mut self.needs, &reading.needs), (&mut self.gives, &reading.gives)] {
            list.extend(seen.iter().filter(|w| w.weight >= Weighted::RESERVED).filter_map(reserved));
            list.sort_unstable();
            list.dedup();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Category, Intent, Phrases, RulesEngine};

    fn manifest(categories: &[&str], referrals: &[&str]) -> Manifest {
        let category = |id: &&str| Category { id: (*id).into(), labels: Phrases::default(), together: false };
        Manifest {
            name: "test".into(),
            version: "1.0.0".into(),
            categories: categories.iter().map(category).collect(),
            languages: vec!["nl".into()],
            referrals: referrals.iter().map(|id| (*id).into()).collect(),
            reasons: vec![],
            settings_schema: serde_json::Value::Bool(true),
        }
    }

    fn reading(needs: &[u16], referral: Option<u16>, closed: bool) -> Reading {
        Reading {
            language: 0,
            intent: Intent::Request,
            needs: needs.iter().map(|&category| Weighted { category, weight: Weighted::RESERVED }).collect(),
            gives: vec![],
            conditional: false,
            slots: vec![],
            closed,
            urgent: false,
            referral,
            features: vec![],
        }
    }

    #[test]
    fn either_reading_is_enough_and_each_counts_in_its_own_terms() {
        let own = manifest(&["garden", "childcare"], &["food-bank", "crisis"]);
        let guard = manifest(&["company", "garden"], &["crisis"]);
        let seen = |first: &Reading, second: &Reading| {
            let mut protection = Protection::default();
            protection.add(&own, first);
            protection.add(&guard, second);
            protection
        };
        let nothing = seen(&reading(&[0], Some(0), false), &reading(&[1], None, false));
        assert_eq!(nothing, Protection::default());
        let first = seen(&reading(&[1], Some(1), true), &reading(&[1], None, false));
        let needs = vec![Reserved::Childcare];
        assert_eq!(first, Protection { crisis: true, closed: true, needs, gives: vec![] });
        let second = seen(&reading(&[1], Some(0), false), &reading(&[0], Some(0), true));
        let needs = vec![Reserved::Childcare, Reserved::Company];
        assert_eq!(second, Protection { crisis: true, closed: true, needs, gives: vec![] });
    }

    #[test]
    fn the_second_reading_is_spared_only_where_it_would_be_the_first() {
        let engine = RulesEngine::new().unwrap();
        let standard = RuleModule::standard(&engine).unwrap();
        assert!(Reader::new(standard.clone(), &standard).guard.is_none());
        let set = standard.with_settings(Some(r#"{"minimum_score": 500}"#)).unwrap();
        let reader = Reader::new(set, &standard);
        assert!(reader.guard.is_some());
        assert_ne!(reader.cache_key(), Reader::new(standard.clone(), &standard).cache_key());
    }
}
