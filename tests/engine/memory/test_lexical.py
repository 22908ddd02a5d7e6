"""Questions become full-text queries that SQLite accepts, whatever was typed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.memory.lexical import analyse, match_any
from engine.memory.terms import question_words, terms, words


@pytest.fixture(scope="module")
def table() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE t USING fts5 (x, tokenize = 'porter unicode61 remove_diacritics 2')")
    connection.executemany("INSERT INTO t VALUES (?)", [("The naïve dosing of Epinéphrine 0.5 mg",), ("other",)])
    yield connection
    connection.close()


def test_question_words_carry_no_subject() -> None:
    question = analyse("What is the maximum dose of paracetamol for adults?")
    assert question.words == ("maximum", "dose", "paracetamol", "adults")
    assert question.subject == ("maximum", "dose", "paracetamol", "adult")
    assert question.terms[:3] == ("what", "is", "the")


def test_a_question_of_question_words_only_is_searched_as_it_is() -> None:
    assert analyse("What is it?").words == ("what", "is", "it")


def test_words_with_one_stem_count_once() -> None:
    assert analyse("dose doses dosing").subject == ("dose",)


def test_numbers_are_kept() -> None:
    assert {"0", "5", "2024"} <= set(analyse("epinephrine 0.5 mg in 2024").words)


def test_a_pasted_page_is_cut() -> None:
    assert len(analyse(" ".join(f"word{n}" for n in range(5000))).terms) < 100


@pytest.mark.parametrize(
    "typed",
    ['"', "a AND", "NEAR(x y)", "title:x", "x*", "-x ^y", "( OR )", "{a b}: c", "'; DROP TABLE t; --", "x\x00y"],
)
def test_query_syntax_is_text(table: sqlite3.Connection, typed: str) -> None:
    match = match_any(analyse(typed).words)
    if match:
        table.execute("SELECT rowid FROM t WHERE t MATCH ?", (match,)).fetchall()


@settings(deadline=None)
@given(st.text(max_size=60))
def test_anything_typed_is_a_valid_query(typed: str) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE t USING fts5 (x, tokenize = 'porter unicode61 remove_diacritics 2')")
    connection.execute("INSERT INTO t VALUES ('some text')")
    match = match_any(analyse(typed).words)
    if match:
        connection.execute("SELECT count(*) FROM t WHERE t MATCH ?", (match,)).fetchone()
    connection.close()


@pytest.mark.parametrize("typed", ["naive", "NAÏVE", "epinephrine", "doses", "the"])
def test_terms_are_those_of_the_index(table: sqlite3.Connection, typed: str) -> None:
    (found,) = table.execute("SELECT count(*) FROM t WHERE t MATCH ?", (match_any(words(typed)),)).fetchone()
    assert found == 1
    assert set(terms(typed)) <= set(terms("The naïve dosing of Epinéphrine 0.5 mg"))


def test_negations_and_contractions_are_question_words() -> None:
    assert {"what", "the", "how", "not"} <= question_words()
    assert "dose" not in question_words()


def test_words_for_the_same_thing_are_searched_too() -> None:
    question = analyse("Is adrenaline kept in the fridge?")
    assert {"adrenaline", "epinephrine", "fridge", "refrigerator"} <= set(question.searched)
    assert question.words == ("adrenaline", "kept", "fridge")


def test_words_for_the_same_topic_are_known_but_not_searched() -> None:
    question = analyse("What is the outlook?")
    assert "prognosis" in question.topics["outlook"]
    assert question.searched == ["outlook"]
