//! Words instead of one that was not understood.

/// The words in backticks, with `or` before the last.
pub(super) fn alternatives(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

/// What to say about a `name` that is not among the `known` ones, which are of the kind `what`.
pub(super) fn unknown_hint(name: &str, known: &[&'static str], what: &str) -> String {
    nearest(name, known).map_or_else(
        || format!("the {what}s here are {}", alternatives(known).replace(" or ", " and ")),
        |near| format!("did you mean `{near}`?"),
    )
}

/// The word of `words` that is nearest to `word`, unless none is near.
pub(crate) fn nearest<'w>(word: &str, words: &[&'w str]) -> Option<&'w str> {
    let near = words.iter().map(|candidate| (edits(word, candidate), *candidate)).min()?;
    (near.0 <= 1 + word.chars().count() / 4).then_some(near.1)
}

/// The fewest insertions, deletions and replacements of a character that lead from `a` to `b` (Levenshtein).
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted() {
        for (a, b, distance) in [("", "", 0), ("abc", "", 3), ("kitten", "sitting", 3), ("één", "een", 2)] {
            assert_eq!(edits(a, b), distance, "{a} {b}");
            assert_eq!(edits(b, a), distance, "{b} {a}");
        }
    }

    #[test]
    fn only_what_is_near_is_suggested() {
        assert_eq!(nearest("concurency", &["concurrency", "interval"]), Some("concurrency"));
        assert_eq!(nearest("file", &["format", "level"]), None);
    }
}
