"""Questions of a talk, and the answers that settle what they ask."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from engine.evidence.lexicons import Lexicons
from engine.evidence.reading import THINKS
from engine.evidence.segments import Segment
from engine.evidence.statements import asked

_FILLER = (
    r"(?:\W|(?:mm-hmm|uh-huh|mhm|and|so|okay|alright|all right|but|or|um|uh|er|ah|oh|now|well|then|great|good|yeah"
    r"|right|sure|perfect|i mean|like)\b)*"
)
# A sentence that begins so asks, also where speech was written down without a question mark.
_ASKS = re.compile(
    _FILLER + r"(?:(?:are|do|does|did|have|has|is|was|were|can|could|would|had)"
    r" (?:you|your|there|it|he|she|they|that|the|any|this)\b"
    r"|any\b|how\b|(?:what|which)\b(?! (?:i|we|you|he|she|they)\b)|when did\b|where\b|why\b|who\b"
    r"|no (?:\w+ ){0,6}(?:or|yeah|right)\b.*\?$)",
    re.IGNORECASE,
)
# What follows a question in the same breath and goes on asking: "or any fever", "your hands or feet".
_ASKS_ON = re.compile(_FILLER + r"(?:or|any|your|in your|with your|on your|anything|either)\b", re.IGNORECASE)
# "Does it hurt when you walk?" wants a yes or a no.
_OPEN = re.compile(
    _FILLER + r"(?:since |until )?(?:when|who)\b|.*\b(?:how(?!\s+about)|what|where|which|why)\b",
    re.IGNORECASE | re.DOTALL,
)
_NOT = r"(?:n['’]?t\b|\s+n['’]?t\b|\s+not\b)"
_DENIES = re.compile(
    _FILLER + r"(?:no\b|nope\b|nah\b|not\b|never\b|none\b|negative\b|neither\b|nothing\b|huh-uh|mm-mm"
    r"|(?:i|it|they|he|she|there|we|that)?\s*"
    rf"(?:do|does|did|have|has|had|am|are|is|was|were|ca|can|could|would){_NOT}"
    r"|(?:i|he|she|they)(?:['’]ve| have|['’]s| has|['’]m| am)? (?:never|not|no)\b|(?:he|she|i) den(?:y|ies))",
    re.IGNORECASE,
)
_AFFIRMS = re.compile(
    r"(?:\W|(?:and|so|okay|but|um|uh|er|ah|oh|well|i mean|actually|honestly)\b)*"
    r"(?:(?:yes|yeah|yep|yup|mm-hmm|uh-huh|correct|sure|definitely|absolutely|right|exactly|of course)\b"
    r"|(?:i|it|they|he|she|there|we) (?:do|does|did|have|has|am|are|is|was)"
    r"(?= actually| too| sometimes| indeed| but|\W*[.,;]|\W*$)"
    r"|a (?:little|bit|few|couple)\b|sometimes\b|occasionally\b|once in\b|every (?:now|once)\b|on and off\b|some\b"
    r"|slight|(?:just|only) (?:when|a|the|in|on|my)\b|mainly\b|mostly\b|kind of\b|sort of\b)",
    re.IGNORECASE,
)
# "No, just latex."
_EXCEPT = re.compile(_FILLER + r"no\b\W*(?:\w+\W+){0,2}?(?:just|only|except|apart from|other than)\b", re.IGNORECASE)
_NO_THING = re.compile(_FILLER + r"no ", re.IGNORECASE)
_EITHER = re.compile(r"(?:(?!\bany\b).)*\bor\b(?:(?!\bany\b).)*\Z", re.IGNORECASE | re.DOTALL)
_SELF = frozenset({"i", "my", "me", "you", "your", "we"})
_SHE, _HE = frozenset({"she", "her"}), frozenset({"he", "his", "him"})
_ALLERGY = "allergy"
_CIRCUMSTANCE = frozenset({"when", "whenever", "while"})
_OPENING = 8  # words in which a pronoun tells of whom a sentence speaks
_CARRIED_OVER = 3  # segments
_REPLY_WITHIN = 4  # segments


def answered(segments: Sequence[Segment]) -> list[Segment]:
    """Segments of talk with their questions told from statements; a question that the other speaker answers with yes
    or no, or for an allergy with the name of a drug, takes the answer's word for what it asks."""
    result = _questions(segments)
    for index, segment in enumerate(result):
        if not segment.statements.is_question or not segment.speaker or is_open(segment):
            continue
        reply = _reply(result, index)
        denied = _denies(" ".join(each.text for each in reply))
        if denied is None and reply and _names_what_was_asked(segment, reply[0]):
            denied = False
        if denied is not None:
            alone = _denied_alone(segment, reply[0]) if denied else None
            until = _circumstance(segment) if denied else len(segment.statements.tokens)
            mentions = tuple(
                replace(each, negated=each.negated or denied)
                if alone in (None, each.name) and each.first < until
                else each
                for each in segment.statements.mentions
            )
            result[index] = replace(segment, statements=replace(segment.statements, mentions=mentions))
    return result


def is_open(question: Segment) -> bool:
    """Whether a question asks for more than yes or no: "when did you stop?" takes it for granted that one did."""
    return _OPEN.match(question.text) is not None


def is_affirmed(segments: Sequence[Segment], number: int) -> bool:
    """Whether the reply to a question opens with a yes."""
    return _denies(" ".join(each.text for each in _reply(segments, number))) is False


def _reply(segments: Sequence[Segment], number: int) -> list[Segment]:
    """What another speaker says right after a segment."""
    following = segments[number + 1 : number + 1 + _REPLY_WITHIN]
    return [each for each in following if each.speaker != segments[number].speaker]


def _circumstance(question: Segment) -> int:
    """Where the circumstance begins that a "no" does not deny: "when you climb" of "any cramps when you climb?"."""
    texts = [token.text for token in question.statements.tokens]
    named = question.statements.mentions[0].last if question.statements.mentions else 0
    return next((index for index in range(named, len(texts)) if texts[index] in _CIRCUMSTANCE), len(texts))


def _denied_alone(question: Segment, reply: Segment) -> str | None:
    """Of "normal or caesarean?" what "no caesarean" denies; None where a reply denies all that is asked."""
    match = _NO_THING.match(reply.text)
    if match is None or not _EITHER.match(question.text):
        return None
    asked = {mention.name for mention in question.statements.mentions}
    named = (each for each in reply.statements.mentions if each.negated and each.name in asked)
    first = next(named, None)
    if first is None or reply.statements.start(first.first) - reply.statements.offset != match.end():
        return None
    return first.name


def _names_what_was_asked(question: Segment, reply: Segment) -> bool:
    """ "Allergic to anything?", "penicillin". Of other things a reply that names something may be about that alone."""
    asks = any(mention.name == _ALLERGY for mention in question.statements.mentions)
    return asks and any(mention.kind == "drug" and mention.negated is False for mention in reply.statements.mentions)


def _questions(segments: Sequence[Segment]) -> list[Segment]:
    result: list[Segment] = []
    for segment in segments:
        before = result[-1] if result else None
        goes_on = (
            before is not None
            and before.speaker == segment.speaker
            and before.statements.is_question
            and not before.text.endswith("?")
            and bool(_ASKS_ON.match(segment.text))
        )
        asks = segment.speaker and not segment.statements.is_question and (goes_on or _ASKS.match(segment.text))
        result.append(replace(segment, statements=asked(segment.statements)) if asks else segment)
    return result


def _denies(reply: str) -> bool | None:
    """Whether a reply opens with a no (true), a yes (false) or neither (None)."""
    if _DENIES.match(reply):
        return None if _EXCEPT.match(reply) else True
    return False if _AFFIRMS.match(reply) else None


def carried(segments: Sequence[Segment], lexicons: Lexicons) -> list[Segment]:
    """What "he" or "she" say in talk right after a relative was named is said of the relative."""
    result = list(segments)
    person, named_at = "", -_CARRIED_OVER
    for index, segment in enumerate(segments):
        if not segment.speaker:
            continue
        mentions = segment.statements.mentions
        people = [mention for mention in mentions if mention.kind == "person"]
        until = people[0].first if people else len(segment.statements.tokens)
        spoken_of = _SHE if person in lexicons.women else _HE
        if person and index - named_at <= _CARRIED_OVER and _first_pronoun(segment) in spoken_of:
            told = tuple(replace(each, person=person) if each.first < until else each for each in mentions)
            result[index] = replace(segment, statements=replace(segment.statements, mentions=told))
        if people:
            person, named_at = people[-1].name, index
    return result


def _first_pronoun(segment: Segment) -> str:
    """The first that tells of whom a sentence speaks; the "I" of "I think" does not."""
    words = [token.text for token in segment.statements.tokens if token.is_word][:_OPENING]
    for index, word in enumerate(words):
        thinks = word == "i" and index + 1 < len(words) and words[index + 1] in THINKS
        if word in _SELF | _SHE | _HE and not thinks:
            return word
    return ""
