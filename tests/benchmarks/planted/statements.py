"""Errors in what is said rather than how much: side, negation, drug, person."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from tests.benchmarks.planted.mutation import Change, Kind
from tests.benchmarks.planted.pools import DRUG_GROUPS
from tests.benchmarks.planted.words import Spoken

_BODY = (
    r"(?:\w+[\s-]){0,2}?(?:arms?|elbows?|wrists?|hands?|fingers?|thumbs?|shoulders?|"
    r"legs?|knees?|ankles?|foot|feet|toes?|hips?|thighs?|calf|ears?|eyes?|face|facial|sided?|breasts?|"
    r"lungs?|kidneys?|flank|quadrant|ovar\w+|heel|forearm|chest|"
    r"neck|back|atri\w+|ventric\w+|temple|jaw|cheek|peripheral|lower|upper|index|middle|ring|second|great|distal|"
    r"lateral|medial|groin|buttock|extremit\w+|bases?|carotids?|heart|tympanic|lobe|headache|posterior|anterior)\b"
)
_SIDE = re.compile(
    rf"\b(right|left|bilateral)(?=[\s-]+{_BODY})"
    r"|\b(right|left)(?=(?: greater than|\.$| side))|(?<=on the )(right|left)\b",
    re.I,
)
_OTHER_SIDE = {"right": "left", "left": "right", "bilateral": "left"}

# A denial and what is left of it when it is dropped. Order matters: the first that fits is taken.
_DENIALS = tuple(
    (re.compile(pattern), new)
    for pattern, new in (
        (r"\bdenied(?: any)?\b", "reported"),
        (r"\bdenies(?: any)?\b", "reports"),
        (r"\bDenies(?: any)?\b", "Reports"),
        (r"\bdenying\b", "reporting"),
        (r"\bNo (?:obvious |known |evidence of |signs? of |history of |hx of |FH of |any type of )+", "Definite "),
        (
            r"\b(?:shows?|showed|reveals?|demonstrates?)\b(?= no (?:obvious |evidence|signs?|acute|fract))",
            "",
        ),
        (r"\bN(?:o|il) (?=(?!known|longer|one|further|concerns|changes?\b|issues|problems|more|other)\w)", "Has "),
        (r"\bThere is no (?=\w)", "There is "),
        (r"\bthere is no (?=\w)", "there is "),
        (r"\bhas not had\b", "has had"),
        (r"\b(has|have|had|is|are|was|were|does|did|do|will|would|can|could) not (?=(?!sure\b)\w)", r"\1 "),
        (r"\b(does|did|do)n[’']t (?=\w)", r"\1 "),
        (r"\bcannot\b", "can"),
        (r"\bwithout (?=\w)", "with "),
        (
            r"\bno (?=(?!longer|one\b|further|known|more|matter|problem|issues|concerns|later|improvement|other)\w)",
            "some ",
        ),
        (r"\bnever (?=\w)", ""),
        (r"\b[Nn]egative\b(?! for)", "positive"),
        (r"\bnegative (?=for\b)", "positive "),
        (r"\b[Nn]on[ -]?smoker\b", "smoker"),
        (r"\bNKDA\b", "Allergic to penicillin"),
    )
)
_AFFIRMATIONS = tuple(
    (re.compile(pattern), new)
    for pattern, new in (
        (r"\b(?:endorses|endorsed)\b", "denies"),
        (r"\bEndorses\b", "Denies"),
        (r"\b(?<!who )reports (?=(?!that|he|she|his|her|doing|they|it\b)\w)", "denies "),
        (r"\bcomplains of\b", "denies"),
        (
            r"\b(has|have|had) been (?=taking|using|having|experiencing|wearing|monitoring|smoking|compliant)",
            r"\1 not been ",
        ),
        (r"\bis taking\b", "is not taking"),
        (r"\bhas (?=(?:had|experienced|tried|noticed)\b(?! (?:no|not|never)\b))", "has not "),
        (r"\bhas (?:a (?=history of))?(?=(?:history of|diabetes|asthma|pain)\b)", "has no "),
        (
            r"\b(He|She|The patient) (takes|smokes|drinks) (?=(?!been|had|not|no\b|a past|continued)\w)",
            r"\1 denies that anyone \2 ",
        ),
        (
            r"\b(?<!no )(?<!No )(Tenderness|Pain|Swelling|Edema|Weakness)\b(?= (?:over|with|to|on|in|of|at|along)\b)",
            r"No \1",
        ),
        (r"\bPositive\b", "Negative"),
        (r"\bpositive\b", "negative"),
        (r"\bContinue\b", "Discontinue"),
        (r"\bcontinue (?=(?!to\b|this|with|care|taking|care)\w)", "stop "),
        (
            r"\b(should|will|can) (?=(?:continue|follow|take|use|wear|be referred|obtain|order|start|schedule)\b)",
            r"\1 not ",
        ),
        (
            r"\bis (?=(?:well controlled|stable|intact|normal|elevated|reduced|tender|swollen|allergic|resolved)\b)",
            "is not ",
        ),
        (r"\bare (?=(?:well controlled|stable|intact|normal|elevated|clear|equal|reactive|tender)\b)", "are not "),
        (r"\b[Uu]nremarkable\b", "abnormal"),
        (r"\bwithin normal limits\b", "outside normal limits"),
        (r"\b(?<!, )[Ii]ntact\b", "impaired"),
        (r"\bAllergic to\b", "Not allergic to"),
        (r"\b(?<!not )allergic to\b", "not allergic to"),
        (r"\bhave recommended\b", "have advised against"),
    )
)
_SOMEONE = ("mother", "father", "brother", "sister")
_SUBJECT = re.compile(
    r"\b(The patient|He|She|Mr\. \w+|Ms\. \w+|Mrs\. \w+)"
    r"(?= (?:has (?!a follow|been seen|continued|a past)|had|denies|denied|reports (?!that)|takes|is taking|"
    r"endorses|experience[sd]|was diagnosed|underwent|smokes|drinks|suffers|uses|complains)\b)"
)
_RELATIVE = re.compile(r"\b(mother|father|mum|mom|dad|brother|sister|grandmother|grandfather)\b", re.I)
_OTHER_RELATIVE = {
    "mother": "father", "father": "mother", "mum": "dad", "mom": "dad", "dad": "mum", "brother": "sister",
    "sister": "brother", "grandmother": "father", "grandfather": "mother",
}  # fmt: skip
_DRUG = {name: (group, names) for group, line in enumerate(DRUG_GROUPS) for names in line for name in names}
_DRUG_NAME = re.compile(
    r"(?<![\w-])(" + "|".join(sorted(map(re.escape, _DRUG), key=len, reverse=True)) + r")(?![\w-])", re.I
)
_NOT_A_DRUG = re.compile(r"insulin (?:resist|depend)|(?:resistant|dependent) $", re.I)


def statements(text: str, spoken: Spoken, chance: random.Random) -> Iterator[Change]:
    """Every error of side, negation, drug or person that the sentence has room for."""
    for found in _SIDE.finditer(text):
        word = found.group()
        yield Change(Kind.SIDE, found.start(), found.end(), _cased(_OTHER_SIDE[word.lower()], word))
    yield from _first(Kind.NEGATION_DROPPED, _DENIALS, text)
    yield from _first(Kind.NEGATION_ADDED, _AFFIRMATIONS, text)
    yield from _drugs(text, spoken, chance)
    yield from _persons(text, spoken, chance)


def _first(kind: Kind, patterns: tuple[tuple[re.Pattern[str], str], ...], text: str) -> Iterator[Change]:
    if text.startswith("If "):
        return  # what to do in a case that may not come: turned round it is seldom a statement
    for pattern, new in patterns:
        found = pattern.search(text)
        if found is None:
            continue
        if not new:
            yield from _dropped_no(kind, text, found)
            return
        yield Change(kind, found.start(), found.end(), found.expand(new))
        return


def _dropped_no(kind: Kind, text: str, found: re.Match[str]) -> Iterator[Change]:
    """ "show no obvious signs of fracture" becomes "show signs of fracture"; "never smoked" becomes "smoked"."""
    if found.group().startswith("never"):
        yield Change(kind, found.start(), found.end(), "often ")
        return
    no = re.compile(r" no (?:obvious )?").match(text, found.end())
    if no is not None:
        yield Change(kind, no.start(), no.end(), " clear ")


def _drugs(text: str, spoken: Spoken, chance: random.Random) -> Iterator[Change]:
    for found in _DRUG_NAME.finditer(text):
        name = found.group()
        if _NOT_A_DRUG.match(text, found.start()):
            continue
        group, own = _DRUG[name.lower()]
        others = [names for names in DRUG_GROUPS[group] if names != own and not any(map(spoken.mentions, names))]
        if others:
            new = chance.choice(chance.choice(others))
            yield Change(Kind.DRUG, found.start(), found.end(), _cased(new, name))


def _persons(text: str, spoken: Spoken, chance: random.Random) -> Iterator[Change]:
    subject = _SUBJECT.search(text)
    if subject is not None and not _RELATIVE.search(text):
        who = chance.choice([word for word in _SOMEONE if not spoken.mentions(word)] or list(_SOMEONE))
        own = {"He": "His", "She": "Her"}.get(subject[1], f"{subject[1]}'s")
        yield Change(Kind.FAMILY, subject.start(1), subject.end(1), f"{own} {who}")
    for found in _RELATIVE.finditer(text):
        word = found.group()
        yield Change(Kind.FAMILY, found.start(), found.end(), _cased(_OTHER_RELATIVE[word.lower()], word))


def _cased(new: str, like: str) -> str:
    if like.isupper() and len(like) > 1:
        return new.upper()
    return new[:1].upper() + new[1:] if like[:1].isupper() else new
