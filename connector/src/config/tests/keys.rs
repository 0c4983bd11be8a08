use super::*;
use crate::rules::signature::TrustedKey;

const KEY: &str = "RWSTLfyr180vhKMya/mq/wgrpH5bjZUJgz2pptghbzrn2XNP75tjClkq";
const OTHER: &str = "RWQ/Uowe9daMeoWGtbFXNV96qjDPU32yV3XZqQ34NWK+hBGSpjCXuv8g";

fn ids(config: &Config) -> Vec<&str> {
    config.rules.trusted_keys.iter().map(TrustedKey::id).collect()
}

#[test]
fn nobody_is_trusted_unless_named() {
    assert!(parse_with("", &[]).unwrap().rules.trusted_keys.is_empty());
    let config = parse_with(&format!("[rules]\ntrusted_keys = [\"{KEY}\", \"{OTHER}\"]"), &[]).unwrap();
    assert_eq!(ids(&config), ["842FCDD7ABFC2D93", "7A8CD6F51E8C523F"]);
    let variable = ("KOPPELAAR_RULES__TRUSTED_KEYS", &*format!("{KEY}, {OTHER}"));
    let config = parse_with("[rules]\ntrusted_keys = []", &[variable]).unwrap();
    assert_eq!(ids(&config).len(), 2);
}

#[test]
fn what_is_no_public_key_is_not_repeated() {
    let text = format!("[rules]\ntrusted_keys = [\"{KEY}\", \"s3cret-value\"]");
    assert_snapshot!(errors(&text), @r"
    koppelaar.toml:2: `rules.trusted_keys` holds an entry that is no public key of minisign
      hint: the second line of `minisign.pub`: 56 characters that begin with `RW`
    ");
}
