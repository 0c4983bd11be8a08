"""Plain Python, so plain tests: `./build.sh` once, then `PYTHONPATH=bindings python3 -m unittest`."""

import unittest

from rules import assess, read
from wit_world.exports.matching import Candidate, Intent, LocalTime, Post

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


if __name__ == "__main__":
    unittest.main()
