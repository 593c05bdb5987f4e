"""An audit's figures as the properties of nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cinewalk.graph.model.schema import Property
from cinewalk.queries.audit.figures import SECTIONS

if TYPE_CHECKING:
    from cinewalk.queries.audit.figures import Audit


def audit_nodes(audit: Audit) -> list[dict[str, Any]]:
    """Return the properties of one node for every row of an audit, under names of Cypher.

    ``part`` is the part of the audit, or ``everybody``, which also says what made the lists. What is not known is
    left out. ``ndcg@10`` is ``ndcgAt10``, with ``ndcgAt10Low`` and ``ndcgAt10High``.

    Parameters
    ----------
    audit
        The audit.
    """
    plain = audit.to_dict()
    rows = [{"part": "everybody", "walk": audit.walk, "remedies": audit.remedies} | plain["everybody"]]
    rows += [{"part": section} | row for section in SECTIONS for row in plain[section]]
    return [{_named(name): value for name, value in row.items() if value not in (None, "")} for row in rows]


def _named(name: str) -> str:
    return Property(name.replace("@", "_at_"), "float").cypher
