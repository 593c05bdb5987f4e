"""How large what comes out of an archive may be: one rule for whoever opens one."""

from __future__ import annotations

from typing import Final

#: How many times its packed size a member may have, unless it is small anyway.
LARGEST_RATIO: Final = 100

#: How many members an archive may have.
MOST_MEMBERS: Final = 10_000
