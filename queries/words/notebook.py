"""What notebooks show of a result: a sentence, and a table of its first rows; every text of others is escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from cinewalk.queries.words.wording import percent, viewers_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from cinewalk.queries.words.results import Others, Reason

#: How many rows of a table are shown; the others are counted.
MOST_ROWS: Final = 30


def html_of(text: str, frame: pd.DataFrame | None = None) -> str:
    """Return a text, each line of it a paragraph, and a table below it.

    Parameters
    ----------
    text
        The text.
    frame
        The table; its first :data:`MOST_ROWS` rows are shown.

    Examples
    --------
    >>> import pandas as pd
    >>> html_of("Alien & <Aliens>")
    '<p>Alien &amp; &lt;Aliens&gt;</p>'
    >>> "<td>&lt;b&gt;</td>" in html_of("", pd.DataFrame({"title": ["<b>"]}))
    True
    >>> "NA" in html_of("", pd.DataFrame({"viewers": pd.array([7, None], dtype="Int64")}))
    False
    """
    parts = [f"<p>{escape(line)}</p>" for line in text.splitlines() if line]
    if frame is not None and len(frame):
        import pandas as pd

        with pd.option_context("display.max_colwidth", None):
            shown = frame.head(MOST_ROWS).map(lambda cell: "" if cell is pd.NA else cell)
            parts.append(str(shown.to_html(index=False, na_rep="")))
        if len(frame) > MOST_ROWS:
            parts.append(f"<p>… and {len(frame) - MOST_ROWS:,} more rows</p>")
    return "".join(parts)


def reasons_html(text: str, named: Sequence[Reason], others: Others) -> str:
    """Return a text, and below it a table of reasons, each with its share of the score and the viewers behind it.

    Parameters
    ----------
    text
        What stands above.
    named, others
        The largest reasons, and what is left of the score.
    """
    import pandas as pd

    rows = [
        (reason.name, percent(reason.share), viewers_text(reason.counted) if reason.counted else "")
        for reason in named
    ]
    if others.count:
        rows.append((others.text, percent(others.share), ""))
    return html_of(text, pd.DataFrame(rows, columns=["because of", "share", "viewers of both"]))
