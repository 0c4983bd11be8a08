"""The rules of @NAME@. `wit/v1/rules.wit` explains every field; names with hyphens there have underscores here."""

import json

from columns import Candidate, Verdict, answer, candidates_of, reason
from wit_world import exports
from wit_world.exports.matching import (
    Answer, Category, Intent, Manifest, Phrase, Post, Question, Reading, ReasonCode, Weighted,
)

# Indices into the lists of the manifest.
BIKE_REPAIR = 0
LIKES_BICYCLES = 0


class Matching(exports.Matching):
    def describe(self) -> Manifest:
        labels = [Phrase("nl", "Fiets herstellen"), Phrase("en", "Bicycle repair")]
        sentences = [Phrase("nl", "Herstelt graag fietsen."), Phrase("en", "Likes to repair bicycles.")]
        return Manifest(
            name="@NAME@",
            version="0.1.0",
            categories=[Category("bike-repair", labels, False)],
            languages=["nl"],
            referrals=["crisis"],
            reasons=[ReasonCode("likes-bicycles", sentences)],
            settings_schema=json.dumps({"type": "object", "additionalProperties": False}),
        )

    def read(self, settings: str, posts: list[Post]) -> list[Reading]:
        return [read(post) for post in posts]

    def assess(self, settings: str, questions: list[Question]) -> list[Answer]:
        return [answer(map(assess, candidates_of(question))) for question in questions]


def read(post: Post) -> Reading:
    text = post.text.lower()
    repair = [Weighted(BIKE_REPAIR, 1000)]
    if "fiets" in text and "wie kan" in text:
        return reading(Intent.REQUEST, needs=repair)
    if "fiets" in text and "ik herstel" in text:
        return reading(Intent.OFFER, gives=repair)
    return reading(Intent.NOTICE)


def reading(intent: Intent, needs: list[Weighted] = [], gives: list[Weighted] = []) -> Reading:
    return Reading(
        language=0, intent=intent, needs=needs, gives=gives, conditional=False, slots=[], closed=False, urgent=False,
        referral=None, features=b"",
    )


def assess(candidate: Candidate) -> Verdict:
    # Who was asked often lately comes later.
    return Verdict(max(0, 800 - 30 * candidate.load), [reason(LIKES_BICYCLES)])
