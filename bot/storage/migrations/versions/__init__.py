"""The steps themselves. A step that has been released is never changed, and one after the newest release only adds (docs/releasing.md)."""

from collections.abc import Mapping
from typing import Final

RELEASED: Final = "0013"
"""The newest step of the newest release, whose program may run beside today's; ``make release`` writes it here."""
RETIRED: Final[Mapping[str, str]] = {}
"""Columns (``table.column``) that no code uses any more, by the version that first did without; a step after that release drops them."""
