"""`cinewalk doctor` looks at this machine."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

import cinewalk
from cinewalk.extras import EXTRAS
from cinewalk.graph.model.example import example_graph

pytestmark = pytest.mark.integration


def test_doctor(run, example, monkeypatch):
    monkeypatch.setenv("CINEWALK_GRAPH", example)
    code, out, _ = run("doctor", "--json")
    findings = {finding["check"]: finding for finding in json.loads(out)}
    assert code == 0
    assert "7 User" in findings["current graph"]["detail"]
    assert findings["compiled kernels"]["result"] == "ok"


def test_doctor_says_which_extra_is_not_installed(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "altair", None)
    _, out, _ = run("doctor", "--json")
    findings = {finding["check"]: finding for finding in json.loads(out)}
    assert {f"extra {extra}" for extra in EXTRAS} <= set(findings)
    assert findings["extra report"]["result"] == "note"
    assert "without altair" in findings["extra report"]["detail"]
    assert "pip install 'cinewalk[report]'" in findings["extra report"]["detail"]


def test_doctor_mends_what_interruptions_have_left(run, example, tmp_path):
    kept = tmp_path / "home" / "graphs"
    kept.mkdir(parents=True)
    place = Path(example).rename(kept / "one.cinewalk")
    (place / "arrays-0123456789abcdef").mkdir()
    lost = cinewalk.save(example_graph(), tmp_path / "lost.cinewalk")
    (kept / ".two.cinewalk.abc").mkdir()
    lost.rename(kept / ".two.cinewalk.abc" / "old")
    run("use", "one")
    run("mark", "zoe", "Heat", "--block")
    findings = {row["check"]: row["detail"] for row in json.loads(run("doctor", "--json")[1])}
    assert findings["kept graphs"].startswith("one, two; what interruptions had left of two.cinewalk")
    assert "1 signals beside it" in findings["current graph"]
    assert sorted(entry.name for entry in kept.iterdir()) == ["current", "one.cinewalk", "two.cinewalk"]
    (kept / "two.cinewalk" / "manifest.json").write_text("{")
    assert "1 cannot be opened" in run("doctor", "--json")[1]


def test_doctor_fails_where_nothing_can_be_kept(run, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CINEWALK_HOME", str(tmp_path / "file"))
    code, out, _ = run("doctor")
    assert code == 3
    assert "fail" in out
