"""What an element of a checked file says."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NoReturn

from app.interchange.reading.checking import local_name
from app.interchange.reading.problems import Problem, Reason, Unreadable


class Node:
    """An element of a document that follows its schema, read by the names of its children."""

    __slots__ = ("_element", "_namespace")

    def __init__(self, element: Any, namespace: str = "") -> None:
        self._element = element
        self._namespace = namespace or element.tag[1:].partition("}")[0]

    def all(self, name: str, namespace: str = "") -> list["Node"]:
        space = namespace or self._namespace
        return [Node(one, space) for one in self._element.findall(f"{{{space}}}{name}")]

    def one(self, name: str, namespace: str = "") -> "Node | None":
        return next(iter(self.all(name, namespace)), None)

    def child(self, name: str, namespace: str = "") -> "Node":
        """A child that the schema requires."""
        return self.all(name, namespace)[0]

    def say(self, name: str, namespace: str = "") -> str:
        """The text of a child, or nothing where there is none."""
        found = self.one(name, namespace)
        return found.text if found else ""

    @property
    def text(self) -> str:
        """Without the space around it, which has no meaning in these formats."""
        return (self._element.text or "").strip()

    @property
    def token(self) -> str:
        """The same in one line."""
        return " ".join(self.text.split())

    def attribute(self, name: str) -> str:
        return str(self._element.get(name, ""))

    def word(self, name: str) -> str:
        """An attribute in one line."""
        return " ".join(self.attribute(name).split())

    def whole(self, name: str) -> int:
        """An attribute that is a whole number: nobody counts beyond nine digits."""
        said = self.word(name)
        if len(said) > 9:
            self.refuse(Reason.NOT_A_NUMBER, said)
        return int(said)

    @property
    def language(self) -> str:
        return str(self._element.get("{http://www.w3.org/XML/1998/namespace}lang", ""))

    @property
    def number(self) -> Decimal:
        """A decimal number: more than 30 digits are nobody's credits."""
        if len(self.text) > 30:
            self.refuse(Reason.NOT_A_NUMBER)
        return Decimal(self.text)

    @property
    def day(self) -> date:
        """A day; its zone, which the format allows and nobody needs, is left out."""
        try:
            return date.fromisoformat(self.text[:10])
        except ValueError:
            self.refuse(Reason.NOT_A_DAY)

    @property
    def moment(self) -> datetime:
        """A moment; UTC where no zone is named."""
        try:
            said = datetime.fromisoformat(self.text)
        except ValueError:
            self.refuse(Reason.NOT_A_MOMENT)
        return said if said.tzinfo else said.replace(tzinfo=UTC)

    @property
    def month(self) -> tuple[int, int]:
        """Year and month; a zone, which the format allows, is left out."""
        try:
            said = date.fromisoformat(f"{self.text[:7]}-01")
        except ValueError:
            self.refuse(Reason.NOT_A_DAY)
        return said.year, said.month

    def refuse(self, reason: Reason, value: str = "") -> NoReturn:
        raise Unreadable(
            Problem(
                reason, self._element.sourceline, local_name(self._element.tag), value or self.text
            )
        )
