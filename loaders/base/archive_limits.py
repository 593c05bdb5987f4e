"""How large what comes out of an archive may be, and what a damaged one raises: one rule for whoever opens one."""

from __future__ import annotations

import struct
import zipfile
import zlib
from typing import Final

#: How many times its packed size a member may have, unless it is small anyway.
LARGEST_RATIO: Final = 100

#: How many members an archive may have.
MOST_MEMBERS: Final = 10_000

#: What opening or unpacking a damaged zip archive raises.
DAMAGED_ZIP: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
)
