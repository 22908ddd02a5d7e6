"""Which words keyword search ranks by, and that counts follow the library."""

from __future__ import annotations

from engine.memory.store import VaultPassages, telling
from engine.vault.database import Database
from tests.engine.memory.test_search import database, store  # noqa: F401


def test_all_words_of_a_small_library_count() -> None:
    assert telling(["asthma", "dose", "gone"], {"asthma": 2, "dose": 300, "gone": 0}) == ["asthma", "dose"]


def test_the_commonest_words_of_a_large_library_are_left_out() -> None:
    counts = {"patients": 90_000, "asthma": 4_000, "spacer": 12}
    assert telling(list(counts), counts) == ["spacer", "asthma"]


def test_a_common_word_alone_is_searched() -> None:
    assert telling(["patients"], {"patients": 90_000}) == ["patients"]


def test_counts_follow_the_library(database: Database) -> None:  # noqa: F811
    passages = VaultPassages(database)
    assert passages.find(["asthma", "nothing"], 5).counts == {"asthma": 2, "nothing": 0}
    store(database, "new.md", ["Asthma again."])
    found = passages.find(["asthma"], 5)
    assert (found.counts, found.passages, len(found.scores)) == ({"asthma": 3}, 7, 3)
