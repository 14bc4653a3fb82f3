"""The people of the demonstration, as the sign-in page names them (only with DEMO=1)."""

from app.foundation.languages import lazy

DOMAIN = "demo.example.org"
PEOPLE: tuple[tuple[str, str], ...] = (
    ("applicant-kh", lazy("Applicant from Cambodia, with a draft")),
    ("applicant-vn", lazy("Applicant from Viet Nam, with a submitted application")),
    ("applicant-offer", lazy("Applicant who holds an open offer")),
    ("reviewer-1", lazy("Reviewer of programme A's call")),
    ("reviewer-2", lazy("Another reviewer of the same call")),
    ("manager-a", lazy("Manager of programme A")),
    ("approver-a", lazy("Approver of programme A: may not approve an own proposal")),
    ("manager-b", lazy("Manager of programme B")),
    ("centre-sg", lazy("Staff of the AI centre in Singapore")),
    ("centre-jp", lazy("Staff of an AI centre in Japan")),
    ("host-jp", lazy("Supervisor at a host institution in Japan")),
    ("nominator-la", lazy("Officer of a ministry in Laos that nominates")),
    ("focal-kh", lazy("Cambodia's focal point for figures")),
    ("coordinator-th", lazy("International office of a university in Thailand")),
    ("coordinator-jp", lazy("International office of a university in Japan")),
    ("secretariat", lazy("The regional secretariat: administrator")),
)
