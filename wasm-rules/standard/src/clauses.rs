//! What the model says of the clauses of a post, taken into the evidence.

use std::ops::Range;

use crate::evidence::Evidence;
use crate::lexicon::{AGAINST, WHOM};

/// What the times of a clause are to the help.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Heed {
    /// Help is asked or given at one of them, even where phrases except all.
    Affirmed,
    /// They are those of something else, or nobody can tell: “today I saw the doctor”.
    Ignored,
    /// Help is not given then: “at weekends I have the grandchildren”.
    Refused,
}

impl Evidence {
    /// Takes in what somebody who gives refuses: what stands there they do not give.
    pub fn refuse(&mut self, words: &Range<usize>) {
        self.refused[words.clone()].fill(true);
        // Phrases that say what somebody cannot do say that already, and “only women” does not refuse women.
        let phrased = |tag: usize| WHOM.has(tag) || AGAINST.iter().any(|(_, cannot)| *cannot == tag);
        for detail in self.details.iter_mut().filter(|detail| words.contains(&usize::from(detail.at))) {
            detail.refused |= !phrased(detail.tag);
        }
    }

    /// Takes in what the times that some words name are to the help.
    pub fn heed_times(&mut self, words: &Range<usize>, heed: Heed) {
        match heed {
            Heed::Affirmed => self.affirm_times(words),
            Heed::Ignored => self.ignore_times(words),
            Heed::Refused => self.excepted[words.clone()].fill(true),
        }
    }

    /// What is excepted stays excepted.
    fn ignore_times(&mut self, words: &Range<usize>) {
        let Self { times, excepted, excused, .. } = self;
        times.retain(|hit| {
            let at = usize::from(hit.from);
            !words.contains(&at) || excepted[at] || excused[at]
        });
    }

    /// Where all of the times seemed to be excepted or excused, none is; where one is not, it is that one: “every day but
    /// Saturday”.
    fn affirm_times(&mut self, words: &Range<usize>) {
        let Self { times, excepted, excused, .. } = self;
        let hits: Vec<Range<usize>> = times.iter().map(|hit| usize::from(hit.from)..usize::from(hit.to)).collect();
        let inside = || hits.iter().filter(|hit| words.contains(&hit.start));
        if inside().all(|hit| excepted[hit.start] || excused[hit.start]) {
            for hit in inside() {
                excepted[hit.clone()].fill(false);
                excused[hit.clone()].fill(false);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Heed;
    use crate::evidence::Evidence;
    use crate::extra::Extra;
    use crate::lexicon::WHOM;
    use crate::tags::Tags;

    #[test]
    fn what_a_refused_clause_names_is_excluded() {
        let mut evidence = Evidence::new(None, "Konijnen, honden, op maandag en dinsdag.", &Extra::default());
        let (affirmed, excluded) = evidence.tags();
        assert!(excluded.is_empty() && affirmed.iter().count() >= 2, "{affirmed:?}");
        // The second clause.
        evidence.refuse(&(1..2));
        let (left, refused) = evidence.tags();
        assert!(!left.is_empty() && !refused.is_empty());
        assert!(left.and(&refused).is_empty());
        assert_eq!(left.iter().chain(refused.iter()).count(), affirmed.iter().count());
        assert_eq!((evidence.refused[1], evidence.refused[0], evidence.excepted[1]), (true, false, false));
        let mut women = Evidence::new(None, "Alleen voor vrouwen uit de wijk.", &Extra::default());
        let whom = |(affirmed, excluded): (Tags, Tags)| (affirmed.and(&WHOM), excluded.and(&WHOM));
        let before = whom(women.tags());
        women.refuse(&(0..6));
        assert!(!before.0.is_empty() && whom(women.tags()) == before);
    }

    #[test]
    fn times_are_kept_excepted_or_left_out() {
        let evidence = || Evidence::new(None, "Op maandag, niet op dinsdag.", &Extra::default());
        let after = |words, heed| {
            let mut evidence = evidence();
            evidence.heed_times(&words, heed);
            (evidence.times.len(), evidence.excepted[1], evidence.excepted[4])
        };
        assert_eq!(after(0..2, Heed::Refused), (2, true, true));
        assert_eq!(after(0..2, Heed::Ignored), (1, false, true));
        assert_eq!(after(2..5, Heed::Ignored), (2, false, true));
        assert_eq!(after(2..5, Heed::Affirmed), (2, false, false));
    }
}
