"""Working groups on standards in the demo: one with a result and an open draft, one that writes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.accounts.models import User
from app.foundation.actors import Actor, Scope
from app.foundation.work import Work
from app.organisations.models import Organisation
from app.working_groups import queries
from app.working_groups.models import GroupDocument, GroupMembership, WorkingGroup
from app.working_groups.operations import (
    MeetingTerms,
    answer_comment,
    answer_invitation,
    ask_to_join,
    begin_document,
    begin_group,
    convene_group,
    invite_person,
    make_comment,
    open_for_comment,
    plan_group_meeting,
    publish_document,
    put_forward,
    write_document,
    write_group,
    write_minutes,
)
from app.working_groups.operations.commenting import Said
from app.working_groups.states import Audience, CommentKind, Disposition, Joining, MemberRole
from seeds.demo.stage import Company

SINGAPORE, INFORMATICS = "aic-01", "jp-0228"
Texts = dict[str, tuple[str, str]]

KHMER: Texts = {
    "en": (
        "Evaluation of Khmer language models",
        (
            "Models that write Khmer are compared by tests made for English and translated. The "
            "group writes how such models are tested: which tasks, which texts under which "
            "licence, who judges, and how results are reported.\n\n"
            "It publishes terms, test sets and a way to report. It ranks no models."
        ),
    ),
    "km": (
        "ការវាយតម្លៃគំរូភាសាខ្មែរ",
        (
            "គំរូដែលសរសេរភាសាខ្មែរត្រូវបានប្រៀបធៀបដោយតេស្តដែលបង្កើតសម្រាប់ភាសាអង់គ្លេស ហើយបកប្រែ។ "
            "ក្រុមនេះសរសេរអំពីរបៀបសាកល្បងគំរូទាំងនោះ៖ កិច្ចការអ្វី អត្ថបទអ្វី អ្នកណាវាយតម្លៃ "
            "និងរបៀបរាយការណ៍លទ្ធផល។"
        ),
    ),
    "ja": (
        "クメール語の言語モデルの評価",
        (
            "クメール語を書くモデルは、英語のために作られ翻訳された試験で比べられています。"
            "この作業部会は、どの課題を、どの文章で、だれが判定し、結果をどう報告するかを定めます。\n\n"
            "用語・試験データ・報告の方法を公開し、モデルの順位はつけません。"
        ),
    ),
}
METADATA: Texts = {
    "ja": (
        "AI研修コースのメタデータ",
        (
            "各センターのコースを互いに見つけ、比べ、認め合えるように、コースの説明に何を書き、"
            "どの語彙を使うかを定めます。既存の規格を選んで組み合わせ、新しい項目は最小限にします。"
        ),
    ),
    "en": (
        "Metadata for AI training courses",
        (
            "So that courses of all centres are found, compared and recognised, the group says "
            "what a course description holds and in which vocabularies. It chooses among "
            "standards that exist, and adds as little as it can."
        ),
    ),
}


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(parts)


TERMS = _paragraphs(
    "# Scope",
    (
        "These terms are used when a language model for Khmer is evaluated and the result is "
        "reported."
    ),
    "# Terms",
    ("Test item: one question or text that a model is given, with what counts as a right answer."),
    (
        "Judge: a person who reads Khmer every day and decides whether an answer is right; not "
        "one of those who made the model."
    ),
    (
        "Contamination: a test item, or a translation of it, was among the texts that the model"
        " was trained on."
    ),
    "# Use",
    (
        "A report that follows this document names it with its number and uses these terms in "
        "no other sense."
    ),
)
TEST_SETS = _paragraphs(
    "# Scope",
    (
        "This document says what a test set for Khmer language models holds, and how it is made"
        " and kept."
    ),
    "# Texts",
    ("Every test item is written in Khmer first. A translated item is marked, and counted apart."),
    (
        "At least a third of the items come from everyday life in Cambodia: school, health, "
        "farming, offices, markets."
    ),
    (
        "The words between which Khmer writes no space are broken by people, not by a tool that"
        " is itself tested."
    ),
    "# Judges",
    (
        "Two judges decide on each answer without knowing which model gave it; a third decides "
        "where they differ."
    ),
    "# Keeping",
    (
        "A tenth of the items is never published, so that contamination can be found. Who keeps"
        " them is named."
    ),
)
COURSES = _paragraphs(
    "# Scope",
    (
        "This document says what the description of a course on artificial intelligence holds, "
        "so that other centres can show it."
    ),
    "# What is needed",
    (
        "Title, language, the centre that gives it, hours of work, level, competencies, "
        "licence, and where it is."
    ),
    "# Vocabularies",
    (
        "Levels are those of ISCED; competencies are those of the regional list; languages are "
        "written as in BCP 47."
    ),
)


def gather(company: Company, organisations: dict[str, int], now: datetime) -> str:
    """Groups of Singapore and Tokyo, with who is asked, who asks, and what waits."""
    khmer = _khmer(company, organisations[SINGAPORE], now)
    _publish_terms(company, khmer, now)
    _open_test_sets(company, khmer, now)
    _metadata(company, organisations[INFORMATICS], now)
    return "2 working groups"


def _khmer(company: Company, centre: int, now: datetime) -> int:
    group = _convene(
        company, "centre-sg", centre, KHMER, now, acronym="KLE", joining=Joining.REQUEST
    )
    ago = _days_before(now)
    people = (
        ("coordinator-th", MemberRole.CHAIR),
        ("host-cadt", MemberRole.EDITOR),
        ("host-jp", MemberRole.MEMBER),
        ("reviewer-4", MemberRole.MEMBER),
        ("focal-kh", MemberRole.OBSERVER),
    )
    for who, role in people:
        _join(company, "centre-sg", group, who=who, role=role, at=ago(185))
    _in(company, "centre-sg", group, begin_group, ago(180))
    _meet(
        company,
        "coordinator-th",
        group,
        now,
        days=-24,
        title="Third meeting: whose texts",
        minutes=(
            "Present: eleven members. Apologies: two.\n\n"
            "Agreed: items are written in Khmer first, and translated ones are counted apart. A "
            "tenth stays unpublished.\n\n"
            "To do: Bangkok asks three ministries for letters they may pass on, until the next "
            "meeting. The draft is put forward for comment as it is."
        ),
        audience=Audience.PUBLIC,
    )
    _meet(
        company,
        "coordinator-th",
        group,
        now,
        days=12,
        title="Fourth meeting: what people said about the draft",
        agenda="1. Comments, one by one\n\n2. Who keeps the items that stay unpublished",
    )
    with company.acts("coordinator-th", ago(3)) as work:
        found = _group(work, group)
        asked = work.session.get_one(User, company.by_address["reviewer-3"])
        note = "You tested models for Malay: we need what you learned."
        invite_person(work, found, asked, role=MemberRole.MEMBER, note=note)
    with company.acts("applicant-kh", ago(2)) as work:
        note = "ខ្ញុំបង្រៀនភាសាខ្មែរ ហើយចង់ជួយវាយតម្លៃ។"
        ask_to_join(work, _group(work, group), note=note)
    return group


def _publish_terms(company: Company, group: int, now: datetime) -> None:
    ago = _days_before(now)
    terms = _draft(
        company, "coordinator-th", group, ("Terms for evaluating Khmer", TERMS), ago(170)
    )
    _open(company, "coordinator-th", terms, ago(160), until=ago(125))
    comment = _say(
        company,
        "coordinator-jp",
        terms,
        Said(
            clause=5,
            kind=CommentKind.TECHNICAL,
            comment="Say that a judge has not made the model: otherwise they judge themselves.",
            proposal="…; not one of those who made the model.",
        ),
        ago(150),
    )
    _answer(company, "coordinator-th", comment, ago(120), outcome=Disposition.ACCEPTED, answer="")
    _on(company, "coordinator-th", terms, publish_document, ago(110))


def _open_test_sets(company: Company, group: int, now: datetime) -> None:
    ago = _days_before(now)
    title = "Test sets for Khmer language models"
    draft = _draft(company, "host-cadt", group, (title, TEST_SETS), ago(14))
    _open(company, "coordinator-th", draft, ago(10), until=now + timedelta(days=21))
    answered = _say(
        company,
        "coordinator-jp",
        draft,
        Said(
            clause=5,
            kind=CommentKind.TECHNICAL,
            comment="For speech and for dialects a third is too little.",
            proposal="At least half of the items come from everyday life in Cambodia.",
        ),
        ago(8),
    )
    _answer(
        company,
        "host-cadt",
        answered,
        ago(4),
        outcome=Disposition.PARTLY,
        answer="Speech gets a document of its own. For texts a third is the least.",
    )
    for who, said in (
        (
            "applicant-vn",
            Said(
                clause=6,
                kind=CommentKind.EDITORIAL,
                comment="I understood this only when I read it twice.",
                proposal="People, not a tool, mark where one Khmer word ends and the next begins.",
            ),
        ),
        (
            "applicant-offer",
            Said(
                clause=0,
                kind=CommentKind.GENERAL,
                comment="Could Lao follow the same rules? It is written without spaces as well.",
            ),
        ),
    ):
        _say(company, who, draft, said, ago(1))


def _metadata(company: Company, centre: int, now: datetime) -> None:
    group = _convene(
        company, "centre-jp", centre, METADATA, now, acronym="MTC", joining=Joining.INVITATION
    )
    ago = _days_before(now)
    for who, role in (
        ("coordinator-jp", MemberRole.CHAIR),
        ("reviewer-1", MemberRole.EDITOR),
        ("centre-sg-2", MemberRole.MEMBER),
        ("manager-b", MemberRole.MEMBER),
    ):
        _join(company, "centre-jp", group, who=who, role=role, at=ago(70))
    _in(company, "centre-jp", group, begin_group, ago(65))
    _meet(
        company,
        "coordinator-jp",
        group,
        now,
        days=-30,
        title="第1回会合：範囲と既存の規格",
        minutes=(
            "schema.orgとDublin Coreから始めることで合意した。次回までに各センターの項目を集める。"
        ),
        audience=Audience.MEMBERS,
    )
    _meet(
        company,
        "coordinator-jp",
        group,
        now,
        days=19,
        title="第2回会合：項目の一覧",
        agenda="項目の一覧",
    )
    _draft(company, "reviewer-1", group, ("Describing courses on AI", COURSES), ago(9))
    with company.acts("coordinator-jp", ago(2)) as work:
        asked = work.session.get_one(User, company.by_address["centre-sg"])
        invite_person(work, _group(work, group), asked, role=MemberRole.EDITOR)


def _days_before(now: datetime) -> Callable[[int], datetime]:
    return lambda days: now - timedelta(days=days)


def _convene(
    company: Company, staff: str, centre: int, texts: Texts, now: datetime, **values: Any
) -> int:
    """In the language that is written first, and then in the others."""
    at = now - timedelta(days=200)
    (locale, (name, mandate)), *others = texts.items()
    with company.acts(staff, at) as work:
        group = convene_group(
            work,
            work.session.get_one(Organisation, centre),
            locale=locale,
            name=name,
            mandate=mandate,
            starts_on=at.date(),
            ends_on=(at + timedelta(days=730)).date(),
            **values,
        )
        group_id = group.id
    for code, (name, mandate) in others:
        with company.acts(staff, at + timedelta(hours=1)) as work:
            write_group(work, _group(work, group_id), locale=code, name=name, mandate=mandate)
    return group_id


def _group(work: Work, group_id: int) -> WorkingGroup:
    return work.find(queries.group_with_all(work.actor, group_id=group_id))


def _in(
    company: Company, who: str, group_id: int, do: Callable[..., Any], at: datetime, **named: Any
) -> None:
    with company.acts(who, at) as work:
        do(work, _group(work, group_id), **named)


def _join(
    company: Company, staff: str, group_id: int, *, who: str, role: MemberRole, at: datetime
) -> None:
    """Asked one day, they join the next, speaking for the body that they work for."""
    with company.acts(staff, at) as work:
        person = work.session.get_one(User, company.by_address[who])
        membership = invite_person(work, _group(work, group_id), person, role=role).id
    with company.acts(who, at + timedelta(days=1)) as work:
        found = select(GroupMembership).where(GroupMembership.id == membership)
        group = _group(work, group_id)
        answer_invitation(
            work,
            group,
            work.session.scalars(found).one(),
            accepts=True,
            speaks_for=_body_of(work.actor),
        )


def _body_of(actor: Actor) -> int | None:
    """The body that they have a role for, else their home institution."""
    held = [g.scope_id for g in actor.grants if g.scope is Scope.ORGANISATION and g.scope_id]
    return min(held, default=actor.organisation_id)


def _meet(
    company: Company,
    who: str,
    group_id: int,
    now: datetime,
    *,
    days: int,
    title: str,
    agenda: str = "",
    minutes: str = "",
    audience: Audience | None = None,
) -> None:
    day = (now + timedelta(days=days)).date()
    terms = MeetingTerms(
        title=title,
        starts_wall=f"{day}T14:00",
        ends_wall=f"{day}T15:30",
        zone="Asia/Singapore",
        join_url="https://meet.demo.example.org/group",
        agenda=agenda,
    )
    with company.acts(who, min(now, now + timedelta(days=days - 15))) as work:
        meeting_id = plan_group_meeting(work, _group(work, group_id), terms).id
    if minutes:
        with company.acts(who, now + timedelta(days=days + 3)) as work:
            meeting = work.find(queries.meeting_to_change(work.actor, meeting_id))
            write_minutes(work, meeting, minutes=minutes, audience=audience)


def _draft(company: Company, who: str, group_id: int, said: tuple[str, str], at: datetime) -> int:
    """Begun with its scope, written on, and put forward."""
    title, text = said
    scope = "\n\n".join(text.split("\n\n")[:2])
    with company.acts(who, at) as work:
        group = _group(work, group_id)
        document_id = begin_document(work, group, locale="en", title=title, text=scope).id
    _on(company, who, document_id, write_document, at + timedelta(days=1), title=title, text=text)
    _on(company, who, document_id, put_forward, at + timedelta(days=2))
    return document_id


def _document(work: Work, document_id: int) -> GroupDocument:
    return work.find(queries.document_with_all(work.actor, document_id=document_id))


def _on(
    company: Company, who: str, document_id: int, do: Callable[..., Any], at: datetime, **named: Any
) -> None:
    with company.acts(who, at) as work:
        do(work, _document(work, document_id), **named)


def _open(company: Company, who: str, document_id: int, at: datetime, *, until: datetime) -> None:
    closes = f"{until.date()}T23:59"
    _on(company, who, document_id, open_for_comment, at, closes_wall=closes, zone="Asia/Singapore")


def _say(company: Company, who: str, document_id: int, said: Said, at: datetime) -> int:
    with company.acts(who, at) as work:
        said = replace(said, speaks_for=_body_of(work.actor))
        made = make_comment(work, _document(work, document_id), said)
        work.session.flush()
        return made.id


def _answer(
    company: Company, who: str, comment_id: int, at: datetime, *, outcome: Disposition, answer: str
) -> None:
    with company.acts(who, at) as work:
        comment = work.find(queries.comment_to_answer(work.actor, comment_id))
        answer_comment(work, comment, disposition=outcome, answer=answer)
