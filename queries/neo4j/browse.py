"""What Neo4j Browser is given: the guide, the style, the saved scripts, and an address that opens at a question."""

from __future__ import annotations

import io
import zipfile
from importlib.resources import files
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode, urlsplit

from cinewalk.queries.neo4j.guide import asked, guide_html, guide_markdown
from cinewalk.queries.neo4j.perspective import perspective
from cinewalk.queries.words.literals import filled
from cinewalk.queries.words.ready import entries_of, ready_queries, ready_query

if TYPE_CHECKING:
    from cinewalk.loaders.neo4j.server.address import Address
    from cinewalk.queries.words.literals import Value

GUIDE: Final = "guide.html"
#: How many reasons a picture shows: more lines than this cross too often to be followed.
SHOWN_REASONS: Final = 5
_LISTED: Final = 10
_FOLDER: Final = "cinewalk"


def pages(base: str) -> dict[str, bytes]:
    """Return the pages for Neo4j Browser, by their names.

    Parameters
    ----------
    base
        The address at which they are served, with a slash at its end.
    """
    style = files("cinewalk.queries").joinpath("browser", "style.grass").read_bytes()
    return {
        GUIDE: guide_html(base).encode(),
        "guide.md": guide_markdown().encode(),
        "style.grass": style,
        "saved-scripts.zip": saved_scripts(),
        "perspective.json": perspective().encode(),
    }


def saved_scripts() -> bytes:
    """Return the ready queries as the archive that Browser imports: a file each, with the values of its example.

    Those that write keep their parameters: a click must not erase anybody.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for query in ready_queries():
            text = query.text if query.writes else filled(query.text, dict(entries_of(query.example)))
            archive.writestr(zipfile.ZipInfo(f"{_FOLDER}/{query.name}.cypher"), text)
    return packed.getvalue()


def question(user_id: str | None, title_id: str | None) -> str | None:
    """Return the query to land on: why this title, what to watch, or which titles are alike; ``None`` for the guide.

    Parameters
    ----------
    user_id, title_id
        Who and what it is about.
    """
    values: dict[str, Value]
    match user_id, title_id:
        case str(), str():
            name, values = "explain_reasons", {"userId": user_id, "titleId": title_id, "k": SHOWN_REASONS}
        case str(), None:
            name, values = "recommend", {"userId": user_id, "k": _LISTED}
        case None, str():
            name, values = "similar_titles", {"titleId": title_id, "k": _LISTED}
        case _:
            return None
    return asked(ready_query(name), values)


def browser_address(address: Address) -> str:
    """Return where the Browser of a server is, unless somebody has put it elsewhere.

    Examples
    --------
    >>> from cinewalk.loaders.neo4j.server.address import Address
    >>> browser_address(Address("neo4j+s://graph.example.org:7687"))
    'https://graph.example.org:7473/browser/'
    """
    parts = urlsplit(address.uri)
    is_encrypted = "+" in parts.scheme
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{'https' if is_encrypted else 'http'}://{host}:{7473 if is_encrypted else 7474}/browser/"


def browser_link(browser: str, address: Address, text: str | None = None) -> str:
    """Return the address that opens Browser with its form filled in, save the password, and a text in its editor.

    Browser decodes the whole address before it takes it apart, so no text may hold ``&`` or ``#``; literals write
    them as escapes. The text stands behind the ``#``, so that it does not go to the server, which takes 20 KB at most.

    Parameters
    ----------
    browser
        Where Browser is.
    address
        The database.
    text
        What to put into the editor.

    Examples
    --------
    >>> from cinewalk.loaders.neo4j.server.address import Address
    >>> browser_link("http://localhost:7474/browser/", Address("bolt://localhost:7687"), "RETURN 1")
    'http://localhost:7474/browser/?dbms=bolt%3A%2F%2Fneo4j%40localhost%3A7687&cmd=edit#&arg=RETURN%201'
    """
    parts = urlsplit(address.uri)
    asks = {"dbms": f"{parts.scheme}://{quote(address.username, safe='')}@{parts.netloc}"}
    if address.database:
        asks["db"] = address.database
    if text is None:
        return f"{browser}?{urlencode(asks, quote_via=quote, safe='')}"
    assert not set("&#") & set(text), text
    asks["cmd"] = "edit"
    return f"{browser}?{urlencode(asks, quote_via=quote, safe='')}#&arg={quote(text, safe='')}"
