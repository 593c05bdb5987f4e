"""The graph in memory, the walks on it, ranking and explaining. Arrays only: no files, no network."""
