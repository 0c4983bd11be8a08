//! Certificates, partners and departments.

use insta::assert_snapshot;

use super::*;
use crate::messaging::services::ReferralKind;

#[test]
fn certificates_partners_and_departments() {
    let text = format!(
        "{MUNICIPALITY}certificates = \"required\"\n\
         [[municipality.partners]]\nkind = \"home-care\"\nname = \" Wit-Gele Kruis \"\ncontact = \"03 1\"\n\
         [[municipality.departments]]\nname = \"Licht\"\ncontact = \"03 2\"\nwords = [\"Lamp\"]\n{}",
        MUNICIPALITY.replace("sint-niklaas", "lelystad")
    );
    let config = parse_with(&text, &[]).unwrap();
    let [first, second] = &config.municipalities[..] else { panic!("two municipalities") };
    assert_eq!((first.certificates, second.certificates), (Certificates::Required, Certificates::FirstCheck));
    assert_eq!(first.services.partner(ReferralKind::HomeCare).unwrap().name, "Wit-Gele Kruis");
    assert_eq!(first.services.partner(ReferralKind::FoodBank), None);
    assert_eq!(first.services.departments[0].words, ["lamp"]);
    assert_eq!(second.services, Services::default(), "each municipality has its own");
}

#[test]
fn everything_wrong_in_services_at_once() {
    let partner = |kind: &str| format!("[[municipality.partners]]\nkind = \"{kind}\"\nname = \"x\"\ncontact = \"y\"\n");
    let long = "x".repeat(201);
    let text = format!(
        "{MUNICIPALITY}certificates = \"require\"\n{}{}{}[[municipality.partners]]\ncontact = \"a\\nb\"\n\
         [[municipality.departments]]\nname = \" \"\ncontact = \"{long}\"\nwords = [\"straat lamp\"]\nmember = \"m-1\"\n\
         [[municipality.departments]]\nname = \"x\"\ncontact = \"y\"\nwords = []\n",
        partner("food-bank"),
        partner("food-bank"),
        partner("foodbank"),
    );
    assert_snapshot!(errors(&text), @r#"
    koppelaar.toml:8: `municipality.certificates` is `require`; it must be `first-check` or `required`
      hint: did you mean `required`?
    koppelaar.toml:14: `municipality.partners.kind` is `food-bank`, which another partner has already
      hint: name both in one, or the one that knows the way to the other
    koppelaar.toml:18: `municipality.partners.kind` is `foodbank`; it must be `food-bank`, `home-care`, `social-services` or `repair-shop`
      hint: did you mean `food-bank`?
    koppelaar.toml:21: `municipality.partners.kind` is missing
      hint: one of `food-bank`, `home-care`, `social-services` or `repair-shop`
    koppelaar.toml:21: `municipality.partners.name` is missing
      hint: what people call it, for example `Voedselbank De Brug`
    koppelaar.toml:22: `municipality.partners.contact` has several lines; it must be one
      hint: how to reach it, for example `03 123 45 67, elke dinsdag`
    koppelaar.toml:24: `municipality.departments.name` is empty
      hint: what people call it, for example `Voedselbank De Brug`
    koppelaar.toml:25: `municipality.departments.contact` is longer than 200 characters
      hint: how to reach it, for example `03 123 45 67, elke dinsdag`
    koppelaar.toml:26: `municipality.departments.words` holds `straat lamp`, which is not one word of at most 40 letters
      hint: how words of its reports begin, for example `["lantaarn", "verlicht"]`
    koppelaar.toml:27: `municipality.departments.member` is not a setting that exists
      hint: the settings here are `name`, `contact` and `words`
    koppelaar.toml:31: `municipality.departments.words` is an empty list
      hint: how words of its reports begin, for example `["lantaarn", "verlicht"]`
    "#);
    assert_snapshot!(errors(&format!("{MUNICIPALITY}partners = [\"x\"]\ndepartments = true")), @r#"
    koppelaar.toml:8: `municipality.partners` must be a list of tables, not of a string
      hint: begin each one with `[[municipality.partners]]`, in double brackets
    koppelaar.toml:9: `municipality.departments` must be a list of tables
      hint: begin each one with `[[municipality.departments]]`, in double brackets
    "#);
    let departments = "[[municipality.departments]]\nname = \"x\"\ncontact = \"y\"\n".repeat(21);
    assert_snapshot!(errors(&format!("{MUNICIPALITY}{departments}")), @r#"
    koppelaar.toml:68: `municipality.departments` is there more than 20 times
    "#);
}
