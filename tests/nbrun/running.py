"""A command that runs the folder of notebooks it is called in, as a project's own layer over `nbrun` may be."""

import sys
from pathlib import Path

import click

from nbrun import command
from nbrun.project import Project
from nbrun.storage import digest_of


def choices(notebook):
    return {"count": [1, 2, 3, 4, 5, 6, 7, 8]}


def write_table(storage):
    storage.write("tables/made.csv", "a\n1\n")
    return {"tables/made.csv": digest_of(b"a\n1\n")}, "Tables written."


@click.command()
@click.option("--notebook", "notebooks", multiple=True)
@click.option("--authority", "subjects", multiple=True)
@click.option("--parameters", "settings", multiple=True)
@click.option("--jobs", type=int)
@click.option("--force", is_flag=True)
@click.option("--dry-run", is_flag=True)
@click.option("--quiet", is_flag=True)
@click.option("--format", "layout", default="text")
@click.option("--output")
@click.option("--scheduler")
@click.option("--cell-timeout", type=float, default=120)
def main(**options):
    first = command.First("tables", lambda: {"the table": "1"}, write_table)
    project = Project(Path.cwd(), subject="authority", choices=choices)
    try:
        status = command.run(
            command.Options(**options), click.echo, project, first, lambda storage: f"Done: {storage}."
        )
    except (ValueError, OSError) as error:
        raise click.ClickException(str(error)) from None
    sys.exit(status)


if __name__ == "__main__":
    main()
