"""The rows of walks in parts that many machines can work at: cut the nodes, look at two blocks at a time, merge.

Plain functions over arrays, for whoever runs them. Start reading in ``cut.py``; then ``node_block.py``.
"""
