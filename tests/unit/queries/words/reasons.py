"""Some reasons, of every kind."""

from __future__ import annotations

from cinewalk.queries.words.results import Reason
from cinewalk.queries.words.wording import MOST_VIEWERS

ALIEN = Reason("Title", "1", "Alien (1979)", 0.4, 0.4, 31)


AGED = Reason("DemographicGroup", "age=25-34", "viewers aged 25–34", 0.35, 0.35)


MOST = Reason("", "", MOST_VIEWERS, 0.25, 0.25)


HORROR = Reason("Genre", "Horror", "Horror", 0.6, 0.6)


SCOTT = Reason("Person", "scott", "Ridley Scott", 0.7, 0.7)


BEN = Reason("User", "ben", "ben", 0.5, 0.5)
