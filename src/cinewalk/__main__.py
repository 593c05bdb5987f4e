"""Run the command line: ``python -m cinewalk``."""

from cinewalk.cli.entry import main

if __name__ == "__main__":
    main()
