//! Overrides, and where secrets stand.

use insta::assert_snapshot;

use super::*;

#[test]
fn a_secret_in_two_places() {
    assert_snapshot!(errors(&MUNICIPALITY.replace("\"SN_SECRET\"", "\"SN_SECRET\", client_secret_file = \"x\"")), @r"
    koppelaar.toml:7: `municipality.credentials.client_secret_file` is there beside `client_secret_env`
      hint: name one place: a file with `client_secret_file` or a variable with `client_secret_env`
    ");
}

#[test]
fn wrong_variables() {
    let overrides = [
        ("KOPPELAAR_POLLING__CONCURRENCY", "many"),
        ("KOPPELAAR_POLLING__CONCURENCY", "3"),
        ("KOPPELAAR_LOG__FORMAT", "xml"),
        ("KOPPELAAR_TELEMETRY__ADDRESS", "x"),
    ];
    assert_snapshot!(parse_with("", &overrides).unwrap_err(), @r"
    environment variable `KOPPELAAR_LOG__FORMAT`: `log.format` is `xml`; it must be `text` or `json`
    environment variable `KOPPELAAR_POLLING__CONCURENCY`: overrides no setting that exists
      hint: did you mean `KOPPELAAR_POLLING__CONCURRENCY`?
    environment variable `KOPPELAAR_POLLING__CONCURRENCY`: `polling.concurrency` is `many`; it must be a whole number from `1` to `256`
      hint: the default is `16`
    environment variable `KOPPELAAR_TELEMETRY__ADDRESS`: overrides no setting that exists
      hint: variables are called `KOPPELAAR_SECTION__SETTING`; `koppelaar config` prints both
    ");
}

#[test]
fn a_secret_in_the_place_of_its_variable() {
    assert_snapshot!(errors(&MUNICIPALITY.replace("SN_SECRET", "s3cret-value")), @r"
    koppelaar.toml:7: `municipality.credentials.client_secret_env` must be the name of a variable: capitals, digits and underscores
      hint: write the secret into a variable, and that variable's name here
    ");
}
