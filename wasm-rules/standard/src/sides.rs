//! Cuts a post that asks for one thing and gives another into what asks and what gives.

use crate::tokens::Tokens;

/// What it costs to change sides inside a clause, between clauses and between sentences, in log-odds.
const INSIDE: i32 = 6;
const BETWEEN_CLAUSES: i32 = 3;
const BETWEEN_SENTENCES: i32 = 1;

/// For each word, whether it belongs to what is asked, and how much speaks for that cut. `roles` says how much each word speaks for asking, `unit` to a
/// log-odd.
///
/// The likeliest path through two states (Viterbi): words speak for their side, a change of side costs, least between
/// sentences. Both sides occur, since an exchange has both.
pub fn sides(tokens: &Tokens, roles: &[i32], unit: i32) -> (Vec<bool>, i32) {
    // Whether the other side occurred yet is part of the state, so that the best path with both sides can be told.
    const NEVER: i32 = i32::MIN / 2;
    let count = roles.len();
    let mut best = [[NEVER; 2]; 2];
    // `from[at][changed][side]` tells whether the path came from the other side, and with `changed` from before.
    let mut from = vec![[[(false, false); 2]; 2]; count];
    for (at, &role) in roles.iter().enumerate() {
        let gain = [role, -role];
        if at == 0 {
            best[0] = gain;
            continue;
        }
        let cost = unit * change_cost(tokens, at);
        let mut next = [[NEVER; 2]; 2];
        for side in 0..2 {
            next[0][side] = best[0][side] + gain[side];
            from[at][0][side] = (false, false);
            let ways = [
                (best[1][side], (false, true)),
                (best[0][1 - side] - cost, (true, false)),
                (best[1][1 - side] - cost, (true, true)),
            ];
            for (value, way) in ways {
                if value + gain[side] > next[1][side] {
                    next[1][side] = value + gain[side];
                    from[at][1][side] = way;
                }
            }
        }
        best = next;
    }
    let mut changed = count > 1;
    let last = &best[usize::from(changed)];
    let mut side = usize::from(last[1] > last[0]);
    let score = last[side];
    let mut asks = vec![true; count];
    for at in (0..count).rev() {
        asks[at] = side == 0;
        let (other, before) = from[at][usize::from(changed)][side];
        if other {
            side = 1 - side;
        }
        changed = before;
    }
    (asks, score)
}

fn change_cost(tokens: &Tokens, at: usize) -> i32 {
    let (before, here) = (tokens.list[at - 1], tokens.list[at]);
    if before.sentence != here.sentence {
        BETWEEN_SENTENCES
    } else if before.clause != here.clause {
        BETWEEN_CLAUSES
    } else {
        INSIDE
    }
}

#[cfg(test)]
mod tests {
    use super::sides;
    use crate::tokens::Tokens;

    #[test]
    fn both_sides_occur_and_change_where_a_sentence_ends() {
        let tokens = Tokens::new(None, "Wie snoeit mijn haag? Ik bak een taart.");
        let roles = [9, 3, 1, 1, -5, -4, 0, 0];
        assert_eq!(sides(&tokens, &roles, 1).0, [true, true, true, true, false, false, false, false]);
        // However much all words ask, something is given in an exchange.
        let (asks, _) = sides(&tokens, &[5; 8], 1);
        assert!(asks.contains(&true) && asks.contains(&false), "{asks:?}");
        assert_eq!(sides(&Tokens::new(None, ""), &[], 1).0, [true; 0]);
    }
}
