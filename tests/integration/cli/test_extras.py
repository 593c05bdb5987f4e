"""A missing package is named before the work: here there is not even a source."""

from __future__ import annotations

import sys

import pytest

pytestmark = [pytest.mark.integration, pytest.mark.fault]

CASES = [
    ("audit nowhere", "fairlearn", "report"),
    ("audit nowhere --compare calibrated=0.1", "ranx", "report"),
    ("audit nowhere --html audit.html", "jinja2", "report"),
    ("audit nowhere --html audit.html", "vl_convert", "report"),
    ("card nowhere", "ranx", "report"),
    ("evaluate nowhere", "ranx", "evaluate"),
    ("evaluate nowhere", "implicit", "evaluate"),
    ("evaluate nowhere --walk bpr", "implicit", "evaluate"),
    ("evaluate nowhere --cold-start", "ranx", "evaluate"),
    ("tune nowhere", "optuna", "evaluate"),
    ("tune nowhere --fair calibrated", "ranx", "evaluate"),
    ("batch --out lists.parquet --graph nowhere", "pyarrow", "parquet"),
    ("batch --out lists.jsonl --graph nowhere", "pyarrow", "parquet"),
    ("batch --out lists --engine spark --graph nowhere", "pyspark", "spark"),
    ("explain 1 Heat --html why.html --graph nowhere", "jinja2", "report"),
    ("serve nowhere", "prometheus_client", "web"),
    ("mcp nowhere", "mcp", "mcp"),
    ("mcp nowhere", "uvicorn", "mcp"),
]


@pytest.mark.parametrize(("words", "package", "extra"), CASES)
def test_a_missing_package_is_named_before_the_work(run, monkeypatch, tmp_path, words, package, extra):
    monkeypatch.setitem(sys.modules, package, None)
    code, out, err = run(*words.split())
    assert (code, out, err.count("\n")) == (3, "", 1)
    assert f"needs the package {package}: pip install 'cinewalk[{extra}]'" in err
    assert list(tmp_path.iterdir()) == []
