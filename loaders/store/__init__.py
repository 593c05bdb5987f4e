"""The graph and its lists on disk: built from tables, saved, opened, and where it is kept.

It builds on ``tables``. Start reading in ``graph_folder.py``; ``build.py`` makes a graph of tables, ``blocks.py``
writes long tables block by block.
"""
