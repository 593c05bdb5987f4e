"""The command `compact`: fold what people did into the arrays of a graph."""

from __future__ import annotations

from cinewalk import console
from cinewalk.cli.options import GraphOption, Json, folder_of

EPILOG = "Examples: `cinewalk compact` · `cinewalk compact --graph movielens-100k`"


def compact(graph: GraphOption = None, as_json: Json = False) -> None:
    """Fold what people did since a graph was loaded into it, so that everybody's recommendations know it.

    Their own recommendations know it at once. The journal keeps it for when the source is loaded again.
    """
    from cinewalk.loaders.store.kept import compact as fold

    place = folder_of(graph)
    with console.progress_bar() as progress:
        before = fold(place, progress)
    if as_json:
        console.print_json({"graph": str(place), "signals": before.entries, "of_unknown_titles": before.gone})
        return
    from cinewalk.queries.words.wording import count_of

    people, are = len(before.events), "is" if before.entries == 1 else "are"
    whose = "1 person" if people == 1 else f"{people:,} people"
    console.answer(f"{count_of(before.entries, 'signal')} of {whose} {are} folded into {place}.")
    if before.gone == 1:
        console.say("1 of them is about a title that the graph does not have; it is kept.")
    elif before.gone:
        console.say(f"{before.gone:,} of them are about titles that the graph does not have; they are kept.")
