"""What the features of a passage measure."""

from __future__ import annotations

from engine.memory.features import Candidate, Features, Judge, inverse_frequency
from engine.memory.fusion import HYBRID, KEYWORD_ONLY, order
from engine.memory.lexical import analyse

QUESTION = analyse("How often should urine albumin be measured in diabetes?")
WEIGHTS = {term: 2.0 if term in QUESTION.subject else 0.5 for term in QUESTION.terms}


JUDGE = Judge(QUESTION, WEIGHTS)


def features(*candidates: Candidate) -> list[Features]:
    return JUDGE.describe(candidates)


def candidate(
    text: str, *, heading: str = "", document: int = 1, keyword: float | None = 1.0, judge: Judge = JUDGE
) -> Candidate:
    return Candidate(document, judge.read(heading, text), keyword, 0.5)


def test_a_passage_with_all_of_the_subject_holds_all() -> None:
    (found,) = features(candidate("Often urine albumin is measured once a year in diabetes."))
    assert found.subject == found.document == 1.0
    assert found.near == 1.0
    assert found.phrase < 1.0


def test_a_heading_counts_for_the_subject() -> None:
    with_heading, without = features(
        candidate("Measure urine albumin yearly.", heading="Diabetes care", document=1),
        candidate("Measure urine albumin yearly.", document=2),
    )
    assert with_heading.subject > without.subject
    assert with_heading.heading > without.heading == 0.0


def test_words_far_apart_are_less_near() -> None:
    together, apart = features(
        candidate("urine albumin diabetes"),
        candidate("urine " + "filler " * 60 + "albumin " + "filler " * 60 + "diabetes"),
    )
    assert together.subject == apart.subject
    assert together.near > apart.near


def test_neighbouring_words_make_pairs() -> None:
    side_by_side, reversed_ = features(candidate("urine albumin"), candidate("albumin urine"))
    assert side_by_side.pairs > reversed_.pairs == 0.0


def test_what_one_passage_lacks_another_of_its_document_may_hold() -> None:
    first, second, stranger = features(
        candidate("urine albumin", document=1), candidate("diabetes", document=1), candidate("diabetes", document=2)
    )
    assert first.document == second.document > stranger.document


def test_keyword_scores_are_shares_of_the_best() -> None:
    best, half, none = features(candidate("x", keyword=8.0), candidate("x", keyword=4.0), candidate("x", keyword=None))
    assert (best.keyword, half.keyword, none.keyword) == (1.0, 0.5, 0.0)


def test_no_candidates() -> None:
    assert features() == []


def test_rare_words_weigh_more() -> None:
    assert inverse_frequency(1, 1000) > inverse_frequency(500, 1000) > inverse_frequency(1000, 1000) > 0
    assert inverse_frequency(0, 0) > 0


def test_scores_rise_with_evidence_and_stay_between_0_and_1() -> None:
    poor, good = features(candidate("Opening hours.", keyword=None), candidate("Measure urine albumin in diabetes."))
    for ranking in (HYBRID, KEYWORD_ONLY):
        assert 0.0 < ranking.score(poor) < ranking.score(good) < 1.0


def test_equal_scores_keep_their_order() -> None:
    assert order([0.5, 0.9, 0.5]) == [1, 0, 2]


def test_a_synonym_counts_as_the_word_itself() -> None:
    question = analyse("adrenaline dose")
    judge = Judge(question, dict.fromkeys(question.terms, 1.0))
    (found,) = judge.describe([candidate("The epinephrine dose is 0.5 mg.", judge=judge)])
    assert found.subject == found.pairs == 1.0


def test_a_word_for_the_same_topic_counts_for_the_topic_only() -> None:
    question = analyse("outlook of asthma")
    judge = Judge(question, dict.fromkeys(question.terms, 1.0))
    (found,) = judge.describe([candidate("The prognosis of asthma is good.", judge=judge)])
    assert found.subject == 0.5
    assert found.topic == 1.0
