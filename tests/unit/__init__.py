"""Fast tests without files, network or processes; ``test_house.py`` holds the rules and runs all docstring examples."""
