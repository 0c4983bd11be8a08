//! `koppelaar rules history`: who changed what, and when.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Args;
use jiff::tz::TimeZone;
use serde_json::json;

use super::desk::{Target, short};
use super::{json_line, print};
use crate::store::{Change, RulesState};

#[derive(Debug, Args)]
pub(super) struct HistoryArgs {
    #[command(flatten)]
    target: Target,
    /// Print one JSON object a change
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &HistoryArgs) -> anyhow::Result<ExitCode> {
    super::super::on_runtime(async {
        let desk = args.target.open().await?;
        let (state, changes) = (desk.state().await?, desk.store.rule_changes(desk.id()).await?);
        print(|out| {
            if args.json {
                return changes.iter().try_for_each(|change| json_line(out, &as_json(change, state)));
            }
            if changes.is_empty() {
                return writeln!(
                    out,
                    "Nothing was ever deployed for `{}`: it works with the rules of the configuration.",
                    desk.id()
                );
            }
            table(out, &changes, state, &desk.municipality.time_zone)
        })
    })
}

/// What a change is to the present.
fn place(change: &Change, state: RulesState) -> &'static str {
    if state.active == Some(change.sequence) {
        "at work"
    } else if state.shadow == Some(change.sequence) {
        "in the shadow"
    } else {
        ""
    }
}

fn as_json(change: &Change, state: RulesState) -> serde_json::Value {
    let version = change.version.as_ref().map(|version| {
        json!({
            "name": version.name, "version": version.version, "module": version.module,
            "settings": version.settings, "key": version.key_id,
        })
    });
    json!({
        "change": change.sequence, "action": change.action.as_str(), "at": change.at.to_string(), "by": change.by,
        "version": version, "active": state.active == Some(change.sequence),
        "shadow": state.shadow == Some(change.sequence),
    })
}

fn table(out: &mut dyn Write, changes: &[Change], state: RulesState, zone: &TimeZone) -> io::Result<()> {
    let heads = ["change", "when", "who", "action", "rules", "module", "settings", "signed by", "now"];
    let mut rows = vec![heads.map(str::to_owned)];
    rows.extend(changes.iter().map(|change| {
        let version = change.version.as_ref();
        let text = |take: fn(&crate::store::VersionInfo) -> String| version.map_or_else(|| "-".to_owned(), take);
        [
            change.sequence.to_string(),
            change.at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string(),
            change.by.clone(),
            change.action.as_str().to_owned(),
            version.map_or_else(|| "of the configuration".to_owned(), |v| format!("{} {}", v.name, v.version)),
            text(|version| short(&version.module).to_owned()),
            text(|version| short(&version.settings).to_owned()),
            text(|version| version.key_id.clone()),
            place(change, state).to_owned(),
        ]
    }));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: [usize; 9] = std::array::from_fn(width);
    for row in &rows {
        let cells: Vec<_> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        writeln!(out, "{}", cells.join("  ").trim_end())?;
    }
    Ok(())
}
