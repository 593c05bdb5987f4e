"""Real data, files, processes, a real Neo4j; ``cli/`` is the command line, ``queries/cypher/`` the ready queries."""
