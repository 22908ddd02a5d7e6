"""Which words of a sentence are denied, uncertain or only supposed.

Follows ConText (Harkema et al., J Biomed Inform 2009;42:839-851): a trigger turns what stands beside it, up to a word
that ends its reach. Speech written down has no full stops, so there a reach also ends once the list of things that it
turns is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from engine.evidence.lexicons import Lexicons, Trigger
from engine.evidence.tokens import PhraseMatch, Token

_REACH = 40  # words and commas a forward trigger turns; lists of denied symptoms are long
_REACH_SPOKEN = 9  # up to the first term; then the list goes on until _GAP_SPOKEN words are no terms
_GAP_SPOKEN = 3
_REACH_UNCERTAIN = 8
_REACH_BACK = 6
_REACH_LAST = 5  # words before a "no" that ends what is said: "diarrhea no"
_BREAKS = frozenset({".", ";", "?", "!", ":"})
_CONDITIONS = frozenset({"if", "when", "unless", "where", "once"})
_NOTHING = frozenset({"negative", "none", "no", "nil", "denied", "denies", "absent"})
_GLUE = frozenset({",", "/", "or", "nor", "and", "any", "other", "no"})
_AFTER_INTERJECTION = frozenset(
    ", . - no i it we you he she they but not so just that okay um uh well yeah actually and".split()
)
# "I don't think that there is any fracture" denies the fracture: the reach begins behind these.
_RAISING = frozenset(
    "think believe see feel hear notice noticed appreciate know recall remember recommend say of that there is are was"
    " i ve ever you have had it s".split()
)
# After "and" or a comma these open a clause of their own.
_OPENINGS = frozenset(
    "i we you he she they it there is are was were has have had will would can does did do reports states".split()
)
_OPENINGS_AFTER_COMMA = _OPENINGS | frozenset("the this his her their".split())  # ", and the cough is gone"
_OPENINGS_SPOKEN = _OPENINGS | frozenset("this that these those my your his her their the".split())


@dataclass
class Turned:
    """Indices of tokens; of those denied, with how far behind the word that denies them they stand."""

    denied: dict[int, int] = field(default_factory=dict)
    uncertain: set[int] = field(default_factory=set)
    supposed: set[int] = field(default_factory=set)


def turned(tokens: Sequence[Token], terms: AbstractSet[int], lexicons: Lexicons, *, spoken: bool) -> Turned:
    """The tokens that triggers turn. terms: the tokens that belong to terms of the lexicons."""
    result = Turned()
    triggers = lexicons.triggers.find(tokens)
    ends = _ends(tokens, triggers, spoken)
    for match in triggers:
        if match.value.kind == "negated":
            for far, index in enumerate(_denied(tokens, match, ends, terms, spoken), 1):
                result.denied[index] = min(far, result.denied.get(index, far))
        elif match.value.kind == "uncertain":
            result.uncertain.update(_beside(tokens, match, ends, _REACH_UNCERTAIN))
        elif match.value.kind == "hypothetical":
            commas = {index for index, token in enumerate(tokens) if token.text == ","}
            result.supposed.update(_beside(tokens, match, (ends - {match.first}) | commas, _REACH))
    for index in _denied_last(tokens, ends) if spoken else _denied_label(tokens):
        result.denied[index] = 1
    return result


def _ends(tokens: Sequence[Token], triggers: Sequence[PhraseMatch[Trigger]], spoken: bool) -> set[int]:
    kinds = {"stop", "stop spoken"} if spoken else {"stop"}
    ends = {match.first for match in triggers if match.value.kind in kinds}
    ends |= {match.last for match in triggers if match.value.kind == "stop behind"}
    if tokens and tokens[0].text in _CONDITIONS:  # "If there is no improvement, raise the dose": the order is given
        ends |= {index for index, token in enumerate(tokens) if token.text == ","}
    for index, token in enumerate(tokens):
        following = tokens[index + 1].text if index + 1 < len(tokens) else ""
        openings = _OPENINGS_SPOKEN if spoken else _OPENINGS
        if not spoken and token.text == "and" and index and tokens[index - 1].text == ",":
            openings = _OPENINGS_AFTER_COMMA
        new_clause = token.text in ("and", ",") and following in openings
        if token.text in _BREAKS or new_clause:
            ends.add(index)
    return ends


def _denied(
    tokens: Sequence[Token], match: PhraseMatch[Trigger], ends: set[int], terms: AbstractSet[int], spoken: bool
) -> Sequence[int]:
    if _is_interjection(tokens, match.first, match.last):
        return []
    if not match.value.forward:
        return _until(ends, match.first - 1, max(match.first - _REACH_BACK, 0) - 1, -1)
    begin = match.last
    while begin < len(tokens) and tokens[begin].text in _RAISING and tokens[match.first].text in ("not", "never"):
        begin += 1
    if tokens[match.first].text == "non":
        return [begin, begin + 1] if begin < len(tokens) and tokens[begin].text == "-" else [begin]
    if not spoken:
        return _until(ends, begin, min(begin + _REACH, len(tokens)), 1)
    return _list_from(tokens, begin, ends, terms)


def _list_from(tokens: Sequence[Token], begin: int, ends: set[int], terms: AbstractSet[int]) -> Sequence[int]:
    """The words from begin up to the first term, and on for as long as terms follow."""
    reached = []
    since = 0
    named = False
    for index in _until(ends, begin, len(tokens), 1):
        if index in terms:
            named, since = True, 0
        elif tokens[index].text not in _GLUE:
            since += 1
        if since > (_GAP_SPOKEN if named else _REACH_SPOKEN):
            break
        reached.append(index)
    return reached


def _beside(tokens: Sequence[Token], match: PhraseMatch[Trigger], ends: set[int], reach: int) -> Sequence[int]:
    if match.value.forward:
        return _until(ends, match.last, min(match.last + reach, len(tokens)), 1)
    return _until(ends, match.first - 1, max(match.first - _REACH_BACK, 0) - 1, -1)


def _denied_last(tokens: Sequence[Token], ends: set[int]) -> Sequence[int]:
    """ "chest pain no": the answer stands in the same breath."""
    words = [index for index, token in enumerate(tokens) if token.is_word]
    if len(words) < 2 or tokens[words[-1]].text not in ("no", "nope"):
        return []
    return _until(ends, words[-1] - 1, max(words[-1] - _REACH_LAST, 0) - 1, -1)


def _denied_label(tokens: Sequence[Token]) -> Sequence[int]:
    """ "Leukocytes: negative." """
    words = [token.text for token in tokens if token.is_word or token.text == ":"]
    if len(words) < 3 or words[-2] != ":" or words[-1] not in _NOTHING:
        return []
    return range(next(index for index, token in enumerate(tokens) if token.text == ":"))


def _is_interjection(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether a "no" only answers: "no, I took it"."""
    following = tokens[last].text if last < len(tokens) else ""
    return tokens[first].text == "no" and last == first + 1 and following in _AFTER_INTERJECTION


def _until(ends: set[int], begin: int, stop: int, step: int) -> list[int]:
    reached = []
    for index in range(begin, stop, step):
        if index in ends:
            break
        reached.append(index)
    return reached
