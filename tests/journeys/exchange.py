"""The parts of an exchange, each as its people walk through it in their browsers."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO

from pypdf import PdfReader

from app.foundation import clock
from app.foundation.actors import SYSTEM
from app.foundation.languages import gettext as _
from app.foundation.languages import year
from app.foundation.work import unit_of_work
from app.stays.operations.planning import plan_stays
from tests.journeys.conftest import PASSWORD, House, Visitor

NOMINATED, VERIFIED = 4, 3


@dataclass(frozen=True)
class Cast:
    """Whose addresses sign in, and where they belong."""

    home_id: int
    host_id: int
    home: str
    host: str
    students: tuple[str, ...]


class Journey:
    """One exchange; `read` has what its readers read of days and moments, by occasion."""

    def __init__(
        self,
        visitor: Callable[[], Visitor],
        house: House,
        here: Cast,
        names: tuple[str, ...],
        read: dict[str, str],
    ):
        self.visitor, self.house, self.here = visitor, house, here
        self.names, self.read = names, read
        self.seen: set[str] = set()

    def at(self, moment: datetime) -> None:
        """The house's clock goes on, everybody signs in anew, and what comes round is done."""
        self.house.moment = moment
        self.home, self.host = self.comes_back(self.here.home), self.comes_back(self.here.host)
        self.student = self.comes_back(self.here.students[0])
        with clock.set_clock(moment), unit_of_work(SYSTEM) as work:
            plan_stays(work)

    def comes_back(self, address: str) -> Visitor:
        """Signed in again: through the page the first time, later by what a browser sends."""
        if address not in self.seen:
            self.seen.add(address)
            one = self.visitor()
            one.signs_in(address)
            return one
        return self.signed_in(address)

    def signed_in(self, address: str) -> Visitor:
        one = self.visitor()
        sends(one, "/sign-in", {"email": address, "password": PASSWORD}, shown="/sign-in")
        return one

    def the_universities_agree(self) -> None:
        home, host = self.home, self.host
        home.goes_to("/exchanges/agreements")
        home.presses("main a[href='/exchanges/agreements/new']")
        home.page.fill("main #q", "tsukuba")
        home.presses("main form[role=search] button")
        home.presses("main a[href*='partner=']")
        for row in range(2):
            begins = home.page.input_value(f"[name=rows-{row}-first_year]")
            assert begins == year(2028)
            for name, value in {
                "places": "4",
                "months": "5",
                "first_year": year(2027),
                "last_year": "2029",
            }.items():
                home.page.fill(f"[name=rows-{row}-{name}]", value)
        home.presses("button[name=do][value=save]")
        address = path_of(home)
        reads(home, _("Approved"), _("Not answered yet"), self.read["agreed, home"])

        host.goes_to("/dashboard")
        host.presses(f"main a[href='{address}']")
        reads(host, self.read["years"], self.read["agreed, host"])
        host.presses(f"form[action='{address}/approve'] button.button:not(.danger)")
        reads(host, _("In force"), self.read["agreed, host"])
        home.goes_to(address)
        reads(home, _("In force"), self.read["agreed, home"])
        reads_not(home, _("Not answered yet"), self.read["agreed, host"])

    def the_host_posts_four_places(self) -> None:
        host = self.host
        host.goes_to("/exchanges/facts")
        host.presses("main a[href$='/terms/new']")
        host.page.fill("[name=name]", "Spring semester")
        host.page.fill("[name=year]", year(2027))
        for name, day in {
            "first_on": date(2027, 4, 6),
            "last_on": date(2027, 7, 20),
            "exams_from": date(2027, 7, 21),
            "exams_until": date(2027, 8, 3),
        }.items():
            types_day(host, name, day)
        host.presses("main form.card button.button:not(.quiet)")
        host.presses("main a[href*='/exchanges/terms/']") if "/facts" in host.page.url else None
        reads(host, self.read["year"])
        host.presses("main a[href$='/courses/new']")
        for name, value in {"code": "AI-501", "title": "Deep learning", "credits": "2"}.items():
            host.page.fill(f"[name={name}]", value)
        host.page.select_option("[name=credit_system]", "jp-tani")
        host.page.select_option("[name=level]", "6")
        host.presses("main form.card button.button")

        host.goes_to("/exchanges/office")
        host.presses(f"main a[href='/exchanges/office/new/{self.here.host_id}']")
        for name, value in {
            "title": "Places in trustworthy AI",
            "description": "A spring term of courses in English.",
            "capacity": str(NOMINATED),
            "fields": "0613",
            "documents": "Transcript of records",
        }.items():
            host.page.fill(f"[name={name}]", value)
        host.page.select_option("[name=agreement]", index=1)
        host.page.check("[name=levels][value='6']")
        host.page.check("[name=languages][value='en']")
        types_day(host, "nominate_by", date(2027, 2, 1))
        types_day(host, "papers_by", date(2027, 2, 20))
        host.presses("main form.stack > p button.button")
        self.posting_id = int(path_of(host).rpartition("/")[2])
        host.presses("form[action$='/open'] button.button")
        host.presses("main a[href^='/exchanges/']:not([href*='/office'])")
        self.posting = path_of(host)
        stranger = self.visitor()
        stranger.goes_to(self.posting)
        reads(stranger, self.read["last day"], self.read["teaching"], self.read["year"])

    def six_students_apply(self) -> None:
        student = self.student
        student.goes_to(self.posting)
        student.presses(f"main a[href='/mobility/postings/{self.posting_id}/rank']")
        student.presses("main form.card button.button")
        if not re.search(r"/choices/\d+$", path_of(student)):
            student.presses("main a[href^='/mobility/choices/']")
        choices = path_of(student)
        reads(student, self.read["year"])
        student.page.select_option("[name=study_level]", "6")
        student.page.select_option("[name=field]", "0613")
        student.page.fill("[name=statement]", "ฉันอยากเรียนการเรียนรู้เชิงลึก")
        student.presses("form:has([name=statement]) button.button")
        student.presses(f"form[action='{choices}/send'] button.button")
        reads(student, _("Sent on %(when)s", when=self.read["agreed, home"]))
        for address in self.here.students[1:]:
            self.applies_likewise(address)

    def applies_likewise(self, address: str) -> None:
        """The same, by what a browser sends: the pages were seen with the first student."""
        one = self.signed_in(address)
        ranked = sends(one, f"/mobility/postings/{self.posting_id}/rank", {})
        choices = re.search(r"/mobility/choices/\d+", ranked).group(0)
        page = one.page.request.get(choices).text()
        said = {"study_level": "6", "field": "0613", "statement": "To learn."}
        sends(one, choices, {**said, "version": hidden(page, "version")})
        sends(one, f"{choices}/send", {})

    def the_home_nominates_four(self) -> None:
        home = self.home
        home.goes_to("/mobility/office")
        reads(home, *self.names)
        for name in self.names[:NOMINATED]:
            home.goes_to("/mobility/office")
            home.presses(f"main h3 a[href^='/mobility/choices/']:has-text('{name}')")
            home.page.select_option("[name=posting]", str(self.posting_id))
            home.presses("form[action$='/nominate'] button.button")
            reads(home, _("Nominations"))
        home.goes_to("/mobility/office")
        assert home.page.inner_text("main").count(_("Not nominated yet")) == 2

    def the_host_verifies_three_and_refuses_one(self) -> None:
        host = self.host
        for name in self.names[:VERIFIED]:
            self.opens_nomination(name)
            reads(host, self.read["agreed, host"])
            host.presses("form[action$='/verify'] button.button:not(.danger)")
            reads(host, _("Verified by the host"))
        self.opens_nomination(self.names[VERIFIED])
        host.page.fill("[name=comment]", "The laboratory is full.")
        host.presses("form[action$='/verify'] button.danger")
        reads(host, _("Refused by the host"), "The laboratory is full.")

        self.home.goes_to("/dashboard")
        reads(self.home, f"{_('Students to nominate')} 2", f"{_('Nominations to correct')} 1")

        refused = self.signed_in(self.here.students[VERIFIED])
        refused.goes_to("/mobility/choices")
        refused.presses("main a[href^='/mobility/nominations/']")
        reads(refused, "The laboratory is full.", self.read["agreed, home"])
        self.student.goes_to("/mobility/choices")
        self.student.presses("main a[href^='/mobility/nominations/']")
        self.nomination = path_of(self.student)
        reads(self.student, _("Verified by the host"), self.read["agreed, home"])
        for letter in ("letter", "acceptance"):
            paper = self.student.page.request.get(f"{self.nomination}/{letter}.pdf")
            assert self.names[0] in words_of(paper.body())

    def opens_nomination(self, name: str) -> None:
        self.host.goes_to("/mobility/office")
        self.host.presses(f"main h3 a[href^='/mobility/nominations/']:has-text('{name}')")

    def three_parties_sign(self) -> None:
        student = self.student
        student.goes_to(self.nomination)
        student.presses("main a[href^='/learning/nominations/']")
        student.presses("main form[action$='/begin'] button.button")
        student.presses("main a[href^='/learning/'][href$='/write']")
        self.learning = path_of(student).removesuffix("/write")
        student.page.check("[name=course]")
        student.presses("main form[method=get] button")
        assert student.page.input_value("[name=studied-0-title]") == "Deep learning"
        assert student.page.input_value("[name=first_on-year]") == year(2027)
        student.page.fill("[name=recognised-0-title]", "การเรียนรู้ของเครื่อง")
        student.page.fill("[name=recognised-0-credits]", "3")
        student.page.select_option("[name=recognised-0-system]", "ects")
        student.page.check("[name=studied-0-counts_as][value=B1]")
        student.presses("button[name=do][value=save]")
        reads(student, self.read["stay"], "Deep learning", "การเรียนรู้ของเครื่อง")
        self.all_three_sign("signed")

    def all_three_sign(self, occasion: str) -> None:
        """The student first, then both offices out of what waits for them."""
        student, at_home, at_host = (
            self.student,
            self.read[f"{occasion}, home"],
            self.read[f"{occasion}, host"],
        )
        student.goes_to(self.learning)
        student.presses(f"form[action='{self.learning}/sign'] p button.button")
        reads(student, at_home)
        for office, function, moment in (
            (self.home, "Dean of studies", at_home),
            (self.host, "教務課長", at_host),
        ):
            office.goes_to("/learning/inbox")
            reads(office, self.names[0], moment)
            office.page.fill("[name=function]", function)
            office.presses(f"form[action='{self.learning}/sign'] p button.button")
            reads(office, _("Nothing waits for you. What is signed by another side comes here."))
        for reader, moment in ((student, at_home), (self.home, at_home), (self.host, at_host)):
            reader.goes_to(self.learning)
            reads(reader, _("Agreed by all three"), "Dean of studies", "教務課長", moment)

    def a_change_after_arrival_is_signed_again(self) -> None:
        student, host = self.student, self.host
        host.goes_to("/stays/office")
        host.presses(f"main a[href^='/stays/']:has-text('{self.names[0]}')")
        host.presses("main a[href$='/arrival']")
        types_day(host, "on", date(2027, 4, 7))
        host.presses("form[action$='/arrival'] button.button")
        reads(host, self.read["arrived"])

        student.goes_to(self.learning)
        student.presses(f"main a[href='{self.learning}/write']")
        student.page.fill("[name=studied-0-title]", "Robot learning")
        student.page.fill("[name=studied-0-code]", "AI-502")
        student.page.select_option("[name=why]", "not-available")
        student.page.fill("[name=note]", "AI-501 is not given this year.")
        student.presses("button[name=do][value=save]")
        reads(student, _("A course is not offered"), "AI-501 is not given this year.")
        reads(student, "Deep learning", "Robot learning", self.read["signed, home"])
        self.home.goes_to(f"{self.learning}/1")
        reads(self.home, self.read["signed, home"])
        self.all_three_sign("changed")

    def the_host_issues_a_transcript(self) -> None:
        host = self.host
        host.goes_to(self.nomination)
        host.presses("main a[href^='/recognition/stays/']")
        host.presses("form[action$='/begin'] button.button")
        if "/transcripts/" not in host.page.url:
            host.presses("main a[href^='/recognition/transcripts/']")
        self.transcript = path_of(host)
        host.presses("main a[href$='/lines/new']")
        for name, value in {
            "code": "AI-502",
            "title": "Robot learning",
            "credits": "2",
            "hours": "90",
            "grade": "A",
        }.items():
            host.page.fill(f"[name={name}]", value)
        host.page.select_option("[name=credit_system]", "jp-tani")
        host.presses("main form.card button.button")
        host.goes_to(self.transcript)
        host.presses("form[action$='/issue'] button.button")
        reads(host, self.read["year"], self.read["term"], self.read["issued, host"])
        paper = host.page.request.get(f"{self.transcript}/transcript.pdf")
        assert "Robot learning" in words_of(paper.body())

    def the_home_recognises_it(self) -> None:
        home, student = self.home, self.student
        home.goes_to("/recognition/office")
        home.presses("main a[href^='/recognition/decisions/']")
        decisions = path_of(home)
        student.goes_to(decisions)
        reads_not(student, "Elective in AI")
        home.page.select_option("[name=system]", "ects")
        home.presses("form[action$='/system'] button")
        home.presses(f"main a[href^='{decisions}/lines/']")
        home.page.check("[name=outcome][value=recognised]")
        home.page.fill("[name=own_title]", "Elective in AI")
        home.page.locator("[name=follows]").first.check()
        home.page.fill("[name=grade]", "A")
        home.presses("main form.card button.button")
        home.presses("form[action$='/decide'] button.button")
        reads(home, self.read["decided"])
        student.goes_to(decisions)
        reads(student, "Elective in AI", "Robot learning", self.read["decided"])


def path_of(visitor: Visitor) -> str:
    """The address of the page without its search."""
    return re.sub(r"^https?://[^/]+|[?#].*$", "", visitor.page.url)


def seen_by(visitor: Visitor) -> str:
    return " ".join(visitor.page.inner_text("main").split())


def reads(visitor: Visitor, *words: str) -> None:
    """Each of these stands on the page, for people to see."""
    seen = seen_by(visitor)
    assert [one for one in words if one not in seen] == [], (visitor.page.url, seen)


def reads_not(visitor: Visitor, *words: str) -> None:
    seen = seen_by(visitor)
    assert [one for one in words if one in seen] == [], visitor.page.url


def types_day(visitor: Visitor, name: str, day: date) -> None:
    """In the three fields of a day, the year as the reader counts it."""
    for part, typed in {"day": day.day, "month": day.month, "year": year(day.year)}.items():
        visitor.page.fill(f"[name={name}-{part}]", str(typed))


def hidden(page: str, name: str) -> str:
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', page).group(1)


def sends(visitor: Visitor, address: str, data: dict[str, str], *, shown: str = "") -> str:
    """What the browser sends with a form, its token from a page; the page that it leads to."""
    request = visitor.page.request
    token = hidden(request.get(shown or address.removesuffix("/send")).text(), "csrf_token")
    answer = request.post(address, form={**data, "csrf_token": token})
    assert answer.ok, (address, answer.status)
    return answer.url + answer.text()


def words_of(paper: bytes) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(paper)).pages)
    return " ".join(text.split())
