"""The shape of a message to a group, and of the number that is typed before it goes."""

from typing import Any

from wtforms import StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from app.applications.queries.writing import Text
from app.courses import wording
from app.courses.models import Meeting
from app.courses.states import Group
from app.foundation.forms import Form, Longest, OneOf, RequestKeyField, Required, WholeNumber
from app.foundation.languages import LANGUAGES, lazy, moment

LONGEST = 10_000


class _Written(Form):
    readers = OneOf(lazy("To"))
    request_key = RequestKeyField()

    def about(self, missed: list[Meeting]) -> Any:
        """With the groups that one may choose; `missed`: meetings at which somebody was not."""
        groups = wording.groups()
        self.readers.choices = [
            *(SelectChoice(one.value, said) for one, said in groups.items()),
            *(SelectChoice(f"missed {one.id}", missed_in_words(one)) for one in missed),
        ]
        return self

    @property
    def group(self) -> Group:
        return Group(str(self.readers.data).partition(" ")[0])

    @property
    def meeting_id(self) -> int | None:
        number = str(self.readers.data).partition(" ")[2]
        return int(number) if number else None

    def texts(self) -> dict[str, Text]:
        """What was written in each language; languages without a word are left out."""
        written = {
            locale: Text(self[f"subject_{locale}"].data or "", self[f"body_{locale}"].data or "")
            for locale in LANGUAGES
        }
        return {locale: text for locale, text in written.items() if any(text)}


def missed_in_words(meeting: Meeting) -> str:
    return wording.missed(moment(meeting.starts_at, meeting.zone), meeting.title)


def _fields(kind: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for locale in LANGUAGES:
        fields[f"subject_{locale}"] = StringField(lazy("Subject"), [Longest(200)])
        fields[f"body_{locale}"] = kind(lazy("Text"), [Longest(LONGEST)])
    return fields


GroupMessageForm: Any = type("GroupMessageForm", (_Written,), _fields(TextAreaField))


class SendToGroupForm(GroupMessageForm):
    """The same words again, with the number of people that the sender read."""

    count = WholeNumber(
        lazy("Type the number of people it goes to"),
        [Required(lazy("Type the number, in digits."))],
    )
