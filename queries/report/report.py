"""An audit as one page for people: in words first, with plots and tables, and nothing that it must fetch."""

from __future__ import annotations

import datetime as dt
from importlib import metadata
from typing import TYPE_CHECKING, Any, Final

from cinewalk.errors import StorageError
from cinewalk.extras import need
from cinewalk.graph.attributes.privacy import SMALLEST_GROUP
from cinewalk.graph.evaluate.disclosure import SMALLEST_COMPARED
from cinewalk.loaders.base.whole_file import write_whole
from cinewalk.queries.audit.figures import FIGURES
from cinewalk.queries.charts.words import LEVEL, QUALITY, SHORT_NAMES, listed, sure_gaps, words_of
from cinewalk.queries.report.summary import summary
from cinewalk.queries.report.tables import example_table, tables
from cinewalk.queries.words.templates import rendered, text_of
from cinewalk.queries.words.wording import percent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from cinewalk.queries.audit.figures import Audit
    from cinewalk.queries.charts.drawing import Plot
    from cinewalk.queries.report.example import Example

#: What the extra packages are asked for.
_WHAT: Final = "The report of an audit"
_SECTIONS: Final = (
    ("summary", "In short"),
    ("quality", "Who is served how well"),
    ("shown", "What is shown"),
    ("bubble", "Bubbles"),
    ("example", "A bias and its remedy"),
    ("method", "Method and limits"),
    ("figures", "All figures"),
)

_LIMITS: Final = (
    "It looks back. What people would have liked had they been shown something else is not known, and what they "
    "watched was shaped by what was on offer.",
    "That no gap is more than chance does not mean that there is none: small groups hide large gaps.",
    "A gap says nothing about its cause: groups also differ in how long their members have been here and how much "
    "they like.",
    "Groups are what people said of themselves or what a source says of them, one attribute at a time. Combinations "
    "are not looked at, as they tell people apart.",
    "The band of chance in the plots of groups is an approximation; the p-values are not.",
)


def report(
    audit: Audit, *, source: str = "", example: Example | None = None, day: dt.date | None = None
) -> str:
    """Return an audit as an HTML page that stands alone: no script, and nothing that is fetched.

    Parameters
    ----------
    audit
        The audit.
    source
        What was audited.
    example
        A bias and what a remedy does to it (:func:`cinewalk.queries.report.example.worked_example`).
    day
        When it was made; today unless it is said.

    Raises
    ------
    MissingPackageError
        Where jinja2, altair or vl-convert-python is not installed.
    """
    check_packages()
    parts = _parts(audit, example) | {
        "title": f"Audit of {source}" if source else "Audit of a recommender",
        "style": text_of("audit.css"),
        "day": (day or dt.datetime.now(dt.UTC).date()).isoformat(),
    }
    return rendered("audit.html.j2", _WHAT, parts)


def check_packages() -> None:
    """Refuse where a package is missing that a report needs.

    Raises
    ------
    MissingPackageError
        Where it is not installed.
    """
    need("report", _WHAT)


def write_report(audit: Audit, path: str | Path, *, source: str = "", example: Example | None = None) -> None:
    """Write the page of an audit; see :func:`report`.

    Raises
    ------
    StorageError
        Where it cannot be written.
    """
    page = report(audit, source=source, example=example)
    try:
        write_whole(path, page)
    except OSError as error:
        raise StorageError(
            f"{path}: cannot be written ({error.strerror or error}). Choose another place."
        ) from error


def _parts(audit: Audit, example: Example | None) -> dict[str, Any]:
    from cinewalk.queries.charts import audit_charts as plots

    kinds = list(dict.fromkeys(row.kind for row in audit.groups))
    others = [name for name in ("bubble_index", "popularity_lift") if name in audit.everybody.figures]
    return {
        "audit": audit,
        "version": metadata.version("cinewalk"),
        "sections": _SECTIONS,
        "summary": summary(audit),
        "facts": _facts(audit),
        "quality": _group_plots(audit, kinds, QUALITY),
        "gaps": plots.gaps_plot(audit) if audit.gaps else None,
        "exposure": [
            plots.exposure_plot(audit, by) for by in dict.fromkeys(row.by for row in audit.exposure)
        ],
        "read_groups": plots.READ_GROUPS,
        "read_exposure": plots.READ_EXPOSURE,
        "bubble": _group_plots(audit, kinds, others),
        "no_groups": _no_groups(audit),
        "example": example,
        "example_table": None if example is None else example_table(example),
        "terms": _terms(audit),
        "hidden": _hidden(audit),
        "limits": _LIMITS,
        "tables": tables(audit),
        "smallest": SMALLEST_GROUP,
    }


def _group_plots(audit: Audit, kinds: Sequence[str], figures: Sequence[str]) -> list[Plot]:
    from cinewalk.queries.charts.audit_charts import groups_plot

    return [groups_plot(audit, kind, figures) for kind in kinds] if figures else []


def _facts(audit: Audit) -> list[tuple[str, str]]:
    """Return the numbers to remember, and what each is."""
    everybody = audit.everybody
    facts = [(f"{everybody.viewers:,}", "viewers looked at")]
    if "recall@20" in everybody.figures:
        recall = everybody.figures["recall@20"].mean
        facts.append((percent(recall), "of what people like later is in the first twenty"))
    facts.append((percent(everybody.coverage), "of all titles are in anybody's ten"))
    if "bubble_index" in everybody.figures:
        facts.append(
            (percent(everybody.figures["bubble_index"].mean), "of places are outside the viewer's top genres")
        )
    if audit.gaps:
        facts.append(
            (f"{len(sure_gaps(audit.gaps))} of {len(audit.gaps)}", "gaps between groups are more than chance")
        )
    return facts


def _no_groups(audit: Audit) -> str:
    if audit.hidden:
        return f"fewer than {SMALLEST_GROUP} viewers are in each, or could be told from them."
    return "nothing is known of any group."


def _terms(audit: Audit) -> list[tuple[str, str]]:
    held_out = " ".join(("The last fifth of every viewer's events is held out.", *audit.notes))
    terms = [
        (
            "What was done",
            f"{held_out} Everybody with a like on both sides gets a list of what they have not seen.",
        )
    ]
    names = ((SHORT_NAMES[name], FIGURES[name]) for name in FIGURES if name in audit.everybody.figures)
    terms += [
        (f"{name[0].upper()}{name[1:]}", f"{meaning[0].upper()}{meaning[1:]}.") for name, meaning in names
    ]
    return [
        *terms,
        (
            "Coverage and Gini",
            "The part of all titles that is in anybody's list; how unevenly titles are shown, 0 to 1.",
        ),
        ("Interval", "Where 95 of 100 means lie when as many viewers are drawn again, with replacement."),
        (
            "Chance",
            "A gap is compared with the gaps that come about when groups are exchanged among viewers at random; p is "
            "how often those are at least as large. More than chance is what still has a p of at most "
            f"{LEVEL:g} after Holm's correction for the number of figures of its kind.",
        ),
        (
            "Exposure and amplification",
            "Every place counts 1 / log2(rank + 1). Exposure is the share of titles with a value; amplification is "
            "exposure divided by the share of likes. A title with several values counts for each in equal parts.",
        ),
    ]


def _hidden(audit: Audit) -> str:
    text = (
        f"Nothing is shown of fewer than {SMALLEST_GROUP} viewers, nor anything from which that could be worked out by "
        f"subtraction; groups under {SMALLEST_COMPARED} are shown and not compared."
    )
    if not audit.hidden:
        return f"{text} Nothing had to be hidden."
    what = listed([words_of(name) for name in audit.hidden])
    return f"{text} So some of it is hidden by {what}; it counts in everybody's figures."
