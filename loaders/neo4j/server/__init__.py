"""Which Neo4j is talked to, how it is asked, and the local one that pip alone brings up.

It builds on ``base``. Start reading in ``connection.py`` and ``address.py``; ``server.py`` starts and stops the local
one, from the jars that ``artifacts.csv`` pins.
"""
