//! Percent-encoding (RFC 3986) and the Basic credentials of `OAuth2` clients (RFC 6749, section 2.3.1).

use std::fmt::Write as _;

/// `text` as it stands in a query: everything but unreserved characters encoded.
pub(super) fn encode(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}

/// Client id and secret of an `Authorization: Basic` header's value.
pub(super) fn basic_credentials(value: &str) -> Option<(String, String)> {
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(base64_decode(encoded.trim())?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((decode(id)?, decode(secret)?))
}

/// Form decoding: `+` is a space.
fn decode(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                u8::try_from(digit(bytes.next()?)? * 16 + digit(bytes.next()?)?).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(decoded).ok()
}

/// Standard base64, padding optional.
fn base64_decode(text: &str) -> Option<Vec<u8>> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = text.trim_end_matches('=').bytes();
    let mut decoded = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0);
    for digit in digits {
        let value = ALPHABET.iter().position(|letter| *letter == digit)?;
        bits = (bits << 6) | u32::try_from(value).ok()?;
        count += 6;
        if count >= 8 {
            count -= 8;
            decoded.push(u8::try_from((bits >> count) & 0xff).ok()?);
            bits &= (1 << count) - 1;
        }
    }
    Some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_credentials_are_base64_of_form_encoded_parts() {
        // The example of RFC 6749, section 2.3.1.
        let example = "Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW";
        assert_eq!(basic_credentials(example), Some(("s6BhdRkqt3".into(), "gX1fBat3bV".into())));
        // `a%2Bb:c+d`
        assert_eq!(basic_credentials("basic YSUyQmI6Yytk"), Some(("a+b".into(), "c d".into())));
        assert_eq!(basic_credentials("Basic ###"), None);
        assert_eq!(basic_credentials("Bearer abc"), None);
    }

    #[test]
    fn encoding_leaves_unreserved_characters() {
        assert_eq!(encode("a-b._~é /"), "a-b._~%C3%A9%20%2F");
    }
}
