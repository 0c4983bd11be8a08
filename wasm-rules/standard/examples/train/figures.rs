//! How well a model reads texts that it never saw.

use koppelaar_rules::Intent;
use koppelaar_standard::extra::Extra;
use koppelaar_standard::intent::CLEAR;
use koppelaar_standard::model::Model;
use koppelaar_standard::read::read;
use koppelaar_standard::settings::Settings;
use koppelaar_standard::targets::CATEGORIES;

use crate::posts::Labelled;

/// Right, wrongly said and missed.
#[derive(Default, Clone, Copy)]
struct Count {
    right: u32,
    wrong: u32,
    missed: u32,
}

impl Count {
    fn add(&mut self, said: bool, truth: bool) {
        self.right += u32::from(said && truth);
        self.wrong += u32::from(said && !truth);
        self.missed += u32::from(!said && truth);
    }

    fn f1(self) -> f64 {
        let all = 2 * self.right + self.wrong + self.missed;
        if all == 0 { 1.0 } else { f64::from(2 * self.right) / f64::from(all) }
    }
}

/// Figures over many texts.
#[derive(Default)]
pub struct Figures {
    texts: u32,
    intents: u32,
    categories: [Count; CATEGORIES.len()],
    closed: Count,
    urgent: Count,
    referrals: [Count; 5],
}

impl Figures {
    /// Reads one text and compares.
    pub fn add(&mut self, model: &Model<'_>, text: &Labelled) {
        let reading = read(&Settings::default(), &Extra::default(), model, &text.post);
        let intent = match reading.intent {
            Intent::Request => 0,
            Intent::Offer => 1,
            Intent::Exchange => 2,
            Intent::Report => 3,
            Intent::Notice => 4,
        };
        self.texts += 1;
        self.intents += u32::from(text.intent == Some(intent));
        for (said, truth) in [(&reading.needs, &text.needs), (&reading.gives, &text.gives)] {
            for (category, count) in self.categories.iter_mut().enumerate() {
                count.add(
                    said.iter().any(|w| w.weight >= CLEAR && usize::from(w.category) == category),
                    truth.contains(&category),
                );
            }
        }
        self.closed.add(reading.closed, text.closed);
        self.urgent.add(reading.urgent, text.urgent);
        for (kind, count) in self.referrals.iter_mut().enumerate() {
            count.add(reading.referral.map(usize::from) == Some(kind), text.referral == Some(kind));
        }
    }
}

impl std::fmt::Display for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let named: Vec<f64> = self.categories.iter().filter(|c| c.right + c.missed > 0).map(|c| c.f1()).collect();
        let share = f64::from(self.intents) / f64::from(self.texts.max(1));
        write!(f, "intent {share:.3}  categories {:.3}", named.iter().sum::<f64>() / named.len().max(1) as f64)?;
        write!(f, "  closed {:.3}  urgent {:.3}  referrals", self.closed.f1(), self.urgent.f1())?;
        for count in self.referrals {
            write!(f, " {:.2}", count.f1())?;
        }
        let crisis = self.referrals[0];
        write!(f, "  crises {} of {}, {} false alarms", crisis.right, crisis.right + crisis.missed, crisis.wrong)
    }
}
