"""narrow places: what the catalogue narrows open postings by, for those that are published already

Revision: 0068, after 0067
"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None

FACETS = ("field", "level", "start", "asked", "tuition")
PUBLISHED = """
SELECT p.id, p.fields, p.levels, o.starts_on, p.language_level, p.tuition
FROM posting p JOIN opportunity o ON o.id = p.id
WHERE o.published_at IS NOT NULL
"""


def _listed(value: Any) -> list[Any]:
    return json.loads(value) if isinstance(value, str) else list(value or ())


def upgrade() -> None:
    connection = op.get_bind()
    rows = []
    for row in connection.execute(sa.text(PUBLISHED)):
        values = {
            "field": _listed(row.fields) or ["any"],
            "level": [str(level) for level in _listed(row.levels)] or ["any"],
            "start": [str(row.starts_on)[:7]] if row.starts_on else [],
            "asked": [(row.language_level or "none").replace(" ", "-")],
            "tuition": [row.tuition],
        }
        rows += [
            {"opportunity": row.id, "facet": facet, "value": value}
            for facet, kept in values.items()
            for value in kept
        ]
    if rows:
        connection.execute(
            sa.text(
                "INSERT INTO opportunity_facet (opportunity_id, facet, value)"
                " VALUES (:opportunity, :facet, :value)"
            ),
            rows,
        )


def downgrade() -> None:
    names = ", ".join(f"'{facet}'" for facet in FACETS)
    op.execute(f"DELETE FROM opportunity_facet WHERE facet IN ({names})")
