//! A learned correction of the points of a pair: the sum of small decision trees over its facts.
//!
//! Points add up what each fact is worth by itself; some count only together, such as times that differ, which matter
//! little where a bicycle is left for repair. Each tree asks the same few questions of every pair and looks up what their
//! answers are worth (oblivious trees: Kohavi, “Bottom-up induction of oblivious read-once decision graphs”, ECML 1994).
//! They are learned one upon the other, from pairs of posts whose words the model never saw.

use crate::pair::FACTS;

/// Questions of a tree.
pub const DEPTH: usize = 4;
/// Answers together, each with a worth.
pub const LEAVES: usize = 1 << DEPTH;
/// What a point is in the worths.
pub const WORTH_UNIT: i32 = 16;
/// Bytes of a tree.
pub const TREE_BYTES: usize = DEPTH * 3 + LEAVES * 2;

/// The trees of the module: each holds its questions, a fact (`u8`) and the number above which the answer is yes (`i16`),
/// then the worth of each set of answers, the first answer in the lowest bit (`i16` in 1/[`WORTH_UNIT`] points); all
/// little-endian.
pub static BUILT_IN: &[u8] = include_bytes!("../data/trees.bin");

/// What the facts are worth together, in points, by trees that are packed as [`BUILT_IN`].
pub fn correction(trees: &[u8], facts: &[i16; FACTS]) -> i32 {
    let (trees, _) = trees.as_chunks::<TREE_BYTES>();
    let worth = |tree: &[u8; TREE_BYTES]| {
        let (questions, worths) = tree.split_at(DEPTH * 3);
        let mut leaf = 0;
        for (bit, question) in questions.as_chunks::<3>().0.iter().enumerate() {
            let &[fact, low, high] = question;
            // A fact that is not there counts as nothing.
            let number = facts.get(usize::from(fact)).copied().unwrap_or_default();
            leaf |= usize::from(number > i16::from_le_bytes([low, high])) << bit;
        }
        i32::from(i16::from_le_bytes([worths[leaf * 2], worths[leaf * 2 + 1]]))
    };
    trees.iter().map(worth).sum::<i32>() / WORTH_UNIT
}

#[cfg(test)]
mod tests {
    use super::{BUILT_IN, DEPTH, LEAVES, TREE_BYTES, correction};
    use crate::pair::FACTS;

    #[test]
    fn each_tree_adds_the_worth_of_its_answers() {
        // Whether the second fact is above 5, and the third above -1; the other questions are of facts that do not exist.
        let mut tree = vec![1, 5, 0, 2, 255, 255, 255, 0, 0, 255, 0, 0];
        tree.extend((0..LEAVES).flat_map(|leaf| i16::try_from(leaf * 160).unwrap().to_le_bytes()));
        let two = [&tree[..], &tree[..]].concat();
        let mut facts = [0; FACTS];
        assert_eq!((correction(&[], &facts), correction(&tree, &facts), correction(&two, &facts)), (0, 20, 40));
        facts[1] = 6;
        assert_eq!(correction(&tree, &facts), 30);
        facts[2] = -1;
        assert_eq!(correction(&tree, &facts), 10);
    }

    #[test]
    fn the_trees_of_the_module_are_whole_and_ask_for_facts_that_exist() {
        let (trees, rest) = BUILT_IN.as_chunks::<TREE_BYTES>();
        assert!(rest.is_empty() && !trees.is_empty());
        let facts = trees.iter().flat_map(|tree| tree[..DEPTH * 3].iter().step_by(3));
        assert!(facts.into_iter().all(|fact| usize::from(*fact) < FACTS));
    }
}
