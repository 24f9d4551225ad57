"""A scratch copy of the notebooks, to explore in: what is tried there never changes a notebook of the project."""

import json
from hashlib import sha256
from pathlib import Path

from nbrun.storage import replacing
from workforce import data

NOTEBOOKS = data.PROJECT / "notebooks"
SCRATCH = data.PROJECT / "scratch"
RECORD = ".copied.json"  # the digest of what each notebook was when it was copied


def copy(folder=SCRATCH, notebooks=NOTEBOOKS):
    """Bring the notebooks into a folder, and overwrite nothing that was changed there.

    Parameters
    ----------
    folder : path, optional
        Made if it is not there.
    notebooks : path, optional

    Returns
    -------
    list of str
        A line for each notebook that was changed in the folder and in the project since: its new version stands beside it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     copy(folder), len(list(Path(folder).glob("*.ipynb"))) > 4
    ([], True)
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    record = folder / RECORD
    copied = json.loads(record.read_text(encoding="utf-8")) if record.exists() else {}
    told = []
    for original in sorted(Path(notebooks).glob("*.ipynb")):
        target, digest = folder / original.name, _digest(original)
        if target.exists() and _digest(target) not in (digest, copied.get(original.name)):
            if digest == copied.get(original.name):
                continue
            target = folder / f"{original.stem}-{digest[:8]}.ipynb"
            told.append(f"{original.name} was changed here, and in the project: the new version is {target.name}")
        if not target.exists() or target.name == original.name:
            _write(target, original.read_bytes())
        copied[original.name] = digest
    _write(record, json.dumps(copied, indent=1, sort_keys=True).encode())
    return told


def _digest(path):
    return sha256(path.read_bytes()).hexdigest()


def _write(path, content):
    with replacing(path) as file:
        file.write_bytes(content)
