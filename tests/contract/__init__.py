"""One suite for every walk, every re-ranker and every model that is evaluated."""
