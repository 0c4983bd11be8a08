import unittest

from rules import read
from wit_world.exports.matching import Intent, LocalTime, Post


class Rules(unittest.TestCase):
    def test_who_asks_and_who_offers(self):
        def intent(text):
            return read(Post(None, None, text, LocalTime(2026, 3, 2, 0, 540))).intent

        self.assertEqual(intent("Wie kan mijn fiets herstellen?"), Intent.REQUEST)
        self.assertEqual(intent("Ik herstel je fiets."), Intent.OFFER)
        self.assertEqual(intent("Zaterdag is het markt."), Intent.NOTICE)


if __name__ == "__main__":
    unittest.main()
