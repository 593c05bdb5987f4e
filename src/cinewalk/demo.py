"""The demonstration: one real viewer, what they like, what to watch next, and why."""

from __future__ import annotations

from collections import Counter

from cinewalk import console
from cinewalk.loaders.load import load
from cinewalk.loaders.store.graph_folder import is_graph_folder
from cinewalk.loaders.store.home import current_graph, graph_path, make_current
from cinewalk.queries.recommender import Recommender

_SOURCE = "movielens-100k"
_VIEWER = "366"
_LATEST = 5
_GENRES = 4


def run(user: str | None) -> None:
    """Show a viewer of MovieLens-100K (by default one with a taste that is easy to see)."""
    user = user or _VIEWER
    with console.progress_bar() as progress:
        graph = load(_SOURCE, progress=progress, notify=console.say)
    _become_current_if_first()
    reco = Recommender(graph)
    _print_taste(reco, user)
    ranking = reco.recommend(user)
    console.answer()
    console.print_recommendations(ranking, f"What viewer {user} might like next")
    console.answer()
    console.print_explanation(reco.explain(user, ranking[0].title_id), count=5)
    first = ranking[0].title
    console.answer(
        f'\nGo on with:  cinewalk explain {user} "{first}"  ·  cinewalk similar "{first}"  ·  '
        "cinewalk taste --title Chinatown --genre Film-Noir"
    )


def _become_current_if_first() -> None:
    from cinewalk.errors import GraphFolderError

    try:
        if is_graph_folder(current_graph()):
            return
    except GraphFolderError:
        pass
    if is_graph_folder(graph_path(_SOURCE)):
        make_current(graph_path(_SOURCE))
        console.say(f"There was no current graph: {_SOURCE} is it now.")


def _print_taste(reco: Recommender, user: str) -> None:
    graph, names = reco.graph, reco.catalogue
    position = names.user(user)
    likes, rated, in_genre = graph.likes, graph.relations["rated"], graph.relations["in_genre"]
    liked = likes.row(position)
    titles, times = likes.indices[liked].tolist(), likes.properties["timestamp"][liked].tolist()
    genres = Counter(
        graph.genres.ids.ids[genre]
        for title in titles
        for genre in in_genre.indices[in_genre.row(title)].tolist()
    )
    seen = rated.row(position)
    latest = [title for _, title in sorted(zip(times, titles, strict=True), reverse=True)[:_LATEST]]
    console.answer(
        f"Viewer {user} of MovieLens-100K rated {seen.stop - seen.start} films and liked {len(titles)}."
    )
    console.answer(
        "Most liked genres: " + ", ".join(f"{name} ({n})" for name, n in genres.most_common(_GENRES))
    )
    console.answer("Latest likes: " + ", ".join(names.label(title) for title in latest))
