//! A municipality's own rules fail: it is no verdict, and nobody in danger waits for it.

use std::sync::Arc;
use std::time::Duration;

use koppelaar::clock::Entropy;
use koppelaar::config::{Credentials, Recipients, Secret, Selection};
use koppelaar::domain::{Country, MunicipalityId, NeighbourhoodId};
use koppelaar::matching::Limits;
use koppelaar::messaging::services::Services;
use koppelaar::pipeline::{CycleError, Shared, Town, TownSettings};
use koppelaar::platform::hoplr::HoplrPlatform;
use koppelaar::platform::http::{Http, Timeouts};
use koppelaar::playground::seed::pretend_secret;
use koppelaar::rules::engine::RulesLimits;
use koppelaar::rules::{Reader, RuleModule, RulesEngine};
use koppelaar::store::Store;
use koppelaar_tests::{PLACE, Rig, new_post};

/// Texts of so many characters in all are more than [`MEMORY_BYTES`].
const LONG_POSTS: usize = 900;
const LONG_POST_CHARS: usize = 4_800;
/// Enough for the module to describe itself.
const MEMORY_BYTES: usize = 4 << 20;

/// A municipality whose own module has too little memory for the posts that there are; the embedded one has enough.
async fn town_with_failing_rules(rig: &Rig, folder: &std::path::Path) -> Town<HoplrPlatform> {
    let own = RulesEngine::with_limits(RulesLimits { memory_bytes: MEMORY_BYTES, ..RulesLimits::default() }).unwrap();
    let own = RuleModule::standard(&own).unwrap().with_settings(Some("{\"minimum_score\":1}")).unwrap();
    let standard = RuleModule::standard(&RulesEngine::new().unwrap()).unwrap();
    let second = Duration::from_secs(1);
    let timeouts = Timeouts { connect: second, idle: 5 * second, total: 30 * second };
    let clock = Arc::new(rig.clock.clone());
    let http = Http::new(rig.playground.base_url().parse().unwrap(), timeouts, clock.clone()).unwrap();
    let credentials =
        Credentials { client_id: "lelystad".into(), client_secret: Secret::new(pretend_secret("lelystad")) };
    let id = MunicipalityId::new("lelystad");
    let platform = HoplrPlatform::new(Arc::new(http), id.clone(), &credentials);
    let store = Store::open(&format!("sqlite:{}", folder.join("own.sqlite").display())).await.unwrap();
    let shared = Arc::new(Shared::new(store, clock, Entropy::from_seed(1)));
    let settings = TownSettings {
        id,
        time_zone: jiff::tz::TimeZone::get("Europe/Amsterdam").unwrap(),
        country: Country::Netherlands,
        neighbourhoods: Selection::All,
        concierges: Recipients::First,
        limits: Limits::default(),
        services: Services::default(),
        faults_per_hour: 5,
    };
    Town::new(settings, platform, Reader::new(own, &standard), shared)
}

#[tokio::test]
async fn a_crisis_is_told_although_the_rules_fail() {
    let rig = Rig::start().await;
    let folder = tempfile::tempdir().unwrap();
    let town = town_with_failing_rules(&rig, folder.path()).await;
    let long = "boodschappen ".repeat(LONG_POST_CHARS / 13);
    for i in 0..LONG_POSTS {
        rig.publish(new_post(&format!("p{i}"), &format!("a{i}"), &long));
    }
    rig.post("crisis", "an", None, "Ik zie het niet meer zitten en wil er niet meer zijn. Niemand die mij hoort.");
    town.refresh().await.unwrap();
    for _ in 0..2 {
        let error = town.cycle(&NeighbourhoodId::new(PLACE)).await.unwrap_err();
        assert!(matches!(error, CycleError::Rules(_)), "{error}");
    }
    let messages = rig.playground.ledger().messages();
    assert_eq!(messages.len(), 1, "told once, however often the rules fail");
    assert!(messages[0].text.contains("Ik zie het niet meer zitten"));
}
