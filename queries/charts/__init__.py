"""Charts of what was found: of an explanation, an audit and an evaluation, for pages and for notebooks.

It builds on ``words``. Start reading in ``shown.py``, which hands a chart to who looks; ``drawing.py`` is how all of
them look.
"""
