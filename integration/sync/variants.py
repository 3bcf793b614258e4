"""The mirror of what was ordered: picture, title and stock of variants, new ones and stale ones."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select

from integration.models import OrderLine, Variant
from integration.statements.bulk import table_of, write_rows
from integration.sync.reading import Reading
from platforms.records import VariantRecord

# What one call asks for, and how many one refresh asks again about what it knows already.
CALL_VARIANTS = 100
MOST_STALE = 500
STALE_AFTER = timedelta(hours=24)

_LINES, _VARIANTS = table_of(OrderLine), table_of(Variant)
_COLUMNS = (
    "workspace_id",
    "store_id",
    "external_id",
    "product_external_id",
    "product_title",
    "title",
    "sku",
    "image_url",
    "stock",
    "source_updated_at",
    "read_at",
    "deleted_at",
)


def refresh_variants(reading: Reading) -> int:
    """Read the variants that are new or stale; returns how many.

    Raises PlatformError, ClaimLost.
    """
    due = _new(reading) | _stale(reading)
    external_ids = sorted(due)
    for start in range(0, len(external_ids), CALL_VARIANTS):
        asked = external_ids[start : start + CALL_VARIANTS]
        found = {record.external_id: record for record in reading.reader.variants(asked)}
        _keep(reading, {external_id: due[external_id] for external_id in asked}, found)
    return len(external_ids)


def _new(reading: Reading) -> dict[str, tuple[str, str]]:
    """Ordered variants that were never read, with the product and title that their lines tell."""
    statement = (
        select(
            _LINES.c.variant_external_id,
            func.max(_LINES.c.product_external_id),
            func.max(_LINES.c.title),
        )
        .outerjoin(
            _VARIANTS,
            and_(
                _VARIANTS.c.store_id == _LINES.c.store_id,
                _VARIANTS.c.external_id == _LINES.c.variant_external_id,
            ),
        )
        .where(
            _LINES.c.workspace_id == reading.claim.workspace_id,
            _LINES.c.store_id == reading.claim.store_id,
            _LINES.c.variant_external_id.is_not(None),
            _VARIANTS.c.external_id.is_(None),
        )
        .group_by(_LINES.c.variant_external_id)
    )
    return _asked(reading, statement)


def _stale(reading: Reading) -> dict[str, tuple[str, str]]:
    before = reading.services.now() - STALE_AFTER
    statement = (
        select(_VARIANTS.c.external_id, _VARIANTS.c.product_external_id, _VARIANTS.c.product_title)
        .where(
            _VARIANTS.c.workspace_id == reading.claim.workspace_id,
            _VARIANTS.c.store_id == reading.claim.store_id,
            or_(_VARIANTS.c.deleted_at.is_(None), _VARIANTS.c.deleted_at > before),
            _VARIANTS.c.read_at < before,
        )
        .order_by(_VARIANTS.c.read_at)
        .limit(MOST_STALE)
    )
    return _asked(reading, statement)


def _asked(reading: Reading, statement: Any) -> dict[str, tuple[str, str]]:
    with reading.services.db.workspace(reading.claim.workspace_id) as session:
        rows = session.connection().execute(statement)
        return {external_id: (product or "", title) for external_id, product, title in rows}


def _keep(
    reading: Reading,
    asked: Mapping[str, tuple[str, str]],
    found: Mapping[str, VariantRecord],
) -> None:
    """Write what came; one that the store has no more keeps what its lines tell."""
    now, claim = reading.services.now(), reading.claim
    prefix = (claim.workspace_id, claim.store_id)
    rows: list[Sequence[Any]] = []
    for external_id, (product, title) in asked.items():
        record = found.get(external_id)
        if record is None:
            gone = (product, title, None, None, None, None, now, now, now)
            rows.append((*prefix, external_id, *gone))
            continue
        rows.append(
            (
                *prefix,
                external_id,
                record.product_external_id,
                record.product_title,
                record.title,
                record.sku,
                record.image_url,
                record.stock,
                record.updated_at,
                now,
                None,
            )
        )
    with reading.services.db.workspace(claim.workspace_id, write=True) as session:
        claim.hold(session, now)
        write_rows(
            session.connection(),
            _VARIANTS,
            _COLUMNS,
            [tuple(row) for row in rows],
            key=("store_id", "external_id"),
        )
