"""Questions about a call and corrections of it: everybody reads the same, and nobody is named."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.applications.states import ApplicationState
from app.fellowships import operations as office
from app.fellowships.models import Call, Correction, Enquiry
from app.fellowships.operations import Change, Said
from app.fellowships.queries.answers import enquiries_about
from app.fellowships.states import EnquiryState
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, IllegalMove, NotPermitted, RuleBroken
from app.notifications.models import OutboxMessage
from tests import make
from tests.counting import statements
from tests.fellowships.offices import later, letters, office_of, open_tasks, the_call, working
from tests.fellowships.pages.pressing import hidden
from tests.fellowships.test_races import together

ASKED = "May I apply when my degree is awarded in March?"


@pytest.fixture(autouse=True)
def at_now():
    with clock.set_clock(make.NOW):
        yield


@pytest.fixture
def place(session):
    return office_of()


@pytest.fixture
def call(place):
    return make.call(programme=place.programme)


def ask(call, asker, text=ASKED, now=make.NOW, **values):
    with working(asker, now) as work:
        found = work.find(select(Call).where(Call.id == call.id))
        return office.ask_about(work, found, text=text, locale="en", **values)


def answer(place, call, enquiry, said, version=None):
    with working(place.manager) as work:
        one = work.find(enquiries_about(call.id).where(Enquiry.id == enquiry.id))
        office.answer_for_all(work, the_call(work, call), one, said=said, version=version)


YES = {
    "en": Said("Does a degree awarded in March count?", "Yes, until the day on which it starts."),
    "ja": Said("3月に授与される学位も対象ですか。", "はい、開始日までの授与が対象です。"),
}


def test_everybody_reads_the_answer_and_nobody_who_asked(app, client, place, call) -> None:
    asker = make.person("SOPHEAP CHAN", locale="ja")
    page = client.get(f"/fellowships/{call.ref}").text
    assert "Yes, until the day" not in page
    assert "Ask the office a question" in page

    enquiry = ask(call, asker)
    assert [task.values["number"] for task in open_tasks()] == [1]
    assert ASKED not in client.get(f"/fellowships/{call.ref}").text
    answer(place, call, enquiry, YES)

    page = client.get(f"/fellowships/{call.ref}").text
    assert "Does a degree awarded in March count?" in page
    assert "Yes, until the day on which it starts." in page
    assert "CHAN" not in page
    assert ASKED not in page
    assert (
        "はい、開始日までの授与が対象です。" in client.get(f"/fellowships/{call.ref}?lang=ja").text
    )
    in_khmer = client.get(f"/fellowships/{call.ref}?lang=km").text
    assert '<details class="asked" lang="en">' in in_khmer
    assert open_tasks() == []
    [told] = letters("question_answered")
    assert (told.person_id, told.locale) == (asker.id, "ja")
    assert told.values["answers"]["ja"].startswith("はい")


def test_an_answer_that_is_put_better_is_told_again_and_takes_languages_away(place, call) -> None:
    enquiry = ask(call, make.person())
    answer(place, call, enquiry, YES)
    answer(place, call, enquiry, {"en": Said("A degree in March?", "Yes, until 1 April.")})
    kept = db.session.scalars(enquiries_about(call.id)).one()
    assert [(text.locale, text.answer) for text in kept.texts] == [("en", "Yes, until 1 April.")]
    assert kept.state is EnquiryState.ANSWERED
    assert len(letters("question_answered")) == 2


def test_an_answer_to_one_person_stays_between_the_two(client, place, call) -> None:
    asker = make.person()
    enquiry = ask(call, asker)
    with working(place.manager) as work:
        one = work.find(enquiries_about(call.id).where(Enquiry.id == enquiry.id))
        office.answer_alone(
            work, the_call(work, call), one, reply="Your file is with us.", version=1
        )
    assert "Your file is with us." not in client.get(f"/fellowships/{call.ref}").text
    own = make.sign_in(client, asker).get(f"/fellowships/{call.ref}/questions").text
    assert "Your file is with us." in own
    with pytest.raises(IllegalMove), working(place.manager) as work:
        one = work.find(enquiries_about(call.id).where(Enquiry.id == enquiry.id))
        office.answer_alone(work, the_call(work, call), one, reply="Once more.", version=None)
    answer(place, call, enquiry, YES)
    assert "Yes, until the day" in client.get(f"/fellowships/{call.ref}").text


def test_who_asks_and_how_often(place, call) -> None:
    asker = make.person()
    first = ask(call, asker, key="same")
    assert ask(call, asker, key="same").id == first.id
    for number in range(4):
        ask(call, asker, text=f"Another question, the number {number}?")
    with pytest.raises(RuleBroken, match="within a day"):
        ask(call, asker, text="And one more question today?")
    with pytest.raises(RuleBroken, match="whole sentence"):
        ask(call, make.person(), text="Why?")
    assert ask(call, asker, text="And one more tomorrow?", now=later(1.01)).id
    with pytest.raises(RuleBroken, match="until the deadline"):
        ask(call, make.person(), now=call.closes_at + timedelta(seconds=1))


def test_nobody_else_answers_or_corrects(place, call) -> None:
    enquiry = ask(call, make.person())
    for name in ("approver", "secretariat", "other manager", "host staff"):
        with pytest.raises(NotPermitted), working(place.people[name]) as work:
            found = work.find(select(Call).where(Call.id == call.id))
            one = work.find(enquiries_about(call.id).where(Enquiry.id == enquiry.id))
            office.answer_for_all(work, found, one, said=YES, version=None)
        with pytest.raises(NotPermitted), working(place.people[name]) as work:
            found = work.find(select(Call).where(Call.id == call.id))
            office.correct_call(work, found, said={"en": Change("What", "Why")})


def test_each_language_that_is_used_has_both_halves(place, call) -> None:
    enquiry = ask(call, make.person())
    with pytest.raises(RuleBroken, match="at least one language"):
        answer(place, call, enquiry, {})
    with pytest.raises(RuleBroken, match="both the question"):
        answer(place, call, enquiry, YES | {"km": Said("", "បាទ")})
    answer(place, call, enquiry, YES, version=1)
    with pytest.raises(ChangedMeanwhile):
        answer(place, call, enquiry, YES, version=1)


def test_a_correction_stands_above_the_call_and_reaches_everybody_in_their_language(
    client, place, call
) -> None:
    writing, sent = make.person(locale="ja"), make.person(locale="km")
    make.application(call, writing)
    make.application(call, sent, state=ApplicationState.SUBMITTED)
    make.application(call, make.person(), state=ApplicationState.WITHDRAWN)
    said = {
        "en": Change("The age limit is 40, not 35.", "The rules were copied wrongly."),
        "ja": Change("年齢の上限は35歳ではなく40歳です。", "規則の写し誤りでした。"),
    }
    with working(place.manager) as work:
        office.correct_call(work, the_call(work, call), said=said, key="k")
    with working(place.manager) as work:
        office.correct_call(work, the_call(work, call), said=said, key="k")
    assert db.session.scalar(select(func.count(Correction.id))) == 1
    page = client.get(f"/fellowships/{call.ref}").text
    assert "The age limit is 40, not 35." in page
    assert "The rules were copied wrongly." in page
    assert page.index("The age limit is 40") < page.index("Who may apply")
    assert (
        "年齢の上限は35歳ではなく40歳です。" in client.get(f"/fellowships/{call.ref}?lang=ja").text
    )
    told = {m.person_id: (m.locale, m.values["is_draft"]) for m in letters("call_corrected")}
    assert told == {writing.id: ("ja", True), sent.id: ("km", False)}


def test_a_correction_needs_the_original_and_a_published_call(place, call) -> None:
    with pytest.raises(RuleBroken, match="original"), working(place.manager) as work:
        office.correct_call(work, the_call(work, call), said={"ja": Change("何", "なぜ")})
    with pytest.raises(RuleBroken, match="both what changed"), working(place.manager) as work:
        office.correct_call(work, the_call(work, call), said={"en": Change("What", "")})


def send(client, page, then="", **values):
    """The form of a page, filled in with these values, as a browser would send it."""
    return client.post(page + then, data=hidden(client.get(page).text) | values)


def test_the_pages_of_asking_answering_and_correcting(app, place, call) -> None:
    asker = make.person("DARA SOK")
    own = make.sign_in(app.test_client(), asker)
    desk = make.sign_in(app.test_client(), place.manager)
    address = f"/fellowships/{call.ref}/questions"
    assert send(own, address, text="Why?").status_code == 422
    assert send(own, address, text=ASKED).status_code == 302
    assert "Waits for the office" in own.get(address).text
    enquiry = db.session.scalars(select(Enquiry)).one()

    listed = desk.get(f"/fellowships/office/{call.id}/questions").text
    assert ASKED in listed
    assert "DARA SOK" in listed
    page = f"/fellowships/office/{call.id}/questions/{enquiry.id}"
    assert f"{ASKED}</textarea>" in desk.get(page).text
    refused = send(desk, page, "/publish", **{"question-en": "", "answer-en": "Yes."})
    assert refused.status_code == 409
    assert "Yes." in refused.text
    filled = {"version": 1, "question-en": "In March?", "answer-en": "Yes."}
    assert send(desk, page, "/publish", **filled).status_code == 302
    clash = send(desk, page, "/publish", **filled)
    assert clash.status_code == 409
    assert "Somebody else answered meanwhile" in clash.text
    assert "Answered for everybody" in own.get(address).text

    corrected = f"/fellowships/office/{call.id}/corrections"
    assert "Nobody has begun" in desk.get(corrected).text
    said = {"what-en": "Forty.", "why-en": "A slip."}
    assert send(desk, corrected, **said).status_code == 302
    assert "Forty." in desk.get(corrected).text
    for path in (f"/fellowships/office/{call.id}/questions", page, corrected):
        assert own.get(path).status_code in {403, 404}
    other = make.call(programme=place.programme)
    assert desk.get(page.replace(f"/{call.id}/", f"/{other.id}/")).status_code == 404
    assert "DARA SOK" not in app.test_client().get(f"/fellowships/{call.ref}").text


def test_the_page_costs_no_more_statements_for_all_that_is_said_later(client, place, call) -> None:
    for number in range(4):
        enquiry = ask(call, make.person(), text=f"The question number {number}, please?")
        answer(place, call, enquiry, YES)
    with working(place.manager) as work:
        office.correct_call(work, the_call(work, call), said={"en": Change("What", "Why")})
    with statements() as said:
        assert client.get(f"/fellowships/{call.ref}").status_code == 200
    assert len(said) <= 5, said


@pytest.mark.race
@pytest.mark.parametrize("attempt", range(3))
def test_two_who_answer_at_once_publish_once(app, session, attempt) -> None:
    place = office_of()
    call = make.call(programme=place.programme)
    enquiry = ask(call, make.person())

    def deed(work):
        found = the_call(work, call)
        one = work.find(enquiries_about(found.id).where(Enquiry.id == enquiry.id))
        office.answer_for_all(work, found, one, said=YES, version=1)

    actor = make.actor(place.manager)
    told = together(app, *[(actor, deed) for _ in range(4)])
    assert told == {"done": 1, "refused": 3}
    query = select(func.count(OutboxMessage.id)).where(
        OutboxMessage.kind == "fellowships/question_answered"
    )
    assert db.session.scalar(query) == 1
