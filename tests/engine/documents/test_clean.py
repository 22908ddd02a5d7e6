"""Text hygiene and hyphenation."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.documents.blocks import Block, PageContent, Piece
from engine.documents.clean import clean, unreadable_share
from engine.documents.hyphens import Hyphenation


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("  two   spaces ", "two spaces"),
        ("a\u00a0b\u202fc\u3000d", "a b c d"),
        ("e\u0301", "é"),
        ("\ufb01rst \ufb02ow o\ufb03ce", "first flow office"),
        ("hyper\u00adtension", "hypertension"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("\u202ereversed\u202c", "reversed"),
        ("hidden\U000e0041\U000e0042", "hidden"),
        ("a\x00b\x07c", "abc"),
        ("BP \uf0b3 140", "BP ≥ 140"),
        ("\uf0b7 item", "• item"),
        ("\ufefb", "لا"),
        ("x² µg ½", "x² µg ½"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\u200cb", "ab"),
    ],
)
def test_clean(raw: str, cleaned: str):
    assert clean(raw) == cleaned


@given(st.text())
def test_clean_text_is_stable_and_single_line(text: str):
    once = clean(text)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not any(unicodedata.category(char) == "Cc" for char in once)
    assert once == once.strip()
    assert "  " not in once


def test_unreadable_share():
    assert unreadable_share("plain text, ≥ 5 µg") == 0
    assert unreadable_share("\ufffd\ufffd\ue123a") == pytest.approx(0.75)
    assert unreadable_share("") == 0


@pytest.mark.parametrize(
    ("before", "after", "elsewhere", "soft"),
    [
        ("hyper-", "tension", "", True),
        ("anti-", "coagulant", "anticoagulant", True),
        ("follow-", "up", "follow-up", False),
        ("co-", "workers", "", False),
        ("x-", "ray", "", False),
    ],
)
def test_hyphens_are_judged_by_the_document(before: str, after: str, elsewhere: str, soft: bool):
    pages = [PageContent(1, [Block([Piece(before), Piece(after), Piece(elsewhere)], flows=True)])]
    hyphenation = Hyphenation.of(pages)
    assert hyphenation.breaks_word(before, after)
    assert hyphenation.is_soft(before, after) is soft


@pytest.mark.parametrize(("before", "after"), [("2-", "8 degrees"), ("mild -", "severe"), ("pre-", "Monday")])
def test_other_dashes_break_no_word(before: str, after: str):
    assert not Hyphenation(frozenset()).breaks_word(before, after)
