"""The list of competencies that courses, calls and certificates share. Pure.

It is kept with the code, as the twelve countries agree on it and each language needs its words
for it (decision 0020). A code is never used for anything else later: certificates name it for
ever. What is no longer chosen is moved to RETIRED and stays readable.
"""

from collections.abc import Iterable, Mapping

from app.foundation.languages import LANGUAGES, lazy, speaking

FRAMEWORK = "Lontar competencies"
AREAS: Mapping[str, tuple[str, ...]] = {
    "basics": ("explain-ai", "use-ai-tools", "program-for-ai", "reason-with-numbers"),
    "data": ("collect-data", "judge-data", "work-with-languages", "protect-people"),
    "models": ("train-models", "adapt-llm", "speech-and-text", "see-with-machines", "do-research"),
    "systems": ("run-systems", "secure-systems", "share-computing"),
    "society": ("judge-risks", "write-rules", "buy-and-oversee", "explain-to-public", "teach-ai"),
}
AREA_NAMES = {
    "basics": lazy("Basics"),
    "data": lazy("Data"),
    "models": lazy("Models"),
    "systems": lazy("Systems"),
    "society": lazy("AI and society"),
}
# What somebody can do: each reads well after "I can".
NAMES = {
    "explain-ai": lazy("Explain what AI can do, what it cannot, and why"),
    "use-ai-tools": lazy("Use AI tools at work and check what they answer"),
    "program-for-ai": lazy("Write programs that prepare data and run models"),
    "reason-with-numbers": lazy("Reason with probability and statistics"),
    "collect-data": lazy("Collect, describe and document data"),
    "judge-data": lazy("Judge the quality of data and whom it leaves out"),
    "work-with-languages": lazy("Build data for languages that have little of it"),
    "protect-people": lazy("Protect the people whom data is about"),
    "train-models": lazy("Train models and measure how good they are"),
    "adapt-llm": lazy("Adapt large language models to a language or a task"),
    "speech-and-text": lazy("Build applications for speech and text"),
    "see-with-machines": lazy("Build applications for images and video"),
    "do-research": lazy("Do research on AI that others can repeat"),
    "run-systems": lazy("Put AI systems into service and watch over them"),
    "secure-systems": lazy("Test AI systems and make them secure"),
    "share-computing": lazy("Plan, share and save computing power"),
    "judge-risks": lazy("Judge the risks of an AI system"),
    "write-rules": lazy("Write rules and strategies for AI"),
    "buy-and-oversee": lazy("Buy and oversee AI in public services"),
    "explain-to-public": lazy("Explain a decision of a model to the public"),
    "teach-ai": lazy("Teach others about AI"),
}
RETIRED: frozenset[str] = frozenset()


def known(codes: Iterable[str]) -> list[str]:
    """Those that the list has, in its order, each once."""
    given = set(codes)
    return [code for code in NAMES if code in given]


def is_offered(code: str) -> bool:
    """Whether a course or a call may choose it today."""
    return code in NAMES and code not in RETIRED


def name_of(code: str) -> str:
    """In the reader's language; a code that nobody knows is called by itself."""
    return str(NAMES.get(code, code))


def in_every_language(code: str) -> dict[str, str]:
    """Its name by language, for what is frozen now and read by others later."""
    said = {}
    for locale in LANGUAGES:
        with speaking(locale):
            said[locale] = name_of(code)
    return said
