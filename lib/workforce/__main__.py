"""``python -m workforce``: the command ``workforce`` where it is not on the path."""

from workforce.cli import main

if __name__ == "__main__":
    main(prog_name="workforce")
