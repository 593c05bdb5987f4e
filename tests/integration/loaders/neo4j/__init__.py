"""The one Neo4j of a test run (see ``tests/neo4j_fixtures.py``): read from, written to, started and stopped."""
