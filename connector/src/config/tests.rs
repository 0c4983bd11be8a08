use insta::assert_snapshot;

use super::*;

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
        let error = found.iter().next().unwrap();
        assert_eq!(error.place, Place::Line("koppelaar.toml".into(), index + 1));
        assert!(error.key.as_ref().unwrap().ends_with(&format!(".{key}")), "{error}");
        complaints += 1;
    }
    assert_eq!((settings, complaints), (17, 17));
}

#[test]
fn the_example_of_a_municipality_is_right() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("sint-niklaas.secret"), "s3cret-value\n").unwrap();
    let (_, example) = Config::ANNOTATED.split_once("# [[municipality]]").unwrap();
    let example: Vec<&str> = example.lines().map(|line| line.trim_start_matches("# ")).collect();
    let text = format!("[[municipality]]{}", example.join("\n"));
    let config = Config::parse("koppelaar.toml", &text, &environment(&[]), directory.path()).unwrap();
    let [municipality] = &config.municipalities[..] else { panic!("one municipality") };
    assert_eq!(municipality.id.as_str(), "sint-niklaas");
    assert_eq!(municipality.time_zone.iana_name(), Some("Europe/Brussels"));
    assert_eq!((municipality.country, municipality.language), (Country::Belgium, Language::Nl));
    assert_eq!((&municipality.neighbourhoods, &municipality.concierges), (&Selection::All, &Recipients::First));
    assert_eq!(municipality.rules, RulesChoice { module: ModuleSource::Standard, settings: None });
    assert_eq!(municipality.credentials.client_secret.reveal(), "s3cret-value");
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
        MUNICIPALITY.replace("client_secret_env = \"SN_SECRET\"", "client_secret_env = 's3cret-value' x"),
        "[platform]\nbase_url = \"https://koppelaar:s3cret-value@platform.example\"".to_owned(),
        "[store]\nurl = \"postgres://koppelaar:s3cret-value@db/koppelaar\"".to_owned(),
        format!("{MUNICIPALITY}client_secret = \"s3cret-value\""),
    ] {
        let errors = errors(&text);
        assert!(!errors.contains("s3cret-value") || text.contains("s3cret-value' x"), "{errors}");
    }
    let several = parse_with(MUNICIPALITY, &[("SN_SECRET", "s3cret-value\nanother")]).unwrap_err().to_string();
    assert!(!several.contains("s3cret"), "{several}");
}

#[test]
fn a_missing_file_is_one_clear_error() {
    let missing = Path::new("no/such/koppelaar.toml");
    assert_snapshot!(Config::load(missing).unwrap_err(), @"");
}

#[test]
fn a_file_without_a_municipality_cannot_be_run() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let errors = Config::load(file.path()).unwrap_err().to_string();
    assert_snapshot!(errors.replace(&file.path().display().to_string(), "koppelaar.toml"), @"");
}

#[test]
fn an_oversized_file_is_refused() {
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_len(FILE_LIMIT + 1).unwrap();
    let errors = Config::load(file.path()).unwrap_err().to_string();
    assert_snapshot!(errors.replace(&file.path().display().to_string(), "koppelaar.toml"), @"");
}

#[test]
fn not_toml() {
    assert_snapshot!(errors("[platform\nbase_url = \"https://platform.example\"\n[polling]\nconcurrency = = 3"), @"");
}

#[test]
fn unknown_setting() {
    assert_snapshot!(errors("[polling]\nneighborhood_interval_secs = 60"), @"");
}

#[test]
fn unknown_setting_like_no_other() {
    assert_snapshot!(errors("[log]\nfile = \"koppelaar.log\""), @"");
}

#[test]
fn unknown_section() {
    assert_snapshot!(errors("[municipalities]\nid = \"x\"\n\n[poling]\nconcurrency = 3\n\n[telemetry]\nx = 1"), @"");
}

#[test]
fn setting_outside_any_section() {
    assert_snapshot!(errors("concurrency = 3"), @"");
}

#[test]
fn numbers_out_of_bounds_or_of_another_type() {
    let text = "[polling]\nneighbourhood_interval_secs = 1\ninbox_interval_secs = \"60\"\nconcurrency = 1.5\n\
                neighbourhoods_refresh_secs = -1\n[matching]\nminimum_score = 0x7d0";
    assert_snapshot!(errors(text), @"");
}

#[test]
fn plain_http_to_another_machine() {
    assert_snapshot!(errors("[platform]\nbase_url = \"http://platform.example\""), @"");
}

#[test]
fn not_an_address() {
    assert_snapshot!(errors("[platform]\nbase_url = \"platform.example\""), @"");
}

#[test]
fn address_with_a_password() {
    assert_snapshot!(errors("[platform]\nbase_url = \"https://me:s3cret@platform.example\""), @"");
}

#[test]
fn address_with_a_path() {
    assert_snapshot!(errors("[platform]\nbase_url = \"https://platform.example/api/v1\""), @"");
}

#[test]
fn another_database() {
    assert_snapshot!(errors("[store]\nurl = \"postgres://me:s3cret@db/koppelaar\""), @"");
}

#[test]
fn unknown_word() {
    assert_snapshot!(errors("[log]\nlevel = \"warning\"\nformat = 3"), @"");
}

#[test]
fn a_section_that_is_no_table() {
    assert_snapshot!(errors("polling = 60"), @"");
}

#[test]
fn a_municipality_in_single_brackets() {
    assert_snapshot!(errors(&MUNICIPALITY.replace("[[municipality]]", "[municipality]")), @"");
}

#[test]
fn an_empty_municipality() {
    assert_snapshot!(errors("[[municipality]]"), @"");
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
    assert_snapshot!(errors(text), @"");
}

#[test]
fn municipalities_with_the_same_identifier() {
    assert_snapshot!(errors(&format!("{MUNICIPALITY}{MUNICIPALITY}")), @"");
}

#[test]
fn identifiers_twice_or_impossible() {
    let text = format!("{MUNICIPALITY}neighbourhoods = [\"n-1\", \"n-1\"]\nconcierges = [\"m 1\"]");
    assert_snapshot!(errors(&text), @"");
    assert_snapshot!(errors(&format!("{MUNICIPALITY}neighbourhoods = [1]\nconcierges = true")), @"");
}

#[test]
fn a_secret_that_is_not_there() {
    assert_snapshot!(errors(&MUNICIPALITY.replace("SN_SECRET", "OTHER_SECRET")), @"");
    assert_snapshot!(errors(&MUNICIPALITY.replace("_env = \"SN_SECRET\"", "_file = \"no-such.secret\"")), @"");
    let empty = parse_with(MUNICIPALITY, &[("SN_SECRET", " ")]).unwrap_err();
    assert_snapshot!(empty, @"");
}

#[test]
fn a_secret_in_two_places() {
    assert_snapshot!(errors(&MUNICIPALITY.replace("\"SN_SECRET\"", "\"SN_SECRET\", client_secret_file = \"x\"")), @"");
}

#[test]
fn wrong_variables() {
    let overrides = [
        ("KOPPELAAR_POLLING__CONCURRENCY", "many"),
        ("KOPPELAAR_POLLING__CONCURENCY", "3"),
        ("KOPPELAAR_LOG__FORMAT", "xml"),
    ];
    assert_snapshot!(parse_with("", &overrides).unwrap_err(), @"");
}
