"""The page in a real web browser: it says what the calls say, at once, to everybody, and asks nobody else."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import replace

import httpx
import pytest
import uvicorn

from cinewalk.graph.model.builder import sorted_nodes
from cinewalk.graph.model.example import example_graph
from cinewalk.queries.recommender import Recommender
from cinewalk.serve.app import app_on
from cinewalk.serve.guard import Access
from cinewalk.serve.service import ServedGraph

from ...graphs import from_ratings
from ...payloads import PAYLOADS, commands_in

pytestmark = [pytest.mark.integration, pytest.mark.slow]

TOKEN = "0123456789abcdef0123456789abcdef"

#: What docs/serve.md shows.
PICTURES = ("serve.png", "serve-why.png", "serve-dark-why.png", "serve-phone.png")

#: Click, and tell how many milliseconds pass until the list is another one.
TIMED = """selector => new Promise(done => {
  const began = performance.now();
  const seen = new MutationObserver(() => { seen.disconnect(); done(performance.now() - began); });
  seen.observe(document.getElementById('list'), {childList: true});
  document.querySelector(selector).click();
})"""

MARKUP = [
    "<script>owned()</script>",
    "<img src=x onerror=owned()>",
    "<svg onload=owned()>",
    '"><script>owned()</script>',
    "' onmouseover='owned()",
    "javascript:owned()",
    "</title><script>owned()</script>",
    "<iframe srcdoc='<script>parent.owned()</script>'>",
    "{{constructor.constructor('owned()')()}}",
    "${owned()}",
    "<style>*{display:none}</style>",
    "</ul></main><h1>gone",
    "W" * 250,
]


@contextmanager
def _serving(recommender, access=None):
    config = uvicorn.Config(
        app_on(ServedGraph(lambda: recommender), access or Access()), port=0, log_config=None, ws="none"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def _tab(chromium, address, **how):
    """A tab of its own; every request to elsewhere, message and error is noted, and refused at the end."""
    context = chromium.new_context(**{"viewport": {"width": 1200, "height": 900}, **how})
    tab, wrong = context.new_page(), []
    tab.on("request", lambda r: None if r.url.startswith(address) else wrong.append(r.url))
    tab.on("console", lambda message: wrong.append(message.text))
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.set_default_timeout(10_000)
    yield tab
    expected = "Failed to load resource"  # what Chromium says of an answer such as 404
    assert [line for line in wrong if expected not in line] == []
    context.close()


@pytest.fixture(scope="module")
def movies(movielens):
    recommender = Recommender(movielens)
    with _serving(recommender) as address:
        yield address, recommender


@pytest.fixture
def tab(chromium, movies):
    with _tab(chromium, movies[0]) as tab:
        tab.goto(movies[0])
        yield tab


def _choose(tab, user):
    tab.fill("#viewer", user)
    tab.click("#viewer-form button")
    tab.locator("#list .title").first.wait_for()


def _titles(tab, place="#list"):
    return tab.locator(f"{place} > .title").evaluate_all("all => all.map(one => one.dataset.title)")


def test_a_thumb_changes_the_rows_within_300_milliseconds(tab, movies):
    _, recommender = movies
    _choose(tab, "366")
    for kind in ("up", "down", "block"):
        before = _titles(tab)
        assert before == [item.title_id for item in recommender.recommend("366")]
        took = tab.evaluate(TIMED, f"#list [data-action={kind}]")
        assert took <= 300, kind
        after = _titles(tab)
        assert before[0] not in after
        assert after == [item.title_id for item in recommender.recommend("366")]
        rows = [[item.title_id for item in row.titles] for row in recommender.home("366", 6)]
        shown = tab.locator("#rows section").evaluate_all(
            "all => all.map(row => [...row.querySelectorAll('.title')].map(one => one.dataset.title))"
        )
        assert shown == rows
        tab.evaluate(TIMED, "#undo")
        assert _titles(tab) == before


def test_every_reason_opens_its_picture_and_says_what_the_list_says(tab, movies):
    _, recommender = movies
    _choose(tab, "196")
    for place, item in enumerate(recommender.recommend("196")):
        tab.locator("#list [data-action=why]").nth(place).click()
        tab.locator("#why[open] .picture .box").first.wait_for()
        assert tab.inner_text("#words") == str(recommender.explain("196", item.title_id))
        reasons = tab.locator("#why [data-reason]").evaluate_all("all => all.map(one => one.dataset.reason)")
        assert reasons[:3] == [reason.id for reason in item.because]
        boxes = tab.locator("#why .picture .box > span:first-child").all_inner_texts()
        assert boxes[0] == item.because[0].name
        tab.keyboard.press("Escape")
        tab.locator("#why").wait_for(state="hidden")


@pytest.mark.parametrize("user", ["366", "196", "22"])
def test_the_counterfactual_that_is_tried_gives_what_it_promised(tab, movies, user):
    _, recommender = movies
    first = recommender.recommend(user, 1)[0]
    promised = recommender.explain(user, first.title_id).counterfactual()
    _choose(tab, user)
    tab.locator("#list [data-action=why]").first.click()
    assert tab.inner_text("#otherwise") == str(promised)
    tab.click("#try")
    tab.locator("#tried:not(:empty)").wait_for()
    assert tab.get_attribute("#tried", "data-first") == promised.replacement_id
    tab.click("#try")
    tab.locator("#tried:has-text('As before')").wait_for()
    assert tab.get_attribute("#tried", "data-first") == first.title_id


def test_not_because_of_this(tab, movies):
    _, recommender = movies
    _choose(tab, "405")
    reason = recommender.recommend("405", 1)[0].because[0]
    tab.locator("#list [data-action=why]").first.click()
    tab.locator("#why summary").wait_for()
    if tab.locator("#why details[open]").count() == 0:
        tab.click("#why summary")
    tab.locator(f"#why [data-reason='{reason.id}'] button").click()
    tab.locator("#why").wait_for(state="hidden")
    tab.locator("#status:has-text('Not because of')").wait_for()
    assert reason.id not in {r.id for item in recommender.recommend("405") for r in item.because}
    recommender.undo("405")


def test_dials_say_what_they_do_place_by_place(tab, movies):
    _, recommender = movies
    _choose(tab, "366")
    tab.click("#dials summary")
    tab.fill("#bubble", "3")
    tab.fill("#popularity", "0.2")
    tab.locator("#moved:has-text('Against')").wait_for()
    tab.wait_for_timeout(500)
    plain = [item.title_id for item in recommender.recommend("366")]
    dialled = [item.title_id for item in recommender.recommend("366", remedies="bubble=3,popularity=0.2")]
    assert _titles(tab) == dialled
    new = len(set(dialled) - set(plain))
    assert f"{new} new, {new} gone" in tab.inner_text("#moved")
    assert tab.locator("#list .place:has-text('new')").count() == new
    tab.click("#reset")
    tab.locator("#moved:empty").wait_for(state="attached")
    assert _titles(tab) == plain


def test_somebody_new_starts_with_what_they_find(tab, movies):
    _, recommender = movies
    tab.click("#newcomer")
    tab.locator("#rows .title").first.wait_for()
    user = tab.input_value("#viewer")
    tab.fill("#search", "alien")
    tab.locator("#results .title").first.wait_for()
    tab.locator("#results [data-action=up]").first.click()
    tab.locator("#list .title").first.wait_for()
    assert _titles(tab) == [item.title_id for item in recommender.recommend(user)]


def test_a_file_is_imported_and_asks_what_it_must(tab, movies):
    _, recommender = movies
    text = 'Title,Date\n"Fargo","2024-01-02"\n"Heat","2024-01-03"\n"Bodysnatchers","2024-01-04"\n'
    tab.fill("#owner", "anna")
    file = {"name": "NetflixViewingHistory.csv", "mimeType": "text/csv", "buffer": text.encode()}
    tab.set_input_files("#file", [file])
    tab.select_option("#order", "ymd")
    tab.click("#import-form button")
    tab.locator("#questions fieldset").first.wait_for()
    tab.click("#import-form button")
    tab.locator("#imported:has-text('3 rows read')").wait_for()
    tab.locator("#list .title").first.wait_for()
    assert {"Fargo", "Heat"} <= {event.title for event in recommender.history("anna")}
    assert _titles(tab) == [item.title_id for item in recommender.recommend("anna")]


#: Drop a file on the page, as a person does from their desktop.
DROP = """text => {
  const files = new DataTransfer();
  files.items.add(new File([text], 'trakt-history.json', {type: 'application/json'}));
  const place = document.getElementById('drop');
  place.dispatchEvent(new DragEvent('drop', {dataTransfer: files, bubbles: true, cancelable: true}));
}"""


def test_a_file_may_be_dropped_and_what_is_wrong_with_it_is_said(tab):
    tab.fill("#owner", "dora")
    tab.evaluate(DROP, "{")
    tab.locator("#imported:has-text('trakt-history.json is ready')").wait_for()
    assert tab.input_value("#service") == "trakt"
    tab.click("#import-form button")
    tab.locator("#imported.error").wait_for()
    assert "\n" not in tab.inner_text("#imported")


@pytest.mark.parametrize(
    ("width", "scheme"), [(1200, "light"), (1200, "dark"), (390, "light"), (390, "dark")]
)
def test_everybody_can_read_it(chromium, movies, screenshots, width, scheme):
    from axe_playwright_python.sync_playwright import Axe

    name = f"serve{'' if width == 1200 else '-phone'}{'' if scheme == 'light' else '-dark'}"
    with _tab(chromium, movies[0], viewport={"width": width, "height": 900}, color_scheme=scheme) as tab:
        tab.goto(movies[0])
        _choose(tab, "366")
        tab.click("#dials summary")
        tab.fill("#bubble", "3")
        tab.locator("#moved:has-text('Against')").wait_for()
        assert Axe().run(tab).violations_count == 0
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        _keep(tab, screenshots, f"{name}.png")
        tab.locator("#list [data-action=why]").first.click()
        tab.locator("#try").wait_for()
        assert Axe().run(tab).violations_count == 0
        assert tab.evaluate("document.getElementById('why').scrollWidth") <= width
        _keep(tab, screenshots, f"{name}-why.png")


def _keep(tab, folder, name):
    """Take a picture, where the documentation shows it."""
    if name in PICTURES:
        tab.screenshot(path=folder / name)


def test_the_keyboard_is_enough(tab):
    tab.focus("#viewer")
    tab.keyboard.type("366")
    tab.keyboard.press("Enter")
    tab.locator("#list .title").first.wait_for()
    tab.locator("#list [data-action=why]").first.focus()
    tab.keyboard.press("Enter")
    tab.locator("#why[open]").wait_for()
    assert tab.evaluate("document.activeElement.closest('dialog') !== null")
    tab.keyboard.press("Escape")
    tab.locator("#why").wait_for(state="hidden")
    assert tab.evaluate("document.activeElement.dataset.action") == "why"
    assert tab.locator("#status[aria-live=polite]").count() == 1


def test_nobody_has_this_id_is_said(tab):
    tab.fill("#viewer", "nobody-yet")
    tab.click("#viewer-form button")
    tab.locator("#status:has-text('nobody-yet is new here')").wait_for()
    tab.locator("#rows .title").first.wait_for()
    assert tab.locator("#rows .title").count() > 5


@pytest.mark.fault
def test_hostile_names_are_only_text(chromium):
    hostile = [*MARKUP, *PAYLOADS.values()]
    ids = [f"{text}#{number}" for number, text in enumerate(MARKUP)] + [f"t{n}" for n in range(len(PAYLOADS))]
    users = [MARKUP[0], MARKUP[3], *(f"u{n}" for n in range(8))]
    rows = [(u, t, 5.0, 10**9) for n, u in enumerate(users) for m, t in enumerate(ids) if (n + m) % 3]
    graph = from_ratings(rows)
    names = dict(zip(ids, (f"{text} owned {number}" for number, text in enumerate(hostile)), strict=True))
    titles, _ = sorted_nodes("Title", ids, {"title": [names[title] for title in ids]})
    graph = replace(graph, nodes={**graph.nodes, "Title": titles})
    with _serving(Recommender(graph)) as address, _tab(chromium, address) as tab:
        tab.add_init_script("window.owned = () => { window.isOwned = true; }")
        tab.goto(address)
        for user in users[:2]:
            _choose(tab, user)
            tab.locator("#list [data-action=why]").first.click()
            tab.locator("#why[open] .picture").wait_for()
            assert tab.evaluate("document.getElementById('why').scrollWidth") <= 1200
            tab.keyboard.press("Escape")
            tab.fill("#search", "owned")
            tab.locator("#results .title").first.wait_for()
            tab.locator("#results [data-action=up]").first.click()
            tab.locator("#status:has-text('thumb up')").wait_for()
            assert tab.evaluate("window.isOwned") is None
            assert tab.evaluate("document.documentElement.scrollWidth") <= 1200
            assert commands_in(tab.inner_text("body")) == []
            assert tab.locator("main img, main iframe, main script, main style").count() == 0
            assert tab.locator("h1").count() == 1


def test_the_token_in_the_address_becomes_a_cookie_that_scripts_do_not_see(chromium):
    with _serving(Recommender(example_graph()), Access(TOKEN)) as address:
        with _tab(chromium, address) as tab:
            tab.goto(address)
            tab.fill("#viewer", "ann")
            tab.click("#viewer-form button")
            tab.locator("#status.error:has-text('token')").wait_for()
        with _tab(chromium, address) as tab:
            tab.goto(f"{address}#token={TOKEN}")
            tab.locator("#status:has-text('Choose a viewer')").wait_for()
            assert tab.url == address
            assert tab.evaluate("document.cookie") == ""
            _choose(tab, "ann")
            (cookie,) = tab.context.cookies()
            assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
        for path in ("", "page/main.js", "page/style.css"):
            assert httpx.get(address + path).status_code == 200
        assert httpx.get(f"{address}api/browser?user=ann&title=Alien").status_code == 401
