"""What a job on Spark reads, as a graph folder that all workers see."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cinewalk.errors import RequestError
from cinewalk.loaders.load import load
from cinewalk.loaders.store.graph_folder import is_graph_folder, open_graph, save

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from cinewalk.graph.numeric.progress import Progress

#: What a job may be given: a graph folder, what :func:`cinewalk.load` reads, or tables by name.
Source = str | Path | Mapping[str, Any]


def graph_folder(spark: SparkSession, source: Source, place: Path, progress: Progress) -> Path:
    """Return a graph folder with what a source holds; one that is there already with the same graph is kept.

    Parameters
    ----------
    spark
        The session, which knows tables by name.
    source
        A graph folder, which is returned as it is; what :func:`cinewalk.load` reads, such as a folder of Parquet files
        or the address of a Neo4j; or tables, by the name of the frame that ``load`` takes: Spark frames, or names that
        the session knows (of views, of Delta or Iceberg tables), or frames of pandas, polars or pyarrow.
    place
        Where the graph folder is made; the driver holds the graph once for that.
    progress
        Told how far it is.

    Raises
    ------
    RequestError
        Where the session does not know a table.
    SourceError
        Where the source cannot be read: see :func:`cinewalk.load`.
    """
    if isinstance(source, Mapping):
        graph = load(**{name: _frame(spark, table) for name, table in source.items()}, progress=progress)
    elif is_graph_folder(Path(source)):
        return Path(source)
    else:
        graph = load(str(source), progress=progress)
    if not (is_graph_folder(place) and open_graph(place).equals(graph)):
        save(graph, place)
    return place


def _frame(spark: SparkSession, table: Any) -> Any:
    """Return a table as it can be loaded."""
    if isinstance(table, str):
        if not spark.catalog.tableExists(table):
            raise RequestError(f"Spark knows no table {table!r}. Name one of this session, or pass a frame.")
        table = spark.table(table)
    return table.toArrow() if hasattr(table, "toArrow") else table
