"""Documents: versions that never change, comments with answers, results with a number."""

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, update

from app.foundation.actors import VISITOR
from app.foundation.database import db
from app.foundation.errors import NotFound, NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from app.notifications.models import OutboxMessage, Task
from app.working_groups import operations as verbs
from app.working_groups import queries
from app.working_groups.clauses import clauses, fingerprint
from app.working_groups.models import DocumentVersion, GroupComment, GroupDocument
from app.working_groups.states import Disposition, DocumentState, MemberRole
from tests import make
from tests.working_groups.convening import (
    AFTER,
    TEXT,
    answered,
    commented,
    convened,
    drafted,
    in_group,
    joined,
    kept,
    on_document,
    opened,
    rows,
    somebody,
)


def seen_by(actor) -> list[int]:
    db.session.rollback()
    return [one.id for one in db.session.scalars(queries.documents_visible_to(actor))]


def to_answer(actor) -> list[int]:
    db.session.rollback()
    query = select(Task).where(
        Task.holder_id == actor.user_id, Task.kind == "comments to answer", Task.done_at.is_(None)
    )
    return [task.values["number"] for task in db.session.scalars(query)]


def test_a_text_has_paragraphs_that_are_counted() -> None:
    assert [(c.number, c.text, c.is_heading) for c in clauses("# One\n\n\n\nTwo\nthree\n\n")] == [
        (1, "One", True),
        (2, "Two\nthree", False),
    ]
    assert clauses("  ") == []
    assert fingerprint("ខ្មែរ") == hashlib.sha256("ខ្មែរ".encode()).hexdigest()


def test_a_draft_is_for_members_until_it_is_open_for_comment(sg, jp, chair, group) -> None:
    member = somebody()
    joined(chair, group, member, MemberRole.OBSERVER)
    document = drafted(chair, group)
    strangers = (jp.actor, somebody(), VISITOR)
    assert [seen_by(who) for who in (sg.actor, chair, member)] == [[document]] * 3
    assert [seen_by(who) for who in strangers] == [[]] * 3
    on_document(chair, document, verbs.put_forward)
    assert [seen_by(who) for who in strangers] == [[]] * 3
    on_document(
        chair, document, verbs.open_for_comment, closes_wall="2027-02-05T23:59", zone="Asia/Tokyo"
    )
    assert [seen_by(who) for who in strangers] == [[document]] * 3


def test_members_and_observers_and_other_centres_write_nothing(sg, jp, chair, group) -> None:
    document = opened(chair, group)
    member, editor = somebody(), somebody()
    joined(chair, group, member)
    joined(chair, group, editor, MemberRole.EDITOR)
    for actor in (member, jp.actor):
        for do, named in (
            (verbs.write_document, {"title": "T", "text": "T"}),
            (verbs.put_forward, {}),
            (verbs.publish_document, {}),
            (verbs.withdraw_document, {"reason": "No."}),
        ):
            with pytest.raises(NotPermitted):
                on_document(actor, document, do, **named)
    on_document(editor, document, verbs.write_document, title="T", text="New")


def test_a_version_is_put_forward_and_never_changes(sg, chair, group) -> None:
    document = drafted(chair, group, text="")
    with pytest.raises(RuleBroken, match="Write the document"):
        on_document(chair, document, verbs.put_forward)
    on_document(chair, document, verbs.write_document, title="Testing", text=TEXT)
    first = on_document(chair, document, verbs.put_forward)
    assert (first.number, first.sha256) == (1, fingerprint(TEXT))
    with pytest.raises(RuleBroken, match="Nothing has changed"):
        on_document(chair, document, verbs.put_forward)
    on_document(chair, document, verbs.write_document, title="Testing", text=TEXT + "\n\nMore.")
    assert on_document(chair, document, verbs.put_forward, changes="More.").number == 2
    for statement in (
        update(DocumentVersion).where(DocumentVersion.id == first.id).values(text="Other"),
        delete(DocumentVersion).where(DocumentVersion.id == first.id),
    ):
        with pytest.raises(RuleBroken, match="never changes"), unit_of_work(sg.actor) as work:
            work.session.execute(statement)


def test_nothing_is_opened_before_the_group_is_at_work(sg) -> None:
    document = drafted(sg.actor, convened(sg, acronym="NEW"))
    on_document(sg.actor, document, verbs.put_forward)
    until = {"closes_wall": "2027-02-05T23:59", "zone": "Asia/Tokyo"}
    with pytest.raises(RuleBroken, match="not begun"):
        on_document(sg.actor, document, verbs.open_for_comment, **until)


def test_the_end_that_was_announced_is_only_put_off(sg, chair, group) -> None:
    document = opened(chair, group)
    for wall in ("2027-02-05T23:59", "2027-01-20T12:00"):
        with pytest.raises(RuleBroken, match="put off"):
            on_document(
                chair, document, verbs.give_comments_time, closes_wall=wall, zone="Asia/Singapore"
            )
    on_document(
        chair, document, verbs.give_comments_time, closes_wall="2027-03-01T12:00", zone="Asia/Tokyo"
    )
    commented(somebody(), document, now=make.NOW + timedelta(days=50))


def test_anybody_who_signs_in_comments_while_it_is_open(sg, jp, chair, group) -> None:
    document = opened(chair, group)
    person = somebody()
    commented(person, document)
    commented(jp.actor, document, clause=0)
    with pytest.raises(NotPermitted):
        commented(VISITOR, document)
    with pytest.raises(RuleBroken, match="Choose a paragraph"):
        commented(person, document, clause=4)
    with pytest.raises(RuleBroken, match="not open for comment"):
        commented(person, document, now=AFTER)
    assert to_answer(chair) == [2]
    version = rows(DocumentVersion)[0]
    late = {
        "document_id": document,
        "version_id": version.id,
        "person_id": person.user_id,
        "locale": "en",
        "clause": 0,
        "kind": "general",
        "comment": "Late.",
        "proposal": "",
        "answer": "",
        "answer_locale": "",
        "said_at": AFTER,
    }
    with pytest.raises(RuleBroken, match="not open for comment"), unit_of_work(sg.actor) as work:
        work.session.execute(insert(GroupComment).values(**late))


def test_who_made_a_comment_takes_it_back_until_it_is_answered(sg, chair, group) -> None:
    document, person = opened(chair, group), somebody()
    first, second = commented(person, document), commented(person, document)

    def taking_back(actor, comment_id):
        with unit_of_work(actor, now=make.NOW) as work:
            found = work.find(queries.comment_of_mine(actor, comment_id))
            verbs.take_comment_back(work, found)

    with pytest.raises(NotFound):
        taking_back(chair, first)
    taking_back(person, first)
    assert to_answer(chair) == [1]
    answered(chair, second, Disposition.ACCEPTED)
    with pytest.raises(RuleBroken, match="stays with its answer"):
        taking_back(person, second)
    assert to_answer(chair) == []


def test_a_comment_that_is_not_taken_gets_words(sg, jp, chair, group) -> None:
    document = opened(chair, group)
    comment = commented(somebody(), document)
    for disposition in (Disposition.PARTLY, Disposition.REJECTED):
        with pytest.raises(RuleBroken, match="Say why"):
            answered(chair, comment, disposition)
    with pytest.raises(NotFound):
        answered(jp.actor, comment, Disposition.ACCEPTED)
    answered(sg.actor, comment, Disposition.PARTLY, "For Khmer only.")
    kinds = list(db.session.scalars(select(OutboxMessage.kind)))
    assert kinds.count("working_groups/comment_answered") == 1


def test_nothing_is_published_with_open_questions(sg, chair, group) -> None:
    document = opened(chair, group)
    comment = commented(somebody(), document)
    with pytest.raises(RuleBroken, match="open for comment"):
        on_document(chair, document, verbs.publish_document)
    with pytest.raises(RuleBroken, match="Answer every comment"):
        on_document(chair, document, verbs.publish_document, now=AFTER)
    rest = {
        "state": "published",
        "number": "KLE 1:2027",
        "published_version": 1,
        "published_at": AFTER,
    }
    table = GroupDocument.__table__
    with pytest.raises(RuleBroken, match="Answer every comment"), unit_of_work(sg.actor) as work:
        work.session.execute(update(table).where(table.c.id == document).values(**rest))
    answered(chair, comment, Disposition.REJECTED, "It is said in clause 3.")
    on_document(chair, document, verbs.write_document, title="Other", text=TEXT, now=AFTER)
    with pytest.raises(RuleBroken, match="has changed since version 1"):
        on_document(chair, document, verbs.publish_document, now=AFTER)
    on_document(chair, document, verbs.put_forward, now=AFTER)
    on_document(chair, document, verbs.publish_document, now=AFTER)
    found = kept(GroupDocument, document)
    assert (found.number, found.published_version) == ("KLE 1:2027", 2)


def test_a_result_never_changes_and_is_replaced_or_withdrawn_with_words(sg, chair, group) -> None:
    made = []
    for _number in range(3):
        document = drafted(chair, group)
        on_document(chair, document, verbs.put_forward)
        made.append(document)
    first, second, third = made
    on_document(chair, first, verbs.publish_document)

    def publishing(work, document):
        old = work.session.get_one(GroupDocument, first)
        verbs.publish_document(work, document, replaces=old)

    on_document(chair, second, publishing)
    old = kept(GroupDocument, first)
    assert (old.state, old.superseded_by_id) == (DocumentState.SUPERSEDED, second)
    on_document(chair, third, verbs.publish_document)
    assert kept(GroupDocument, third).number == "KLE 3:2027"
    with pytest.raises(RuleBroken, match="Say why"):
        on_document(chair, third, verbs.withdraw_document, reason=" ")
    on_document(chair, third, verbs.withdraw_document, reason="A table was wrong.")
    assert set(made) == set(seen_by(VISITOR))
    with pytest.raises(RuleBroken, match="never changes"):
        on_document(chair, second, verbs.write_document, title="T", text="T")
    table = GroupDocument.__table__
    for values in ({"title": "Other"}, {"number": "KLE 9:2027"}, {"published_version": 2}):
        with pytest.raises(RuleBroken, match="never changes"), unit_of_work(sg.actor) as work:
            work.session.execute(update(table).where(table.c.id == second).values(**values))


def test_comments_and_answers_stay_with_the_result(sg, chair, group) -> None:
    document = opened(chair, group)
    comment = commented(somebody(), document)
    answered(chair, comment, Disposition.ACCEPTED)
    on_document(chair, document, verbs.publish_document, now=AFTER)
    with pytest.raises(RuleBroken, match="is published"):
        answered(chair, comment, Disposition.REJECTED, "No.")
    table = GroupComment.__table__
    with pytest.raises(RuleBroken, match="never changes"), unit_of_work(sg.actor) as work:
        work.session.execute(update(table).where(table.c.id == comment).values(answer="Other"))


def test_the_acronym_stays_once_results_are_numbered_by_it(sg, chair, group) -> None:
    document = drafted(chair, group)
    on_document(chair, document, verbs.put_forward)
    on_document(chair, document, verbs.publish_document)
    rest = {"starts_on": None, "ends_on": None, "joining": "request"}
    with pytest.raises(RuleBroken, match="numbered by this acronym"):
        in_group(chair, group, verbs.plan_group, acronym="OTHER", **rest)


def test_a_group_is_not_closed_while_others_wait_for_it(sg, chair, group) -> None:
    document = opened(chair, group)
    comment = commented(somebody(), document)
    with pytest.raises(RuleBroken, match="open for comment"):
        in_group(chair, group, verbs.close_group)
    with pytest.raises(RuleBroken, match="wait for an answer"):
        in_group(chair, group, verbs.close_group, now=AFTER)
    answered(chair, comment, Disposition.ACCEPTED)
    in_group(chair, group, verbs.close_group, now=AFTER)


def test_who_becomes_an_editor_finds_what_waits(sg, chair, group) -> None:
    document, person = opened(chair, group), somebody()
    commented(somebody(), document)
    member = joined(chair, group, person)
    assert to_answer(person) == []
    in_group(chair, group, verbs.give_role, member, role=MemberRole.EDITOR)
    assert to_answer(person) == [1]
    in_group(chair, group, verbs.remove_member, member, reason="Away.")
    assert to_answer(person) == []
