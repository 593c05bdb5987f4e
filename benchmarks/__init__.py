"""Measurements on this machine; ``python -m benchmarks`` writes them into ``docs/benchmarks.md``."""
