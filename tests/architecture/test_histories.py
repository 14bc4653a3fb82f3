"""Every verb that the house records reads as a sentence in histories."""

import ast
import re
from collections import Counter
from pathlib import Path

import app as house
from app.audit import sentences
from app.audit.sentences.telling import OFFICES

RECORDING = {
    "record",
    "record_all",
    "record_happening",
    "_record",
    "record_grant",
    "did",
    "failed",
    "_changed",
}
VERB = re.compile(r"[a-z]+\.[a-z][a-z_ ]+")


def verbs_recorded() -> dict[str, str]:
    """Every verb that a call in app/ records, with where it stands."""
    found = {}
    for file in sorted(Path(house.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and called(node) in RECORDING:
                for argument in node.args[:2]:
                    for constant in ast.walk(argument):
                        if isinstance(constant, ast.Constant) and isinstance(constant.value, str):
                            if VERB.fullmatch(constant.value):
                                found[constant.value] = f"{file.name}:{node.lineno}"
    return found


def called(node: ast.Call) -> str:
    return getattr(node.func, "id", None) or getattr(node.func, "attr", "")


def test_every_verb_has_its_sentence_in_app_audit_sentences() -> None:
    missing = {v: where for v, where in verbs_recorded().items() if v not in sentences.SENTENCES}
    assert missing == {}, "add a sentence for each to a file of app/audit/sentences"


def test_every_sentence_is_of_a_verb_that_something_records() -> None:
    assert set(sentences.SENTENCES) - set(verbs_recorded()) == set()
    assert set(sentences.APPLICANT_SEES) <= set(sentences.SENTENCES)


def test_no_verb_has_its_sentence_in_two_files() -> None:
    verbs = Counter(verb for office in OFFICES for verb in office.SENTENCES)
    assert {verb for verb, files in verbs.items() if files > 1} == set()
