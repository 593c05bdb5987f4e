"""Runs the formulas that stand in the docs, and compares what they give with what the product gives."""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

from tests.conftest import ROOT
from tests.markdown import code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from cinewalk.graph.model.graph import Graph

#: Of the largest number that the product gives.
TOLERANCE = 1e-6


class Check(NamedTuple):
    """What is compared: how it is asked of a page's names, and what the product says."""

    what: str
    of_page: Callable[[dict[str, Any]], Any]
    product: Any

    @classmethod
    def of(cls, formula: str, arguments: tuple[Any, ...], product: Any) -> Check:
        """Compare a function of the page."""
        return cls(f"{formula}{arguments}", lambda page: page[formula](*arguments), product)

    def holds(self, page: dict[str, Any]) -> bool:
        found, product = np.asarray(self.of_page(page), float), np.asarray(self.product, float)
        if found.shape != product.shape or not np.array_equal(np.isnan(found), np.isnan(product)):
            return False
        known = ~np.isnan(product)
        allowed = TOLERANCE * np.max(np.abs(product), where=known, initial=0.0)
        return bool(np.all(np.abs(found - product) <= allowed, where=known))


class Case(NamedTuple):
    """What a page's formulas are given, and what is compared."""

    given: Mapping[str, Any]
    checks: list[Check]

    @classmethod
    def on(cls, graph: Graph, checks: Iterable[Check], *before: str) -> Case:
        """Compare on a graph, after the formulas of other pages."""
        given: dict[str, Any] = {"graph": graph}
        for page in before:
            given = names(source(page), given)
        return cls(given, list(checks))


def source(page: str) -> str:
    """Return the formulas of a page."""
    return code(ROOT / "docs" / f"{page}.md", "py")


def names(text: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Run formulas with what is given, and return what they make, too."""
    page = dict(given)
    exec(compile(text, "docs", "exec"), page)
    return page


def differing(text: str, case: Case) -> list[str]:
    """Return what the formulas and the product do not agree on."""
    with threadpool_limits(1, "blas"):
        page = names(text, case.given)
        return [check.what for check in case.checks if not check.holds(page)]


def unnoticed(text: str, cases: Iterable[Case]) -> list[str]:
    """Return which numbers in the formulas can be others, one at a time, and all still agrees."""
    return [
        what for what, broken in _with_one_broken(text) if not any(_breaks(broken, case) for case in cases)
    ]


def _breaks(text: str, case: Case) -> bool:
    """Tell whether formulas fail, or differ from the product in anything."""
    with threadpool_limits(1, "blas"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            page = names(text, case.given)
            return any(not check.holds(page) for check in case.checks)
        except Exception:
            return True


def _with_one_broken(text: str) -> Iterator[tuple[str, str]]:
    """Give the formulas with another number in place of one that stands there, for each, and say which it is."""
    count = sum(_is_number(node) for node in ast.walk(ast.parse(text)))
    for place in range(count):
        tree = ast.parse(text)
        number = [node for node in ast.walk(tree) if _is_number(node)][place]
        line, was = text.split("\n")[number.lineno - 1].strip(), number.value
        number.value = _another(was)
        yield f"{number.value} for {was} in: {line}", ast.unparse(tree)


def _is_number(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def _another(number: float) -> float:
    """Return a number that is not far: one more, or half as many of many; of fractions half as much again and .1."""
    if isinstance(number, int):
        return number + 1 if number < 10 else number // 2
    return number * 1.5 + 0.1
