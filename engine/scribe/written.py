"""A section as it is written: text arrives, sentences close, each is checked, and none is said twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rapidfuzz.fuzz import token_sort_ratio

from engine.evidence.sentences import SentenceStream, Span, split_sentences
from engine.scribe.checking import NoteCheck, is_supported
from engine.types import NoteSection, NoteSentence, SectionTemplate, Verdict

_SAME = 92.0  # of 100: two sentences that say the same
_TELLING_WORD = re.compile(r"\b(?!(?:the|and|with|for|has|had|have|was|were|are|can|his|her|she|patient)\b)[a-z]{3,}")
_WORD = re.compile(r"\w+")
_STEM = 4  # letters
_LONGEST_HEADING = 3  # words; headings may come back
_MARKUP = re.compile(r"\*\*|__|^\s*#{1,6}\s+|^\s*>\s+")
_BULLET = re.compile(r"^\s*(?:[-*–•]|\d{1,2}[.)])\s+")
_LABELLED = re.compile(r"([A-Z][\w ,/]{2,40}):\s+(\S.*)$", re.DOTALL)
_VITAL = re.compile(r"(?:the |body |her |his |the patient's )*(?:temperature|weight|height|bmi)\b", re.IGNORECASE)
_FOR_VITALS = re.compile(r"vital|general|constitution|observation|growth", re.IGNORECASE)
# A reply, a question or a courtesy of the talk is no sentence of a note.
_REPLY = re.compile(
    r"\W*(?:yes|no|okay|none|nothing|sure|right)\W*|.*\?|(?:patient|clinician|doctor):.*"
    r"|(?:(?:it|he|she|the patient) (?:was|is) )?(?:good|nice|great) (?:to see|seeing|to meet|meeting) you\b.*"
    r"|you(?:['’]re| are) (?:looking|doing) (?:great|good|well)\W*|thank(?:s| you)\b.{0,40}"
    r"|(?:good (?:morning|afternoon|evening)|hello|hi|hey|good ?bye|bye)\b.{0,20}|(?:do |please )?take care\W*"
    r"|have a (?:good|great|nice) \w+\W*|you(?:['’]re| are) welcome\W*",
    re.IGNORECASE | re.DOTALL,
)
# What the patient said of themselves is told of them in a note; "my impression" is the clinician's.
_TOLD_BY_PATIENT = re.compile(
    r"\b(?:[Mm]y(?! (?:impression|opinion|assessment|recommendation|plan|advice|exam\w*|office|nurse|concern))"
    r"|[Mm]ine|[Mm]yself|I (?:feel|felt|took|take|get|got|(?:do not |don['’]t )?know)|I(?:['’]ve| have) (?:had|been)"
    r"|I(?:['’]m| am| was)"
    r"(?! (?:going|giving|sending|starting|ordering|referring|recommending|prescribing|concerned|happy)\b))\b"
)
_ENDS = (".", "!", "?", ":", ";", "…")


@dataclass
class Line:
    """A line of a section: its sentences in order, "" where one is kept aside."""

    pieces: list[str] = field(default_factory=list)
    mark: str = ""

    def text(self) -> str:
        said = " ".join(filter(None, self.pieces))
        return f"{self.mark}{said if said.endswith(_ENDS) else said + '.'}" if said else ""


@dataclass(frozen=True)
class Doubtful:
    """A sentence that the transcript does not bear out, and the place where it would stand."""

    sentence: NoteSentence
    line: Line
    at: int


class WrittenSection:
    """Collects one section. What the transcript does not support is kept aside in `doubtful`, not in the text."""

    def __init__(
        self, template: SectionTemplate, check: NoteCheck, shown: Iterable[str] = (), names: Iterable[str] = ()
    ) -> None:
        """shown: worked examples. Small models repeat them; what is theirs and unsupported is dropped and counted.

        names: of the patients in them, which are no name of this one.
        """
        self._names = [re.compile(rf"\b{re.escape(name)}\b") for name in names if not check.is_said(name)]
        self._template = template
        self._check = check
        sentences = [span.text for text in shown for span in split_sentences(text)]
        self._shown = frozenset([*sentences, *map(self._unnamed, sentences)])
        self._stream = SentenceStream()
        self._lines: list[Line] = [Line()]
        self._told: list[str] = []
        self._instruction = _plain(template.instruction)
        self._title = re.compile(rf"\W*(?:section\W+)?{re.escape(template.title)}\W*", re.IGNORECASE)
        self.doubtful: list[Doubtful] = []
        self.echoed = 0

    @property
    def kept(self) -> int:
        """How many sentences the section has so far."""
        return len(self._told)

    @property
    def refused(self) -> int:
        """How many it was not given, being in doubt or a worked example's."""
        return len(self.doubtful) + self.echoed

    def feed(self, delta: str) -> bool:
        """Add text of the model; true where that closed a sentence."""
        before = self.kept
        *whole, rest = delta.split("\n")
        for piece in whole:
            self._take(self._stream.feed(piece))
            self.end_line()
        self._take(self._stream.feed(rest))
        return self.kept > before

    def end_line(self, *, broken_off: bool = False) -> None:
        """Close what is left, unless it was broken off; what comes next stands on a line of its own."""
        if not broken_off:
            self._take(self._stream.finish())
        self._stream = SentenceStream()
        if self._lines[-1].pieces:
            self._lines.append(Line())

    def mend(self, doubtful: Doubtful, text: str) -> bool:
        """Put a sentence in the place of a doubtful one if the transcript supports it."""
        text = self._check.as_told(self._unnamed(_MARKUP.sub("", _BULLET.sub("", text.strip()))))
        if not text or self._is_told(text) or not _may_stand(self._sentence(text)):
            return False
        doubtful.line.pieces[doubtful.at] = text
        self._told.append(text)
        return True

    def section(self) -> NoteSection:
        """As far as it is written."""
        text = "\n".join(filter(None, (line.text() for line in self._lines)))
        return self._check.section(NoteSection(self._template.key, self._template.title), text)

    def _take(self, spans: Sequence[Span]) -> None:
        for span in spans:
            line = self._lines[-1]
            text = _MARKUP.sub("", span.text).strip()
            bullet = _BULLET.match(text)
            if bullet and not line.pieces:
                line.mark, text = "• ", text[bullet.end() :]
            said = self._unnamed(text)
            text = self._labelled(self._check.as_told(said, line.pieces[-1] if line.pieces else ""))
            if not text or _REPLY.fullmatch(text) or self._title.fullmatch(text) or self._is_told(text):
                continue
            if _plain(text) in self._instruction:
                self.echoed += 1
                continue
            sentence = self._sentence(text)
            if said in self._shown and not self._may_be_repeated(sentence):
                self.echoed += 1
            elif _may_stand(sentence):
                line.pieces.append(text)
                self._told.append(text)
            else:
                line.pieces.append("")
                self.doubtful.append(Doubtful(sentence, line, len(line.pieces) - 1))

    def _may_be_repeated(self, sentence: NoteSentence) -> bool:
        """Whether a worked example's sentence is this visit's too, word for word: "he can walk on it a bit" would be
        supported by any walk."""
        quoted = " ".join(each.quote.lower() for each in sentence.evidence)
        words = _TELLING_WORD.findall(sentence.text.lower())
        return is_supported(sentence) and all(word[:_STEM] in quoted for word in words)

    def _sentence(self, text: str) -> NoteSentence:
        return self._check.sentence(Span(0, len(text), text))

    def _unnamed(self, text: str) -> str:
        """A sentence without the name of an example's patient."""
        for name in self._names:
            text = name.sub(lambda match: "the patient" if match.start() else "The patient", text)
        return text

    def _labelled(self, text: str) -> str:
        """A temperature or a weight stands under the vital signs, whatever part of the body the model names."""
        match = _LABELLED.match(text)
        if match is None or not _VITAL.match(match[2]) or _FOR_VITALS.search(match[1]):
            return text
        return f"Vitals: {match[2]}"

    def _is_told(self, text: str) -> bool:
        if text.count(" ") < _LONGEST_HEADING:
            return False
        return any(token_sort_ratio(text, told, score_cutoff=_SAME) for told in self._told)


def _may_stand(sentence: NoteSentence) -> bool:
    """Whether a sentence is supported, told of the patient, and not one that claims nothing which could be held against
    the talk: "She will do it." """
    says_nothing = sentence.verdict is Verdict.NO_CLAIM and sentence.text.count(" ") >= _LONGEST_HEADING
    return is_supported(sentence) and not says_nothing and not _TOLD_BY_PATIENT.search(sentence.text)


def _plain(text: str) -> str:
    """A text's words, with a space on either side."""
    return f" {' '.join(_WORD.findall(text.lower()))} "
