"""The ready queries in a real Neo4j give what Python gives; lists, figures and shares."""
