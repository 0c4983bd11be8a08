//! Opaque cursors and entity tags.

use std::fmt::Write as _;

use axum::http::HeaderMap;
use axum::http::header::IF_NONE_MATCH;
use sha2::{Digest, Sha256};

/// The cursor that continues `list` after `sequence`: 16 hexadecimal digits of the number and 8 that bind it to the
/// list, so that a cursor of another list is refused instead of silently skipping entries.
pub(super) fn encode(list: &str, sequence: u64) -> String {
    format!("{sequence:016x}{}", binding(list, sequence))
}

/// The sequence number in `cursor`; `None` unless `list` issued it, whose newest entry is `newest`.
pub(super) fn decode(list: &str, cursor: &str, newest: u64) -> Option<u64> {
    let sequence = u64::from_str_radix(cursor.get(..16)?, 16).ok()?;
    (sequence <= newest && cursor == encode(list, sequence)).then_some(sequence)
}

/// A strong entity tag: equal for equal pages of an unchanged list only.
pub(super) fn etag(list: &str, version: u64, after: u64, limit: usize) -> String {
    let numbers = [version, after, limit as u64].map(u64::to_be_bytes).concat();
    format!("\"{}\"", hex(&Sha256::new().chain_update(list).chain_update([0]).chain_update(numbers).finalize()[..12]))
}

/// Whether `If-None-Match` names `etag`.
pub(super) fn matches(headers: &HeaderMap, etag: &str) -> bool {
    headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok()).any(|value| {
        value.split(',').map(str::trim).any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
    })
}

fn binding(list: &str, sequence: u64) -> String {
    hex(&Sha256::new().chain_update(list).chain_update([0]).chain_update(sequence.to_be_bytes()).finalize()[..4])
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_belongs_to_one_list() {
        let cursor = encode("posts/a", 7);
        assert_eq!(decode("posts/a", &cursor, 7), Some(7));
        assert_eq!(decode("posts/a", &cursor, 6), None, "the list never came that far");
        assert_eq!(decode("posts/b", &cursor, 7), None);
        assert_eq!(decode("posts/a", &cursor.to_uppercase().replace('0', "O"), 7), None);
        assert_eq!(decode("posts/a", "é", 7), None);
    }

    #[test]
    fn if_none_match_is_a_list() {
        let mut headers = HeaderMap::new();
        assert!(!matches(&headers, "\"a\""));
        headers.insert(IF_NONE_MATCH, "\"b\", W/\"a\"".parse().unwrap());
        assert!(matches(&headers, "\"a\""));
        assert!(!matches(&headers, "\"c\""));
    }
}
