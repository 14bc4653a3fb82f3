"""Two groups are played: one with a result and an open draft, one that writes."""

from datetime import datetime, timedelta

from app.accounts.models import User
from app.working_groups.operations import (
    ask_to_join,
    begin_group,
    invite_person,
    publish_document,
)
from app.working_groups.operations.commenting import Said
from app.working_groups.states import Audience, CommentKind, Disposition, Joining, MemberRole
from seeds.demo.gathering.verbs import (
    answer_said,
    begin_draft,
    convene,
    days_before,
    do_in,
    do_on,
    group_called,
    hold_meeting,
    join_group,
    open_until,
    say_of,
)
from seeds.demo.gathering.words import (
    COURSES,
    INFORMATICS,
    KHMER,
    METADATA,
    SINGAPORE,
    TERMS,
    TEST_SETS,
)
from seeds.demo.stage import Company


def gather(company: Company, organisations: dict[str, int], now: datetime) -> str:
    """Groups of Singapore and Tokyo, with who is asked, who asks, and what waits."""
    khmer = _khmer(company, organisations[SINGAPORE], now)
    _publish_terms(company, khmer, now)
    _open_test_sets(company, khmer, now)
    _metadata(company, organisations[INFORMATICS], now)
    return "2 working groups"


def _khmer(company: Company, centre: int, now: datetime) -> int:
    group = convene(
        company, "centre-sg", centre, KHMER, now, acronym="KLE", joining=Joining.REQUEST
    )
    ago = days_before(now)
    people = (
        ("coordinator-th", MemberRole.CHAIR),
        ("host-cadt", MemberRole.EDITOR),
        ("host-jp", MemberRole.MEMBER),
        ("reviewer-4", MemberRole.MEMBER),
        ("focal-kh", MemberRole.OBSERVER),
    )
    for who, role in people:
        join_group(company, "centre-sg", group, who=who, role=role, at=ago(185))
    do_in(company, "centre-sg", group, begin_group, ago(180))
    hold_meeting(
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
    hold_meeting(
        company,
        "coordinator-th",
        group,
        now,
        days=12,
        title="Fourth meeting: what people said about the draft",
        agenda="1. Comments, one by one\n\n2. Who keeps the items that stay unpublished",
    )
    with company.acts("coordinator-th", ago(3)) as work:
        found = group_called(work, group)
        asked = work.session.get_one(User, company.by_address["reviewer-3"])
        note = "You tested models for Malay: we need what you learned."
        invite_person(work, found, asked, role=MemberRole.MEMBER, note=note)
    with company.acts("applicant-kh", ago(2)) as work:
        note = "ខ្ញុំបង្រៀនភាសាខ្មែរ ហើយចង់ជួយវាយតម្លៃ។"
        ask_to_join(work, group_called(work, group), note=note)
    return group


def _publish_terms(company: Company, group: int, now: datetime) -> None:
    ago = days_before(now)
    terms = begin_draft(
        company, "coordinator-th", group, ("Terms for evaluating Khmer", TERMS), ago(170)
    )
    open_until(company, "coordinator-th", terms, ago(160), until=ago(125))
    comment = say_of(
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
    answer_said(
        company, "coordinator-th", comment, ago(120), outcome=Disposition.ACCEPTED, answer=""
    )
    do_on(company, "coordinator-th", terms, publish_document, ago(110))


def _open_test_sets(company: Company, group: int, now: datetime) -> None:
    ago = days_before(now)
    title = "Test sets for Khmer language models"
    draft = begin_draft(company, "host-cadt", group, (title, TEST_SETS), ago(14))
    open_until(company, "coordinator-th", draft, ago(10), until=now + timedelta(days=21))
    answered = say_of(
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
    answer_said(
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
        say_of(company, who, draft, said, ago(1))


def _metadata(company: Company, centre: int, now: datetime) -> None:
    group = convene(
        company, "centre-jp", centre, METADATA, now, acronym="MTC", joining=Joining.INVITATION
    )
    ago = days_before(now)
    for who, role in (
        ("coordinator-jp", MemberRole.CHAIR),
        ("reviewer-1", MemberRole.EDITOR),
        ("centre-sg-2", MemberRole.MEMBER),
        ("manager-b", MemberRole.MEMBER),
    ):
        join_group(company, "centre-jp", group, who=who, role=role, at=ago(70))
    do_in(company, "centre-jp", group, begin_group, ago(65))
    hold_meeting(
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
    hold_meeting(
        company,
        "coordinator-jp",
        group,
        now,
        days=19,
        title="第2回会合：項目の一覧",
        agenda="項目の一覧",
    )
    begin_draft(company, "reviewer-1", group, ("Describing courses on AI", COURSES), ago(9))
    with company.acts("coordinator-jp", ago(2)) as work:
        asked = work.session.get_one(User, company.by_address["centre-sg"])
        invite_person(work, group_called(work, group), asked, role=MemberRole.EDITOR)
