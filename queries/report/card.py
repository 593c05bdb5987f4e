"""A model card: what is loaded, how it walks, how well that works, for whom, and where it ends.

References
----------
Mitchell et al., "Model cards for model reporting", FAT* 2019, doi:10.1145/3287560.3287596.
"""

from __future__ import annotations

import platform
from importlib import metadata
from typing import TYPE_CHECKING, Any, Final

from cinewalk.graph.attributes.privacy import SMALLEST_GROUP
from cinewalk.graph.evaluate.splits import split, usual_split
from cinewalk.graph.model.preference import Preference
from cinewalk.graph.numeric.progress import Progress, no_progress
from cinewalk.graph.walks.prepare import prepare
from cinewalk.graph.walks.registry import Registry
from cinewalk.loaders.store.settings_file import values_of
from cinewalk.queries.charts.words import QUALITY, SHORT_NAMES, between, listed, words_of
from cinewalk.queries.evaluate.evaluation import evaluate
from cinewalk.queries.evaluate.figures import MeanInterval
from cinewalk.queries.report.card_data import counts, group_kinds, known_attributes, limits, time_span
from cinewalk.queries.report.summary import summary
from cinewalk.queries.report.tables import tables
from cinewalk.queries.words.markdown import items, table, text
from cinewalk.queries.words.wording import percent

if TYPE_CHECKING:
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.settings import Settings
    from cinewalk.queries.audit.figures import Audit
    from cinewalk.queries.evaluate.figures import Evaluation

_PACKAGES: Final = ("numpy", "scipy", "numba")
_DEFAULT: Final = "newcomers"

#: What the model is for, and what it is not for.
_USE: Final = """- Meant for: suggesting films and series to people of whom it is known what they like, and saying why.
- Meant for people who run it: looking at what it does to groups of viewers and of titles, before and while it is used.
- Not meant for: deciding about people, guessing who somebody is or to which group they belong, ranking the people who
  made titles, or anything in which a wrong suggestion does harm. What is right for children is decided by maturity
  limits alone."""

#: What is measured.
_METRICS: Final = """- NDCG@10: how well the first ten titles find what is liked later, the first places most.
- Recall@20: the part of what is liked later that is in the first twenty. All titles are ranked, none are sampled.
- Beside accuracy: popularity lift, genre divergence, bubble index, coverage, Gini, and the exposure of titles and of
  creators.
- Brackets are 95 % bootstrap intervals over viewers. A gap between groups is compared with gaps that come about when
  groups are exchanged among viewers at random; what is called more than chance is so after a correction for how many
  figures are looked at (Holm)."""

#: What to think of before it is used.
_ETHICS: Final = f"""- What people watch is personal. No figure is of fewer than {SMALLEST_GROUP} viewers, none can be
  worked out by subtraction, and nobody is named; explanations count other viewers and never name them. {{floor}}
- Whoever is in a group may be served on what the group likes while little is known of themselves. Groups can be left
  out altogether (`groups="none"`).
- Lists shape what is watched, and what is watched shapes lists: what is shown too little is found less and less."""


def accuracy(
    graph: Graph, settings: Settings, *, seed: int = 0, progress: Progress = no_progress
) -> Evaluation:
    """Measure the walk that people get unless they name one, beside popularity, on one split of what is loaded.

    Parameters
    ----------
    graph, settings
        The graph, and the parameters of its walks.
    seed
        Of the split's ties.
    progress
        Told how far the work is.

    Raises
    ------
    RequestError
        Where nothing can be held out or nobody evaluated.
    """
    parts = split(graph, usual_split(graph), seed=seed)
    walks = Registry(prepare(Registry(parts.train, settings), progress), settings)
    chosen = [walks.walk(_DEFAULT), walks.walk("popularity")]
    return evaluate(walks.graph, parts.test, chosen, half_life=settings.half_life, progress=progress)


def card(
    graph: Graph,
    settings: Settings,
    *,
    source: str = "",
    licence: str = "",
    remedies: str = "",
    measured: Evaluation | None = None,
    audit: Audit | None = None,
) -> str:
    """Return a model card in Markdown, of what is loaded and measured and nothing else.

    Parameters
    ----------
    graph, settings
        The graph, and the parameters of its walks.
    source
        What was loaded.
    licence
        Under which terms, where that is known.
    remedies
        The re-ranks in force; empty for none.
    measured
        What :func:`accuracy` came to; ``None`` where it was not measured.
    audit
        An audit of the same; ``None`` where there was none.
    """
    sections = (
        ("Model details", _model(graph, settings, remedies)),
        ("Intended use", _USE),
        ("Factors", _factors(graph)),
        ("Metrics", _METRICS),
        ("Evaluation data", _evaluation_data(measured, audit)),
        ("Training data", _data(graph, source, licence)),
        ("Quantitative analyses", _analyses(measured, audit)),
        ("Ethical considerations", _ETHICS.format(floor=_floor(settings))),
        ("Caveats and recommendations", _limits(graph, settings, audit)),
    )
    title = f"# Model card: cinewalk{f' on {text(source)}' if source else ''}\n"
    return "\n".join([title, *(f"## {heading}\n\n{body}\n" for heading, body in sections)])


def _model(graph: Graph, settings: Settings, remedies: str) -> str:
    weights = Registry(graph, settings).weights
    parts = listed([f"{words_of(name)} {percent(weight)}" for name, weight in weights.items() if weight])
    versions = [f"{name} {metadata.version(name)}" for name in ("cinewalk", *_PACKAGES)]
    preference = graph.preference or Preference()
    lines = [
        "Recommendations as walks on a graph of people and titles; every score is a sum over walks that can be told.",
        f"Walk: the blend ({parts}); below {settings.newcomers.enough:g} likes, what the crowd likes counts, too.",
        f"Remedies in force: {f'`{remedies}`' if remedies else 'none'}.",
        f"What counts as a like: {_preference(preference)}.",
        f"Versions: {listed([*versions, f'Python {platform.python_version()}'])}. Licence of the software: Apache-2.0.",
        "Form of this card: Mitchell et al., Model cards for model reporting, 2019, doi:10.1145/3287560.3287596.",
    ]
    return f"{items(lines)}\n\nSettings in force:\n\n{table(['Setting', 'Values'], _settings(settings))}"


def _floor(settings: Settings) -> str:
    smallest = settings.privacy.smallest
    if not smallest:
        return "Explanations\n  count even a single viewer: the setting `privacy.smallest` is 0."
    few = f'Fewer than\n  {smallest} are "a few"'
    return f"{few}, and what is like a title that fewer like follows from its genres and people."


def _preference(preference: Preference) -> str:
    progress = percent(preference.like_progress)
    return f"a thumb up, a rating of {preference.like_rating:g} or more, or {progress} of a title watched"


def _settings(settings: Settings) -> list[tuple[str, str]]:
    def words(value: Any) -> str:
        if isinstance(value, dict):
            return ", ".join(f"{words_of(name)} {number:g}" for name, number in value.items())
        return f"{value:g}"

    return [(words_of(name), words(value)) for name, value in values_of(settings).items()]


def _factors(graph: Graph) -> str:
    kinds = group_kinds(graph)
    known = listed(kinds) if kinds else "nothing"
    return items(
        [
            f"Groups are known by: {text(known)}. They are looked at one by one; combinations tell people apart.",
            f"Titles are known by: {known_attributes(graph)}.",
        ]
    )


def _data(graph: Graph, source: str, licence: str) -> str:
    span = time_span(graph)
    lines = [
        f"Source: {text(source) or 'not said'}. Events are {span}."
        if span
        else f"Source: {text(source) or 'not said'}.",
        f"Terms: {text(licence)}" if licence else "Terms: those of the source; not known here.",
    ]
    rows = [(noun, f"{count:,}") for noun, count in counts(graph)]
    return f"{items(lines)}\n\n{table(['What', 'Number'], rows)}"


def _evaluation_data(measured: Evaluation | None, audit: Audit | None) -> str:
    if measured is None and audit is None:
        return "Nothing was measured for this card."
    users = (
        measured.to_dict()[0]["users"] if measured is not None else audit.everybody.viewers if audit else 0
    )
    notes = [text(note) for note in (*(measured.notes if measured else ()), *(audit.notes if audit else ()))]
    return items(
        [
            "The same source, split once: the last fifth of each user's events is held out (a random fifth where "
            "nothing has a time), and walks know the rest.",
            f"Asked were the {users:,} users with a like on both sides.",
            *dict.fromkeys(notes),
        ]
    )


def _analyses(measured: Evaluation | None, audit: Audit | None) -> str:
    parts = [
        "### Accuracy",
        "Not measured for this card." if measured is None else _accuracy(measured, audit),
        "### Groups",
    ]
    if audit is None:
        parts.append("No audit was made for this card: nothing is known of how groups are served.")
    else:
        parts.append(items([f"**{point.heading}.** {text(point.text)}" for point in summary(audit)]))
        parts += [
            f"#### {text(of_audit.name)}\n\n{table(of_audit.columns, of_audit.rows)}"
            for of_audit in tables(audit)
        ]
    parts += ["### Combinations of groups", "Not measured, as they would tell people apart."]
    return "\n\n".join(parts)


def _accuracy(measured: Evaluation, audit: Audit | None) -> str:
    rows = []
    for row in measured.to_dict():
        name = "without remedies" if row["walk"] == _DEFAULT else row["walk"]
        figures = [_with_interval(row, metric) for metric in QUALITY]
        rows.append((name, *figures, percent(row["coverage@10"], 1)))
    if audit is None or not audit.remedies:
        rows = [
            ("the walk in force" if name == "without remedies" else name, *cells) for name, *cells in rows
        ]
    else:
        in_force = [between(name, audit.everybody.figures[name]) for name in QUALITY]
        rows.insert(0, ("the walk and remedies in force", *in_force, percent(audit.everybody.coverage, 1)))
    return table(["Walk", *(SHORT_NAMES[name] for name in QUALITY), "Coverage at 10"], rows)


def _with_interval(row: dict[str, Any], metric: str) -> str:
    return between(metric, MeanInterval(row[metric], *row[f"{metric}_interval"]))


def _limits(graph: Graph, settings: Settings, audit: Audit | None) -> str:
    sentences = limits(graph, settings)
    if audit is not None and audit.hidden:
        hidden = listed([words_of(name) for name in audit.hidden])
        sentences.append(
            f"Some of what there is by {text(hidden)} is hidden, as too few viewers are behind it."
        )
    return items(
        [
            *sentences,
            "Figures look back: what people would have liked had they been shown something else is not known.",
            "Audit again after loading anew, after changing settings, and after switching a remedy on.",
        ]
    )
