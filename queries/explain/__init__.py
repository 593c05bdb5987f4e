"""Why a title is recommended: reasons, paths, contrasts, counterfactuals, and the page that draws them.

It builds on ``words``. Start reading in ``explanation.py``, what people get, then ``build.py``, how it comes about.
"""
