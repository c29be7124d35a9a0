"""A read-only connection for work that runs in a thread of its own, where the event loop's engines do not reach."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa

from bot.errors import StorageError


@contextmanager
def read_in_thread(path: Path) -> Iterator[sa.Connection]:
    """Give a read-only connection with a view of the database that does not change within the block.

    Raises:
        StorageError: the database cannot be read.
    """
    target = f"sqlite:///file:{quote(quote(str(path)))}?mode=ro&uri=true"
    engine = sa.create_engine(target, poolclass=sa.NullPool, hide_parameters=True)
    try:
        with engine.connect() as connection:
            yield connection
    except sa.exc.DBAPIError as error:
        raise StorageError(f"the database cannot be read: {error.orig}") from error
    finally:
        engine.dispose()
