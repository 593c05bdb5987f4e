"""How many viewers a group has at the least, before anything is told of it."""

from __future__ import annotations

from typing import Final

#: Groups with fewer members are passed over: what they like would tell of single people.
SMALLEST_GROUP: Final = 11
