"""Sources to checked tables to graph, and the graph's folder on disk."""
