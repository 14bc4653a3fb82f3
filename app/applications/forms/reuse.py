"""Taking answers for every application into the drafts that are chosen."""

from wtforms.fields.choices import SelectChoice

from app.foundation.forms import Form, SomeOf
from app.foundation.languages import lazy


class TakeForm(Form):
    take = SomeOf(lazy("Answers to take over"), choices=())

    def offer(self, names: list[str]) -> None:
        self.take.choices = [SelectChoice(name, name) for name in names]
