"""What a batch says it has done."""

from __future__ import annotations

import pytest

from cinewalk.queries.batch.batch import BatchSummary

pytestmark = pytest.mark.unit


def test_a_summary_is_a_sentence():
    plain = BatchSummary("x.parquet", 1000, 9000, 0, 1, 0)
    assert str(plain) == "9,000 recommendations for 1,000 users in x.parquet."
    full = BatchSummary("x.parquet", 1000, 9000, 2, 4, 3)
    assert "2 of the users have none. 3 of 4 blocks were there already." in str(full)
    assert full.to_dict()["kept"] == 3
