"""`cinewalk doctor` looks at this machine."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.integration


def test_doctor(run, example, monkeypatch):
    monkeypatch.setenv("CINEWALK_GRAPH", example)
    code, out, _ = run("doctor", "--json")
    findings = {finding["check"]: finding for finding in json.loads(out)}
    assert code == 0
    assert "7 User" in findings["current graph"]["detail"]
    assert findings["compiled kernels"]["result"] == "ok"


def test_doctor_fails_where_nothing_can_be_kept(run, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CINEWALK_HOME", str(tmp_path / "file"))
    code, out, _ = run("doctor")
    assert code == 3
    assert "fail" in out
