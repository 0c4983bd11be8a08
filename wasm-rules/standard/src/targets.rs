//! What a phrase of the data can point to, shared with the build script.

/// Identifiers of the categories, in the order of the manifest.
pub const CATEGORIES: [&str; 27] = [
    "groceries",
    "meals",
    "food-aid",
    "company",
    "walking",
    "hobby",
    "transport",
    "moving",
    "bulky-waste",
    "odd-jobs",
    "garden",
    "cleaning",
    "childcare",
    "pet-care",
    "home-watch",
    "digital",
    "paperwork",
    "language",
    "homework",
    "bike-repair",
    "sewing",
    "lending",
    "goods",
    "group-purchase",
    "event",
    "care",
    "public-space",
];

/// What a phrase says of its post or of the words beside it. The order is that of `evidence::Signal`.
pub const SIGNALS: [&str; 7] = ["closed", "crisis", "not", "only", "except", "busy", "conditional"];

/// Words for times. The order is that of `named::word`.
pub const TIMES: [&str; 22] = [
    "mon",
    "tue",
    "wed",
    "thu",
    "fri",
    "sat",
    "sun",
    "weekend",
    "weekdays",
    "daily",
    "morning",
    "afternoon",
    "evening",
    "day",
    "today",
    "tomorrow",
    "overmorrow",
    "tonight",
    "this-week",
    "month",
    "clock",
    "past",
];

/// Words for amounts. The order is that of `amounts::Word`.
pub const AMOUNTS: [&str; 13] =
    ["kilo", "metre", "year", "month", "child", "link", "count", "above", "below", "from", "to", "most", "number"];

/// Languages of the manifest, and of the data files.
pub const LANGUAGES: [&str; 3] = ["nl", "fr", "en"];

/// Language number of a data row that holds in all of them.
pub const ANY_LANGUAGE: u8 = 3;

/// Where the language of a phrase, and below it whether it begins its sentence, stand beside the number of its elements.
pub const SHAPE_SHIFT: u8 = 5;
/// The shape of a phrase in a language that holds at the beginning of a sentence only, or anywhere.
pub const fn shape_of(language: u8, begins: bool) -> u8 {
    language << 1 | begins as u8
}
/// The most elements of a phrase behind its first.
pub const REST_MAX: u8 = (1 << SHAPE_SHIFT) - 1;
/// Marks the last of the elements that a word satisfies; the others are below it.
pub const LAST: u16 = 1 << 15;
/// Words of the data that lie together, on average.
pub const BUCKET: usize = 4;

/// Where the kind of a target stands in its number; below it is the number within the kind.
pub const KIND_SHIFT: u16 = 12;
/// The number within the kind.
pub const NUMBER_MASK: u16 = (1 << KIND_SHIFT) - 1;

/// Kinds of target.
pub mod kind {
    /// A signal.
    pub const SIGNAL: u16 = 0;
    /// A time.
    pub const TIME: u16 = 1;
    /// A tag: a detail that must fit, such as the kind of pet.
    pub const TAG: u16 = 2;
    /// An amount, its unit, or a word that bounds it.
    pub const AMOUNT: u16 = 3;
}

/// Elements below this belong to no phrase: a word that satisfies one tells the languages of its bits.
pub const VOICES: u16 = 1 << LANGUAGES.len();

/// Elements of a phrase that match no word.
pub mod element {
    /// At most two words in between.
    pub const SHORT_GAP: u16 = 0xffff;
    /// At most seven words in between.
    pub const LONG_GAP: u16 = 0xfffe;
    /// The sentence is a question.
    pub const QUESTION: u16 = 0xfffd;
    /// The sentence starts here.
    pub const START: u16 = 0xfffc;
    /// A number.
    pub const NUMBER: u16 = 0xfffb;
}

/// What the word after the first of a phrase must satisfy, of the elements of its rest; 0 when there is none, or a gap or
/// condition follows.
pub fn second(rest: &[u16]) -> u16 {
    rest.first().copied().filter(|&second| second < element::NUMBER).unwrap_or(0)
}

/// The print of a word of the data, which tells it from the others of its bucket: sixteen of its bits, from `shift` on.
pub const fn print_of(high: u32, shift: u32) -> u16 {
    let [low, next, ..] = high.rotate_right(shift).to_le_bytes();
    u16::from_le_bytes([low, next])
}

/// The bit of two elements that begin a phrase in a filter of so many bits, a power of two.
pub fn follow_bit(first: u16, second: u16, bits: usize) -> usize {
    let both = u32::from(first) << 16 | u32::from(second);
    (both.wrapping_mul(0x9e37_79b1) >> 12) as usize & (bits - 1)
}
