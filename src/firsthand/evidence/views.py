"""What the evidence room derives: one row an item, and the dossiers handed out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from firsthand.evidence import entries as e
from firsthand.record.schema import Bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from firsthand.record.entry import Entry
    from firsthand.record.projection import Fact, Row

metadata = sa.MetaData()

items = sa.Table(
    "evidence_items",
    metadata,
    sa.Column("subject", Bytes, primary_key=True),
    sa.Column("incident", Bytes, index=True),
    sa.Column("collection", sa.String, index=True),
    sa.Column("family", sa.String),
    sa.Column("mime", sa.String),
    sa.Column("readable", sa.Boolean),
)

disclosures = sa.Table(
    "evidence_disclosures",
    metadata,
    sa.Column("subject", Bytes, primary_key=True),
    sa.Column("incident", Bytes, index=True),
    sa.Column("manifest", Bytes),
)


class EvidenceViews:
    """The projection of the evidence room (see `record.projection.Projection`)."""

    types = frozenset(body.TYPE for body in e.ENTRIES)
    tables = (items, disclosures)

    def subjects(self, entry: Entry, body: Any) -> Iterable[bytes]:
        """Return what an entry is about: an item or disclosure of its own, or the items that custody names."""
        return body.items if isinstance(body, e.Custody) else (entry.id,)

    def derive(self, subject: bytes, facts: Sequence[Fact]) -> Iterable[Row]:
        """Return the row of one item or disclosure."""
        first = next((fact.body for fact in facts if fact.id == subject and fact.stands), None)
        if isinstance(first, e.Item):
            row = {"subject": subject, "incident": first.incident, "collection": first.collection}
            return [(items, row | {"family": first.family, "mime": first.mime, "readable": first.readable})]
        if isinstance(first, e.Disclosure):
            return [(disclosures, {"subject": subject, "incident": first.incident, "manifest": first.manifest})]
        return []
