//! Small files that keep a compiler busy for long, or fill its memory.

use crate::{Case, case};

/// A component around a core module, without text: text of this size takes longer to read than to compile.
fn wrapped(core: &[u8]) -> Vec<u8> {
    let mut module = b"\0asm\x0d\0\x01\0\x01".to_vec();
    number(&mut module, core.len());
    module.extend(core);
    module
}

fn number(out: &mut Vec<u8>, mut value: usize) {
    while value > 0x7f {
        out.push(u8::try_from(value & 0x7f).unwrap() | 0x80);
        value >>= 7;
    }
    out.push(u8::try_from(value).unwrap());
}

fn section(out: &mut Vec<u8>, id: u8, content: &[u8]) {
    out.push(id);
    number(out, content.len());
    out.extend(content);
}

/// A core module with `count` functions `() -> ()` of this body: locals and instructions, without the end.
fn functions(count: usize, body: &[u8]) -> Vec<u8> {
    let mut module = b"\0asm\x01\0\0\0".to_vec();
    section(&mut module, 1, &[1, 0x60, 0, 0]);
    let mut types = Vec::new();
    number(&mut types, count);
    types.resize(types.len() + count, 0);
    section(&mut module, 3, &types);
    let mut code = Vec::new();
    number(&mut code, count);
    for _ in 0..count {
        number(&mut code, body.len() + 1);
        code.extend(body);
        code.push(0x0b);
    }
    section(&mut module, 10, &code);
    wrapped(&module)
}

pub fn cases() -> Vec<Case> {
    // 50,000 locals of one type in five bytes, each of which a loop keeps alive.
    let locals = [1, 0xd0, 0x86, 0x03, 0x7f, 0x03, 0x40, 0x0c, 0x00, 0x0b];
    let mut branches = vec![0, 0x02, 0x40, 0x41, 0, 0x0e];
    number(&mut branches, 60_000);
    branches.resize(branches.len() + 60_001, 0);
    branches.push(0x0b);
    let nested = |depth: usize| [vec![0], [0x02, 0x40].repeat(depth), vec![0x0b; depth]].concat();
    let long = [vec![0], [0x41, 1, 0x1a].repeat(1_000_000)].concat();
    let calls = [vec![0], [0x10, 0].repeat(1_000_000)].concat();
    vec![
        case("2,000 functions of 50,000 locals", "CompileTime", functions(2_000, &locals)),
        case(
            "a function of seven million instructions",
            "Invalid",
            functions(1, &[vec![0], vec![0x01; 7_700_000]].concat()),
        ),
        case("a function of a million constants", "Export", functions(1, &long)),
        case("a function of a million calls", "CompileTime", functions(1, &calls)),
        case("30 tables of 60,000 branches", "Export", functions(30, &branches)),
        case("a million functions", "CompileTime", functions(1_000_000, &[0])),
        case("blocks nested 100,000 deep", "CompileTime", functions(20, &nested(100_000))),
    ]
}
