"""One section drafted: window after window, checked as it streams; what is unsupported is mended or taken out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.cancellation import CancelToken
from engine.inference.messages import Prompt, Segment
from engine.scribe.checking import NoteCheck
from engine.scribe.examples import WorkedExamples
from engine.scribe.mending import with_amounts_of_source
from engine.scribe.parts import Part, VisitWords
from engine.scribe.pen import Asked, Pen, tokens_for
from engine.scribe.prompts import NotePack
from engine.scribe.talk import Talk, Window
from engine.scribe.written import Doubtful, WrittenSection
from engine.types import NoteSection, RemovedSentence, Sampling, SectionTemplate, StyleExample

_MOST_MENDED = 6  # sentences of a section that are put to the model again
_MENDED_TOKENS = 72
_MOST_ECHOES = 2  # sentences of the worked examples; after these the model is stopped and begun for
# Words for each word that was said: where less comes, or only what is in doubt, the model is begun for, too.
_LEAST = 0.06
_BESIDE = 1  # segments around the evidence of a sentence

OnSection = Callable[[NoteSection], None]


@dataclass(frozen=True)
class Wanted:
    """How a section is wanted: the clinician's examples, a wish, and chance where it is to come out otherwise."""

    style: Sequence[StyleExample] = ()
    wish: str = ""
    temperature: float = 0.0
    seed: int = 0

    def sampling(self, max_tokens: int) -> Sampling:
        return Sampling(temperature=self.temperature, seed=self.seed, max_tokens=max_tokens)


@dataclass(frozen=True)
class Visit:
    """A visit as its sections are drafted from it. one_section: its note has no more."""

    talk: Talk
    check: NoteCheck
    one_section: bool = False


class SectionDrafter:
    """Drafts sections of one visit with one model."""

    def __init__(self, visit: Visit, pack: NotePack, words: VisitWords, examples: WorkedExamples, pen: Pen) -> None:
        self._visit = visit
        self._pack = pack
        self._words = words
        self._examples = examples
        self._pen = pen

    def windows(self, section: SectionTemplate) -> list[Window]:
        """What a section is written from."""
        rule = self._words.rule(section.title, section.key)
        return self._visit.talk.windows(rule, alone=self._visit.one_section)

    def draft(
        self, section: SectionTemplate, wanted: Wanted, on_section: OnSection
    ) -> tuple[NoteSection, list[RemovedSentence]]:
        """The whole section, and what had to be left out of it. on_section: as far as it is, after each sentence."""
        written = self._begun(section)
        for window in self.windows(section):
            self._write(section, window, wanted, written, on_section)
        removed = self._mend(section, written, on_section)
        return written.section(), removed

    def draft_window(self, section: SectionTemplate, number: int, wanted: Wanted) -> bool:
        """Have one window written ahead of time, and what is doubtful in it mended; the pen keeps it. False where the
        section has no such window yet that will stay as it is."""
        closed = [window for window in self.windows(section) if self._visit.talk.closed(window)]
        if number >= len(closed):
            return False
        written = self._begun(section)
        self._write(section, closed[number], wanted, written, _unheard)
        self._mend(section, written, _unheard)
        return True

    def read_examples(self, section: SectionTemplate, wanted: Wanted) -> None:
        """Have what all windows of a section begin with read ahead of time; the model remembers it."""
        beginning = self._prompt(section, "", wanted)
        self._pen.write(Asked(beginning, beginning), wanted.sampling(1), _unheard_text)

    def _begun(self, section: SectionTemplate) -> WrittenSection:
        return WrittenSection(
            section, self._visit.check, [each.written for each in self._examples.of(section)], self._examples.patients
        )

    def _write(
        self, section: SectionTemplate, window: Window, wanted: Wanted, written: WrittenSection, on_section: OnSection
    ) -> None:
        asked = Asked(self._prompt(section, window.said, wanted), self._prompt(section, "", wanted))
        sampling = wanted.sampling(tokens_for(window.said))
        rule = self._words.rule(section.title, section.key)
        kept, refused = written.kept, written.refused
        text, echoed = self._hear(asked, sampling, written, on_section)
        too_little = len(text.split()) < _LEAST * len(window.said.split()) and not rule.words
        all_in_doubt = written.kept == kept and written.refused > refused
        in_vain = (too_little or all_in_doubt) and not self._pack.is_nothing(text)
        if echoed or (in_vain and rule.parts[0] is not Part.RESULTS):
            begin = self._pack.begin_text(rule.parts)
            written.feed(begin)
            bare = self._prompt(section, window.said, wanted, bare=True)  # what it repeats is not shown again
            alike = self._prompt(section, "", wanted, bare=True)
            self._hear(Asked([*bare, Segment(begin)], alike), sampling, written, on_section)
        on_section(written.section())

    def _hear(
        self, asked: Asked, sampling: Sampling, written: WrittenSection, on_section: OnSection
    ) -> tuple[str, bool]:
        """Have the model write; returns its text, and whether it repeated its examples, which ends it early."""
        stop, before = CancelToken(), written.echoed

        def hear(delta: str) -> None:
            if written.feed(delta):
                on_section(written.section())
            if written.echoed - before >= _MOST_ECHOES:
                stop.cancel()

        text = self._pen.write(asked, sampling, hear, stop)
        written.end_line(broken_off=stop.cancelled)
        return text, written.echoed - before >= _MOST_ECHOES

    def _prompt(self, section: SectionTemplate, said: str, wanted: Wanted, *, bare: bool = False) -> Prompt:
        """A window's prompt. bare: without the worked examples."""
        style = self._pack.style_text([each for each in wanted.style if each.section == section.key])
        if not style and section.example and not self._examples.is_own(section):
            style = self._pack.style_text([StyleExample(0, "", section.key, section.example)])
        extra = "\n".join(filter(None, [self._pack.wish_text(wanted.wish), style]))
        examples = [] if bare else self._examples.of(section)
        shown = [(self._pack.section_text(each.section, each.said), each.written) for each in examples]
        return self._pack.prompt(self._pen.template, shown, self._pack.section_text(section, said, extra))

    def _mend(self, section: SectionTemplate, written: WrittenSection, on_section: OnSection) -> list[RemovedSentence]:
        """Sentences in doubt: amounts are taken from the source; others the model may write again from the evidence."""
        removed = []
        asked = 0
        for doubtful in written.doubtful:
            if self._pack.is_nothing(doubtful.sentence.text):
                continue
            if self._take_amounts(written, doubtful):
                on_section(written.section())
                continue
            asked += 1
            if asked <= _MOST_MENDED and written.mend(doubtful, self._again(doubtful)):
                on_section(written.section())
                continue
            sentence = doubtful.sentence
            removed.append(
                RemovedSentence(section.key, sentence.text, sentence.verdict, sentence.evidence, sentence.findings)
            )
        return removed

    def _take_amounts(self, written: WrittenSection, doubtful: Doubtful) -> bool:
        text = with_amounts_of_source(doubtful.sentence)
        return text is not None and written.mend(doubtful, text)

    def _again(self, doubtful: Doubtful) -> str:
        said = self._said_of(doubtful)
        if not said:
            return ""
        asked = Asked(self._repair(doubtful.sentence.text, said), self._repair("", ""))
        text = self._pen.write(asked, Sampling(max_tokens=_MENDED_TOKENS), _unheard_text)
        first = text.strip().split("\n")[0].strip()
        return "" if self._pack.is_nothing(first) else first

    def _repair(self, sentence: str, said: str) -> Prompt:
        return self._pack.prompt(self._pen.template, [], self._pack.repair_text(sentence, said))

    def _said_of(self, doubtful: Doubtful) -> str:
        """The talk around a sentence's evidence."""
        segments = self._visit.talk.segments
        wanted: set[int] = set()
        for evidence in doubtful.sentence.evidence:
            at = self._visit.talk.number_at(evidence.utterance, evidence.start)
            if at is not None:
                wanted.update(range(max(0, at - _BESIDE), min(len(segments), at + _BESIDE + 1)))
        return self._visit.talk.text(sorted(wanted))


def _unheard(_section: NoteSection) -> None:
    """Nobody listens to what is written ahead of time."""


def _unheard_text(_delta: str) -> None:
    """A mended sentence is shown once it is checked."""
