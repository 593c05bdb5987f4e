"""A viewer's own history: exports of other services become events in the graph."""
