"""What may not leave the vault is taken out of messages."""

from __future__ import annotations

import pytest

from engine.errors import UserError
from engine.redaction import describe, redact, short_path, traceback_lines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('cannot open "Smith John.pdf": no such file', "cannot open <text>: no such file"),
        ("“Smith John” could not be read", "<text> could not be read"),
        ("the file 'Mrs Smith' isn't there", "the file <text> isn't there"),
        ("failed on /home/mary/a b/Smith John.pdf, retrying", "failed on <path>, retrying"),
        ("failed on C:\\Users\\Mary\\Smith John.docx", "failed on <path>"),
        ("failed on \\\\server\\share\\Smith", "failed on <path>"),
        ("failed on ~/Smith", "failed on <path>"),
        ("could not read Smith John.PDF today", "could not read <file> today"),
        ("born 12/03/1970, call 555-1234", "born <n>, call <n>"),
        ("mail mary@clinic.example or https://clinic.example/?p=7", "mail <address> or <address>"),
        ("mg/ml and/or l/min", "mg/ml and/or l/min"),
        ("two\nlines", "two lines"),
    ],
)
def test_redact(text: str, expected: str) -> None:
    assert redact(text) == expected


def test_long_text_is_cut() -> None:
    assert len(redact("word " * 1000)) == 301


def test_only_our_own_errors_keep_words() -> None:
    assert describe(ValueError("Smith has fever")) == "ValueError"
    assert describe(UserError("“Smith” could not be read.", "Try.", "Smith")) == "UserError: <text> could not be read."


def test_a_traceback_names_places_and_kinds_and_nothing_else() -> None:
    def inner(patient: str) -> None:
        raise ValueError(f"{patient} has fever")

    try:
        try:
            inner("Smith")
        except ValueError as error:
            raise KeyError("Smith") from error
    except KeyError as error:
        lines = traceback_lines(error)
    text = "\n".join(lines)
    assert lines[-1] == "KeyError"
    assert "ValueError" in lines
    assert "in inner" in text
    assert "tests/engine/test_redaction.py:" in text
    assert "Smith" not in text
    assert "raise" not in text


def test_an_error_that_causes_itself_ends() -> None:
    first, second = ValueError("a"), KeyError("b")
    first.__cause__, second.__cause__ = second, first
    assert traceback_lines(first) == ["KeyError", "ValueError"]


def test_short_path_drops_the_persons_folders() -> None:
    assert short_path("/home/mary/chartside/engine/vault/keys.py") == "engine/vault/keys.py"
    assert short_path("C:\\Users\\Mary\\engine\\vault\\keys.py") == "engine/vault/keys.py"
