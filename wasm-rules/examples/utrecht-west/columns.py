"""The columns of the contract: `rules.wit` says under “Columns” what they are. With these, rules need not think of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from wit_world.exports import matching
from wit_world.exports.matching import Answer, Columns, Question, Reading, Reason, Slot, Weighted

# What stands in the column of days ahead where a slot has none.
EVERY_WEEK = 65_535


@dataclass
class Candidate:
    """Somebody who may help, with a whole reading."""

    offer: Reading
    load: int
    same_area: bool
    helped_before: int


@dataclass
class Verdict:
    """The answer for one candidate; without a score, the candidate must not be suggested."""

    score: int | None
    reasons: list[Reason]


def reason(code: int, first: int = 0, second: int = 0) -> Reason:
    """A reason, with what `{0}` and `{1}` in its sentence stand for, if it has them."""
    return Reason(code, first, second)


def candidates_of(question: Question) -> Iterator[Candidate]:
    """The candidates of `question`, each with its own part of the columns."""
    columns = question.columns
    needs = map(Weighted, columns.need_categories, columns.need_weights)
    gives = map(Weighted, columns.give_categories, columns.give_weights)
    slots = slots_of(columns)
    at = 0
    for candidate in question.candidates:
        offer, start = candidate.offer, at
        at += offer.features
        reading = Reading(
            language=offer.language,
            intent=offer.intent,
            needs=list(islice(needs, offer.needs)),
            gives=list(islice(gives, offer.gives)),
            conditional=offer.conditional,
            slots=list(islice(slots, offer.slots)),
            closed=offer.closed,
            urgent=offer.urgent,
            referral=offer.referral,
            features=columns.features[start:at],
        )
        yield Candidate(reading, candidate.load, candidate.same_area, candidate.helped_before)


def slots_of(columns: Columns) -> Iterator[Slot]:
    days = (None if ahead == EVERY_WEEK else ahead for ahead in columns.slot_days_ahead)
    return map(Slot, columns.slot_weekdays, columns.slot_from_minutes, columns.slot_to_minutes, days)


def answer(verdicts: Iterable[Verdict]) -> Answer:
    """The answer to one question, from its verdicts."""
    counted, reasons = [], []
    for verdict in verdicts:
        counted.append(matching.Verdict(verdict.score, len(verdict.reasons)))
        reasons += verdict.reasons
    return Answer(counted, reasons)
