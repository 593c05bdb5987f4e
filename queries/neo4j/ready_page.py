"""The page of all ready queries, from their headers; ``make docs`` writes it."""

from __future__ import annotations

import re
import sys
from importlib.resources import files
from typing import TYPE_CHECKING

from cinewalk.queries.words.markdown import TIGHT, table
from cinewalk.queries.words.ready import entries_of, ready_queries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cinewalk.queries.words.ready import ReadyQuery

_COSTS = """## What they cost

Written by `python -m benchmarks.neo4j_queries costs`. A query is planned once for ids of one character, once for those
of two to ten, and so on, because the server keeps plans by the order of length of a text.

"""
_HEAD = """# Ready Cypher queries

Written by `make docs` from the headers of `queries/cypher/`; nothing here is typed by hand.

They run on any Neo4j that `cinewalk publish` has written to. Every value is a parameter. Queries over derived
relationships look only at those of the run in force, which `(:CinewalkRun)` names, so that a publish that is under way
does not show. `cinewalk cypher` lists them, `cinewalk cypher NAME` prints one.

**In Neo4j Browser** paste and run the `:param` lines first, then the query. Run together they work too, but Browser
then says only that each succeeded, and shows no rows. Set whole numbers with `:param k => 10`: from `:params {k: 10}`
Browser makes 10.0, which `LIMIT` refuses.

**In Python**, over the recommender's connection:

```python
with cinewalk.Recommender("neo4j://localhost") as reco:
    print(reco.cypher("similar_titles"))
    rows = reco.query("similar_titles", titleId="50", k=10)
```

**PageRank** (`recommend_pagerank`, `taste`) walks on an in-memory graph of Graph Data Science: run `project_pagerank`
once before, and again after the graph has changed or the server was started.
"""


def page() -> str:
    """Return the page as Markdown."""
    queries = ready_queries()
    rows = [(f"[`{query.name}`](#{query.name})", query.title) for query in queries]
    costs = files("cinewalk.queries").joinpath("cypher", "costs.md").read_text(encoding="utf-8")
    parts = [_HEAD, _table(["query", "what it answers"], rows), "", *map(_section, queries), _COSTS + costs]
    return "\n".join(parts).rstrip() + "\n"


def _section(query: ReadyQuery) -> str:
    values = dict(entries_of(query.example))
    rows = [
        (f"`{name}`", f"`{parameter.type}`", parameter.meaning, f"`{values[name]}`")
        for name, parameter in query.parameters.items()
    ]
    columns = ["parameter", "type", "meaning", "example"]
    kind = "It changes the database." if query.writes else "It changes nothing in the database."
    link = f"[`queries/cypher/{query.name}.cypher`](../queries/cypher/{query.name}.cypher)"
    lines = [
        f"## {query.name}",
        f"**{query.title}.** {_text(query)}",
        f"{kind} Text: {link}.",
        _table(columns, rows) if rows else "No parameters.",
    ]
    return "\n\n".join(lines) + "\n"


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return table(columns, rows, markup=True, first=TIGHT, others=TIGHT)


def _text(query: ReadyQuery) -> str:
    """Return the description with what Markdown would take for markup left as it is written."""
    parts = query.description.split("`")
    parts[::2] = [re.sub(r"([*_<])", r"\\\1", part) for part in parts[::2]]
    return "`".join(parts)


if __name__ == "__main__":
    sys.stdout.write(page())
