"""What every walk is: a profile in, an outcome out, whose scores divide over seeds and single paths.

It builds on ``model``. Start reading in ``result.py``; ``blend.py`` adds walks up.
"""
