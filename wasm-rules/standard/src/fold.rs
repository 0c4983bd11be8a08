//! Folding of text, shared with the build script: data and posts must fold alike.

/// Appends the folded form of a letter: lower case without accents; nothing for what is no letter or digit.
pub fn push_folded(c: char, out: &mut Vec<u8>) -> bool {
    if c.is_ascii_alphanumeric() {
        out.push(c.to_ascii_lowercase() as u8);
        return true;
    }
    let plain: &[u8] = match c {
        'à'..='å' | 'À'..='Å' | 'ā' | 'Ā' | 'ă' | 'Ă' | 'ą' | 'Ą' => b"a",
        'ç' | 'Ç' | 'ć' | 'Ć' | 'č' | 'Č' => b"c",
        'è'..='ë' | 'È'..='Ë' | 'ē' | 'Ē' | 'ę' | 'Ę' | 'ě' | 'Ě' => b"e",
        'ğ' | 'Ğ' => b"g",
        'ì'..='ï' | 'Ì'..='Ï' | 'ı' | 'İ' | 'ī' | 'Ī' => b"i",
        'ĳ' | 'Ĳ' => b"ij",
        'ł' | 'Ł' => b"l",
        'ñ' | 'Ñ' | 'ń' | 'Ń' => b"n",
        'ò'..='ö' | 'Ò'..='Ö' | 'ø' | 'Ø' | 'ō' | 'Ō' => b"o",
        'œ' | 'Œ' => b"oe",
        'æ' | 'Æ' => b"ae",
        'ş' | 'Ş' | 'š' | 'Š' | 'ś' | 'Ś' => b"s",
        'ß' => b"ss",
        'ù'..='ü' | 'Ù'..='Ü' | 'ū' | 'Ū' => b"u",
        'ý' | 'ÿ' | 'Ý' | 'Ÿ' => b"y",
        'ž' | 'Ž' | 'ż' | 'Ż' | 'ź' | 'Ź' => b"z",
        '€' => b"eur",
        // Combining accents vanish: the letter before them is already there.
        '\u{300}'..='\u{36f}' => return !out.is_empty(),
        _ if c.is_alphabetic() => {
            for lower in c.to_lowercase() {
                out.extend_from_slice(lower.encode_utf8(&mut [0; 4]).as_bytes());
            }
            return true;
        }
        _ => return false,
    };
    out.extend_from_slice(plain);
    true
}

/// How a word of the data matches a word of a post. The number is mixed into its hash.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Form {
    /// The whole word.
    Exact = 1,
    /// `fiets*`: the word begins so.
    Prefix = 2,
    /// `*brief`: the word ends so.
    Suffix = 3,
    /// No word of the data: what two posts are compared by, a word without its ending.
    Stem = 4,
}

const START: u64 = 0xcbf2_9ce4_8422_2325;

/// Hash (FNV-1a, 64 bits) that a word of this form starts from.
pub const fn hash_start(form: Form) -> u64 {
    hash_step(START, form as u8)
}

/// Adds one byte to a hash.
pub const fn hash_step(hash: u64, byte: u8) -> u64 {
    (hash ^ byte as u64).wrapping_mul(0x0000_0100_0000_01b3)
}

/// Final mixing: slot in the low half, fingerprint in the high half.
pub const fn hash_end(hash: u64) -> (usize, u32) {
    let mixed = (hash ^ (hash >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    ((mixed & 0xffff_ffff) as usize, (mixed >> 32) as u32)
}

/// The slot of a hash's low half in a table of so many slots.
pub fn slot_of(low: usize, slots: usize) -> usize {
    ((low as u64 * slots as u64) >> 32) as usize
}

/// Hash of a word; of a suffix, read from its end.
pub fn hash_word(form: Form, word: &[u8]) -> (usize, u32) {
    let step = |hash, &byte: &u8| hash_step(hash, byte);
    let hash = if form == Form::Suffix {
        word.iter().rev().fold(hash_start(form), step)
    } else {
        word.iter().fold(hash_start(form), step)
    };
    hash_end(hash)
}

/// Bytes of a word beyond which it is cut.
pub const WORD_BYTES_MAX: usize = 48;
/// Bytes of a folded word by which a table tells how long the `begin*` words are that begin with them.
pub const BEGINNING: usize = 4;
/// Bytes at the end of a folded word by which a filter tells whether an `*end` word may match; none is shorter.
pub const END: usize = 3;

/// Gives `found` the hash of every beginning of a word that may be a `begin*` word: those of two and three bytes, and of
/// those lengths for which `lengths`, by the hash of the first [`BEGINNING`] bytes, has a bit; its highest bit stands for
/// all that are longer.
pub fn beginnings(word: &[u8], lengths: &[i16], mut found: impl FnMut((usize, u32))) {
    let mut hash = hash_start(Form::Prefix);
    let (short, long) = word.split_at(word.len().min(BEGINNING - 1));
    for (at, &byte) in short.iter().enumerate() {
        hash = hash_step(hash, byte);
        if at >= 1 {
            found(hash_end(hash));
        }
    }
    let Some(next) = long.first() else { return };
    let mut lengths = lengths[hash_end(hash_step(hash, *next)).0 % lengths.len()];
    for &byte in long {
        if lengths == 0 {
            return;
        }
        hash = hash_step(hash, byte);
        if lengths & 1 == 1 {
            found(hash_end(hash));
        }
        // The shift keeps the highest bit.
        lengths >>= 1;
    }
}

/// Gives `found` the hash of every ending of a word, of [`END`] bytes and more, where `ends` has the bit of the shortest.
pub fn endings(word: &[u8], ends: &[u64], mut found: impl FnMut((usize, u32))) {
    let Some((rest, end)) = word.split_last_chunk::<END>() else { return };
    let mut hash = end.iter().rev().fold(hash_start(Form::Suffix), |hash, byte| hash_step(hash, *byte));
    let bit = hash_end(hash).0 % (ends.len() * 64);
    if ends[bit / 64] >> (bit % 64) & 1 == 0 {
        return;
    }
    found(hash_end(hash));
    for &byte in rest.iter().rev() {
        hash = hash_step(hash, byte);
        found(hash_end(hash));
    }
}

/// A word without its light endings (Dutch, French and English at once). Two posts are compared by it, so it
/// need not be a real stem; it must only bring the same words together and seldom others.
pub fn stem(word: &[u8]) -> &[u8] {
    const ENDINGS: [&[u8]; 18] = [
        b"etjes", b"tjes", b"kes", b"jes", b"etje", b"tje", b"ing", b"en", b"es", b"er", b"je", b"ke", b"ed", b"te",
        b"s", b"e", b"t", b"d",
    ];
    let mut stem = word;
    for ending in ENDINGS {
        if let Some(rest) = word.strip_suffix(ending)
            && rest.len() >= 4
        {
            stem = rest;
            break;
        }
    }
    // Boodschapp-en and boodschap are one word.
    match stem {
        [rest @ .., a, b] if a == b && rest.len() >= 3 => &stem[..stem.len() - 1],
        _ => stem,
    }
}
