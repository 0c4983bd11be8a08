"""Burgerkracht in Utrecht West: neighbours do small things for each other, once, and are introduced first.

A post is about the most asked chores and activities of a list. Only what is light and happens once, or is a walk
together, is matched. The concierge reads two reasons as a checklist: introduce the two, and agree on chores, materials
and tools.

The contract, with the meaning of every field, is `wasm-rules/wit/v1/rules.wit`. `componentize-py` makes
`wit_world` from it, with dataclasses for its records.
"""

import json
import re
from dataclasses import dataclass

from columns import Candidate, Verdict, answer, candidates_of, reason
from wit_world import exports
from wit_world.exports.matching import (
    Answer, Category, Intent, Kind, Manifest, Phrase, Post, Question, Reading, ReasonCode, Weighted,
)


@dataclass(frozen=True)
class Chore:
    """A kind of help on the list. `words` are beginnings of words; `tools` says whether something is needed for it."""

    id: str
    dutch: str
    english: str
    words: tuple[str, ...]
    tools: bool = False


CHORES = (
    Chore("walking", "Samen wandelen", "Walking together", ("wandel", "ommetje", "blokje om")),
    Chore("odd-jobs", "Klusje in huis", "Odd jobs", ("klus", "reparatie", "lamp", "kraan", "plank", "gordijn", "stoelpoot"), tools=True),
    Chore("bulky-waste", "Grofvuil", "Bulky waste", ("grofvuil", "grof vuil", "aan de straat zetten"), tools=True),
    Chore("groceries", "Boodschap", "Shopping", ("boodschap", "supermarkt", "apotheek")),
    Chore("garden", "Tuinklusje", "Garden", ("tuin", "heg", "gras", "onkruid"), tools=True),
    Chore("digital", "Telefoon en computer", "Phone and computer", ("telefoon", "computer", "digid", "tablet", "printer")),
)
WALKING = 0

ASKS = ("wie kan", "wie wil", "wie helpt", "wie heeft", "kan iemand", "wil iemand", "is er iemand", "ik zoek", "gezocht", "hulp nodig")
GIVES = ("ik kan", "ik wil graag", "ik help", "help ik", "kan ik", "ik bied", "ik doe graag", "ik ben handig", "vind ik leuk")
CLOSED = ("niet meer nodig", "opgelost", "is al gelukt", "heb al iemand")
# What is more than a light activity: it comes back, or takes a professional.
RECURRING = ("elke dag", "dagelijks", "elke week", "wekelijks", "iedere week", "elke maandag", "vaste hulp")
HEAVY = ("verhuiz", "dakpan", "badkamer", "hele huis", "meterkast", "gasleiding", "asbest", "laminaat leggen")
URGENT = ("vandaag nog", "met spoed", "dringend")
CRISES = ("wil niet meer leven", "zelfmoord", "slaat mij", "slaat me")

SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "recurring": {
            "description": "Of ook hulp die terugkomt wordt voorgesteld; standaard niet",
            "type": "boolean",
        }
    },
}

# In the order of the manifest.
REASONS = (
    ("chore", "Biedt aan wat gevraagd wordt.", "Offers what is asked for."),
    ("introduction", "Stel hen eerst aan elkaar voor, in een kort kennismakingsgesprek.", "Introduce them first, in a short talk."),
    ("tools", "Bespreek welke karweitjes, en welke materialen en gereedschappen nodig zijn.", "Agree on the chores, materials and tools."),
    ("known", "Zij kennen elkaar: hielp al {0} keer.", "They know each other: helped {0} times before."),
    ("often", "Werd in vier weken al {0} keer voorgesteld.", "Was suggested {0} times in four weeks."),
)
CHORE, INTRODUCTION, TOOLS, KNOWN, OFTEN = range(len(REASONS))


def finder(words: tuple[str, ...]) -> re.Pattern[str]:
    """Finds any of `words`, each from the beginning of a word."""
    return re.compile(r"\b(?:" + "|".join(map(re.escape, words)) + ")")


# Compiled while the component is built: `componentize-py` keeps the memory of the interpreter as it is then.
ABOUT = [finder(chore.words) for chore in CHORES]
IS_ASKING, IS_GIVING, IS_CLOSED = finder(ASKS), finder(GIVES), finder(CLOSED)
IS_RECURRING, IS_HEAVY, IS_URGENT, IS_CRISIS = finder(RECURRING), finder(HEAVY), finder(URGENT), finder(CRISES)


class Matching(exports.Matching):
    """The functions of the contract."""

    def describe(self) -> Manifest:
        def phrases(dutch: str, english: str) -> list[Phrase]:
            return [Phrase("nl", dutch), Phrase("en", english)]

        return Manifest(
            name="utrecht-west",
            version="1.0.0",
            categories=[Category(chore.id, phrases(chore.dutch, chore.english), False) for chore in CHORES],
            languages=["nl"],
            referrals=["crisis", "repair-shop"],
            reasons=[ReasonCode(id, phrases(dutch, english)) for id, dutch, english in REASONS],
            settings_schema=json.dumps(SCHEMA),
        )

    def read(self, settings: str, posts: list[Post]) -> list[Reading]:
        recurring = json.loads(settings).get("recurring", False)
        return [read(post, recurring) for post in posts]

    def assess(self, settings: str, questions: list[Question]) -> list[Answer]:
        def judge(question: Question) -> Answer:
            return answer(assess(question.request, candidate) for candidate in candidates_of(question))

        return [judge(question) for question in questions]


def read(post: Post, recurring: bool) -> Reading:
    """Reads one post; with `recurring`, help that comes back is matched too."""
    text = f"{post.title or ''} {post.text}".lower()
    chores = [Weighted(index, 800) for index, about in enumerate(ABOUT) if about.search(text)][:8]
    asks = post.kind == Kind.QUESTION or IS_ASKING.search(text) is not None
    gives = post.kind in (Kind.OFFER, Kind.LEND) or IS_GIVING.search(text) is not None
    intent = Intent.NOTICE
    if chores and asks:
        intent = Intent.REQUEST
    elif chores and gives:
        intent = Intent.OFFER
    walk = any(chore.category == WALKING for chore in chores)
    heavy = IS_HEAVY.search(text) is not None
    comes_back = IS_RECURRING.search(text) is not None and not walk
    light = not heavy and (recurring or not comes_back)
    referral = None
    if IS_CRISIS.search(text):
        referral = 0
    elif heavy and intent == Intent.REQUEST:
        referral = 1
    return Reading(
        language=0,
        intent=intent,
        needs=chores if intent == Intent.REQUEST else [],
        gives=chores if intent == Intent.OFFER else [],
        conditional=False,
        slots=[],
        closed=IS_CLOSED.search(text) is not None,
        urgent=IS_URGENT.search(text) is not None,
        referral=referral,
        # One byte that only this module understands: whether it is light enough for a neighbour.
        features=bytes([light]),
    )


def assess(request: Reading, candidate: Candidate) -> Verdict:
    """Judges one candidate."""
    gives = {give.category for give in candidate.offer.gives}
    shared = [need.category for need in request.needs if need.category in gives]
    # A helper may do more than one thing; what is asked has to be light.
    if not shared or request.features != b"\x01":
        return Verdict(None, [])
    score = 650 + 30 * (len(shared) - 1) + 40 * candidate.same_area
    score += 40 * min(candidate.helped_before, 3) - 40 * min(candidate.load, 10)
    reasons = [reason(CHORE)]
    if candidate.helped_before:
        reasons.append(reason(KNOWN, candidate.helped_before))
    else:
        reasons.append(reason(INTRODUCTION))
    if any(CHORES[category].tools for category in shared):
        reasons.append(reason(TOOLS))
    if candidate.load > 1:
        reasons.append(reason(OFTEN, candidate.load))
    return Verdict(max(0, min(1000, score)), reasons)
