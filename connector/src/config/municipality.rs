//! The municipalities of the file, and their secrets.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::tz::TimeZone;

use super::error::{Place, read_limited};
use super::reader::{Reader, Section, Setting};
use super::services;
use super::{Credentials, ModuleSource, Municipality, Recipients, RulesChoice, Secret, Selection};
use crate::domain::{Country, Language, MemberId, MunicipalityId, NeighbourhoodId};
use crate::matching::Certificates;

/// The most municipalities that one process serves.
const MUNICIPALITIES_LIMIT: usize = 500;
/// The most neighbourhoods or concierges that a list names.
const LIST_LIMIT: usize = 10_000;
/// The longest identifier of a municipality, in characters.
const ID_LIMIT: usize = 64;
/// The longest secret, in bytes.
const SECRET_LIMIT: usize = 4096;

/// Every `[[municipality]]`. One that is wrong is reported and left out.
pub(super) fn all(reader: &mut Reader<'_>, directory: &Path) -> Vec<Municipality> {
    let tables = reader.tables("municipality");
    if tables.len() > MUNICIPALITIES_LIMIT {
        let place = reader.place(tables[MUNICIPALITIES_LIMIT].1.clone());
        let problem = format!("is there more than {MUNICIPALITIES_LIMIT} times");
        let hint = "spread the municipalities over several processes".to_owned();
        reader.report(place, Some("municipality".to_owned()), problem, Some(hint));
        return Vec::new();
    }
    let mut ids = BTreeSet::new();
    let read = tables.into_iter().filter_map(|(table, span)| {
        one(&mut reader.table("municipality".to_owned(), table, span), &mut ids, directory)
    });
    read.collect()
}

fn one(section: &mut Section<'_, '_>, ids: &mut BTreeSet<String>, directory: &Path) -> Option<Municipality> {
    // Each is read before any failure returns, so that all are reported.
    let id = id(section, ids);
    let time_zone = time_zone(section);
    let country = required_word(section, "country", &[("BE", Country::Belgium), ("NL", Country::Netherlands)]);
    let languages = Language::ALL.map(|language| (language.tag(), language));
    let language = required_word(section, "language", &languages);
    let neighbourhoods = neighbourhoods(section);
    let concierges = concierges(section);
    let rules = rules(section, directory);
    let certificates = section.word(
        "certificates",
        Certificates::FirstCheck,
        &[("first-check", Certificates::FirstCheck), ("required", Certificates::Required)],
    );
    let services = services::services(section);
    let credentials = credentials(section, directory);
    Some(Municipality {
        id: id?,
        time_zone: time_zone?,
        country: country?,
        language: language?,
        neighbourhoods: neighbourhoods?,
        concierges: concierges?,
        rules,
        certificates,
        services,
        credentials: credentials?,
    })
}

fn id(section: &mut Section<'_, '_>, ids: &mut BTreeSet<String>) -> Option<MunicipalityId> {
    let hint = "a short name in small letters, for example `sint-niklaas`; never change it later";
    let Setting { value, place } = section.required_text("id", hint)?;
    let plain = value.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if value.is_empty() || value.len() > ID_LIMIT || !plain {
        let problem = format!("is `{value}`; it must be 1 to {ID_LIMIT} small letters, digits and hyphens");
        section.report(place, "id", problem, Some(hint.to_owned()));
        return None;
    }
    if !ids.insert(value.clone()) {
        let hint = "each municipality needs an `id` of its own".to_owned();
        section.report(place, "id", format!("is `{value}`, which another municipality has already"), Some(hint));
        return None;
    }
    Some(MunicipalityId::new(value))
}

fn time_zone(section: &mut Section<'_, '_>) -> Option<TimeZone> {
    let hint = "for example `Europe/Brussels` or `Europe/Amsterdam`";
    let Setting { value, place } = section.required_text("time_zone", hint)?;
    let zone = TimeZone::get(&value).ok();
    if zone.is_none() {
        let problem = format!("is `{value}`, which is not a time zone of the IANA database");
        section.report(place, "time_zone", problem, Some(hint.to_owned()));
    }
    zone
}

fn required_word<T: Copy>(section: &mut Section<'_, '_>, key: &'static str, words: &[(&str, T)]) -> Option<T> {
    let names: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
    let Setting { value, place } = section.required_text(key, &format!("one of {}", names.join(", ")))?;
    section.one_of(key, &value, place, words)
}

fn neighbourhoods(section: &mut Section<'_, '_>) -> Option<Selection<NeighbourhoodId>> {
    const KEY: &str = "neighbourhoods";
    if !section.has(KEY) {
        return Some(Selection::All);
    }
    let Setting { value, place } = section.text_or_list(KEY)?;
    match value {
        Ok(word) => section.one_of(KEY, &word, place, &[("all", ())]).map(|()| Selection::All),
        Err(ids) => identifiers(section, KEY, place, ids)
            .map(|ids| Selection::Named(ids.into_iter().map(NeighbourhoodId::new).collect())),
    }
}

fn concierges(section: &mut Section<'_, '_>) -> Option<Recipients> {
    const KEY: &str = "concierges";
    if !section.has(KEY) {
        return Some(Recipients::First);
    }
    let Setting { value, place } = section.text_or_list(KEY)?;
    match value {
        Ok(word) => section
            .one_of(KEY, &word, place, &[("first", true), ("all", false)])
            .map(|first| if first { Recipients::First } else { Recipients::All }),
        Err(ids) => identifiers(section, KEY, place, ids)
            .map(|ids| Recipients::Named(ids.into_iter().map(MemberId::new).collect())),
    }
}

fn identifiers(section: &mut Section<'_, '_>, key: &str, place: Place, ids: Vec<String>) -> Option<Vec<String>> {
    let mut seen = BTreeSet::new();
    let problem = if ids.is_empty() {
        Some("is an empty list".to_owned())
    } else if ids.len() > LIST_LIMIT {
        Some(format!("has more than {LIST_LIMIT} entries"))
    } else if let Some(bad) = ids.iter().find(|id| !crate::platform::wire::is_identifier(id)) {
        Some(format!("holds `{bad}`, which is not an identifier of the platform"))
    } else {
        ids.iter().find(|id| !seen.insert(id.as_str())).map(|twice| format!("holds `{twice}` twice"))
    };
    let Some(problem) = problem else { return Some(ids) };
    let hint = "`koppelaar doctor` lists the identifiers that the platform has".to_owned();
    section.report(place, key, problem, Some(hint));
    None
}

fn rules(section: &mut Section<'_, '_>, directory: &Path) -> RulesChoice {
    let standard = RulesChoice { module: ModuleSource::Standard, settings: None };
    let Some(mut rules) = section.inner("rules") else { return standard };
    let module = match rules.text("module").map(|setting| setting.value) {
        None => ModuleSource::Standard,
        Some(name) if name == "standard" => ModuleSource::Standard,
        Some(path) => ModuleSource::File(directory.join(path)),
    };
    let settings = rules.text("settings").map(|setting| (directory.join(setting.value), setting.place));
    if let Some((path, place)) = &settings
        && !path.is_file()
    {
        let problem = format!("is `{}`, which is not a file", path.display());
        rules.report(place.clone(), "settings", problem, Some(relative_hint()));
    }
    if let ModuleSource::File(path) = &module
        && !path.is_file()
    {
        let hint = format!("`standard` is the module that is built in; {}", relative_hint());
        let place = rules.place();
        rules.report(place, "module", format!("is `{}`, which is not a file", path.display()), Some(hint));
    }
    RulesChoice { module, settings: settings.map(|(path, _)| path) }
}

fn relative_hint() -> String {
    "a relative path starts at the folder of this file".to_owned()
}

fn credentials(section: &mut Section<'_, '_>, directory: &Path) -> Option<Credentials> {
    let place = section.place();
    let hint = "for example `credentials = { client_id = \"…\", client_secret_file = \"secret.txt\" }`";
    if !section.has("credentials") {
        section.report(place, "credentials", "is missing".to_owned(), Some(hint.to_owned()));
        return None;
    }
    let mut credentials = section.inner("credentials")?;
    let client_id = credentials.required_text("client_id", "the platform gives it out, together with the secret");
    let client_secret = client_secret(&mut credentials, directory);
    Some(Credentials { client_id: client_id?.value, client_secret: client_secret? })
}

fn client_secret(section: &mut Section<'_, '_>, directory: &Path) -> Option<Secret> {
    let file = section.text("client_secret_file");
    let variable = section.text("client_secret_env");
    let (key, place, secret) = match (file, variable) {
        (Some(file), None) => {
            let path = directory.join(&file.value);
            warn_if_open(&path);
            let secret = read_limited(&path, SECRET_LIMIT as u64);
            ("client_secret_file", file.place, secret.map_err(|why| format!("names `{}`, which {why}", path.display())))
        }
        (None, Some(variable)) if !is_variable_name(&variable.value) => {
            // Not repeated: it may be the secret itself, in the wrong place.
            let hint = "write the secret into a variable, and that variable's name here".to_owned();
            let problem = "must be the name of a variable: capitals, digits and underscores".to_owned();
            section.report(variable.place, "client_secret_env", problem, Some(hint));
            return None;
        }
        (None, Some(variable)) => {
            let secret = section.reader.environment.get(&variable.value).cloned();
            let missing = || format!("names the variable `{}`, which is not set", variable.value);
            ("client_secret_env", variable.place, secret.ok_or_else(missing))
        }
        (file, _) => {
            let problem = if file.is_some() { "is there beside `client_secret_env`" } else { "is missing" };
            let hint = "name one place: a file with `client_secret_file` or a variable with `client_secret_env`";
            let place = section.place();
            section.report(place, "client_secret_file", problem.to_owned(), Some(hint.to_owned()));
            return None;
        }
    };
    let secret = secret.and_then(|secret| match secret.trim() {
        "" => Err("leads to an empty secret".to_owned()),
        secret if secret.len() > SECRET_LIMIT => Err(format!("leads to a secret of more than {SECRET_LIMIT} bytes")),
        secret if secret.chars().any(char::is_control) => Err("leads to a secret of several lines".to_owned()),
        secret => Ok(Secret::new(secret)),
    });
    secret.map_err(|problem| section.report(place, key, problem, None)).ok()
}

fn is_variable_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

#[cfg(unix)]
fn warn_if_open(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    const READABLE_BY_EVERYBODY: u32 = 0o004;
    let Ok(metadata) = std::fs::metadata(path) else { return };
    if metadata.permissions().mode() & READABLE_BY_EVERYBODY != 0 {
        let file = path.display();
        tracing::warn!(%file, "everybody on this machine can read the secret in `{file}`; hint: chmod 600");
    }
}

#[cfg(not(unix))]
fn warn_if_open(_: &Path) {}
