"""Mutated input, thousands of it: nothing may hang, die, or be told in a raw traceback.

    python benchmarks/hostile.py                                  # ten thousand, an hour on two cores
    python benchmarks/hostile.py --subject claims --count 200     # some
    python benchmarks/hostile.py --subject claims --seed 7 --count 1 --show    # one again, with what was wrong

Each subject takes a file of the project, changed by one to three edits, and does with it what the project does. A trial is
told (an error in words, of the project's own), taken, or a finding: raw (any other error), hung, or killed (too much memory).
Hypothesis draws the edits, so that a seed makes the same again. The parsers of the project's own are fed by atheris, which
looks for new paths through them, where that is installed (`pip install atheris`, on Linux).

Figures go to benchmarks/robustness.md.
"""

import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

import click
import psutil
import yaml
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[1]
REPORT = ROOT / "benchmarks" / "robustness.md"
OUTCOMES = ("told", "taken", "raw", "hung", "killed")
SECONDS, GIGABYTES = 60, 2.5  # that a trial may take
_CHUNK = 50  # trials a process

NASTY = [
    *(
        "",
        " ",
        "0",
        "-0",
        "-1",
        "1e400",
        "1e17",
        "NaN",
        "inf",
        "1_000",
        "99999999999999999999999",
        "0.1" * 200,
        "9" * 5000,
    ),
    *("٣٣١", "１２３", "\u200b", "\u3164", "\u202e", "\x00", "\ufeff", "\ud7ff", "=1+1", "'; DROP TABLE paper; --"),
    *("2019-13-44", "2019-02-30", "9999-12-31", "2011-12", "2024/2020", "null", "~", "[]", "{}", "[" * 600, "&a [*a]"),
    *("a" * 100_000, '"', "'", "\\", "$published", "${x}", "../../etc/passwd", "<script>", "|", "# ", "\r", "\t", "é"),
]
BYTES = [
    b"\xff",
    b"\x00",
    b"\r\n",
    b"\n\n",
    b'"',
    b",",
    b":",
    b"\xef\xbb\xbf",
    b"\xe2\x80\x8b",
    b"- ",
    b"{",
    b"[",
    b"9",
]


@st.composite
def edits(draw, content):
    """Draw a content with one to three edits: of bytes, of lines, of values, and of what JSON, YAML and CSV make of it."""
    for _ in range(draw(st.sampled_from([1, 1, 2, 3]))):
        edit = draw(st.sampled_from([_bytes, _cut, _lines, _value, _value, _key, _structure, _structure, _structure]))
        content = edit(draw, content)
    return content


def _structure(draw, content):
    """Change a part of what the content says: another type, gone, renamed; of a table a column."""
    try:
        return json.dumps(_changed(draw, json.loads(content))).encode()
    except (ValueError, RecursionError):
        pass
    if b",\n" in content or content.count(b",") > 3 * content.count(b": "):
        return _column(draw, content)
    try:
        return yaml.safe_dump(_changed(draw, yaml.load(content, Loader=yaml.BaseLoader)), sort_keys=False).encode()
    except (yaml.YAMLError, ValueError, RecursionError):
        return _value(draw, content)


OTHER_TYPES = [None, [], {}, [None], {"": ""}, 0, -1.5, 2**70, True, "", "\u200b", ["a", ["b"]], "x" * 2000]


def _changed(draw, tree):
    """Return a tree of lists and dicts with one of its parts changed."""
    places = list(_places(tree))
    if not places:
        return draw(st.sampled_from(OTHER_TYPES))
    holder, key = draw(st.sampled_from(places))
    kind = draw(st.sampled_from(["type", "type", "drop", "double", "rename"]))
    if kind == "drop":
        del holder[key]
    elif kind == "double" and isinstance(holder, list):
        holder.append(holder[key])
    elif kind == "rename" and isinstance(holder, dict):
        holder[str(key)[::-1]] = holder.pop(key)
    else:
        holder[key] = draw(st.sampled_from(OTHER_TYPES))
    return tree


def _places(tree):
    """Yield each part of a tree as what holds it, and its key in that."""
    for key in list(tree) if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ():
        yield tree, key
        yield from _places(tree[key])


def _column(draw, content):
    """Drop, double, rename, or move a column, or put a nasty value into a cell."""
    rows = [line.split(b",") for line in content.split(b"\n")]
    at = draw(st.integers(0, len(rows[0]) - 1))
    kind = draw(st.sampled_from(["drop", "double", "rename", "move", "cell", "cell", "cell"]))
    if kind in ("rename", "cell"):
        row = rows[0 if kind == "rename" else draw(st.integers(0, len(rows) - 1))]
        at = min(at, len(row) - 1)
        row[at] = row[at][::-1] if kind == "rename" else draw(st.sampled_from(NASTY)).encode("utf-8", "replace")
    for row in rows if kind in ("drop", "double", "move") else ():
        if at < len(row):
            cell = row[at] if kind == "double" else row.pop(at)
            row[0:0] = [] if kind == "drop" else [cell]
    return b"\n".join(b",".join(row) for row in rows)


def _place(draw, content):
    return draw(st.integers(0, max(0, len(content) - 1)))


def _bytes(draw, content):
    at = _place(draw, content)
    return content[:at] + draw(st.sampled_from(BYTES)) + content[at + draw(st.integers(0, 2)) :]


def _cut(draw, content):
    return content[: _place(draw, content)]


def _lines(draw, content):
    """Drop, double or swap lines."""
    lines = content.split(b"\n")
    one, other = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
    kind = draw(st.sampled_from(["drop", "double", "swap"]))
    if kind == "swap":
        lines[one], lines[other] = lines[other], lines[one]
        return b"\n".join(lines)
    return b"\n".join(lines[:one] + ([lines[one]] * 2 if kind == "double" else []) + lines[one + 1 :])


def _tokens(content):
    """Return where values stand, however the file has them: what lies between commas, quotes, colons and ends of lines."""
    places, start = [], 0
    for at, byte in enumerate(content):
        if byte in b',"\n:[]{}':
            if at > start:
                places.append((start, at))
            start = at + 1
    return places


def _value(draw, content):
    """Put a nasty value in the place of a value."""
    places = _tokens(content)
    if not places:
        return content
    start, end = draw(st.sampled_from(places))
    return content[:start] + draw(st.sampled_from(NASTY)).encode("utf-8", "replace") + content[end:]


def _key(draw, content):
    """Rename one of the words of the file: a column, a key, a table."""
    places = _tokens(content)
    if not places:
        return content
    start, end = draw(st.sampled_from(places))
    return content[:start] + content[start:end][::-1] + content[end:]


@dataclass
class Subject:
    """What is mutated, and what is done with it: ``take`` gets the file's path in a folder of its own, and its trial's luck."""

    files: list
    take: object
    count: int


@cache
def _folder():
    """Return a copy of the project's data, for this process to change."""
    folder = Path(tempfile.mkdtemp(prefix="hostile-"))
    shutil.copytree(ROOT / "data", folder / "data", ignore=shutil.ignore_patterns("external"))
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    return folder


def take_data(path, luck):
    """Load the data, and evaluate the claims of one paper over them."""
    from workforce import claims, data, pay, series

    folder = path.parent
    data.load_all(folder)
    data.notes(folder)
    document = luck.choice([*data.load("documents", folder)["slug"], *claims.COMPARISONS])
    register = claims.register(document=document, folder=folder)
    if document not in claims.COMPARISONS:
        claims.charts(document, folder)
        claims.cells(document, register, folder)
        claims.marks(document, folder)
    if luck.random() < 0.2:
        series.to_frame(series.collect(folder=folder))
        pay.check(folder)


def take_claims(path, luck):
    """Evaluate the claims of a file, with what else it says."""
    from workforce import claims

    folder = path.parents[1]
    register = claims.register(document=path.stem, folder=folder)
    if path.stem not in claims.COMPARISONS:
        claims.charts(path.stem, folder)
        claims.cells(path.stem, register, folder)
        claims.marks(path.stem, folder)
    claims.to_frame(register)


def take_release(path, luck):
    """Read a release, and make an authority's report of it."""
    from workforce.national import checks, neighbours, release
    from workforce.reports import national_context, national_trust

    release._read.cache_clear()
    one = release.read(path)
    if not (authorities := one.authorities()):
        return  # of England and its regions alone there is no report
    key = luck.choice(authorities)
    context = national_context.context(one.areas.loc[key, "slug"], folder=path.parent)
    national_context.answer(context).data  # noqa: B018 - made, and with it its sentences
    repr(national_trust.trust(context).data)
    checks.disagreements(one)
    neighbours.newest(ROOT / "data" / "national")


def take_notebook(path, luck):
    """Plan and digest a notebook, as a run does before it starts a kernel."""
    from nbrun import inputs, parameters
    from nbrun.plan import plan
    from nbrun.project import Project

    project = Project(path.parents[1], library=ROOT / "lib")
    parameters.of(path)
    inputs.of(path, project)
    plan(project, only=[path.stem])


def take_result(path, luck):
    """Show an executed notebook as a page of the site."""
    from workforce.site import build, pages

    build.render(path, pages.Site({}, frozenset(), {build._page(path): "A question?"}, {}, {}))


def take_plan(path, luck):
    """Read a plan, and make its cases."""
    from nbrun.plan import plan
    from nbrun.project import Project

    plan(Project(path.parents[1], subject="authority"))


def take_parameters(path, luck):
    """Read parameters as they are given on a command line."""
    from nbrun.command import Options

    Options(settings=tuple(path.read_text(encoding="utf-8", errors="replace").split("\n"))).parameters("authority")


def _release_in_short():
    """Return a release of England, its regions and a dozen authorities."""
    lines = (ROOT / "data/national/csww_indicators_2017_to_2025.csv").read_bytes().splitlines(keepends=True)
    codes = [str(code).encode() for code in (330, 331, 333, 335, 336, 350, 351, 352, 357, 831, 861, 878)]
    kept = [
        line
        for line in lines[1:]
        if b"Local authority" not in line or any(b"," + code + b"," in line for code in codes)
    ]
    return lines[0] + b"".join(kept)


SETTINGS = b"people=100\nauthority=[bury, wigan]\nrate=0.5\nday=2024-01-01\nquick=yes\nname={a: [1, 2]}\n"


def subjects():
    """Return the subjects by name. A file is a path in the copy of the project, and where its content is from."""
    data = [*(ROOT / "data").glob("*.csv"), ROOT / "data/datapackage.json"]
    claims = (ROOT / "data/claims").glob("*.yml")
    notebooks = (ROOT / "notebooks").glob("*.ipynb")
    results = sorted((ROOT / "outputs").glob("0*/*.ipynb"))[::4]
    return {
        "data": Subject([(f"data/{path.name}", path.read_bytes) for path in sorted(data)], take_data, 2500),
        "claims": Subject(
            [(f"data/claims/{path.name}", path.read_bytes) for path in sorted(claims)], take_claims, 2500
        ),
        "release": Subject([("release/csww_short.csv", _release_in_short)], take_release, 1500),
        "notebook": Subject(
            [(f"notebooks/{path.name}", path.read_bytes) for path in sorted(notebooks)], take_notebook, 1000
        ),
        "result": Subject(
            [(f"outputs/{path.parent.name}/{path.name}", path.read_bytes) for path in results], take_result, 500
        ),
        "plan": Subject([("notebooks/batch.yml", (ROOT / "notebooks/batch.yml").read_bytes)], take_plan, 1000),
        "parameters": Subject([("settings/settings.txt", lambda: SETTINGS)], take_parameters, 1000),
    }


def trial(subject, name, content, luck):
    """Return how a content is taken in the place of a file of the project: an outcome, and what is to be told of it."""
    path = _folder() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_bytes() if path.exists() else None
    path.write_bytes(content)
    try:
        subject.take(path, luck)
        return "taken", ""
    except (ValueError, OSError) as error:
        told = _is_told(error)
        return ("told" if told else "raw"), "" if told else _where(error)
    except Exception as error:
        return "raw", _where(error)
    finally:
        path.unlink() if before is None else path.write_bytes(before)


def _is_told(error):
    """Whether an error is one of the project's own making: raised by it, in words, and not one that it merely let through."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return Path(last.filename).is_relative_to(ROOT / "lib") and last.line.startswith("raise") and bool(str(error))


def _where(error):
    """Return what an error is, and the innermost line of the project's that it came through."""
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if str(ROOT / "lib") in frame.filename]
    place = f"{Path(ours[-1].filename).name}:{ours[-1].lineno} {ours[-1].name}" if ours else "?"
    return f"{type(error).__name__} at {place}: {' '.join(str(error).split())[:160]}"


def run_here(subject, number, count, report, show=False):
    """Make trials of a subject in this process, telling ``report`` of each as it begins and ends."""
    strategy = st.sampled_from(subject.files).flatmap(
        lambda one: st.tuples(st.just(one[0]), edits(one[1]()), st.integers(0, 2**32))
    )

    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        derandomize=False,
    )
    @given(strategy)
    def once(drawn):
        name, content, luck = drawn
        report({"begins": name})
        outcome, told = trial(subject, name, content, random.Random(luck))
        report({"outcome": outcome, "told": told, "file": name})
        if show:
            (Path(tempfile.gettempdir()) / Path(name).name).write_bytes(content)
            click.echo(f"{name}: {outcome} {told}; the file is {Path(tempfile.gettempdir()) / Path(name).name}")

    once()


def run_apart(name, number, count):
    """Make trials in a process of its own, and return their outcomes and findings; one that hangs or grows is ended."""
    command = [sys.executable, __file__, "--subject", name, "--seed", str(number), "--count", str(count), "--here"]
    outcomes, findings, heard, text, last = Counter(), Counter(), time.monotonic(), "", ""
    with tempfile.TemporaryDirectory(prefix="hostile-") as scratch, (Path(scratch) / "told").open("w+") as said:
        child = subprocess.Popen(command, stdout=said, env={**os.environ, "TMPDIR": scratch})
        watched, place = psutil.Process(child.pid), 0
        while True:
            over = child.poll() is not None
            with (Path(scratch) / "told").open(encoding="utf-8") as reading:
                reading.seek(place)
                text += reading.read()
                place = reading.tell()
            *lines, text = text.split("\n")
            for line in filter(lambda one: one.startswith("{"), lines):
                told, heard = json.loads(line), time.monotonic()
                if "outcome" in told:
                    outcomes[told["outcome"]] += 1
                    if told["told"]:
                        findings[f"{told['told']} ({told['file']}, seed {number})"] += 1
                last = told.get("begins", "")
            if over:
                break
            if why := _too_much(watched, heard):
                child.kill()
                outcomes[why] += 1
                findings[f"{why} ({last}, seed {number})"] += 1
            time.sleep(0.2)
    if child.returncode not in (0, -9):
        findings[f"the process ended with {child.returncode} (seed {number})"] += 1
        outcomes["killed"] += 1
    return outcomes, findings


def _too_much(process, heard):
    if time.monotonic() - heard > SECONDS:
        return "hung"
    try:
        every = [process, *process.children(recursive=True)]
        return "killed" if sum(one.memory_info().rss for one in every) > GIGABYTES * 1e9 else ""
    except psutil.Error:
        return ""


_PERIOD = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}(/[0-9]{4}(-[0-9]{2}){0,2})?")
# By name: the module, the function, and the texts that it is for, which something else has let through.
PARSERS = {
    "typed": ("workforce.data", "typed", None),
    "iso": ("workforce.periods", "iso", None),
    "problem": ("workforce.periods", "problem", _PERIOD),
    "in_text": ("workforce.draft.numbers", "in_text", None),
    "periods": ("workforce.draft.numbers", "periods", None),
}


def parsers(seconds):
    """Feed each parser of the project's own for some seconds, by atheris where it is there; return rows of the table."""
    found = []
    for name in PARSERS:
        command = [sys.executable, __file__, "--parser", name, "--seconds", str(seconds)]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=seconds * 4 + 120, check=False)
        told = next((line for line in ended.stdout.splitlines() if line.startswith("{")), None)
        found.append({"parser": name, "status": ended.returncode, **(json.loads(told) if told else {})})
        if ended.returncode:
            click.echo(f"{name}: {ended.stderr[-2000:]}")
    return found


def feed(name, seconds):
    """Feed one parser in this process; what it raises ends the process."""
    count, until = 0, time.monotonic() + seconds
    module, function, form = PARSERS[name]

    def once(content):
        nonlocal count
        if time.monotonic() > until:
            click.echo(json.dumps({"inputs": count, "by": by}))
            sys.stdout.flush()
            os._exit(0)
        text = content.decode("utf-8", "ignore")
        if form is None or form.fullmatch(text):
            count += 1
            parse(text)

    try:
        import atheris

        by = "atheris"
        with atheris.instrument_imports(include=["workforce"]):
            parse = getattr(import_module(module), function)
        atheris.Setup([sys.argv[0], "-max_len=400", "-verbosity=0"], once)
        atheris.Fuzz()
    except ModuleNotFoundError:
        by, parse = "hypothesis", getattr(import_module(module), function)

        @settings(max_examples=10**9, database=None, deadline=None, suppress_health_check=list(HealthCheck))
        @given(st.text().map(lambda text: text.encode("utf-8", "ignore")))
        def fed(content):
            once(content)

        fed()


def write(report, mark, text):
    """Put a text between its marks in the report, and leave the rest as it is."""
    begin, end = f"<!-- {mark}: begin -->", f"<!-- {mark}: end -->"
    content = report.read_text(encoding="utf-8") if report.exists() else f"# Robustness\n\n{begin}\n{end}\n"
    head, _, rest = content.partition(begin)
    _, _, tail = rest.partition(end)
    report.write_text(f"{head}{begin}\n\n{text}\n{end}{tail}", encoding="utf-8")


def table(rows):
    """Return rows, dicts of the same keys, as a table in Markdown."""
    lines = [list(rows[0]), ["---"] * len(rows[0]), *(list(row.values()) for row in rows)]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines) + "\n"


@click.command()
@click.option("--subject", "names", multiple=True, type=click.Choice(list(subjects())), help="Only some.")
@click.option("--count", type=int, help="Trials of each, in place of its own number.")
@click.option("--seed", "number", type=int, default=0, show_default=True)
@click.option("--jobs", type=int, default=2, show_default=True)
@click.option("--seconds", type=int, default=60, show_default=True, help="For each parser; 0 leaves them out.")
@click.option("--report", type=click.Path(path_type=Path), default=REPORT)
@click.option("--show", is_flag=True, help="Make the trials here, tell of each, and keep its file.")
@click.option("--here", is_flag=True, hidden=True)
@click.option("--parser", hidden=True)
def main(names, count, number, jobs, seconds, report, show, here, parser):
    """Try mutated input."""
    every = subjects()
    if parser:
        return feed(parser, seconds)
    if here or show:
        return run_here(
            every[names[0]], number, count, (lambda told: click.echo(json.dumps(told))) if here else len, show
        )
    from concurrent.futures import ThreadPoolExecutor

    rows, found = [], Counter()
    for name in names or every:
        began, left = time.monotonic(), count or every[name].count
        sizes = [min(_CHUNK, left - at) for at in range(0, left, _CHUNK)]
        with ThreadPoolExecutor(jobs) as pool:
            made = list(pool.map(lambda one, name=name: run_apart(name, number + one[0], one[1]), enumerate(sizes)))
        outcomes = sum((one for one, _ in made), Counter())
        here_found = sum((some for _, some in made), Counter())
        found += here_found
        seconds_taken = round(time.monotonic() - began)
        rows.append({"subject": name, "trials": sum(outcomes.values()), **{one: outcomes[one] for one in OUTCOMES}})
        rows[-1]["seconds"] = seconds_taken
        click.echo(f"{rows[-1]}")
        for told, times in here_found.most_common():
            click.echo(f"  {times} x {told}")
    write(report, "mutated", table(rows))
    if seconds:
        write(report, "parsers", table(parsers(seconds)))
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
