"""The command ``workforce``: check the data, print the register of claims, run the notebooks."""

import os
import signal
import sys
import tempfile
from contextlib import contextmanager

import click

FORMATS = ["table", "csv", "json"]


@click.group()
@click.version_option(package_name="workforce")
def main():
    """Check, compare and model what English councils publish about their children's social workers."""
    for stream in (sys.stdout, sys.stderr):  # Windows writes another encoding when output is redirected
        stream.reconfigure(encoding="utf-8", errors="replace")
    for name in ("SIGTERM", "SIGHUP"):  # so that what a command made for itself goes with it
        number = getattr(signal, name, None)
        if number and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, lambda number, _: sys.exit(128 + number))


_folder = click.option(
    "--data",
    "folder",
    type=click.Path(exists=True, file_okay=False),
    help="Data folder to use in place of the project's own.",
)


@main.command("claims")
@click.option("--authority", help="Only the claims of one authority.")
@click.option("--document", help="Only the claims of one paper, or across-papers or beside-statistics.")
@click.option("--verdict", help="Only the claims with one verdict.")
@click.option("--support", "rows", is_flag=True, help="Print instead the rows of data that each reading rests on.")
@click.option("--format", "layout", type=click.Choice(FORMATS), default="table", show_default=True)
@_folder
def show_claims(authority, document, verdict, rows, layout, folder):
    """Print the register of claims with their verdicts."""
    with _plainly():
        from workforce import claims, data

        if verdict is not None:
            data.choose(verdict, [item.value for item in claims.Verdict], "verdict")
        register = claims.register(authority, document, folder or data.DATA)
        chosen = [claim for claim in register if verdict in (None, claim.verdict)]
        frame, columns = claims.to_frame(chosen), ["id", "published", "unit", "as_stated", "computed", "verdict"]
        if rows:
            frame, columns = claims.support.of(chosen, folder or data.DATA), claims.support.COLUMNS
    click.echo(_laid_out(frame, columns, layout))


@main.command()
@click.option(
    "--deep",
    is_flag=True,
    help="Also change the data and ask again: refuse readings that prove nothing, name misprints.",
)
@_folder
def check(deep, folder):
    """Validate the data and the claims, with their charts, series and tables, and count the verdicts."""
    with _plainly():
        from workforce import claims, data, pay, series
        from workforce.reports import pay_benchmark, retention_payment

        folder = folder or data.DATA
        register = claims.register(folder=folder)
        documents = data.load("documents", folder)["slug"]
        for document in documents:
            claims.charts(document, folder)
            claims.cells(document, register, folder)
            claims.marks(document, folder)
        series.to_frame(series.collect(folder=folder))
        pay.check(folder)
        for row in data.load("pay_scales", folder)[["authority", "document"]].drop_duplicates().itertuples():
            pay_benchmark.answer(pay_benchmark.prepare(row.authority, document=row.document, folder=folder))
        for authority in retention_payment.choices(folder)["authority"]:
            retention_payment.answer(retention_payment.prepare(authority, folder=folder))
        told = _deep(documents, register, folder) if deep else []
    click.echo(claims.counts(register).to_string())
    with_claims = {claim.document for claim in register}
    for document in (slug for slug in documents if slug not in with_claims):
        click.echo(f"{document} has no claims yet: nothing in it is checked; write claims/{document}.yml.")
    click.echo("\n".join([f"\nData and claims are valid: {len(register)} claims.", *data.notes(folder), *told]))


def _deep(documents, register, folder):
    """Refuse readings that prove nothing, and return what else changing the data tells, a line each."""
    from workforce.claims import misprints, sentences, support

    support.check(folder)
    by_id = {claim.id: claim for claim in register}
    found = [misprints.suspected(document, register, folder) for document in documents]
    readings = sum(len(claim.readings) for claim in register)
    named = [sentences.misprint(one, by_id) for one in found if one]
    return [f"Each of the {readings} readings can be moved by the data.", *(named or ["No input looks misprinted."])]


@main.command()
@click.argument("paper", required=False, type=click.Path(dir_okay=False))
@click.option(
    "--slug", required=True, help="Short name of the paper in the data: its authority and year, such as kent-2025."
)
@click.option("--write", "writes", is_flag=True, help="Write what was confirmed to the data, without the browser.")
@click.option("--browser/--no-browser", default=True, show_default=True, help="Open the review in the browser.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Of the review; 0 takes one that is free.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
@_folder
def draft(paper, slug, writes, browser, port, quiet, folder):
    """Draft the claims of PAPER (.pdf, .docx, .html, .txt): propose what follows from what, to be confirmed in the browser.

    Without PAPER a draft that was begun is taken up again. What is confirmed is written to the data when you say so.
    """
    with _plainly():
        from workforce import data
        from workforce.draft import review, store
        from workforce.draft.cards import cards, counted, picture
        from workforce.draft.write import write

        folder = folder or data.DATA
        with _progress(quiet) as progress:
            begun = store.start(paper, slug, progress=progress) if paper else store.load(slug)
        shown = [] if writes else cards(begun)
        for line in write(begun, folder) if writes else counted(begun, shown):
            click.echo(line)
        if not writes:
            review.serve(
                shown,
                begun.decisions,
                picture(begun),
                begun.slug,
                lambda: write(begun, folder),
                port,
                browser,
                click.echo,
            )


@main.command(context_settings={"ignore_unknown_options": True})
@click.option(
    "--folder", type=click.Path(file_okay=False), help="Where the copy is, in place of the project's scratch/."
)
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def lab(folder, options):
    """Open JupyterLab on a scratch copy of the notebooks; further OPTIONS are JupyterLab's."""
    import subprocess

    from workforce import lab

    folder = folder or str(lab.SCRATCH)
    for line in lab.copy(folder):
        click.echo(line)
    click.echo(f"JupyterLab on the copy in {folder}; the project's notebooks stay as they are.")
    sys.exit(subprocess.call([sys.executable, "-m", "jupyterlab", folder, *options]))


@main.command()
@click.option("--notebook", "notebooks", multiple=True, metavar="NAME", help="Only this notebook; may be repeated.")
@click.option(
    "--authority",
    "subjects",
    multiple=True,
    metavar="SLUG",
    help="Only this authority, or all; with --notebook in the plan or not. May be repeated.",
)
@click.option(
    "--parameters",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="With --notebook: a parameter in place of the plan's; a list [a, b] makes a run of each. May be repeated.",
)
@click.option("--jobs", type=click.IntRange(1), help="How many at once.  [default: one more than there are cores]")
@click.option("--force", is_flag=True, help="Run what is up to date as well.")
@click.option("--dry-run", is_flag=True, help="Only show the plan, and why each case would run.")
@click.option("--quiet", is_flag=True, help="No progress bar; only what failed, and the summary.")
@click.option("--site/--no-site", default=True, show_default=True, help="Bring outputs/site up to date at the end.")
@click.option(
    "--format",
    "layout",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Lines as they come, or one object of JSON at the end.",
)
@click.option(
    "--cell-timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=120,
    show_default=True,
    help="Seconds that a cell may take, for a notebook that takes longer by right.",
)
@click.option("--output", metavar="PLACE", help="A folder, or an address such as s3://bucket/prefix, for the results.")
@click.option("--scheduler", metavar="ADDRESS", help="A Dask scheduler such as tcp://host:8786 to run on.")
def run(site, **options):
    """Run what changed of notebooks/batch.yml, and write the tables and the findings."""
    from nbrun.command import Options
    from workforce import batch

    with _plainly():
        status = batch.run(Options(**options), click.echo, site)
    sys.exit(status)


@main.command("list")
@click.option(
    "--authorities", is_flag=True, help="List instead every authority of the newest release, with its code and region."
)
def list_all(authorities):
    """List the notebooks with their questions, parameters and authorities."""
    with _plainly():
        from workforce import batch

        if authorities:
            click.echo(batch.authorities().to_string(index=False))
            return
        for one in batch.listed():
            click.echo(one)


@main.command()
def findings():
    """Write today's findings into the README."""
    with _plainly():
        from workforce import claims, publish

        publish.write_findings(claims.register())
    click.echo(f"written  {publish.README.name}")


@main.command()
def refresh():
    """Run the notebooks themselves, with their own parameters and nothing downloaded, and store the outputs in them."""
    with _plainly(), tempfile.TemporaryDirectory() as nothing:
        from workforce import batch

        os.environ["WORKFORCE_EXTERNAL"] = nothing  # for the kernels: downloaded data is no part of the project
        for notebook in batch.project().every():
            batch.refresh(notebook)
            click.echo(f"done  notebooks/{notebook.name}")


@main.command()
@click.option("--url", metavar="ADDRESS", help="Of a release's CSV file or zip.  [default: that of sources.yml]")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def download(url, quiet):
    """Download a release of the national statistics into data/external, checked; see data/external/README.md.

    What stands still for 30 seconds, or is not whole after 10 minutes, is given up, and nothing is changed.
    """
    with _plainly():
        from workforce.national import download
        from workforce.national import release as releases
        from workforce.reports import national_trust

        described = {"url": url} if url else download.source()
        bar = not quiet and sys.stderr.isatty()
        former = releases.in_use()
        release = download.download(described["url"], sha256=described.get("sha256"), progress=bar)
        told = national_trust.downloaded(release, former, releases.before(release))
    click.echo(f"written  {release.name}: {len(release.authorities())} authorities in {release.latest}")
    for line in told:
        click.echo(line)
    click.echo("Now: workforce run --notebook 05_national_context --authority SLUG, such as tameside, or all")


@main.command()
def site():
    """Render the executed notebooks as a static site in outputs/site, those that changed."""
    with _plainly():
        from nbrun.runner import locked
        from workforce import batch
        from workforce.site.build import build

        with locked(batch.outputs()):
            count, rendered = build()
    click.echo(f"outputs/site: {count} reports, {rendered} of them rendered anew.")


@main.command()
def export():
    """Write outputs/tables/workforce.xlsx: the tables that `run` made, as one accessible workbook."""
    with _plainly():
        from nbrun.runner import locked
        from workforce import batch
        from workforce.workbook import export

        with locked(batch.outputs()):
            path = export()
    click.echo(f"written  {path.parent.parent.name}/tables/{path.name}")


@contextmanager
def _progress(quiet):
    """Give what shows pages as they are read, on a terminal; None elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from tqdm import tqdm

    with tqdm(unit=" pages", leave=False) as bar:

        def progress(done, total):
            bar.total, bar.n = total, done
            bar.refresh()

        yield progress


class _plainly:  # noqa: N801 - reads as a phrase
    """Show the project's own errors as words, without a traceback."""

    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        if isinstance(error, ValueError | OSError):  # bad input, or a file that is locked, missing or read-only
            raise click.ClickException(str(error)) from None


def _laid_out(frame, columns, layout):
    if layout == "csv":
        return frame.to_csv(index=False, lineterminator="\n").rstrip("\n")
    if layout == "json":
        return frame.to_json(orient="records", indent=2, force_ascii=False)
    return frame[columns].to_string(index=False) if len(frame) else "No claim fits."
