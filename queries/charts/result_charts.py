"""The charts of an explanation and of an evaluation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt

from cinewalk.queries.charts.drawing import MEASURED, STEP, THERE, WATCHED, WIDTH, data

if TYPE_CHECKING:
    from cinewalk.queries.evaluate.figures import Evaluation
    from cinewalk.queries.explain.explanation import Explanation

#: What is drawn of an evaluation, in this order.
_ACCURACY = ("ndcg", "recall")


def shares_chart(why: Explanation, count: int) -> Any:
    """Draw the largest shares of a score, and all others as one.

    Parameters
    ----------
    why
        The explanation.
    count
        How many are drawn one by one.
    """
    named, others = why.top(count)
    values = [{"name": reason.name, "share": reason.share, "rest": False} for reason in named]
    if others.count:
        values.append({"name": others.text, "share": others.share, "rest": True})
    base = alt.Chart(data(values))
    y = alt.Y("name:N", sort=[str(value["name"]) for value in values], title=None)
    x = alt.X("share:Q", axis=alt.Axis(format="%", tickCount=5), title="share of the score")
    colours = alt.Scale(domain=[False, True], range=[WATCHED, THERE])
    bars = base.mark_bar(height=14).encode(y=y, x=x, color=alt.Color("rest:N", scale=colours, legend=None))
    texts = base.mark_text(align="left", dx=4).encode(
        y=y, x="share:Q", text=alt.Text("share:Q", format=".1%")
    )
    return alt.layer(bars, texts).properties(width=2 * WIDTH, height={"step": STEP})


def accuracy_chart(evaluation: Evaluation) -> Any:
    """Draw NDCG and recall of every walk with their 95 % intervals, a panel each, and a row of panels for each cut.

    Parameters
    ----------
    evaluation
        The evaluation.
    """
    rows = evaluation.to_dict()
    cuts = []
    for k in evaluation.ks:
        order = sorted(rows, key=lambda row: -row.get(f"ndcg@{k}", 0.0))
        names = [name for metric in _ACCURACY if (name := f"{metric}@{k}") in rows[0]]
        panels = [_metric_panel(order, name, named=name == names[0]) for name in names]
        cuts.append(alt.hconcat(*panels, spacing=24))
    return alt.vconcat(*cuts, spacing=24)


def _metric_panel(rows: list[dict[str, Any]], name: str, *, named: bool) -> Any:
    values = [
        {"walk": row["walk"], "mean": row[name]}
        | dict(zip(("low", "high"), row[f"{name}_interval"], strict=True))
        for row in rows
    ]
    base = alt.Chart(data(values))
    y = alt.Y("walk:N", sort=[row["walk"] for row in rows], title=None, axis=alt.Axis() if named else None)
    title = name.replace("ndcg", "NDCG").replace("recall", "Recall")
    x = alt.X(
        "low:Q", scale=alt.Scale(zero=False, padding=8), axis=alt.Axis(format=".3f", tickCount=4), title=title
    )
    interval = base.mark_rule(strokeWidth=2, color=WATCHED).encode(y=y, x=x, x2="high:Q")
    dots = base.mark_point(filled=True, opacity=1, size=60, color=MEASURED).encode(y=y, x="mean:Q")
    return alt.layer(interval, dots).properties(width=WIDTH, height={"step": STEP})
