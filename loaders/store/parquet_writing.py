"""Long tables as files: Parquet, a row group a block, or JSON, one row a line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from cinewalk.errors import RequestError, of_memory
from cinewalk.extras import need

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from typing import BinaryIO

    #: Writes the tables of all blocks, and then what is said about them where the format has a place for that.
    Writer = Callable[[BinaryIO, Any, Iterable[Any], Callable[[], dict[str, Any]]], None]

PARQUET: Final = ".parquet"
JSON_LINES: Final = ".jsonl"
_ABOUT: Final = b"cinewalk"


def arrow(path: Path) -> Any:
    """Return pyarrow, its Parquet module loaded.

    Raises
    ------
    MissingPackageError
        Where it is not installed.
    """
    need("parquet", f"Writing {path.name}")
    import pyarrow as pa  # type: ignore[import-untyped]
    import pyarrow.parquet  # type: ignore[import-untyped]

    return pa


def writer_for(path: Path) -> Writer:
    """Return what writes the kind of file that a name asks for.

    Raises
    ------
    RequestError
        Where the name ends in neither ``.parquet`` nor ``.jsonl``.

    Examples
    --------
    >>> from pathlib import Path
    >>> writer_for(Path("lists.xlsx"))
    Traceback (most recent call last):
    ...
    cinewalk.errors.RequestError: lists.xlsx: the name must end in .parquet or .jsonl.
    """
    writers: dict[str, Writer] = {PARQUET: _write_parquet, JSON_LINES: _write_json_lines}
    if path.suffix not in writers:
        raise RequestError(f"{path}: the name must end in {' or '.join(writers)}.")
    return writers[path.suffix]


def write_block(stream: BinaryIO, table: Any, rows: int | None = None) -> None:
    """Write one block as Parquet, with checksums that are compared when it is read; so many rows, or all, a group."""
    import pyarrow.parquet as pq

    # It is read once: a dictionary would not be worth its time.
    pq.write_table(
        table,
        stream,
        row_group_size=rows or max(1, len(table)),
        write_page_checksum=True,
        use_dictionary=False,
    )


def read_block(file: Path, schema: Any) -> Any | None:
    """Read a block of some columns; ``None`` where it is missing, damaged or of others."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(file, page_checksum_verification=True) as source:
            table = source.read()
    except (pa.ArrowException, OSError, ValueError) as error:
        if of_memory(error):  # the file is as it was
            raise
        return None
    return table if table.schema.equals(schema) else None


def read_groups(file: Path) -> Iterator[Any]:
    """Yield each group of rows of a block; ``None`` and nothing more where it is missing or damaged.

    On one thread: each of Arrow's own takes 8 MiB of what a process may have.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(file, page_checksum_verification=True) as source:
            for group in range(source.num_row_groups):
                yield source.read_row_group(group, use_threads=False)
    except (pa.ArrowException, OSError, ValueError) as error:
        if of_memory(error):
            raise
        yield None


def _write_parquet(
    stream: BinaryIO, schema: Any, tables: Iterable[Any], about: Callable[[], dict[str, Any]]
) -> None:
    import pyarrow.parquet as pq

    # What repeats is text; looking for it among numbers takes as long as all the rest.
    repeating = [field.name for field in schema if str(field.type) == "string"]
    with pq.ParquetWriter(stream, schema, use_dictionary=repeating) as writer:
        for table in tables:
            writer.write_table(table, row_group_size=max(1, len(table)))
        writer.add_key_value_metadata({_ABOUT: json.dumps(about())})


def read_about(path: Path) -> dict[str, Any] | None:
    """Return what a finished Parquet file says about itself; ``None`` where it is none of ours."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        said = (pq.read_metadata(path).metadata or {}).get(_ABOUT)
        facts = None if said is None else json.loads(said)
    except (pa.ArrowException, OSError, ValueError) as error:
        if of_memory(error):
            raise
        return None
    return facts if isinstance(facts, dict) else None


def without_rows(path: Path, stream: BinaryIO, user_id: str) -> int:
    """Write a Parquet file anew without the rows of a person, and return how many there were."""
    import pyarrow.compute as pc  # type: ignore[import-untyped]
    import pyarrow.parquet as pq

    arrow(path)
    removed = 0
    with pq.ParquetFile(path) as source, pq.ParquetWriter(stream, source.schema_arrow) as writer:
        for group in range(source.num_row_groups):
            rows = source.read_row_group(group)
            kept = rows.filter(pc.not_equal(rows["user_id"], user_id))
            removed += len(rows) - len(kept)
            writer.write_table(kept, row_group_size=max(1, len(kept)))
    return removed


def _write_json_lines(
    stream: BinaryIO,
    schema: Any,  # noqa: ARG001 - the form of both
    tables: Iterable[Any],
    about: Callable[[], dict[str, Any]],  # noqa: ARG001 - lines have no place for it
) -> None:
    for table in tables:
        lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in table.to_pylist()]
        stream.write("".join(lines).encode())
