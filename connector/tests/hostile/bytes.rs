//! Files that are no module, or were one.

use crate::{Case, case, fixture};

const STANDARD: &[u8] = include_bytes!("../../../wasm-rules/standard/standard.wasm");
const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";

pub fn cases() -> Vec<Case> {
    let sound = fixture("sound.wasm");
    let flipped = |at: usize| {
        let mut module = sound.clone();
        module[at] ^= 0x10;
        module
    };
    vec![
        case("nothing", "NoWebAssembly", vec![]),
        case("source text", "NoWebAssembly", b"(component)".to_vec()),
        case("a compressed file", "NoWebAssembly", b"\x1f\x8b\x08\0\0\0\0\0".to_vec()),
        case("larger than allowed", "TooLarge", vec![0; (64 << 20) + 1]),
        case("a core module", "CoreModule", b"\0asm\x01\0\0\0".to_vec()),
        case("half a head", "Invalid", b"\0asm".to_vec()),
        case("a version of the future", "Invalid", b"\0asm\x0e\0\x01\0".to_vec()),
        case("a head alone", "Export", COMPONENT.to_vec()),
        case("a section that does not exist", "Invalid", [COMPONENT, &[200, 1, 0]].concat()),
        case("a section longer than the file", "Invalid", [COMPONENT, &[1, 0xff, 0xff, 0xff, 0x7f, 0]].concat()),
        case("half of the standard module", "Invalid", STANDARD[..STANDARD.len() / 2].to_vec()),
        case("all but a byte of it", "Invalid", STANDARD[..STANDARD.len() - 1].to_vec()),
        case("with something behind it", "Invalid", [&sound[..], b"and so on"].concat()),
        case("a bit flipped in the head", "Invalid", flipped(5)),
        case("a bit flipped in the first section", "Invalid", flipped(9)),
        case("twice the same module", "Invalid", [&sound[..], &sound[..]].concat()),
    ]
}
