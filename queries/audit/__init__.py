"""How groups of viewers are served, what is shown of titles and creators, and what knowing groups changes.

It builds on ``evaluate``. Start reading in ``audit.py``; ``figures.py`` is what comes out.
"""
