//! End-to-end tests: real HTTP, a real database, real WebAssembly. One program, since linking each takes longer than
//! running it.

mod command;
mod delivery;
mod deploy;
mod deployer;
mod exchange;
mod failing;
mod faults;
mod kills;
mod logs;
mod pairing;
mod people;
mod platform;
mod process;
