from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.inference.streaming import LoopGuard, TextStream


@settings(max_examples=50, deadline=None)
@given(st.text(), st.integers(1, 5))
def test_any_text_in_any_cut_comes_out_whole(text: str, size: int) -> None:
    data = text.encode()
    stream = TextStream(["<stop>"])
    parts = [stream.feed(data[i : i + size]) for i in range(0, len(data), size)] + [stream.finish()]
    assert "".join(parts) == text.partition("<stop>")[0]
    assert all("�" not in part for part in parts) or "�" in text


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_a_stop_text_is_never_shown_in_part(size: int) -> None:
    data = b"Answer <en but not <end> more"
    stream = TextStream(["<end>", "###"])
    shown = ""
    for i in range(0, len(data), size):
        shown += stream.feed(data[i : i + size])
        assert "Answer <en but not ".startswith(shown)
    assert shown + stream.finish() == "Answer <en but not "
    assert stream.stopped


def test_a_held_back_beginning_is_given_out_at_the_end() -> None:
    stream = TextStream(["<end>"])
    assert stream.feed(b"a <en") == "a "
    assert stream.finish() == "<en"
    assert not stream.stopped


def test_a_broken_character_becomes_a_replacement() -> None:
    stream = TextStream([])
    assert stream.feed("ż".encode()[:1]) == ""
    assert stream.finish() == "�"


@pytest.mark.parametrize(
    "text",
    [
        "Wash your hands with soap. " * 5,
        "- Check the blood pressure\n" * 4,
        "1. Take a history\n2. Take a history\n3. Take a history\n",
        "very " * 60,
        "abcabcabc" * 20,
        "He is fine, and " * 12,
    ],
)
def test_loops_are_noticed(text: str) -> None:
    guard = LoopGuard()
    assert any(guard.loops(text[i : i + 4]) for i in range(0, len(text), 4))


@pytest.mark.parametrize(
    "text",
    [
        "Give 5 mg at 8:00. Give 5 mg at 12:00. Give 5 mg at 16:00. Give 5 mg at 20:00.\n",
        "| drug | dose |\n|------|------|\n| a    | 5 mg |\n| b    | 5 mg |\n",
        "--------------------------------------------------------------------------------------------------------\n",
        "No. Yes. No. Yes. No. Yes. No. No. No.\n",
        "Wash your hands. Then dry them. Wash your hands. Put on gloves.\n",
        "\n".join(f"{n}. Step number {n} of the list is done by nurse {n}." for n in range(1, 20)),
        "          " * 30 + "end",
    ],
)
def test_ordinary_text_is_no_loop(text: str) -> None:
    guard = LoopGuard()
    assert not any(guard.loops(text[i : i + 4]) for i in range(0, len(text), 4))
