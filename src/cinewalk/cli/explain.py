"""The command `explain`: why a title is recommended, in shares, single walks and contrasts."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from cinewalk import console
from cinewalk.cli.options import (
    ConfigOption,
    GraphOption,
    Json,
    KindOption,
    MaturityOption,
    OnlyGenreOption,
    OnlyPersonOption,
    OrderOption,
    RemediesOption,
    WalkOption,
    YearsOption,
    only_of,
    order_of,
    recommender,
    waiting,
)
from cinewalk.cli.output_file import note, write_text
from cinewalk.extras import need

if TYPE_CHECKING:
    from cinewalk.queries.explain.contrast import Contrast
    from cinewalk.queries.explain.explanation import Explanation
    from cinewalk.queries.explain.picture import Picture

EPILOG = (
    'Examples: `cinewalk explain 196 "Star Wars" --paths 2` · `cinewalk explain 196 Fargo --instead-of Heat`'
)

UserArgument = Annotated[str, typer.Argument(help="The user's id.")]
TitleArgument = Annotated[str, typer.Argument(help="The title's id or name.")]
TopOption = Annotated[int, typer.Option("--top", min=1, help="How many reasons to name.")]
PathsOption = Annotated[
    int,
    typer.Option(
        "--paths",
        min=0,
        help="How many viewers to tell one by one for each of the largest reasons, as a tree; the others are"
        " counted. With --json: how many single walks.",
    ),
]
CounterfactualOption = Annotated[
    bool, typer.Option("--counterfactual", help="Also say without which likes another title came first.")
]
HtmlOption = Annotated[
    Path | None, typer.Option("--html", help="Also write a page with the largest reasons as a picture.")
]
BrowserOption = Annotated[bool, typer.Option("--browser", help="Open that page in your web browser.")]
InsteadOfOption = Annotated[
    str | None, typer.Option("--instead-of", help="Another title: why the one rather than the other.")
]
_NONE = "No set of likes was found whose absence changes that."
ListLength = Annotated[int, typer.Option("-k", "--count", min=1, help="The length of the list it is in.")]


def explain(
    user: UserArgument,
    title: TitleArgument,
    top: TopOption = 8,
    paths: PathsOption = 0,
    counterfactual: CounterfactualOption = False,
    html: HtmlOption = None,
    browser: BrowserOption = False,
    instead_of: InsteadOfOption = None,
    walk: WalkOption = None,
    years: YearsOption = None,
    genres: OnlyGenreOption = None,
    kinds: KindOption = None,
    people: OnlyPersonOption = None,
    maturity: MaturityOption = None,
    remedies: RemediesOption = None,
    order: OrderOption = None,
    k: ListLength = 10,
    graph: GraphOption = None,
    config: ConfigOption = None,
    as_json: Json = False,
) -> None:
    """Say why a title is recommended to a user: the shares of its score, which add up to the whole."""
    _check_page(html is not None or browser)
    only, in_order = only_of(years, genres, kinds, people, maturity), order_of(order)
    reco = recommender(graph, config, walk)
    explained = partial(reco.explain, user, title, only=only, remedies=remedies, k=k, order=in_order)
    with console.working(waiting(reco)):
        why = explained() if instead_of is None else explained(instead_of=instead_of)
        otherwise = why.counterfactual() if counterfactual and instead_of is None else None
    if instead_of is not None:
        return _print_contrast(cast("Contrast", why), top, as_json=as_json)
    if html is not None or browser:
        note(graph, _show_page(why, html, browser=browser), "page", user.strip())
    if as_json:
        told = {"counterfactual": None if otherwise is None else otherwise.to_dict()}
        walks = {"paths": [path.to_dict() for path in why.paths(paths)]} if paths else {}
        console.print_json(why.to_dict(top) | walks | (told if counterfactual else {}))
        return None
    _print_explanation(why, top, paths)
    return console.answer(str(otherwise or _NONE)) if counterfactual else None


def _check_page(is_wanted: bool) -> None:
    """Refuse before the work a page that cannot be drawn."""
    if is_wanted:
        need("report", "A picture of an explanation", "jinja2")


def _walks(why: Explanation, count: int) -> dict[str, Any]:
    return {"paths": [path.to_dict() for path in why.paths(count)]} if count else {}


def _print_explanation(why: Explanation, top: int, viewers: int) -> None:
    console.print_explanation(why, top)
    if viewers:
        _print_picture(why.picture(viewers))


def _print_picture(picture: Picture) -> None:
    """Print the largest reasons as a tree, with the viewers behind each; other viewers are not named."""
    from rich.tree import Tree

    from cinewalk.queries.words.wording import count_of, percent

    tree = Tree("[dim]The largest reasons, and who leads there[/dim]", guide_style="dim")
    for branch in picture.branches:
        support = f" ({branch.support})" if branch.support else ""
        whole = percent(branch.reason.share, 1)
        leaf = tree.add(f"{console.shown(branch.text)} [cyan]{whole}[/cyan]{support}")
        for step in branch.after:
            leaf.add(f"{console.shown(step.name)} [cyan]{percent(step.share, 1)}[/cyan]")
    if picture.others.count:
        name = count_of(picture.others.count, f"other {picture.others.noun}")
        tree.add(f"{name} [cyan]{percent(picture.others.share, 1)}[/cyan]")
    console.out().print(tree)


def _show_page(why: Explanation, path: Path | None, *, browser: bool) -> Path:
    """Write an explanation's page, open it where that is wanted, and return where it is."""
    import tempfile
    import webbrowser

    place = Path(tempfile.mkdtemp(prefix="cinewalk-")) / "why.html" if path is None else path
    write_text(place, why.to_html())
    console.say(f"The picture is in {place}.")
    if browser:
        webbrowser.open(place.resolve().as_uri())
    return place


def _print_contrast(contrast: Contrast, count: int, *, as_json: bool) -> None:
    """Print what speaks for each of two titles: the ``count`` seeds of the largest differences."""
    if as_json:
        console.print_json(contrast.to_dict())
        return
    console.answer(str(contrast))
    chosen = sorted(contrast.differences, key=lambda d: -abs(d.difference))[:count]
    rest = contrast.score - contrast.other_score - sum(d.difference for d in chosen)
    rows = [(d.name, *_difference(d.score, d.other_score)) for d in chosen]
    if len(chosen) < len(contrast.differences):
        rows.append((f"{len(contrast.differences) - len(chosen)} others", "", "", f"{rest:+.4f}"))
    rows += [(name, *_difference(score, other)) for name, (score, other) in contrast.adjustments.items()]
    columns = ["You liked", contrast.title, contrast.other, "Difference"]
    console.print_table("By what you liked", columns, rows)


def _difference(score: float, other: float) -> tuple[str, str, str]:
    return f"{score:.4f}", f"{other:.4f}", f"{score - other:+.4f}"
