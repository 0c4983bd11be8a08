"""Plain Python, so plain tests: `./build.sh` once, then `PYTHONPATH=bindings python3 -m unittest`."""

import unittest

from columns import Candidate, candidates_of
from rules import Matching, assess, read
from wit_world.exports import matching
from wit_world.exports.matching import Columns, Intent, LocalTime, Outline, Post, Question

WRITTEN = LocalTime(2026, 3, 2, 0, 540)


def reading(text, recurring=False):
    return read(Post(None, None, text, WRITTEN), recurring)


class Rules(unittest.TestCase):
    def test_light_once_is_matched_and_heavy_or_weekly_is_not(self):
        offer = reading("Ik ben handig en help graag met kleine reparaties en klusjes.")
        self.assertEqual(offer.intent, Intent.OFFER)
        candidate = Candidate(offer, 0, False, 0)
        once = reading("Wie kan een lamp ophangen? Een klusje van niks.")
        weekly = reading("Wie kan elke week klusjes doen bij mij?")
        heavy = reading("Wie kan mijn badkamer verbouwen? Grote klus.")
        self.assertIsNotNone(assess(once, candidate).score)
        self.assertIsNone(assess(weekly, candidate).score)
        self.assertIsNotNone(assess(reading("Wie kan elke week klusjes doen?", recurring=True), candidate).score)
        self.assertIsNone(assess(heavy, candidate).score)
        self.assertEqual(heavy.referral, 1)

    def test_an_introduction_until_they_know_each_other(self):
        request = reading("Wie wil er een keer met me wandelen?")
        offer = reading("Ik wil graag samen een ommetje maken.")
        codes = lambda helped: [reason.code for reason in assess(request, Candidate(offer, 0, False, helped)).reasons]
        self.assertEqual(codes(0), [0, 1])
        self.assertEqual(codes(2), [0, 3])

    def test_each_candidate_is_judged_by_its_own_reading_and_gets_its_own_reasons(self):
        request = reading("Wie wil er een keer met me wandelen?")
        offers = [reading("Ik help graag met grofvuil."), reading("Ik wil graag samen een ommetje maken.")]

        def row(offer, helped):
            counts = [len(column) for column in (offer.needs, offer.gives, offer.slots, offer.features)]
            outline = Outline(0, offer.intent, *counts[:2], False, counts[2], False, False, None, counts[3])
            return matching.Candidate(outline, 0, False, helped)

        gives = offers[0].gives + offers[1].gives
        columns = Columns(
            need_categories=[], need_weights=[],
            give_categories=[give.category for give in gives], give_weights=[give.weight for give in gives],
            slot_weekdays=b"", slot_from_minutes=[], slot_to_minutes=[], slot_days_ahead=[],
            features=offers[0].features + offers[1].features,
        )
        question = Question(request, WRITTEN, [row(offers[0], 0), row(offers[1], 2)], columns, facts=[])
        self.assertEqual([candidate.offer for candidate in candidates_of(question)], offers)
        [answer] = Matching().assess("{}", [question])
        self.assertEqual([(verdict.score, verdict.reasons) for verdict in answer.verdicts], [(None, 0), (730, 2)])
        self.assertEqual([(reason.code, reason.first) for reason in answer.reasons], [(0, 0), (3, 2)])


if __name__ == "__main__":
    unittest.main()
