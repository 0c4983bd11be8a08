//! Generated from `wit/v1/rules.wit`; the documentation of every item is the contract's own.
#![allow(
    unsafe_code,
    reason = "generated: lifting and lowering values across the component boundary handles raw memory"
)]
#![allow(clippy::pedantic, missing_docs, reason = "generated code is not held to the house's style")]

wit_bindgen::generate!({
    path: "../wit/v1",
    world: "rules",
    additional_derives: [PartialEq],
    pub_export_macro: true,
    export_macro_name: "export_bindings",
    default_bindings_module: "koppelaar_rules::bindings",
});
