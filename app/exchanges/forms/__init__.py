"""The shapes of what universities write: agreements, what they tell partners, and postings."""

from app.exchanges.forms.agreements import (
    AnswerForm,
    ConditionsForm,
    EndForm,
    RenewForm,
    WordForm,
    row_of,
)
from app.exchanges.forms.partners import (
    BringCoursesForm,
    CourseListForm,
    FactsForm,
    HostCourseForm,
    TermForm,
)
from app.exchanges.forms.people import AddScoreForm, ContactForm, MailboxForm
from app.exchanges.forms.postings import (
    HomeDatesForm,
    NewPostingForm,
    PostingForm,
    PostingTextForm,
)
from app.exchanges.forms.reference import ConvertForm, ScoreForm

__all__ = [
    "AddScoreForm",
    "AnswerForm",
    "BringCoursesForm",
    "ConditionsForm",
    "ContactForm",
    "ConvertForm",
    "CourseListForm",
    "EndForm",
    "FactsForm",
    "HomeDatesForm",
    "HostCourseForm",
    "MailboxForm",
    "NewPostingForm",
    "PostingForm",
    "PostingTextForm",
    "RenewForm",
    "ScoreForm",
    "TermForm",
    "WordForm",
    "row_of",
]
