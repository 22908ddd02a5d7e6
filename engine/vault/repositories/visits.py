"""Visits: their rows, and the words by which they are found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from engine.types import Consent, Signature, SoundState, VisitFilter, VisitInfo, VisitState
from engine.vault.connection import Connection, Row, inserted_id, placeholders
from engine.vault.repositories import utterances

_WORD = re.compile(r"\w+")
_PREVIEW_CHARACTERS = 160
# Parts of a visit in the search index.
_PATIENT, _SAID, _NOTE, _PARTS = 0, 1, 2, 4
_INFO = (
    "SELECT v.id, v.patient, v.template, v.state, v.begun_at, v.changed_at, v.author, coalesce(u.name, ''), v.sound,"
    " v.seconds, v.preview, v.problems, v.signature FROM visits v LEFT JOIN users u ON u.id = v.author"
)


class Standing(Struct, frozen=True):
    """What decides whether something may be done to a visit, and with which versions it is done.

    version: the stored version of the note that is shown, 0 without one; revision: that of the transcript; heard_s: so
    many seconds of the sound are text.
    """

    state: VisitState
    sound: SoundState
    version: int
    revision: int
    template: str
    consent: Consent | None
    signature: Signature | None
    heard_s: float


def create(connection: Connection, patient: str, template: str, author: str, now: str) -> int:
    """Begin a visit of author, a user's id; returns its id. now: ISO 8601 UTC, here and below."""
    cursor = connection.execute(
        "INSERT INTO visits (patient, template, state, author, begun_at, changed_at, transcript)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (patient, template, VisitState.DRAFT, author, now, now, utterances.empty_head()),
    )
    visit_id = inserted_id(cursor)
    index_said(connection, visit_id)
    return visit_id


def info(connection: Connection, visit_id: int) -> VisitInfo | None:
    row = connection.execute(f"{_INFO} WHERE v.id = ?", (visit_id,)).fetchone()
    return None if row is None else _info(row)


def standing(connection: Connection, visit_id: int) -> Standing | None:
    sql = "SELECT state, sound, version, revision, template, consent, signature, heard_s FROM visits WHERE id = ?"
    row = connection.execute(sql, (visit_id,)).fetchone()
    if row is None:
        return None
    return Standing(
        VisitState(row[0]),
        SoundState(row[1]),
        row[2],
        row[3],
        row[4],
        msgspec.json.decode(row[5], type=Consent) if row[5] else None,
        msgspec.json.decode(row[6], type=Signature) if row[6] else None,
        row[7],
    )


def search(connection: Connection, wanted: VisitFilter, since: str = "", until: str = "") -> list[VisitInfo]:
    """The visits that match, the newest first. since, until: ISO times that wanted.day stands for, half open."""
    conditions, values = ["1"], list[Any]()
    if wanted.states is not None:
        conditions.append(f"v.state IN ({placeholders(len(wanted.states))})")
        values += sorted(wanted.states)
    for condition, value in (("v.author = ?", wanted.author), ("v.begun_at >= ?", since), ("v.begun_at < ?", until)):
        if value:
            conditions.append(condition)
            values.append(value)
    words = _WORD.findall(wanted.query)
    for number, word in enumerate(words, 1):
        conditions.append(f"v.id IN (SELECT rowid / {_PARTS} FROM visit_search WHERE visit_search MATCH ?)")  # noqa: S608
        values.append(f'"{word}"' + "*" * (number == len(words)))  # the last one may be unfinished
    sql = f"{_INFO} WHERE {' AND '.join(conditions)} ORDER BY v.begun_at DESC, v.id DESC"
    return [_info(row) for row in connection.execute(sql, values)]


def drafts_with_sound(connection: Connection, state: SoundState) -> list[VisitInfo]:
    """Drafts whose sound is in this state, the newest first."""
    sql = f"{_INFO} WHERE v.sound = ? AND v.state = ? ORDER BY v.id DESC"
    return [_info(row) for row in connection.execute(sql, (state, VisitState.DRAFT))]


def change(connection: Connection, visit_id: int, now: str, **values: Any) -> None:
    """Set columns of a visit."""
    columns = {"changed_at": now, **values}
    assigned = ", ".join(f"{name} = ?" for name in columns)
    connection.execute(f"UPDATE visits SET {assigned} WHERE id = ?", (*columns.values(), visit_id))  # noqa: S608


def consented(connection: Connection, visit_id: int, consent: Consent) -> None:
    change(connection, visit_id, consent.at, consent=msgspec.json.encode(consent).decode())


def signed(connection: Connection, visit_id: int, signature: Signature) -> None:
    """Lock the visit's note; it cannot be stored anew from now on."""
    text = msgspec.json.encode(signature).decode()
    change(connection, visit_id, signature.at, state=VisitState.SIGNED, signature=text)


def index_said(connection: Connection, visit_id: int) -> None:
    """Let search find a visit by its patient and by what was said, as they are now."""
    row = connection.execute("SELECT patient FROM visits WHERE id = ?", (visit_id,)).fetchone()
    _put_words(connection, visit_id, _PATIENT, str(row[0]) if row else "")
    _put_words(connection, visit_id, _SAID, utterances.text(connection, visit_id))
    _put_preview(connection, visit_id)


def index_note(connection: Connection, visit_id: int, words: str) -> None:
    """Let search find a visit by these words of its note."""
    _put_words(connection, visit_id, _NOTE, words)
    _put_preview(connection, visit_id)


def cut_off(connection: Connection) -> Iterator[int]:
    """Visits that were being recorded when the program ended are interrupted ones from now on; their ids."""
    found = connection.execute("SELECT id FROM visits WHERE sound = ?", (SoundState.RECORDING,)).fetchall()
    for (visit_id,) in found:
        connection.execute("UPDATE visits SET sound = ? WHERE id = ?", (SoundState.INTERRUPTED, visit_id))
        yield int(visit_id)


def _put_words(connection: Connection, visit_id: int, part: int, words: str) -> None:
    number = _PARTS * visit_id + part
    row = connection.execute("SELECT words FROM visit_search WHERE rowid = ?", (number,)).fetchone()
    if row is None:
        connection.execute("INSERT INTO visit_search (rowid, words) VALUES (?, ?)", (number, words))
    elif row[0] != words:
        connection.execute("UPDATE visit_search SET words = ? WHERE rowid = ?", (words, number))


def _put_preview(connection: Connection, visit_id: int) -> None:
    """The first words of the note, or else of what was said."""
    first, last = _PARTS * visit_id + _SAID, _PARTS * visit_id + _NOTE
    sql = (
        "SELECT substr(words, 1, ?) FROM visit_search WHERE rowid IN (?, ?) AND words <> '' ORDER BY rowid DESC LIMIT 1"
    )
    row = connection.execute(sql, (2 * _PREVIEW_CHARACTERS, first, last)).fetchone()
    preview = " ".join(row[0].split())[:_PREVIEW_CHARACTERS] if row else ""
    connection.execute("UPDATE visits SET preview = ? WHERE id = ?", (preview, visit_id))


def _info(row: Row) -> VisitInfo:
    signature = msgspec.json.decode(row[12], type=Signature) if row[12] else None
    return VisitInfo(
        id=row[0],
        patient=row[1],
        template=row[2],
        state=VisitState(row[3]),
        begun_at=row[4],
        changed_at=row[5],
        author=row[6],
        author_name=row[7],
        sound=SoundState(row[8]),
        seconds=row[9],
        preview=row[10],
        problems=row[11],
        signed_at=signature.at if signature else "",
        signed_by=signature.name if signature else "",
    )
