"""Many rows into a table in one call, without the cost of one parameter object a row.

Rule: only for tables whose column types need no conversion on the way in (integers, texts, `schema.Bytes`, booleans).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.engine import Dialect


@lru_cache(maxsize=256)
def _statement(table: sa.Table, dialect: Dialect) -> tuple[str, tuple[str, ...] | None]:
    compiled = sa.insert(table).values({column.name: None for column in table.columns}).compile(dialect=dialect)
    names = getattr(compiled, "positiontup", None)
    return str(compiled), None if names is None else tuple(names)


def insert(connection: sa.Connection, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert `rows`, each with a value for every column of `table`; nothing happens when there are none."""
    if not rows:
        return
    sql, names = _statement(table, connection.dialect)
    values: Any = list(rows) if names is None else [tuple(row[name] for name in names) for row in rows]
    connection.exec_driver_sql(sql, values)
