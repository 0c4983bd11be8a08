//! Puts the questions to the rules, in batches, and keeps what passes the threshold.

use std::cmp::Reverse;

use super::candidates::{Question, helped_before, same_area};
use super::eligible::load_of;
use super::{ALTERNATE_SLACK, Choice, History, Limits, OpenPost, Ranked};
use crate::domain::LocalTime;
use crate::rules::{self, Candidate, MAX_CANDIDATES, RuleError, Verdict};

/// Judges every question; the answers are in the same order, each with its helpers ranked, the best first.
pub(super) fn judge(
    posts: &[&OpenPost],
    questions: &[Question],
    now: LocalTime,
    limits: &Limits,
    history: &History,
    assess: impl FnMut(&[rules::Question<'_>]) -> Result<Vec<Vec<Verdict>>, RuleError>,
) -> Result<Vec<Ranked>, RuleError> {
    let mut ranked = Vec::with_capacity(questions.len());
    verdicts(posts, questions, now, history, assess, |question, verdicts| {
        ranked.push(keep(question, verdicts, limits));
    })?;
    Ok(ranked)
}

/// Puts every question to the rules, and hands each to `answered` with one verdict per helper.
pub(super) fn verdicts<'q>(
    posts: &[&OpenPost],
    questions: &'q [Question],
    now: LocalTime,
    history: &History,
    mut assess: impl FnMut(&[rules::Question<'_>]) -> Result<Vec<Vec<Verdict>>, RuleError>,
    mut answered: impl FnMut(&'q Question, Vec<Verdict>),
) -> Result<(), RuleError> {
    for batch in batches(questions) {
        let asked: Vec<_> = batch.iter().map(|question| ask(posts, question, now, history)).collect();
        for (question, verdicts) in batch.iter().zip(assess(&asked)?) {
            answered(question, verdicts);
        }
    }
    Ok(())
}

/// Splits `questions` so that no batch has more than [`MAX_CANDIDATES`]: memory stays flat however many there are.
fn batches(questions: &[Question]) -> Vec<&[Question]> {
    let mut batches = Vec::new();
    let (mut start, mut candidates) = (0, 0);
    for (i, question) in questions.iter().enumerate() {
        if candidates + question.helpers.len() > MAX_CANDIDATES {
            batches.push(&questions[start..i]);
            (start, candidates) = (i, 0);
        }
        candidates += question.helpers.len();
    }
    if start < questions.len() {
        batches.push(&questions[start..]);
    }
    batches
}

fn ask<'a>(posts: &[&'a OpenPost], question: &Question, now: LocalTime, history: &History) -> rules::Question<'a> {
    let request = posts[question.request];
    let candidate = |&helper: &usize| {
        let helper = posts[helper];
        Candidate {
            offer: &helper.reading.reading,
            load: load_of(helper, history),
            same_area: same_area(request, helper),
            helped_before: helped_before(request, helper, history),
        }
    };
    rules::Question {
        request: &request.reading.reading,
        now,
        candidates: question.helpers.iter().map(candidate).collect(),
    }
}

fn keep(question: &Question, verdicts: Vec<Verdict>, limits: &Limits) -> Ranked {
    let mut choices: Vec<_> = question
        .helpers
        .iter()
        .zip(verdicts)
        .filter_map(|(&helper, verdict)| {
            let score = verdict.score.filter(|score| score.saturating_add(ALTERNATE_SLACK) >= limits.minimum_score)?;
            Some(Choice { helper, score, reasons: verdict.reasons })
        })
        .collect();
    choices.sort_by_key(|choice| (Reverse(choice.score), choice.helper));
    Ranked { request: question.request, choices }
}
