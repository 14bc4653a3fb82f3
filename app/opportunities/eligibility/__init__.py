"""Who may apply: rules as data, checked against what a profile says, one sentence a rule.

Pure. The data is JSON, every rule optional:

    {"nationality": ["KH", "LA"], "residence": ["KH", "LA"],
     "age": {"max": 40, "inclusive": true, "on": "2027-04-01"}, "born_on_or_after": "1990-04-02",
     "home_institution": {"in": ["KH"], "not_in": ["JP"], "not_in_host_country": true},
     "degree": {"least": "master", "by": "deadline", "since": "2021-04-01"},
     "service": {"years": 2}, "language": {"language": "en", "least": "B2"},
     "first_stay": true, "no_earlier_award": true, "employer_permission": true,
     "one_award_per_cycle": true}

Ages are completed years on the day `on` (an ISO day, or `deadline` or `start`, which `rule_set`
turns into days). `inclusive` means "40 or younger", its absence "below 40".
"""

from app.opportunities.eligibility.checking import (
    Outcome,
    RuleResult,
    age_on,
    check,
    excepted,
    may_apply,
    results_of,
    rule_set,
    version_of,
)
from app.opportunities.eligibility.facts import (
    DECLARED,
    DEGREES,
    YES_OR_NO,
    Award,
    Facts,
    declared,
    facts_as_data,
    said_by_awards,
)
from app.opportunities.eligibility.words import degrees, in_words, sentences

__all__ = [
    "DECLARED",
    "DEGREES",
    "YES_OR_NO",
    "Award",
    "Facts",
    "Outcome",
    "RuleResult",
    "age_on",
    "check",
    "declared",
    "degrees",
    "excepted",
    "facts_as_data",
    "in_words",
    "may_apply",
    "results_of",
    "rule_set",
    "said_by_awards",
    "sentences",
    "version_of",
]
