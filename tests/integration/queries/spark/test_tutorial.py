"""The tutorial on Spark does what it says, from the first block to the last, in one terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.markdown import blocks

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.spark]

#: What a reader sees at once, and a script does not: a block that fails ends it, and what it has started with it.
HEAD = "set -euo pipefail\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n"


def test_the_page_runs_as_it_stands(tmp_path, begin):
    typed = [
        block.text if block.language == "bash" else f"python - <<'END'\n{block.text}END\n"
        for block in blocks(ROOT / "docs" / "spark-tutorial.md")
        if block.language in ("bash", "python")
    ]
    assert len(typed) >= 7
    here = Path(sys.executable).parent
    environment = os.environ | {
        "CINEWALK_HOME": str(tmp_path / "home"),
        "PATH": f"{here}:{os.environ['PATH']}",
    }
    shell = begin(
        ["bash", "-c", HEAD + "\n".join(typed)],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    printed, _ = shell.communicate(timeout=500)
    assert shell.returncode == 0, printed[-3000:]
    assert "23,575 places" in printed.replace("23575", "23,575"), printed[-3000:]
