"""The page of an audit: its words agree with the figures, it needs no network, and everybody can read it."""

from __future__ import annotations

import csv
import json
import re
import sys
from html.parser import HTMLParser

import numpy as np
import pytest

import cinewalk
from cinewalk.errors import MissingPackageError, StorageError
from cinewalk.graph.attributes.privacy import SMALLEST_GROUP
from cinewalk.graph.evaluate.splits import usual_split
from cinewalk.graph.model import schema
from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.settings import Settings
from cinewalk.queries.audit.audit import audit
from cinewalk.queries.audit.figures import Audit, GroupRow
from cinewalk.queries.evaluate.figures import MeanInterval
from cinewalk.queries.report import example as report_example
from cinewalk.queries.report.example import worked_example
from cinewalk.queries.report.report import report, write_report
from cinewalk.queries.report.summary import summary
from tests.graphs import from_ratings

pytestmark = pytest.mark.integration

SPACE = "\N{NO-BREAK SPACE}"
HOSTILE = "<script>alert('& \"')</script>"


@pytest.fixture(scope="module")
def example(movielens, audited):
    return worked_example(movielens, Settings(), audited)


@pytest.fixture(scope="module")
def page(audited, example):
    return report(audited, source="movielens-100k", example=example)


@pytest.fixture(scope="module")
def club(tmp_path_factory):
    """A club whose members have telling names, one of whose groups is too small, and creators with an awkward one."""
    folder, rng = tmp_path_factory.mktemp("club"), np.random.default_rng(7)
    users = [f"member-{i:03}" for i in range(200)]
    lodges = ["north"] * 100 + ["south"] * 80 + ["secretlodge"] * 5 + ["west"] * 15
    tables = {
        "users": [("user_id", "lodge"), *zip(users, lodges, strict=True)],
        "titles": [
            ("title_id", "title", "year", "genres"),
            *((f"t{i}", f"Film {i}", 1950 + i, ("Drama", "Comedy", HOSTILE)[i % 3]) for i in range(60)),
        ],
        "people": [
            ("person_id", "name", "title_id", "role", "gender"),
            *((f"p{i}", f"Person {i}", f"t{i}", "directed", (HOSTILE, "M")[i % 2]) for i in range(60)),
        ],
    }
    popularity = rng.random(60) ** 2
    chosen = [(user, i) for user in users for i in np.flatnonzero(rng.random(60) < popularity).tolist()]
    tables["ratings"] = [
        ("user_id", "title_id", "rating", "timestamp"),
        *((user, f"t{i}", 5, 1_600_000_000 + int(rng.integers(0, 10**7))) for user, i in chosen),
    ]
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
    return folder


class Reader(HTMLParser):
    """Collects the text of each table cell, and of everything."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.cells: list[str] = []
        self.text: list[str] = []
        self._open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, _):
        self._open.append(tag)
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_endtag(self, tag):
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data):
        if "style" in self._open:
            return
        self.text.append(data)
        if any(tag in ("td", "th") for tag in self._open):
            self.cells[-1] += data


@pytest.fixture
def opened(chromium, page, tmp_path):
    """The page as somebody opens it from their disk; every other request is noted and refused."""
    place = tmp_path / "audit.html"
    place.write_text(page, encoding="utf-8")
    context = chromium.new_context(viewport={"width": 1100, "height": 900}, offline=True)
    asked: list[str] = []

    def only_itself(route):
        asked.append(route.request.url)
        if route.request.url == place.as_uri():
            route.continue_()
        else:
            route.abort()

    context.route("**/*", only_itself)
    tab = context.new_page()
    problems: list[str] = []
    tab.on("console", lambda message: problems.append(message.text))
    tab.on("pageerror", lambda error: problems.append(str(error)))
    tab.goto(place.as_uri())
    tab.wait_for_load_state("networkidle")
    assert asked == [place.as_uri()]
    assert problems == []
    yield tab
    context.close()


@pytest.mark.slow
def test_the_top_of_the_page_fits_a_narrow_window(opened, screenshots) -> None:
    opened.set_viewport_size({"width": 900, "height": 1640})
    assert opened.evaluate("document.documentElement.scrollWidth") <= 900
    assert opened.locator("h2", has_text="Who is served how well").bounding_box()["y"] < 1640
    opened.screenshot(path=screenshots / "audit-report.png")


def test_the_page_asks_for_nothing_and_runs_nothing(opened, page) -> None:
    assert "<script" not in page
    assert not re.findall(r"""(?:src|href)\s*=\s*["'](?!#)""", page)
    assert not re.findall(r"url\(|@import", page)
    assert opened.locator("figure svg").count() == len(re.findall("<figure>", page)) > 5
    box = opened.locator("figure svg").first.bounding_box()
    assert box["width"] > 300
    assert box["height"] > 50


@pytest.mark.parametrize("width", [1100, 380])
def test_it_passes_the_accessibility_checks(opened, width) -> None:
    from axe_playwright_python.sync_playwright import Axe

    opened.set_viewport_size({"width": width, "height": 900})
    found = Axe().run(opened)
    assert found.violations_count == 0, found.generate_report()
    # Nothing runs off a small screen: what is wide scrolls by itself.
    assert opened.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_structure_is_there_for_who_cannot_see(opened) -> None:
    assert opened.get_attribute("html", "lang") == "en"
    for landmark in ("header", "nav", "main", "footer"):
        assert opened.locator(landmark).count() == 1
    assert opened.locator("h1").count() == 1
    for image in opened.locator("figure svg").all():
        assert image.get_attribute("role") == "img"
        assert image.get_attribute("aria-label")
    for table in opened.locator("table").all():
        assert table.locator("caption").count() == 1
        assert table.locator("thead th[scope=col]").count() > 1
        assert table.locator("tbody tr").count() == table.locator("tbody th[scope=row]").count() > 0
    for link in opened.locator("nav a").all():
        assert opened.locator(link.get_attribute("href")).count() == 1


def test_it_prints(opened, audited, tmp_path) -> None:
    import pypdfium2

    opened.pdf(path=tmp_path / "audit.pdf", prefer_css_page_size=True)
    document = pypdfium2.PdfDocument(tmp_path / "audit.pdf")
    assert 4 <= len(document) <= 20
    size = document[0].get_size()
    assert size == pytest.approx((595, 842), abs=2)
    texts = [sheet.get_textpage().get_text_range() for sheet in document]
    document.close()
    words = " ".join(" ".join(texts).split())
    for point in summary(audited):
        # A line may end within a word.
        assert "".join(point.text.split()) in "".join(words.split())
    for heading in ("Who is served how well", "Method and limits", "What this cannot tell", "Viewers by age"):
        assert heading in words
    assert "In short All figures" not in words  # the links of the page are no use on paper


def test_words_and_tables_agree_with_the_figures(audited, page) -> None:
    read = Reader(page)
    text = " ".join("".join(read.text).split())
    recall = audited.everybody.figures["recall@20"].mean
    assert f"first twenty titles hold {100 * recall:.0f}{SPACE}% on average" in "".join(read.text)
    for point in summary(audited):
        assert " ".join(point.text.split()) in text
    cells = set(read.cells)
    for row in audited.groups:
        mean, low, high = row.figures["ndcg@10"]
        assert f"{mean:.3f} ({low:.3f} to {high:.3f})" in cells
        assert f"{row.viewers:,}" in cells
    for row in audited.exposure:
        assert {f"{100 * share:.1f}{SPACE}%" for share in (row.exposure, row.catalogue, row.viewing)} <= cells
    for gap in audited.gaps:
        assert f"{gap.p:.3f}".removeprefix("0") in cells
    assert all(gap.p * 5 > 0.05 for gap in audited.gaps if gap.figure == "popularity_lift")
    lift = 100 * audited.everybody.figures["popularity_lift"].mean
    told = f"A list is on average {lift:.0f} % more popular than what its viewer likes"
    assert f"{told}, and groups differ in that no more than by chance." in text


def test_the_worked_example_is_measured(audited, example, page) -> None:
    """Old titles are shown half as often as they are liked; a floor gives them their share."""
    assert example.bias.remedy == "floor=year:1930-1969"
    old = [
        row
        for row in audited.exposure
        if row.by == "decade" and row.value in ("1930s", "1940s", "1950s", "1960s")
    ]
    before, after = example.trade_offs.before, example.trade_offs.after
    assert before.figures["ndcg@10"] == pytest.approx(audited.everybody.figures["ndcg@10"].mean)
    assert before.figures[example.figure] == pytest.approx(sum(row.exposure for row in old))
    assert after.figures[example.figure] == pytest.approx(sum(row.viewing for row in old), abs=0.01)
    assert after.figures[example.figure] > 1.9 * before.figures[example.figure]
    assert after.cost < 0.03
    read = Reader(page)
    assert f"{100 * after.figures[example.figure]:.1f}{SPACE}%" in read.cells
    for sentence in example.sentences():
        assert sentence in "".join(read.text)


def test_hidden_groups_are_not_named(movielens, audited, page) -> None:
    ids = movielens.nodes[schema.GROUP.label].ids.ids
    shown = {(row.kind, row.value) for row in audited.groups}
    gone = [tuple(ids[i].split("=", 1)) for i in range(len(ids)) if tuple(ids[i].split("=", 1)) not in shown]
    assert gone
    read = Reader(page)
    for _, value in gone:
        if value != "none":  # an occupation, and also what the page says of remedies
            assert value not in read.cells
            assert f">{value}" not in page
    assert "So some of it is hidden by occupation, decade and genre" in "".join(read.text)
    viewers = {row.viewers for row in audited.groups}
    assert min(viewers) >= SMALLEST_GROUP


def test_nobody_is_named_and_names_are_only_text(run, club, tmp_path) -> None:
    code, out, err = run("audit", str(club), "--html", "audit.html", "--json")
    assert code == 0, err
    assert "The page is audit.html." in err
    assert json.loads(out)["everybody"]["viewers"] > 150
    page = (tmp_path / "audit.html").read_text("utf-8")
    assert not re.search(r"member-\d", page)
    assert "secretlodge" not in page
    assert "west" not in Reader(page).cells
    assert "north" in Reader(page).cells
    assert str(club.parent) not in page
    assert "<script" not in page
    assert HOSTILE in Reader(page).cells


def test_a_hostile_source_and_walk_are_only_text() -> None:
    row = GroupRow("", "", 50, True, {"ndcg@10": MeanInterval(0.1, 0.05, 0.15)}, 0.1, 0.9)
    page = report(Audit(HOSTILE, HOSTILE, row, (), (), (), (), (HOSTILE,), (HOSTILE,)), source=HOSTILE)
    assert "<script" not in page
    assert "".join(Reader(page).text).count(HOSTILE) >= 5


def test_a_graph_that_knows_nothing_has_a_page(tmp_path) -> None:
    row = GroupRow("", "", 50, True, {"ndcg@10": MeanInterval(0.1, 0.05, 0.15)}, 0.1, 0.9)
    write_report(Audit("blend", "", row, (), (), (), (), (), ()), tmp_path / "page.html")
    text = " ".join("".join(Reader((tmp_path / "page.html").read_text("utf-8")).text).split())
    assert "No group of viewers is shown: nothing is known of any group." in text
    assert "Nothing is known of the titles by which they could be told apart" in text
    assert "Not looked at in this report." in text
    assert "Nothing had to be hidden." in text


def test_remedies_in_force_are_shown_as_steps(club) -> None:
    graph = cinewalk.load(club)
    audited = audit(graph, Settings(), remedies="calibrated=0.1")
    found = worked_example(graph, Settings(), audited)
    page = report(audited, example=found)
    assert "Remedies are in force already" in page
    assert "calibrated=0.1" in Reader(page).cells


def test_a_remedy_that_cannot_be_had_is_said(club, monkeypatch) -> None:
    graph = cinewalk.load(club)
    bias = report_example.Bias("titles of the 1950s", 0.1, 0.9, "floor=decade:1950s", (1.5,))
    monkeypatch.setattr(report_example, "find_bias", lambda _: bias)
    sentences = worked_example(graph, Settings(), audit(graph, Settings())).sentences()
    assert sentences[1].startswith("It was not mended: ")
    assert "floor=decade:1950s:1.5" in sentences[1]


def test_splits_with_and_without_times() -> None:
    assert usual_split(example_graph()) == "user-time"
    assert usual_split(from_ratings([("ann", "alien", 5.0, 0)])) == "random"


def test_what_stands_in_the_way_is_said_first(run, kept, monkeypatch, tmp_path) -> None:
    code, _, err = run("audit", "movielens-100k", "--html", "nowhere/audit.html")
    assert (code, err.count("\n")) == (3, 1)
    assert "there is no folder nowhere" in err
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    code, _, err = run("audit", "movielens-100k", "--html", "audit.html")
    assert code == 3
    assert "pip install 'cinewalk[report]'" in err
    with pytest.raises(MissingPackageError):
        report(Audit("blend", "", None, (), (), (), (), (), ()))


def test_a_page_that_cannot_be_written(audited, tmp_path) -> None:
    with pytest.raises(StorageError, match="cannot be written"):
        write_report(audited, tmp_path)


def test_the_command_reads_the_graph_in_use(run, club, tmp_path) -> None:
    assert run("load", str(club), "--out", "films.cinewalk")[0] == 0
    assert run("use", "films.cinewalk")[0] == 0
    code, _, err = run("audit", "--by", "lodge", "--html", "audit.html")
    assert code == 0, err
    assert "<title>Audit of films</title>" in (tmp_path / "audit.html").read_text("utf-8")
