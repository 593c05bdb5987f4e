"""What viewers and titles are like: groups, decades, kinds, genres, and how few people may be told of.

It builds on ``model``. Start reading in ``title_attributes.py``; ``viewer_groups.py`` is the same for viewers, and
``privacy.py`` says how few are too few.
"""
