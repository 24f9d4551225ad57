"""The answers are read by councillors: how hard they are to read has a limit.

The measure is the automated readability index, about the school grade that a text asks for (Senter and Smith 1967, 'Automated
Readability Index'). It counts letters, words and sentences, and needs no dictionary. A number counts as a short word, since the
point in it would end a sentence.
"""

import re
from statistics import mean

import pytest
import textstat

from workforce import data, publish
from workforce.reports import pay_benchmark

HARDEST, ON_AVERAGE, WORDS = 12, 8, 22
FOR_STATISTICIANS = r"\bp 0\.|p below|odds ratio|yearly ratio|dispersion|likelihood|p-value"


def grade(text):
    return textstat.automated_readability_index(re.sub(r"£?\d+(?:[.,]\d+)*%?", "10", text))


@pytest.fixture(scope="module")
def answers(register):
    """Return the answer of every report: pairs of its notebook's module with the authority, and the answer."""
    told = publish._answers(register, data.content(), data.DATA)
    answers = {f"{report.__name__}, {label}": answer for report, labelled in told for label, answer in labelled}
    councils = pay_benchmark.choices()["authority"]  # of a paper's tables the findings have one
    return answers | {f"pay, {council}": pay_benchmark.answer(pay_benchmark.prepare(council)) for council in councils}


def test_an_answer_is_easily_read(answers):
    assert len(answers) > 25
    ease = {name: grade(answer.sentence) for name, answer in answers.items()}
    assert {name: index for name, index in ease.items() if index > HARDEST} == {}
    assert mean(ease.values()) < ON_AVERAGE


def test_a_sentence_of_an_answer_is_short(answers):
    for name, answer in answers.items():
        for sentence in re.split(r"(?<=[.:]) (?=[A-Z0-9])", answer.sentence):
            assert len(sentence.split()) <= WORDS, (name, sentence)


def test_an_answer_leaves_statistics_to_the_tables(answers):
    for name, answer in answers.items():
        assert not re.search(FOR_STATISTICIANS, repr(answer)), name


def test_what_is_hard_to_read_is_found():
    before = (
        "The eligible grades' leavers, after to before, are in a ratio 0.51 times that of the others (95% interval 0.21 to 1.20), "
        "which allowing for ordinary wandering between authorities follows no yearly ratio."
    )
    assert grade(before) > HARDEST
