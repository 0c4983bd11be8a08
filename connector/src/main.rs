//! The `koppelaar` command.

fn main() {}
