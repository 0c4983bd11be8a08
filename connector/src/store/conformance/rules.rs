//! Deployed rules: who is at work, what is forgotten, and that what is refused changes nothing.

use super::{Fixture, at};
use crate::domain::PostId;
use crate::store::{
    Action, ChangeError, KEPT_CHANGES, NewFault, NewShadow, NewVersion, Refused, RulesState, ShadowHelper,
    ShadowReason, Store, StoreError, VersionInfo,
};

fn info(module: &str) -> VersionInfo {
    VersionInfo {
        module: module.to_owned(),
        name: "own".to_owned(),
        version: "1.0.0".to_owned(),
        settings: "canonical".to_owned(),
        key_id: "7A8CD6F51E8C523F".to_owned(),
    }
}

impl Fixture {
    async fn deploy(&self, module: &str, shadow: bool) -> i64 {
        let info = info(module);
        let bytes = format!("bytes of {module}");
        let new = NewVersion {
            info: &info,
            module: bytes.as_bytes(),
            settings: Some(("settings", "{}")),
            checksums: "checksums",
            signature: "signature",
        };
        self.store.deploy_rules(&self.town, new, shadow, "els", at(7)).await.unwrap()
    }

    async fn rules(&self) -> RulesState {
        self.store.rules_state(&self.town).await.unwrap()
    }

    /// The module at work, and the one in the shadow.
    async fn modules(&self) -> (Option<String>, Option<String>) {
        let state = self.rules().await;
        let mut modules = Vec::new();
        for change in [state.active, state.shadow] {
            modules.push(match change {
                Some(change) => self.store.rule_version(&self.town, change).await.unwrap().map(|v| v.info.module),
                None => None,
            });
        }
        let shadow = modules.pop().unwrap();
        (modules.pop().unwrap(), shadow)
    }

    async fn roll_back(&self) -> Result<i64, ChangeError> {
        let seen = self.rules().await.revision;
        self.store.roll_back_rules(&self.town, seen, "els", at(8)).await
    }
}

/// What [`Fixture::modules`] gives.
fn modules(active: Option<&str>, shadow: Option<&str>) -> (Option<String>, Option<String>) {
    (active.map(str::to_owned), shadow.map(str::to_owned))
}

#[tokio::test]
async fn a_version_returns_as_it_was_deployed() {
    let fixture = Fixture::new().await;
    assert_eq!(fixture.rules().await, RulesState::default());
    let change = fixture.deploy("a", false).await;
    let fixture = fixture.reopen().await;
    let version = fixture.store.rule_version(&fixture.town, change).await.unwrap().unwrap();
    assert_eq!((version.info, version.at), (info("a"), at(7)));
    assert_eq!((version.checksums.as_str(), version.signature.as_str()), ("checksums", "signature"));
    assert_eq!(version.settings.as_deref(), Some("{}"));
    assert_eq!(fixture.store.rule_file("a").await.unwrap().unwrap(), b"bytes of a");
    assert_eq!(fixture.rules().await, RulesState { revision: 1, active: Some(1), shadow: None });
}

#[tokio::test]
async fn rollback_goes_back_step_by_step_to_the_configuration() {
    let fixture = Fixture::new().await;
    for module in ["a", "b"] {
        fixture.deploy(module, false).await;
    }
    fixture.roll_back().await.unwrap();
    assert_eq!(fixture.modules().await.0.as_deref(), Some("a"));
    fixture.deploy("c", false).await;
    fixture.roll_back().await.unwrap();
    assert_eq!(fixture.modules().await.0.as_deref(), Some("a"), "what was undone does not come back");
    fixture.roll_back().await.unwrap();
    assert_eq!(fixture.modules().await.0, None);
    let error = fixture.roll_back().await.unwrap_err();
    assert!(matches!(error, ChangeError::Refused(Refused::NothingBefore { .. })), "{error}");
    let changes = fixture.store.rule_changes(&fixture.town).await.unwrap();
    let told: Vec<_> =
        changes.iter().rev().map(|c| (c.action, c.version.as_ref().map(|v| v.module.as_str()))).collect();
    assert_eq!(
        told,
        [
            (Action::Deploy, Some("a")),
            (Action::Deploy, Some("b")),
            (Action::Rollback, Some("a")),
            (Action::Deploy, Some("c")),
            (Action::Rollback, Some("a")),
            (Action::Rollback, None),
        ]
    );
    assert!(changes.iter().all(|change| change.by == "els"));
}

#[tokio::test]
async fn the_shadow_is_promoted_or_stopped() {
    let fixture = Fixture::new().await;
    fixture.deploy("a", false).await;
    fixture.deploy("b", true).await;
    assert_eq!(fixture.modules().await, modules(Some("a"), Some("b")));
    fixture.store.promote_rules(&fixture.town, 2, "els", at(9)).await.unwrap();
    assert_eq!(fixture.modules().await, modules(Some("b"), None));
    let error = fixture.store.promote_rules(&fixture.town, 3, "els", at(9)).await.unwrap_err();
    assert!(matches!(error, ChangeError::Refused(Refused::NoShadow { .. })), "{error}");
    fixture.roll_back().await.unwrap();
    assert_eq!(fixture.modules().await, modules(Some("a"), None));
    fixture.deploy("c", true).await;
    fixture.store.end_shadow_rules(&fixture.town, 5, "els", at(9)).await.unwrap();
    assert_eq!(fixture.modules().await, modules(Some("a"), None));
}

#[tokio::test]
async fn a_change_by_somebody_else_is_noticed() {
    let fixture = Fixture::new().await;
    fixture.deploy("a", false).await;
    fixture.deploy("b", true).await;
    let before = fixture.rules().await;
    for result in [
        fixture.store.promote_rules(&fixture.town, 1, "els", at(9)).await,
        fixture.store.roll_back_rules(&fixture.town, 1, "els", at(9)).await,
        fixture.store.end_shadow_rules(&fixture.town, 1, "els", at(9)).await,
    ] {
        assert!(matches!(result, Err(ChangeError::Refused(Refused::Meanwhile { .. }))), "{result:?}");
    }
    assert_eq!(fixture.rules().await, before);
    assert_eq!(fixture.store.rule_changes(&fixture.town).await.unwrap().len(), 2);
}

#[tokio::test]
async fn only_modules_that_the_last_changes_name_are_kept() {
    let fixture = Fixture::new().await;
    fixture.deploy("first", false).await;
    for i in 0..KEPT_CHANGES {
        fixture.deploy(&format!("shadow-{i}"), true).await;
    }
    let kept = |module: &'static str| async { fixture.store.rule_file(module).await.unwrap().is_some() };
    assert!(kept("first").await, "what is at work is kept however old it is");
    fixture.deploy("second", false).await;
    assert!(!kept("first").await && !kept("shadow-0").await && kept("shadow-1").await && kept("second").await);
    let error = fixture.roll_back().await.unwrap_err();
    assert!(matches!(error, ChangeError::Refused(Refused::Forgotten)), "{error}");
    assert_eq!(fixture.modules().await.0.as_deref(), Some("second"));
}

#[tokio::test]
async fn another_process_changes_rules_beside_the_connector() {
    let fixture = Fixture::new().await;
    let at_work = fixture.store.clone();
    let beside = Store::open_beside(&super::url(&fixture.folder)).await.unwrap();
    let fixture = Fixture { store: beside, ..fixture };
    fixture.deploy("a", false).await;
    assert_eq!(at_work.rules_state(&fixture.town).await.unwrap().active, Some(1));
    sqlx::query("UPDATE _sqlx_migrations SET version = 99 WHERE version = 4").execute(&at_work.writer).await.unwrap();
    let error = Store::open_beside(&super::url(&fixture.folder)).await.unwrap_err();
    assert!(matches!(error, StoreError::OtherVersion { found: 99, .. }), "{error}");
}

#[tokio::test]
async fn faults_are_counted_by_version_and_forgotten_after_a_week() {
    let fixture = Fixture::new().await;
    let note = |module: &'static str, millis: i64, since: i64| {
        let fault =
            NewFault { neighbourhood: &fixture.place, module, settings: "s", what: "it stopped\nhint: mend it" };
        fixture.store.note_fault(&fixture.town, fault, at(since), at(millis))
    };
    assert_eq!(note("a", 1_000, 0).await.unwrap(), 1);
    assert_eq!(note("b", 2_000, 0).await.unwrap(), 1);
    assert_eq!(note("a", 3_000, 0).await.unwrap(), 2);
    assert_eq!(note("a", 4_000, 3_000).await.unwrap(), 2);
    let faults = fixture.store.faults(&fixture.town, at(0)).await.unwrap();
    let told: Vec<_> = faults.iter().map(|f| (f.module.as_str(), f.times, f.what.as_str(), f.at)).collect();
    assert_eq!(told, [("a", 3, "it stopped", at(4_000)), ("b", 1, "it stopped", at(2_000))]);
    let week = 7 * 24 * 3_600_000;
    assert_eq!(note("a", week + 3_500, 0).await.unwrap(), 2, "those of more than a week ago are gone");
}

#[tokio::test]
async fn what_the_shadow_says_is_kept_once_and_looked_back_upon() {
    let fixture = Fixture::new().await;
    fixture.page(&[super::shared("ask", "one"), super::shared("offer", "two")], "c1").await;
    let reason = ShadowReason { code: "same-evening".to_owned(), arguments: [2, 0] };
    let helper = ShadowHelper { post: PostId::new("offer"), score: 812, reasons: vec![reason] };
    let said = |id: &str, helper: &ShadowHelper| NewShadow {
        id: id.to_owned(),
        kind: "suggestion",
        request: Some(PostId::new("ask")),
        helpers: vec![helper.clone()],
    };
    let gone = ShadowHelper { post: PostId::new("gone"), ..helper.clone() };
    for millis in [5, 6] {
        let both = [said("1", &helper), said("2", &gone)];
        fixture.store.save_shadow(&fixture.town, &fixture.place, ("m", "s"), &both, at(millis)).await.unwrap();
    }
    let kept = fixture.store.shadow_suggestions(&fixture.town, "m", "s", at(0)).await.unwrap();
    assert_eq!(kept.len(), 2);
    assert_eq!((&kept[0].helpers, kept[0].at), (&vec![helper], at(5)));
    assert!(fixture.store.shadow_suggestions(&fixture.town, "m", "other", at(0)).await.unwrap().is_empty());
    let told = fixture.store.shadow_history(&fixture.town, &fixture.place, ("m", "s"), at(0)).await.unwrap();
    assert_eq!(told.len(), 1, "what names a post that is gone is left out");
    assert_eq!((told[0].state.as_str(), told[0].asker.as_ref().unwrap().as_str()), ("open", "rosa"));
    let shadowed = fixture.store.shadowed(&fixture.town).await.unwrap();
    assert_eq!((shadowed.len(), shadowed[0].suggestions, shadowed[0].last), (1, 2, at(5)));
    let later = at(91 * 24 * 3_600_000);
    fixture.store.save_shadow(&fixture.town, &fixture.place, ("m", "s"), &[], later).await.unwrap();
    assert!(fixture.store.shadowed(&fixture.town).await.unwrap().is_empty());
}
