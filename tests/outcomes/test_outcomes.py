"""What came of a stay: asked for, told, sent back, confirmed for good, shown where both wish."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from app.accounts.models import User
from app.foundation import clock
from app.foundation.actors import Actor
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, NotFound, NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from app.ledger.models import ConsentEntry
from app.notifications.models import OutboxMessage
from app.notifications.tasks import tasks_of
from app.organisations.models import Organisation
from app.outcomes import operations as verbs
from app.outcomes import queries
from app.outcomes.models import Outcome, OutcomeResult
from app.outcomes.operations import Named
from app.outcomes.states import OutcomeState, ResultKind
from app.projects.models import Project, ProjectText
from app.projects.states import ProjectState
from app.invitations import operations as inviting
from app.stays import operations as stays
from app.stays.models import Stay
from tests import make
from tests.exchanges.agreeing import university
from tests.exchanges.test_agreement_pages import press, signed_in
from tests.invitations import asking
from tests.invitations.inviting import FIRST
from tests.racing import CLIENTS, all_at_once, rounds
from tests.stays.staying import by_itself, on, saying
from tests.stays.test_invited import invited
from tests.stays.test_pages import as_person

LAST = FIRST + timedelta(days=29)
AFTER = on(LAST + timedelta(days=1))
TOLD: dict[str, Any] = {
    "done": "We aligned both corpora.",
    "next_steps": "A joint paper in autumn.",
    "results": [Named(ResultKind.DATASET, "Aligned rulings", "10.5281/zenodo.4711")],
    "version": 1,
}


def left(jp, home, who, **named: Any) -> int:
    """The id of the outcome of a stay that is over."""
    _made, going = invited(jp, home, who, **named)
    saying(jp.actor, going, stays.confirm_arrival, on=FIRST, now=on(FIRST))
    saying(jp.actor, going, stays.confirm_departure, on=LAST, now=on(LAST))
    by_itself(verbs.ask_for_outcomes, AFTER)
    return db.session.scalars(select(Outcome.id).where(Outcome.stay_id == going)).one()


def doing(actor: Actor, outcome_id: int, do: Any, **named: Any) -> None:
    with unit_of_work(actor, now=named.pop("now", AFTER)) as work:
        do(work, work.find(queries.outcome_with_all(actor, outcome_id)), **named)


def outcome(outcome_id: int) -> Outcome:
    db.session.rollback()
    db.session.expire_all()
    found = queries._whole(select(Outcome).where(Outcome.id == outcome_id))
    return db.session.scalars(found).unique().one()


def tasks(actor: Actor) -> list[str]:
    db.session.rollback()
    return [task.kind for task in db.session.scalars(tasks_of(actor))]


def confirmed(jp, home, who) -> int:
    made = left(jp, home, who)
    doing(who, made, verbs.save_outcome, **TOLD)
    doing(who, made, verbs.send_outcome)
    doing(jp.actor, made, verbs.confirm_outcome)
    return made


def test_it_is_asked_for_once_told_sent_back_and_confirmed(jp, th, researcher) -> None:
    made = left(jp, th, researcher)
    assert by_itself(verbs.ask_for_outcomes, AFTER) == 0
    assert queries.TO_TELL in tasks(researcher)
    with pytest.raises(RuleBroken, match="what was done"):
        doing(researcher, made, verbs.send_outcome)
    doing(researcher, made, verbs.save_outcome, **TOLD)
    with pytest.raises(ChangedMeanwhile):
        doing(researcher, made, verbs.save_outcome, **TOLD)
    doing(researcher, made, verbs.send_outcome)
    assert queries.TO_TELL not in tasks(researcher)
    assert queries.TO_CONFIRM in tasks(jp.actor)
    with pytest.raises(RuleBroken, match="what is missing"):
        doing(jp.actor, made, verbs.return_outcome, answer="")
    doing(jp.actor, made, verbs.return_outcome, answer="Which licence has it?")
    assert queries.TO_TELL in tasks(researcher)
    doing(researcher, made, verbs.save_outcome, **TOLD | {"version": outcome(made).version})
    doing(researcher, made, verbs.send_outcome)
    doing(jp.actor, made, verbs.confirm_outcome, answer="Thank you.")
    found = outcome(made)
    assert found.state is OutcomeState.CONFIRMED
    assert [one.link for one in found.results] == ["https://doi.org/10.5281/zenodo.4711"]
    told = select(OutboxMessage.kind).where(OutboxMessage.kind.like("outcomes/%"))
    assert sorted(set(db.session.scalars(told))) == [
        *("outcomes/answered", "outcomes/told", "outcomes/wanted"),
    ]


def test_an_outcome_that_is_late_is_told_to_the_host_once(jp, th, researcher) -> None:
    made = left(jp, th, researcher)
    late = AFTER + timedelta(days=40)
    assert by_itself(verbs.ask_for_outcomes, late) == 1
    assert by_itself(verbs.ask_for_outcomes, late) == 0
    assert queries.LATE in tasks(jp.actor)
    doing(researcher, made, verbs.save_outcome, **TOLD)
    doing(researcher, made, verbs.send_outcome, now=late)
    assert queries.LATE not in tasks(jp.actor)


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        ("doi: 10.1000/182", "https://doi.org/10.1000/182"),
        ("https://doi.org/10.1000/182", "https://doi.org/10.1000/182"),
        ("https://github.com/x/y", "https://github.com/x/y"),
        ("", ""),
        ("javascript:alert(1)", None),
        ("not an address", None),
    ],
)
def test_links_lead_somewhere(jp, th, researcher, link, kept) -> None:
    made = left(jp, th, researcher)
    said = TOLD | {"results": [Named(ResultKind.OTHER, "Something", link)]}
    if kept is None:
        with pytest.raises(RuleBroken, match="https://"):
            doing(researcher, made, verbs.save_outcome, **said)
        return
    doing(researcher, made, verbs.save_outcome, **said)
    assert outcome(made).results[0].link == kept


def test_who_else_may_not(jp, th, researcher) -> None:
    made = left(jp, th, researcher)
    for actor, do, named in (
        (jp.actor, verbs.save_outcome, TOLD),
        (th.actor, verbs.send_outcome, {}),
        (researcher, verbs.confirm_outcome, {}),
        (th.actor, verbs.confirm_outcome, {}),
        (jp.actor, verbs.show_outcome, {"shown": True}),
        (researcher, verbs.publish_outcome, {"published": True}),
    ):
        with pytest.raises(NotPermitted):
            doing(actor, made, do, **named)
    for stranger in (university("VN").actor, make.actor(make.person())):
        with pytest.raises(NotFound):
            doing(stranger, made, verbs.confirm_outcome)


def test_what_is_confirmed_stays_with_its_results(jp, th, researcher) -> None:
    made = confirmed(jp, th, researcher)
    with pytest.raises(RuleBroken, match="stays as it is"):
        doing(researcher, made, verbs.save_outcome, **TOLD | {"version": None})
    about = update(Outcome).where(Outcome.id == made)
    for statement in (
        about.values(done="Something else."),
        about.values(state="returned", answer="x"),
        about.values(confirmed_by_id=None),
        update(OutcomeResult).values(title="Other"),
        text("DELETE FROM outcome_result"),
        text("DELETE FROM outcome"),
        text(
            "INSERT INTO outcome_result (outcome_id, kind, title, link)"
            f" VALUES ({made}, 'other', 'x', '')"
        ),
    ):
        with pytest.raises(DBAPIError, match="outcome_was_confirmed"):
            db.session.execute(statement)
        db.session.rollback()


def test_the_world_reads_it_only_where_both_wish(client, jp, th, researcher) -> None:
    made = confirmed(jp, th, researcher)
    page = f"/research-stays/outcomes/{made}/published"
    host = f"/organisations/{db.session.get_one(Organisation, jp.id).ref}"

    def shown() -> bool:
        there = client.get(page).status_code == 200
        assert there == ("We aligned both corpora." in client.get(host).text)
        return there

    assert not shown()
    doing(researcher, made, verbs.show_outcome, shown=True)
    assert not shown()
    doing(jp.actor, made, verbs.publish_outcome, published=True)
    assert shown()
    assert "SOMCHAI JAIDEE" in client.get(page).text
    assert 'href="https://doi.org/10.5281/zenodo.4711"' in client.get(page).text
    doing(researcher, made, verbs.show_outcome, shown=False)
    assert not shown()
    doing(researcher, made, verbs.show_outcome, shown=True)
    doing(jp.actor, made, verbs.publish_outcome, published=False)
    assert not shown()
    given = select(ConsentEntry.given).where(ConsentEntry.purpose == verbs.CONSENT)
    assert db.session.scalars(given.order_by(ConsentEntry.id)).all() == [True, False, True]


def test_nothing_is_published_before_it_is_confirmed(jp, th, researcher) -> None:
    made = left(jp, th, researcher)
    with pytest.raises(RuleBroken, match="Confirm it first"):
        doing(jp.actor, made, verbs.publish_outcome, published=True)
    with pytest.raises(DBAPIError, match="published_once_confirmed"):
        db.session.execute(update(Outcome).where(Outcome.id == made).values(published=True))
    db.session.rollback()


def test_the_page_of_a_project_tells_it(client, jp, th, researcher) -> None:
    project = make.add(
        Project(
            ref="khmer",
            organisation_id=jp.id,
            state=ProjectState.ACTIVE,
            texts=[ProjectText(locale="en", is_original=True, name="A Khmer model")],
            partners=[],
        )
    )
    made = left(jp, th, researcher, project_id=project.id)
    doing(researcher, made, verbs.save_outcome, **TOLD)
    doing(researcher, made, verbs.send_outcome)
    doing(jp.actor, made, verbs.confirm_outcome)
    assert "We aligned both corpora." not in client.get("/projects/khmer").text
    doing(researcher, made, verbs.show_outcome, shown=True)
    doing(jp.actor, made, verbs.publish_outcome, published=True)
    assert "We aligned both corpora." in client.get("/projects/khmer").text
    assert "A Khmer model" in client.get(f"/research-stays/outcomes/{made}/published").text


def test_the_pages_from_the_first_words_to_the_page_of_the_host(client, jp, th, researcher) -> None:
    made = left(jp, th, researcher)
    page = f"/research-stays/outcomes/{made}"
    with clock.set_clock(AFTER):
        as_person(client, researcher)
        assert f'href="{page}"' in client.get("/research-stays/outcomes").text
        assert "What came of the stay" in client.get(f"/stays/{outcome(made).stay_id}").text
        went = client.get(f"/research-stays/outcomes/of/{outcome(made).stay_id}")
        assert went.location == page
        rows = {f"kind_{n}": "publication" for n in range(12)}
        rows |= {f"{part}_{n}": "" for n in range(12) for part in ("title", "link")}
        said = rows | {
            "done": "We aligned them.",
            "next_steps": "",
            "version": "1",
            "kind_0": "software",
            "title_0": "An aligner",
            "link_0": "nowhere",
        }
        wrong = press(client, page, said)
        assert wrong.status_code == 409
        assert 'value="nowhere"' in wrong.text
        assert press(client, page, said | {"link_0": ""}).status_code == 302
        signed_in(client, jp)
        assert "We aligned them." not in client.get(page).text
        as_person(client, researcher)
        assert press(client, f"{page}/send", {}).status_code == 302
        assert press(client, f"{page}/show", {"wish": "yes"}).status_code == 302
        assert press(client, f"{page}/publish", {"wish": "yes"}).status_code == 403
        signed_in(client, th)
        assert "We aligned them." in client.get(page).text
        signed_in(client, jp)
        assert press(client, f"{page}/return", {"answer": ""}).status_code == 409
        assert press(client, f"{page}/confirm", {"answer": "Fine."}).status_code == 302
        assert press(client, f"{page}/publish", {"wish": "yes"}).status_code == 302
        assert client.get(f"{page}/published").status_code == 200
        assert press(client, f"{page}/publish", {"wish": "perhaps"}).status_code == 302
        assert outcome(made).published


@pytest.mark.race
def test_of_a_confirmation_and_a_return_at_once_one_counts(app, session) -> None:
    jp, th = university("JP"), university("TH")
    for _ in rounds(3):
        who = make.actor(make.person())
        made = left(jp, th, who)
        doing(who, made, verbs.save_outcome, **TOLD)
        doing(who, made, verbs.send_outcome)

        def confirm(made: int = made) -> str:
            doing(jp.actor, made, verbs.confirm_outcome)
            return "confirmed"

        def give_back(made: int = made) -> str:
            doing(jp.actor, made, verbs.return_outcome, answer="More.")
            return "returned"

        told = all_at_once(app, [confirm, give_back] * (CLIENTS // 2))
        assert told["confirmed"] + told["returned"] == 1
        state = OutcomeState.CONFIRMED if told["confirmed"] else OutcomeState.RETURNED
        assert outcome(made).state is state
        assert db.session.get_one(User, who.user_id)


def test_an_outcome_names_the_call_in_whose_answer_the_person_came(client, jp, th) -> None:
    who = make.actor(make.person("SOMCHAI JAIDEE"))
    made = asking.sent(jp, asking.asked(asking.call_of(jp), who, th))
    asking.having(who, made, inviting.accept_invitation, seen=1)
    asking.having(th.actor, made, inviting.answer_for_home, yes=True, seen=1)
    by_itself(stays.plan_stays)
    going = db.session.scalars(select(Stay.id).where(Stay.invitation_id == made)).one()
    saying(jp.actor, going, stays.confirm_arrival, on=FIRST, now=on(FIRST))
    saying(jp.actor, going, stays.confirm_departure, on=LAST, now=on(LAST))
    by_itself(verbs.ask_for_outcomes, AFTER)
    told = db.session.scalars(select(Outcome.id).where(Outcome.stay_id == going)).one()
    doing(who, told, verbs.save_outcome, **TOLD)
    doing(who, told, verbs.send_outcome)
    doing(jp.actor, told, verbs.confirm_outcome)
    doing(who, told, verbs.show_outcome, shown=True)
    doing(jp.actor, told, verbs.publish_outcome, published=True)
    as_person(client, who)
    for page in (f"/research-stays/outcomes/{told}", f"/research-stays/outcomes/{told}/published"):
        assert "Come and align our corpora" in client.get(page).text
