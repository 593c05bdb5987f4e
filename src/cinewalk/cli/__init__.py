"""The command line: one file a command, over the same calls as in Python.

It builds on ``queries``. Start reading in ``app.py``, which knows the commands by name; ``entry.py`` is where a process
begins, and what stops it; ``options.py`` declares what several share, ``output_file.py`` writes what several write.
``compare.py`` and ``report.py`` belong to ``audit.py``, ``cold_start.py`` and ``explanations.py`` to ``evaluate.py``.
"""
