"""The record of an answer in words: what is listed under "Why?"."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale

from app.i18n import tr

if TYPE_CHECKING:
    from engine.assistant.replay import ReplayResult
    from engine.assistant.why import WhyPassage, WhyRecord


def facts(record: WhyRecord) -> list[tuple[str, str]]:
    """Name and value of everything that is one value; what is unknown (an older answer) is left out."""
    device, sampling, timings = record.device, record.sampling, record.timings
    listed = [
        (tr("Why", "Asked"), record.question),
        (tr("Why", "Searched as"), record.searched_as),
        (tr("Why", "Not mentioned in any passage"), ", ".join(record.unmentioned)),
        (
            tr("Why", "Second look"),
            tr("Why", "The model refused at first. It was asked to go on from “{words}”.", words=record.prompt[-1].text)
            if record.second_look
            else "",
        ),
        (tr("Why", "When"), datetime.fromisoformat(record.asked_at).astimezone().strftime("%Y-%m-%d %H:%M:%S %Z")),
        (tr("Why", "Model"), record.model.name or record.model.id),
        (tr("Why", "Model file (SHA-256)"), record.model.sha256),
        (tr("Why", "Ran on"), f"{device.device} · {device.reason}" if device is not None else ""),
        (tr("Why", "Settings"), _settings(record) if sampling and record.prompt else ""),
        (tr("Why", "Prompt version"), record.prompt_version),
        (tr("Why", "Program"), " · ".join(part for part in (record.program, record.runtime) if part)),
        (
            tr("Why", "Time"),
            tr(
                "Why",
                "{seconds} s in all · search {search} ms · first word after {first} s · {speed} tokens/s",
                seconds=_seconds(timings.total_ms),
                search=round(timings.search_ms),
                first=_seconds(timings.first_token_ms),
                speed=round(timings.tokens_per_s),
            )
            if timings.tokens
            else "",
        ),
    ]
    return [(name, value) for name, value in listed if value]


def _seconds(ms: float) -> str:
    return QLocale().toString(ms / 1000, "f", 1)


def passage_cells(passage: WhyPassage) -> list[str]:
    """Rank, place, rank by words, rank by meaning, and whether the model read it."""
    place = passage.document
    if passage.page is not None:
        place = tr("Why", "{document}, p. {page}", document=place, page=passage.page)
    if passage.section:
        place = f"{place} · {passage.section}"
    return [_rank(passage.rank), place, _rank(passage.keyword_rank), _rank(passage.dense_rank), _use(passage)]


def replay_words(result: ReplayResult) -> str:
    """Whether a replay gave the same answer, and what was not as then."""
    if result.same:
        words = tr("Why", "The same answer, word for word.")
    else:
        at = result.first_difference or 0
        words = tr(
            "Why", "Another answer: it differs from “{words}” on.", words=result.text[max(at - 20, 0) : at + 30].strip()
        )
    if result.changed:
        words += "\n" + tr("Why", "Not as then: {changes}.", changes="; ".join(result.changed))
    return words


def _settings(record: WhyRecord) -> str:
    sampling = record.sampling
    return tr(
        "Why",
        "temperature {temperature:g} · seed {seed} · at most {tokens} tokens · top-p {top_p:g} · top-k {top_k} · "
        "min-p {min_p:g}",
        temperature=sampling.temperature,
        seed=sampling.seed,
        tokens=sampling.max_tokens,
        top_p=sampling.top_p,
        top_k=sampling.top_k,
        min_p=sampling.min_p,
    )


def _rank(rank: int | None) -> str:
    return str(rank) if rank else "–"


def _use(passage: WhyPassage) -> str:
    if passage.earlier:
        return tr("Why", "Read, from an earlier question")
    return tr("Why", "Read by the model") if passage.in_prompt else tr("Why", "Not read")
