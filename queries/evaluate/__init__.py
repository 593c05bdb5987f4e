"""How well walks recommend and explain: models by name, splits, figures, leaderboards.

It builds on ``recommend``. Start reading in ``evaluation.py``; ``models.py`` knows walks and baselines by name.
"""
