//! Candidates as rules see them: each with its reading, whose lists are parts of those of all.

use crate::bindings::exports::koppelaar::rules::matching::{self as wit, Columns};
use crate::{Index, Intent, Reading, Slot, Weighted};

/// What stands in the column of days ahead where a slot has none.
const EVERY_WEEK: u16 = u16::MAX;

/// A reading that is borrowed: that of a request or of a candidate. Every field is that of [`Reading`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReadingRef<'a> {
    /// The language of the post.
    pub language: Index,
    /// What the post is.
    pub intent: Intent,
    /// What is asked for, by falling weight.
    pub needs: &'a [Weighted],
    /// What is offered, by falling weight.
    pub gives: &'a [Weighted],
    /// Gives only if its own need is met.
    pub conditional: bool,
    /// When; empty when the text sets no time.
    pub slots: &'a [Slot],
    /// Solved or withdrawn by its own text.
    pub closed: bool,
    /// To be answered within a day.
    pub urgent: bool,
    /// A neighbour is not, or not alone, the right answer.
    pub referral: Option<Index>,
    /// What only the module understands.
    pub features: &'a [u8],
}

/// Somebody who may help.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate<'a> {
    /// What was understood of the helper's post.
    pub offer: ReadingRef<'a>,
    /// Tasks that this helper was suggested for in the last four weeks.
    pub load: u16,
    /// Both live in the same part of the neighbourhood, as far as the platform says.
    pub same_area: bool,
    /// How often this helper was accepted for this person before.
    pub helped_before: u16,
}

impl Reading {
    /// The reading as [`Rules::assess`](crate::Rules::assess) sees it.
    pub fn view(&self) -> ReadingRef<'_> {
        ReadingRef {
            language: self.language,
            intent: self.intent,
            needs: &self.needs,
            gives: &self.gives,
            conditional: self.conditional,
            slots: &self.slots,
            closed: self.closed,
            urgent: self.urgent,
            referral: self.referral,
            features: &self.features,
        }
    }
}

/// The columns of a question, put together to what readings have lists of: once for all candidates.
pub(crate) struct Lists<'a> {
    needs: Vec<Weighted>,
    gives: Vec<Weighted>,
    slots: Vec<Slot>,
    features: &'a [u8],
}

impl<'a> Lists<'a> {
    pub(crate) fn of(columns: &'a Columns) -> Self {
        let weighted = |categories: &[Index], weights: &[u16]| {
            categories.iter().zip(weights).map(|(&category, &weight)| Weighted { category, weight }).collect()
        };
        let minutes = columns.slot_from_minutes.iter().zip(&columns.slot_to_minutes);
        let days = columns.slot_weekdays.iter().zip(&columns.slot_days_ahead);
        let slot = |((&from_minute, &to_minute), (&weekday, &ahead)): ((&u16, &u16), (&u8, &u16))| Slot {
            weekday,
            from_minute,
            to_minute,
            days_ahead: (ahead != EVERY_WEEK).then_some(ahead),
        };
        Self {
            needs: weighted(&columns.need_categories, &columns.need_weights),
            gives: weighted(&columns.give_categories, &columns.give_weights),
            slots: minutes.zip(days).map(slot).collect(),
            features: &columns.features,
        }
    }

    /// Gives each of `candidates` its own part.
    ///
    /// # Panics
    /// When the counts go beyond a column. The host makes both of the same readings: that would be its fault.
    pub(crate) fn candidates(&self, candidates: &[wit::Candidate]) -> impl Iterator<Item = Candidate<'_>> {
        let (mut needs, mut gives) = (Rest(&self.needs), Rest(&self.gives));
        let (mut slots, mut features) = (Rest(&self.slots), Rest(self.features));
        candidates.iter().map(move |candidate| {
            let wit::Candidate { offer, load, same_area, helped_before } = *candidate;
            Candidate {
                offer: ReadingRef {
                    language: offer.language,
                    intent: offer.intent,
                    needs: needs.take(usize::from(offer.needs)),
                    gives: gives.take(usize::from(offer.gives)),
                    conditional: offer.conditional,
                    slots: slots.take(usize::from(offer.slots)),
                    closed: offer.closed,
                    urgent: offer.urgent,
                    referral: offer.referral,
                    features: features.take(usize::from(offer.features)),
                },
                load,
                same_area,
                helped_before,
            }
        })
    }
}

/// What is left of a list.
struct Rest<'a, T>(&'a [T]);

impl<'a, T> Rest<'a, T> {
    fn take(&mut self, count: usize) -> &'a [T] {
        let (part, rest) = self.0.split_at(count);
        self.0 = rest;
        part
    }
}
