"""Plain functions over arrays: compiled loops, the best of many, sums of pairs, resampling.

Nothing here knows of titles or viewers: nodes are positions, edges are compressed sparse rows. It builds on nothing.
Start reading in ``arrays.py``, then ``kernels.py``, where the walks' inner loops are.
"""
