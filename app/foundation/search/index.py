"""Keeping search documents and finding them, on SQLite and PostgreSQL alike.

Tokens narrow down through the database's own index (FTS5, or a tsvector with GIN); the kept lines
then decide by substring, so that both databases give the same answer. A search is a Select of
subject ids, to be used in `.where(X.id.in_(matching(…)))` and ordered by the page itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Integer,
    Select,
    and_,
    delete,
    exists,
    false,
    insert,
    literal,
    literal_column,
    not_,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.functions import FunctionElement

from app.foundation.search.documents import SearchDocument
from app.foundation.search.ranking import standing
from app.foundation.search.tokens import (
    Query,
    Token,
    kept_form,
    pattern,
    read_query,
    wanted,
)
from app.foundation.work import Work

EVERYONE = ("everyone",)
# Groups of what a thing is narrowed down by: of each group it has one or more.
Facets = Sequence[Sequence[str]]


def index_document(
    work: Work,
    kind: str,
    subject_id: int,
    *,
    locale: str = "",
    text: str,
    audience: str = "everyone",
) -> None:
    """Let a thing be found by this text, one line a name or field; what was kept is replaced."""
    folded, tokens = kept_form(kind, text)
    which = (
        SearchDocument.kind == kind,
        SearchDocument.subject_id == subject_id,
        SearchDocument.locale == locale,
        SearchDocument.audience == audience,
    )
    columns = select(SearchDocument.id, SearchDocument.tokens, SearchDocument.folded)
    kept = work.session.execute(columns.where(*which)).one_or_none()
    if kept is None:
        row = {
            "kind": kind,
            "subject_id": subject_id,
            "locale": locale,
            "audience": audience,
            "folded": folded,
            "tokens": tokens,
        }
        _add(work.session, [row])
    elif (kept.tokens, kept.folded) != (tokens, folded):
        _forget_words(work.session, [(kept.id, kept.tokens)])
        work.session.execute(
            update(SearchDocument)
            .where(SearchDocument.id == kept.id)
            .values(folded=folded, tokens=tokens)
            .execution_options(synchronize_session=False)
        )
        _keep_words(work.session, [(kept.id, tokens)])


def index_new_documents(
    work: Work,
    kind: str,
    texts: Mapping[int, str],
    *,
    locale: str = "",
    audience: str = "everyone",
) -> None:
    """As `index_document` for many subjects at once that are not kept yet: subject id to text."""
    rows = []
    for subject_id, words in texts.items():
        folded, tokens = kept_form(kind, words)
        rows.append(
            {
                "kind": kind,
                "subject_id": subject_id,
                "locale": locale,
                "audience": audience,
                "folded": folded,
                "tokens": tokens,
            }
        )
    if rows:
        _add(work.session, rows)


def in_the_slice() -> ColumnElement[bool]:
    """An eighth of all documents, over which PostgreSQL has an index of words of its own."""
    return literal_column("search_document.id % 8", Integer) == literal_column("0")


def drop_documents(work: Work, kind: str, subject_id: int) -> None:
    """Let a thing be found no longer, in any language, by anybody."""
    which = (SearchDocument.kind == kind, SearchDocument.subject_id == subject_id)
    kept = work.session.execute(select(SearchDocument.id, SearchDocument.tokens).where(*which))
    _forget_words(work.session, [(row.id, row.tokens) for row in kept])
    work.session.execute(
        delete(SearchDocument).where(*which).execution_options(synchronize_session=False)
    )


def matching(
    _session: Session | None,
    kind: str,
    query: str,
    audiences: Sequence[str] = EVERYONE,
    *,
    facets: Facets = (),
) -> Select[Any]:
    """The ids of the things of a kind that answer the query, for `X.id.in_(…)`; no order.

    All words must be there. Words side by side count first: where any document has them so, those
    with the same letters scattered over it are left out (hoc may is máy học, not học … may).
    A query without a letter or digit finds nothing. The session is not needed: None does.

    `facets` shorten the way on PostgreSQL and mean nothing elsewhere: whoever names them also
    asks the same of the things themselves.
    """
    asked = read_query(query)
    if not asked.terms:
        return select(SearchDocument.subject_id).where(false())
    here = _found(SearchDocument, kind, asked, audiences, facets)
    return select(SearchDocument.subject_id).where(*here)


def narrowed(kind: str, facets: Facets, audiences: Sequence[str] = EVERYONE) -> Select[Any]:
    """The ids of the things of a kind that have a facet of each group: on PostgreSQL alone."""
    return select(SearchDocument.subject_id).where(
        SearchDocument.kind == kind,
        SearchDocument.audience.in_(list(audiences)),
        HasTokens(SearchDocument, (), facets),
    )


def ranked(
    session: Session,
    kind: str,
    query: str,
    audiences: Sequence[str] = EVERYONE,
    *,
    limit: int = 20,
    among: int = 400,
) -> list[int]:
    """Ids of the best answers first, ranked over at most `among` candidates: for pickers.

    A whole name comes before a beginning, a beginning before a word, a word before a part.
    """
    asked = read_query(query)
    if not asked.terms:
        return []
    candidates = session.execute(
        select(SearchDocument.subject_id, SearchDocument.folded)
        .where(*_found(SearchDocument, kind, asked, audiences))
        .order_by(SearchDocument.id)
        .limit(among)
    )
    best: dict[int, tuple[int, int]] = {}
    for subject_id, folded in candidates:
        place = standing(asked, folded)
        best[subject_id] = min(place, best.get(subject_id, place))
    return sorted(best, key=lambda i: (best[i], i))[:limit]


def _found(
    document: Any, kind: str, asked: Query, audiences: Sequence[str], facets: Facets = ()
) -> list[ColumnElement[bool]]:
    """The conditions under which a document answers the query."""
    here = _candidates(document, kind, asked, audiences, facets)
    precise, loose = _precise(document, asked), _loose(document, asked)
    if precise is None:
        return here
    other = aliased(SearchDocument)
    elsewhere = [*_candidates(other, kind, asked, audiences), _precise(other, asked)]
    somebody = exists().where(*(condition for condition in elsewhere if condition is not None))
    return [*here, or_(precise, and_(loose, not_(somebody)))]


def _candidates(
    document: Any, kind: str, asked: Query, audiences: Sequence[str], facets: Facets = ()
) -> list[ColumnElement[bool]]:
    """What holds of every answer: of this kind, for this audience, with all the terms in it."""
    lines = [
        document.folded.contains(pattern(list(term)), autoescape=True)
        for term in asked.terms
        if len(term) > 1 or (term[0].is_run and len(term[0].bare) > 2)
    ]
    return [
        document.kind == kind,
        document.audience.in_(list(audiences)),
        HasTokens(document, wanted(kind, asked), facets),
        *lines,
    ]


def _precise(document: Any, asked: Query) -> ColumnElement[bool] | None:
    """What sets a good answer apart from one that merely has the same letters; None: nothing.

    A query with marks wants these marks, or a text that has no marks at all. One without marks
    wants its words side by side, or each of them written exactly so.
    """
    words = [p for p in asked.pieces if not p.is_run]
    if not words or (len(asked.pieces) == 1 and not asked.marked):
        return None
    has_no_marks = ~document.folded.contains("=", autoescape=True)
    phrase = pattern(asked.pieces, strict=asked.marked)
    side_by_side = document.folded.contains(phrase, autoescape=True)
    if asked.marked:
        return or_(side_by_side, has_no_marks)
    return or_(side_by_side, has_no_marks, _each_exactly(document, asked))


def _loose(document: Any, asked: Query) -> ColumnElement[bool]:
    """What is accepted when nothing good is found anywhere."""
    return _each_exactly(document, asked) if asked.marked else literal(True)


def _each_exactly(document: Any, asked: Query) -> ColumnElement[bool]:
    return and_(
        *(
            document.folded.contains(pattern(list(term), strict=True), autoescape=True)
            for term in asked.terms
        )
    )


class HasTokens(FunctionElement[bool]):
    """That the index has all these tokens for a document, and on PostgreSQL these facets."""

    name = "has_tokens"
    type = Boolean()
    inherit_cache = True

    def __init__(self, document: Any, tokens: Iterable[Token], facets: Facets = ()) -> None:
        tokens = list(tokens)
        # FTS5 and tsquery spell the same question differently; only one of the two is rendered.
        fts5 = " AND ".join(f'"{t.text}"{" *" if t.beginning else ""}' for t in tokens)
        words = [f"'{t.text}'{':*' if t.beginning else ''}" for t in tokens]
        quoted = [[f"'{facet}'" for facet in group] for group in facets]
        groups = [f"({' | '.join(group)})" for group in quoted]
        super().__init__(document.id, literal(fts5), literal(" & ".join(words + groups)))


@compiles(HasTokens)
def _ask_fts5(element: HasTokens, compiler: Any, **kw: Any) -> str:
    row_id, fts5, _ = element.clauses
    rows = f"SELECT rowid FROM search_word WHERE search_word MATCH {compiler.process(fts5, **kw)}"  # noqa: S608 - compiled, not typed
    return f"{compiler.process(row_id, **kw)} IN ({rows})"


@compiles(HasTokens, "postgresql")
def _ask_tsvector(element: HasTokens, compiler: Any, **kw: Any) -> str:
    row_id, _, tsquery = element.clauses
    column = compiler.process(row_id, **kw).rpartition(".")[0]
    owner = f"{column}." if column else ""
    return f"{owner}lexemes @@ CAST({compiler.process(tsquery, **kw)} AS tsquery)"


def _add(session: Session, rows: list[dict[str, Any]]) -> None:
    kept = session.execute(
        insert(SearchDocument).returning(SearchDocument.id, SearchDocument.tokens), rows
    )
    _keep_words(session, [(row.id, row.tokens) for row in kept])


# PostgreSQL keeps its tsvector by itself; FTS5 is told, in the same transaction.
_KEEP = text("INSERT INTO search_word (rowid, tokens) VALUES (:id, :tokens)")
_FORGET = text(
    "INSERT INTO search_word (search_word, rowid, tokens) VALUES ('delete', :id, :tokens)"
)


def _keep_words(session: Session, words: list[tuple[int, str]]) -> None:
    if words and session.get_bind().dialect.name == "sqlite":
        session.execute(_KEEP, [{"id": i, "tokens": tokens} for i, tokens in words])


def _forget_words(session: Session, words: list[tuple[int, str]]) -> None:
    if words and session.get_bind().dialect.name == "sqlite":
        session.execute(_FORGET, [{"id": i, "tokens": tokens} for i, tokens in words])
