"""Lock one person in a transaction, and read what the database holds of them."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from cinewalk.graph.model import schema
from cinewalk.graph.model.builder import sorted_nodes
from cinewalk.graph.model.preference import DEFAULT_PREFERENCE, derive_likes
from cinewalk.graph.model.relation import Relation
from cinewalk.graph.model.user_events import UserEvents
from cinewalk.loaders.neo4j.read import statements
from cinewalk.loaders.neo4j.read.edges import checked, newest
from cinewalk.loaders.neo4j.read.graph import preference_of, rules_of
from cinewalk.loaders.neo4j.read.values import Rejects, read_numbers, read_values
from cinewalk.loaders.tables.cells import MISSING

if TYPE_CHECKING:
    from neo4j import Transaction

    from cinewalk.graph.model.graph import Nodes
    from cinewalk.graph.model.preference import Preference
    from cinewalk.graph.numeric.arrays import Int32Array
    from cinewalk.loaders.neo4j.read.graph import ReadRequest, ReadState
    from cinewalk.loaders.neo4j.read.values import Rules

#: A whole number as a database's number reads as text.
_NUMBER: Final = re.compile(r"0|-?[1-9][0-9]{0,18}")
_KINDS: Final = (*schema.EVENTS, schema.LIKES)


class LockedPerson(NamedTuple):
    """A person whom nobody else changes until the transaction ends: the node's number, and what they did."""

    node: int
    events: UserEvents


def forms(key: str) -> list[str | int]:
    """Return what a key may be in the database: text, or the number that is read as this text.

    >>> forms("196"), forms("0196"), forms("tt0078748")
    (['196', 196], ['0196'], ['tt0078748'])
    """
    is_number = _NUMBER.fullmatch(key) is not None and abs(int(key)) < 2**63
    return [key, int(key)] if is_number else [key]


def lock_person(
    transaction: Transaction,
    asked: ReadRequest,
    state: ReadState,
    titles: Nodes,
    user_id: str,
    groups: Int32Array,
) -> LockedPerson | None:
    """Lock a person by a write to their node, and read everything that they did and like.

    Parameters
    ----------
    transaction
        Until it ends, others who lock the person wait.
    asked, state
        How the database is read, and what is known of it.
    titles
        The titles that positions speak of; what the person did with others is left out.
    user_id
        The person.
    groups
        The positions of their groups, as they were read last.

    Returns
    -------
    LockedPerson or None
        None where the database has no such person.
    """
    users = forms(user_id)
    transaction.run(statements.lock_person(asked.mapping), users=users).consume()
    statement = statements.read_person(asked.mapping, _KINDS)
    row = transaction.run(statement, users=users, missing=MISSING).single()
    if row is None:
        return None
    node, limit, facts, *columns = row.values()
    preference = asked.preference or preference_of(facts) or state.graph.preference or DEFAULT_PREFERENCE
    rules = rules_of(asked, state.run)
    nodes = (sorted_nodes(schema.USER.label, [user_id])[0], titles)
    relations = {
        kind.name: _relation(kind, asked, nodes, rows, rules)
        for kind, rows in zip(_KINDS, columns, strict=True)
    }
    if schema.LIKES.name not in state.kinds:
        relations[schema.LIKES.name] = derive_likes(relations, preference)
    return LockedPerson(node, _events(relations, titles, limit, groups, preference))


def _events(
    relations: dict[str, Relation], titles: Nodes, limit: Any, groups: Int32Array, preference: Preference
) -> UserEvents:
    numbers, bad = read_numbers(schema.MATURITY_LIMIT, [MISSING if limit is None else limit])
    known = not bad and numbers[0] != MISSING
    return UserEvents.of_row(
        relations, 0, titles, limit=int(numbers[0]) if known else None, groups=groups, preference=preference
    )


def _relation(
    kind: schema.RelationshipType,
    asked: ReadRequest,
    nodes: tuple[Nodes, Nodes],
    rows: list[list[Any]],
    rules: Rules,
) -> Relation:
    """Return relationships of one person: those to titles that are known, with values as they should be."""
    keys, *columns = zip(*rows, strict=True) if rows else ((), *(() for _ in kind.properties))
    ids, _ = read_values(schema.TITLE_ID, keys, exact=rules.exact)
    find = nodes[1].ids.find
    places = [None if external is None else find(external) for external in ids]
    targets = np.fromiter((-1 if place is None else place for place in places), np.int64, len(places))
    sources, values = np.zeros(len(targets), np.int64), [list(column) for column in columns]
    left_out = Rejects(sys.maxsize)
    edges = newest(
        checked(kind, asked.mapping, sources, targets, values, nodes, rules, left_out), len(nodes[1])
    )
    return Relation.of(edges.sources, edges.targets, (1, len(nodes[1])), edges.properties)
