use super::*;

#[test]
fn a_request_gets_a_first_helper_and_at_most_two_alternates() {
    let posts = [request("r", GARDEN), offer("a", GARDEN), offer("b", GARDEN), offer("c", GARDEN), offer("d", MEALS)];
    let plan = planned(&posts, &History::default());
    assert_eq!(plan.suggestions.len(), 1);
    let helpers: Vec<_> = plan.suggestions[0].helpers.iter().map(|helper| helper.post.as_str()).collect();
    assert_eq!(helpers, ["a", "b", "c"]);
    let offers = (0..9).map(|i| offer(&format!("h{i}"), GARDEN)).chain([request("r", GARDEN)]).collect::<Vec<_>>();
    assert_eq!(planned(&offers, &History::default()).suggestions[0].helpers.len(), 3);
}

#[test]
fn an_alternate_may_score_less_than_a_first_helper() {
    let posts = [request("r", GARDEN), offer("a", GARDEN), offer("b", GARDEN), offer("c", GARDEN)];
    let told = |scores: [u16; 3]| -> Vec<String> {
        let assess = |questions: &[Question<'_>]| {
            let verdict = |score| Verdict { score: Some(score), reasons: vec![] };
            Ok(questions.iter().map(|_| scores.map(verdict).into()).collect())
        };
        let history = History::default();
        let plan = plan(&posts, None, &history, days_later(1), &Limits::default(), &manifest(), assess).unwrap();
        plan.suggestions.iter().flat_map(|pairing| &pairing.helpers).map(|h| h.post.as_str().to_owned()).collect()
    };
    // The newest is judged first.
    assert_eq!(told([400, 300, 299]), ["c", "b"]);
    assert!(told([399, 300, 299]).is_empty(), "an alternate never stands alone");
}
