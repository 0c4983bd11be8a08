use insta::assert_snapshot;

use super::*;

mod keys;
mod services;
mod variables;

const MUNICIPALITY: &str = r#"
[[municipality]]
id = "sint-niklaas"
time_zone = "Europe/Brussels"
country = "BE"
language = "nl"
credentials = { client_id = "sn", client_secret_env = "SN_SECRET" }
"#;

fn environment(extra: &[(&str, &str)]) -> BTreeMap<String, String> {
    let base = [("SN_SECRET", "s3cret-value"), ("KOPPELAAR_BENCH_POSTS", "10"), ("PATH", "/bin")];
    base.iter().chain(extra).map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn parse_with(text: &str, extra: &[(&str, &str)]) -> Result<Config, ConfigErrors> {
    Config::parse("koppelaar.toml", text, &environment(extra), Path::new("."))
}

fn errors(text: &str) -> String {
    parse_with(text, &[]).expect_err("wrong").to_string()
}

#[test]
fn the_annotated_file_is_the_default() {
    assert_eq!(parse_with(Config::ANNOTATED, &[]).unwrap(), Config::default());
    assert_eq!(parse_with("", &[]).unwrap(), Config::default());
}

#[test]
fn the_annotated_file_shows_every_setting_with_its_true_value() {
    // Each active setting, changed to something wrong, has to be complained about under its own name: none is ignored.
    let lines: Vec<&str> = Config::ANNOTATED.lines().collect();
    let settings = lines.iter().filter(|line| line.contains(" = ") && !line.starts_with('#')).count();
    let mut complaints = 0;
    for (index, line) in lines.iter().enumerate() {
        let Some((key, _)) = line.split_once(" = ").filter(|_| !line.starts_with('#')) else { continue };
        let mut changed = lines.clone();
        let wrong = format!("{key} = true");
        changed[index] = &wrong;
        let found = parse_with(&changed.join("\n"), &[]).expect_err(key);
        let error = &found.as_slice()[0];
        assert_eq!(error.place, Place::Line("koppelaar.toml".into(), index + 1));
        assert!(error.key.as_ref().unwrap().ends_with(&format!(".{key}")), "{error}");
        complaints += 1;
    }
    assert_eq!((settings, complaints), (30, 30));
}

#[test]
fn the_example_of_a_municipality_is_right() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("sint-niklaas.secret"), "s3cret-value\n").unwrap();
    let (_, example) = Config::ANNOTATED.split_once("# [[municipality]]").unwrap();
    let example: Vec<&str> = example.lines().map(|line| line.strip_prefix("# ").unwrap_or(line)).collect();
    let text = format!("[[municipality]]{}", example.join("\n"));
    let config = Config::parse("koppelaar.toml", &text, &environment(&[]), directory.path()).unwrap();
    let [municipality] = &config.municipalities[..] else { panic!("one municipality") };
    assert_eq!(municipality.id.as_str(), "sint-niklaas");
    assert_eq!(municipality.time_zone.iana_name(), Some("Europe/Brussels"));
    assert_eq!((municipality.country, municipality.language), (Country::Belgium, Language::Nl));
    assert_eq!((&municipality.neighbourhoods, &municipality.concierges), (&Selection::All, &Recipients::First));
    assert_eq!(municipality.rules, RulesChoice { module: ModuleSource::Standard, settings: None });
    assert_eq!(municipality.credentials.client_secret.reveal(), "s3cret-value");
    assert_eq!(municipality.certificates, Certificates::FirstCheck);
    assert_eq!((municipality.services.partners.len(), municipality.services.departments.len()), (1, 2));
}

#[test]
fn variables_override_the_file() {
    let text = "[polling]\nconcurrency = 3\ninbox_interval_secs = 7\n[log]\nlevel = \"warn\"";
    let overrides = [
        ("KOPPELAAR_POLLING__CONCURRENCY", "12"),
        ("KOPPELAAR_STORE__URL", "sqlite:/var/lib/k.sqlite"),
        ("KOPPELAAR_LOG__LEVEL", "debug"),
    ];
    let config = parse_with(text, &overrides).unwrap();
    assert_eq!(config.polling.concurrency, 12);
    assert_eq!(config.polling.inbox_interval, Duration::from_secs(7));
    assert_eq!(config.store.url, "sqlite:/var/lib/k.sqlite");
    assert_eq!(config.log.level, tracing::Level::DEBUG);
}

#[test]
fn a_variable_also_replaces_a_wrong_value_in_the_file() {
    let config = parse_with("[polling]\nconcurrency = 0", &[("KOPPELAAR_POLLING__CONCURRENCY", "12")]).unwrap();
    assert_eq!(config.polling.concurrency, 12);
}

#[test]
fn lists_and_words_select() {
    let text = format!("{MUNICIPALITY}neighbourhoods = [\"n-1\", \"n-2\"]\nconcierges = [\"m-9\"]");
    let config = parse_with(&text, &[]).unwrap();
    let municipality = &config.municipalities[0];
    assert!(municipality.neighbourhoods.includes(&NeighbourhoodId::new("n-2")));
    assert!(!municipality.neighbourhoods.includes(&NeighbourhoodId::new("n-3")));
    assert_eq!(municipality.concierges, Recipients::Named(vec![MemberId::new("m-9")]));
    let text = format!("{MUNICIPALITY}concierges = \"all\"");
    assert_eq!(parse_with(&text, &[]).unwrap().municipalities[0].concierges, Recipients::All);
}

#[test]
fn secrets_show_nowhere() {
    let config = parse_with(MUNICIPALITY, &[]).unwrap();
    assert_eq!(config.municipalities[0].credentials.client_secret.reveal(), "s3cret-value");
    assert!(!format!("{config:?}").contains("s3cret"), "{config:?}");
    for text in [
        MUNICIPALITY.replace("client_secret_env = \"SN_SECRET\"", "client_secret = \"s3cret-value\""),
        MUNICIPALITY.replace("client_secret_env = \"SN_SECRET\"", "client_secret = 's3cret-value' x"),
        MUNICIPALITY.replace("client_secret_env = \"SN_SECRET\"", "client_secret = s3cret-value"),
        "[platform]\nbase_url = \"https://koppelaar:s3cret-value@platform.example\"".to_owned(),
        "[store]\nurl = \"postgres://koppelaar:s3cret-value@db/koppelaar\"".to_owned(),
        format!("{MUNICIPALITY}client_secret = \"s3cret-value\""),
    ] {
        let errors = errors(&text);
        assert!(!errors.contains("s3cret"), "{errors}");
    }
    let several = parse_with(MUNICIPALITY, &[("SN_SECRET", "s3cret-value\nanother")]).unwrap_err().to_string();
    assert!(!several.contains("s3cret"), "{several}");
}

#[test]
fn a_missing_file_is_one_clear_error() {
    let missing = Path::new("no/such/koppelaar.toml");
    assert_snapshot!(Config::load(missing).unwrap_err(), @r"
    no/such/koppelaar.toml: cannot be read: no such file or directory (os error 2)
      hint: `koppelaar config` prints a file to start from
    ");
}

#[test]
fn a_file_without_a_municipality_cannot_be_run() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let errors = Config::load(file.path()).unwrap_err().to_string();
    assert_snapshot!(errors.replace(&file.path().display().to_string(), "koppelaar.toml"), @r"
    koppelaar.toml: `municipality` is missing: there is nothing to do
      hint: add a `[[municipality]]`; `koppelaar config` prints an example
    ");
}

#[test]
fn an_oversized_file_is_refused() {
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_len(FILE_LIMIT + 1).unwrap();
    let errors = Config::load(file.path()).unwrap_err().to_string();
    assert_snapshot!(errors.replace(&file.path().display().to_string(), "koppelaar.toml"), @r"
    koppelaar.toml: is larger than 1048576 bytes
      hint: `koppelaar config` prints a file to start from
    ");
}

#[test]
fn not_toml() {
    assert_snapshot!(errors("[platform\nbase_url = \"https://platform.example\"\n[polling]\nconcurrency = = 3"), @r"
    koppelaar.toml:1: not TOML here: unclosed table, expected `]`
    koppelaar.toml:4: not TOML here: extra `=`, expected nothing
    koppelaar.toml:4: not TOML here: unexpected key or value, expected newline, `#`
    ");
}

#[test]
fn unknown_setting() {
    assert_snapshot!(errors("[polling]\nneighborhood_interval_secs = 60"), @r"
    koppelaar.toml:2: `polling.neighborhood_interval_secs` is not a setting that exists
      hint: did you mean `neighbourhood_interval_secs`?
    ");
}

#[test]
fn unknown_setting_like_no_other() {
    assert_snapshot!(errors("[log]\nfile = \"koppelaar.log\""), @r"
    koppelaar.toml:2: `log.file` is not a setting that exists
      hint: the settings here are `format` and `level`
    ");
}

#[test]
fn unknown_section() {
    assert_snapshot!(errors("[municipalities]\nid = \"x\"\n\n[poling]\nconcurrency = 3\n\n[telemetry]\nx = 1"), @r"
    koppelaar.toml:1: `municipalities` is not a section that exists
      hint: did you mean `municipality`?
    koppelaar.toml:4: `poling` is not a section that exists
      hint: did you mean `polling`?
    koppelaar.toml:7: `telemetry` is not a section that exists
      hint: the sections here are `platform`, `polling`, `store`, `rules`, `matching`, `log` and `municipality`
    ");
}

#[test]
fn setting_outside_any_section() {
    assert_snapshot!(errors("concurrency = 3"), @r"
    koppelaar.toml:1: `concurrency` is not a setting that exists
      hint: the sections here are `platform`, `polling`, `store`, `rules`, `matching`, `log` and `municipality`
    ");
}

#[test]
fn numbers_out_of_bounds_or_of_another_type() {
    let text = "[polling]\nneighbourhood_interval_secs = 0\ninbox_interval_secs = \"60\"\nconcurrency = 1.5\n\
                neighbourhoods_refresh_secs = -1\n[matching]\nminimum_score = 0x7d0";
    assert_snapshot!(errors(text), @r"
    koppelaar.toml:2: `polling.neighbourhood_interval_secs` is `0`; it must be a whole number from `1` to `86400`
      hint: the default is `60`
    koppelaar.toml:3: `polling.inbox_interval_secs` is the text `60`; it must be a whole number from `1` to `86400`
      hint: the default is `60`
    koppelaar.toml:4: `polling.concurrency` is `1.5`; it must be a whole number from `1` to `256`
      hint: the default is `16`
    koppelaar.toml:5: `polling.neighbourhoods_refresh_secs` is `-1`; it must be a whole number from `60` to `604800`
      hint: the default is `3600`
    koppelaar.toml:7: `matching.minimum_score` is `0x7d0`; it must be a whole number from `0` to `1000`
      hint: the default is `400`
    ");
}

#[test]
fn plain_http_to_another_machine() {
    assert_snapshot!(errors("[platform]\nbase_url = \"http://platform.example\""), @r"
    koppelaar.toml:2: `platform.base_url` is `http://platform.example`, which uses plain http to another machine; only a platform on this machine may do that
      hint: for example `https://platform.example`
    ");
}

#[test]
fn not_an_address() {
    assert_snapshot!(errors("[platform]\nbase_url = \"platform.example\""), @r"
    koppelaar.toml:2: `platform.base_url` is `platform.example`; it must be an address
      hint: for example `https://platform.example`
    ");
}

#[test]
fn address_with_a_password() {
    assert_snapshot!(errors("[platform]\nbase_url = \"https://me:s3cret@platform.example\""), @r"
    koppelaar.toml:2: `platform.base_url` holds a user name or password
      hint: credentials belong to a `[[municipality]]`
    ");
}

#[test]
fn address_with_a_path() {
    assert_snapshot!(errors("[platform]\nbase_url = \"https://platform.example/api/v1\""), @r"
    koppelaar.toml:2: `platform.base_url` is `https://platform.example/api/v1`, which has a path, query or fragment; only scheme, host and port belong here
      hint: for example `https://platform.example`
    ");
}

#[test]
fn another_database() {
    assert_snapshot!(errors("[store]\nurl = \"postgres://me:s3cret@db/koppelaar\""), @r"
    koppelaar.toml:2: `store.url` must be `sqlite:` and the path of a file
      hint: for example `sqlite:koppelaar.sqlite`
    ");
}

#[test]
fn unknown_word() {
    assert_snapshot!(errors("[log]\nlevel = \"warning\"\nformat = 3"), @r"
    koppelaar.toml:2: `log.level` is `warning`; it must be `error`, `warn`, `info`, `debug` or `trace`
    koppelaar.toml:3: `log.format` is `3`; it must be a text in quotes
    ");
}

#[test]
fn a_section_that_is_no_table() {
    assert_snapshot!(errors("polling = 60"), @r"
    koppelaar.toml:1: `polling` must be a table, not an integer
      hint: write it as a table that begins with `[polling]`
    ");
}

#[test]
fn a_municipality_in_single_brackets() {
    assert_snapshot!(errors(&MUNICIPALITY.replace("[[municipality]]", "[municipality]")), @r"
    koppelaar.toml:2: `municipality` must be a list of tables
      hint: begin each one with `[[municipality]]`, in double brackets
    ");
}

#[test]
fn an_empty_municipality() {
    assert_snapshot!(errors("[[municipality]]"), @r#"
    koppelaar.toml:1: `municipality.id` is missing
      hint: a short name in small letters, for example `sint-niklaas`; never change it later
    koppelaar.toml:1: `municipality.time_zone` is missing
      hint: for example `Europe/Brussels` or `Europe/Amsterdam`
    koppelaar.toml:1: `municipality.country` is missing
      hint: one of `BE`, `NL`
    koppelaar.toml:1: `municipality.language` is missing
      hint: one of `nl`, `fr`, `en`
    koppelaar.toml:1: `municipality.credentials` is missing
      hint: for example `credentials = { client_id = "…", client_secret_file = "secret.txt" }`
    "#);
}

#[test]
fn everything_wrong_in_a_municipality_at_once() {
    let text = r#"
[[municipality]]
id = "Sint Niklaas"
time_zone = "Europe/Brussel"
country = "Belgium"
language = "de"
neighbourhoods = "some"
concierges = []
rules = { module = "no-such.wasm", settings = "no-such.json", version = 2 }
credentials = { client_id = "sn", client_secret = "s3cret-value" }
"#;
    assert_snapshot!(errors(text), @r"
    koppelaar.toml:3: `municipality.id` is `Sint Niklaas`; it must be 1 to 64 small letters, digits and hyphens
      hint: a short name in small letters, for example `sint-niklaas`; never change it later
    koppelaar.toml:4: `municipality.time_zone` is `Europe/Brussel`, which is not a time zone of the IANA database
      hint: for example `Europe/Brussels` or `Europe/Amsterdam`
    koppelaar.toml:5: `municipality.country` is `Belgium`; it must be `BE` or `NL`
    koppelaar.toml:6: `municipality.language` is `de`; it must be `nl`, `fr` or `en`
    koppelaar.toml:7: `municipality.neighbourhoods` is `some`; it must be `all`
    koppelaar.toml:8: `municipality.concierges` is an empty list
      hint: `koppelaar doctor` lists the identifiers that the platform has
    koppelaar.toml:9: `municipality.rules.settings` is `./no-such.json`, which is not a file
      hint: a relative path starts at the folder of this file
    koppelaar.toml:9: `municipality.rules.module` is `./no-such.wasm`, which is not a file
      hint: `standard` is the module that is built in; a relative path starts at the folder of this file
    koppelaar.toml:9: `municipality.rules.version` is not a setting that exists
      hint: the settings here are `module` and `settings`
    koppelaar.toml:10: `municipality.credentials.client_secret_file` is missing
      hint: name one place: a file with `client_secret_file` or a variable with `client_secret_env`
    koppelaar.toml:10: `municipality.credentials.client_secret` is not a setting that exists
      hint: a secret does not belong in this file: name a file with `client_secret_file` or a variable with `client_secret_env`
    ");
}

#[test]
fn municipalities_with_the_same_identifier() {
    assert_snapshot!(errors(&format!("{MUNICIPALITY}{MUNICIPALITY}")), @r"
    koppelaar.toml:10: `municipality.id` is `sint-niklaas`, which another municipality has already
      hint: each municipality needs an `id` of its own
    ");
}

#[test]
fn identifiers_twice_or_impossible() {
    let text = format!("{MUNICIPALITY}neighbourhoods = [\"n-1\", \"n-1\"]\nconcierges = [\"m 1\"]");
    assert_snapshot!(errors(&text), @r"
    koppelaar.toml:8: `municipality.neighbourhoods` holds `n-1` twice
      hint: `koppelaar doctor` lists the identifiers that the platform has
    koppelaar.toml:9: `municipality.concierges` holds `m 1`, which is not an identifier of the platform
      hint: `koppelaar doctor` lists the identifiers that the platform has
    ");
    assert_snapshot!(errors(&format!("{MUNICIPALITY}neighbourhoods = [1]\nconcierges = true")), @r"
    koppelaar.toml:8: `municipality.neighbourhoods` must hold texts in quotes only
    koppelaar.toml:9: `municipality.concierges` is `true`; it must be a text in quotes or a list of texts
    ");
}

#[test]
fn a_secret_that_is_not_there() {
    assert_snapshot!(errors(&MUNICIPALITY.replace("SN_SECRET", "OTHER_SECRET")), @r"
    koppelaar.toml:7: `municipality.credentials.client_secret_env` names the variable `OTHER_SECRET`, which is not set
    ");
    assert_snapshot!(errors(&MUNICIPALITY.replace("_env = \"SN_SECRET\"", "_file = \"no-such.secret\"")), @r"
    koppelaar.toml:7: `municipality.credentials.client_secret_file` names `./no-such.secret`, which cannot be read: no such file or directory (os error 2)
    ");
    let empty = parse_with(MUNICIPALITY, &[("SN_SECRET", " ")]).unwrap_err();
    assert_snapshot!(empty, @r"
    koppelaar.toml:7: `municipality.credentials.client_secret_env` leads to an empty secret
    ");
}
