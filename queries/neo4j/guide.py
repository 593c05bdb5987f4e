"""The guide through the graph, from one source: a page for Neo4j Browser to play, and Markdown to read.

The source is Markdown of headings, paragraphs, lists and queries. A fence ``ready`` names a ready query and its
values, so that no query is written twice. A link whose target begins with a colon runs a command of Browser.
"""

from __future__ import annotations

import ast
import html
import re
import sys
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import unquote

from cinewalk.queries.neo4j.rounded import rounded
from cinewalk.queries.words.literals import filled, literal
from cinewalk.queries.words.ready import ready_query

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.renderer import RendererHTML
    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict

    from cinewalk.queries.words.literals import Value
    from cinewalk.queries.words.ready import ReadyQuery

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
    lines = source.splitlines()
    for token in _reader().parse(source):
        if token.level or token.map is None:
            continue
        text = "\n".join(lines[slice(*token.map)]).strip()
        match token.type:
            case "heading_open":
                yield Block("heading", text.lstrip("# "))
            case "fence":
                query = token.content.removesuffix("\n")
                yield _ready(query) if token.info == "ready" else Block("query", query)
            case "paragraph_open":
                yield Block("text", text)
            case "bullet_list_open":
                yield Block("list", text)


@cache
def _reader() -> MarkdownIt:
    """Return what reads the source: HTML in it is text, and links are those of Browser."""
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False})
    reader.add_render_rule("link_open", _link)
    return reader


def _ready(call: str) -> Block:
    """Read ``name(parameter=value, …)``."""
    parsed = ast.parse(call, mode="eval").body
    assert isinstance(parsed, ast.Call)
    assert isinstance(parsed.func, ast.Name)
    query = ready_query(parsed.func.id)
    values = {str(word.arg): ast.literal_eval(word.value) for word in parsed.keywords}
    return Block("ready", asked(query, values), query.title)


def asked(query: ReadyQuery, values: Mapping[str, Value]) -> str:
    """Return a ready query for given values, as people read it in Browser.

    It stands under its title alone, because the header is for those who write queries, and its scores are rounded.

    Parameters
    ----------
    query
        The query.
    values
        The value of each parameter.
    """
    statement = filled(rounded(query.statement), {name: literal(value) for name, value in values.items()})
    return f"// {query.title}\n{statement.strip()}"


def guide_html(base: str) -> str:
    """Return the guide as a page that Neo4j Browser plays.

    Parameters
    ----------
    base
        Where the other pages are, with a slash at its end.
    """
    slides = ("".join(_html(block, base) for block in slide) for slide in guide_slides())
    inside = "".join(f"<slide>\n{slide}</slide>\n" for slide in slides)
    return (
        f'<article class="guide">\n<carousel class="deck container-fluid">\n{inside}</carousel>\n</article>\n'
    )


def _html(block: Block, base: str) -> str:
    match block.kind:
        case "heading":
            return _rendered(f"### {block.text}", base)
        case "text" | "list":
            return _rendered(block.text, base)
        case "query":
            return f'<pre class="runnable">{html.escape(block.text)}</pre>\n'
        case "ready":
            # Too long to show: the words are a link that puts the query into the editor.
            query = html.escape(block.text).replace("\n", "&#10;")
            return f'<p><a class="cinewalk-ready" data-populate="{query}">{html.escape(block.name)}</a></p>\n'


def _rendered(text: str, base: str) -> str:
    return str(_reader().render(text, {"base": base}))


def _link(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: OptionsDict, env: EnvType
) -> str:
    """Return a link to a page of ours, or, with a colon before it, one that runs a command of Browser."""
    token, base = tokens[place], env["base"]
    target = unquote(str(token.attrs["href"]))
    if target.startswith(":"):
        token.attrs = {"data-exec": re.sub(r"\b[\w-]+\.grass\b", lambda page: base + page[0], target[1:])}
    else:
        token.attrs = {"href": base + target, "download": ""}
    return renderer.renderToken(tokens, place, options, env)


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
