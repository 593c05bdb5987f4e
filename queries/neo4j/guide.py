"""The guide through the graph, from one source: a page for Neo4j Browser to play, and Markdown to read.

The source is Markdown of headings, paragraphs, lists and queries. A fence ``ready`` names a ready query and its
values, so that no query is written twice.
"""

from __future__ import annotations

import ast
import html
import re
import sys
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Final, Literal

from cinewalk.queries.words.literals import filled, literal
from cinewalk.queries.words.ready import ready_query

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cinewalk.queries.words.literals import Value
    from cinewalk.queries.words.ready import ReadyQuery

_FENCE: Final = re.compile(r"^```(\w+)\n(.*?)\n```$", re.DOTALL | re.MULTILINE)
_LINK: Final = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")

Kind = Literal["heading", "text", "list", "query", "ready"]


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the guide.

    Parameters
    ----------
    kind
        What it is.
    text
        Its words, or the query.
    name
        Of a ready query, its title.
    """

    kind: Kind
    text: str
    name: str = ""


def guide_slides() -> list[list[Block]]:
    """Return the guide, slide by slide, with every query filled in."""
    source = files("cinewalk.queries").joinpath("browser", "guide.md").read_text(encoding="utf-8")
    slides: list[list[Block]] = []
    for block in _blocks(source):
        if block.kind == "heading":
            slides.append([])
        slides[-1].append(block)
    return slides


def _blocks(source: str) -> Iterator[Block]:
    place = 0
    for fence in _FENCE.finditer(source):
        yield from _prose(source[place : fence.start()])
        place = fence.end()
        yield _ready(fence[2]) if fence[1] == "ready" else Block("query", fence[2])
    yield from _prose(source[place:])


def _prose(text: str) -> Iterator[Block]:
    for part in re.split(r"\n{2,}", text.strip()):
        if part.startswith("#"):
            yield Block("heading", part.lstrip("# "))
        elif part:
            kind: Kind = "list" if part.startswith("- ") else "text"
            yield Block(kind, part)


def _ready(call: str) -> Block:
    """Read ``name(parameter=value, …)``."""
    parsed = ast.parse(call, mode="eval").body
    assert isinstance(parsed, ast.Call)
    assert isinstance(parsed.func, ast.Name)
    query = ready_query(parsed.func.id)
    values = {str(word.arg): ast.literal_eval(word.value) for word in parsed.keywords}
    return Block("ready", asked(query, values), query.title)


def asked(query: ReadyQuery, values: Mapping[str, Value]) -> str:
    """Return a ready query for given values, under its title alone: the header is for those who write queries.

    Parameters
    ----------
    query
        The query.
    values
        The value of each parameter.
    """
    statement = filled(query.statement, {name: literal(value) for name, value in values.items()})
    return f"// {query.title}\n{statement.strip()}"


def guide_html(base: str) -> str:
    """Return the guide as a page that Neo4j Browser plays.

    Parameters
    ----------
    base
        Where the other pages are, with a slash at its end.
    """
    slides = ("".join(f"{_html(block, base)}\n" for block in slide) for slide in guide_slides())
    inside = "".join(f"<slide>\n{slide}</slide>\n" for slide in slides)
    return (
        f'<article class="guide">\n<carousel class="deck container-fluid">\n{inside}</carousel>\n</article>\n'
    )


def _html(block: Block, base: str) -> str:
    match block.kind:
        case "heading":
            return f"<h3>{_inline(block.text, base)}</h3>"
        case "text":
            return f"<p>{_inline(block.text, base)}</p>"
        case "list":
            items = re.split(r"^- ", block.text, flags=re.MULTILINE)[1:]
            return f"<ul>{''.join(f'<li>{_inline(item.strip(), base)}</li>' for item in items)}</ul>"
        case "query":
            return f'<pre class="runnable">{html.escape(block.text)}</pre>'
        case "ready":
            # Too long to show: the words are a link that puts the query into the editor.
            query = html.escape(block.text).replace("\n", "&#10;")
            return f'<p><a class="cinewalk-ready" data-populate="{query}">{html.escape(block.name)}</a></p>'


def _inline(text: str, base: str) -> str:
    text = html.escape(" ".join(text.split()), quote=False)
    text = re.sub(r"`([^`]+)`", r"<code>\1</code>", text)
    text = re.sub(r"\*([^*]+)\*", r"<em>\1</em>", text)
    return _LINK.sub(lambda link: _link(link[1], link[2], base), text)


def _link(words: str, target: str, base: str) -> str:
    """Return a link to a page of ours, or, with a colon before it, one that runs a command of Browser."""
    if target.startswith(":"):
        command = re.sub(r"\b[\w-]+\.grass\b", lambda page: base + page[0], target[1:])
        return f'<a data-exec="{command}">{words}</a>'
    return f'<a href="{base}{target}" download>{words}</a>'


def guide_markdown() -> str:
    """Return the guide as Markdown, with every query in full."""
    blocks = [block for slide in guide_slides() for block in slide]
    first, *others = map(_markdown, blocks)
    return "\n\n".join([f"{first[1:]}" if first.startswith("##") else first, *others]) + "\n"


def _markdown(block: Block) -> str:
    match block.kind:
        case "heading":
            return f"## {block.text}"
        case "query":
            return f"```cypher\n{block.text}\n```"
        case "ready":
            return (
                f"<details><summary>{html.escape(block.name)}</summary>\n\n"
                f"```cypher\n{block.text}\n```\n\n</details>"
            )
        case "text" | "list":
            return _LINK.sub(r"\1", block.text)


if __name__ == "__main__":
    sys.stdout.write(guide_markdown())
