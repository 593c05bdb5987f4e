"""Pages for people: an audit in words, plots and tables; a model card.

It builds on ``audit``. Start reading in ``report.py``; ``card.py`` is the model card.
"""
