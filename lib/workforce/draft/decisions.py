"""What a person decided of each proposal, in a file that only ever grows: a line of JSON each, the last one wins."""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

__all__ = ["ANSWERS", "OPEN", "Decision", "Decisions", "append", "read"]


def __dir__():
    return __all__


OPEN = ""  # not decided yet, or opened again
ANSWERS = ("yes", "no", "ambiguous", OPEN)
_TYPES = {"id": str, "answer": str, "option": int, "says": str, "fields": dict, "note": str}


@dataclass(frozen=True)
class Decision:
    """What was decided of one proposal: ``option`` counts from 0, and is -1 where there was none to choose.

    Examples
    --------
    >>> Decision("kent-2025/1", "yes", says="The total is 47.").decided, Decision("kent-2025/1").decided
    (True, False)
    """

    id: str
    answer: str = OPEN
    option: int = 0
    says: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    note: str = ""

    @property
    def decided(self):
        """Tell whether it has an answer."""
        return self.answer != OPEN

    @classmethod
    def of(cls, record):
        """Return the decision of a dict as JSON has it.

        Raises
        ------
        ValueError
            When it is something else.

        Examples
        --------
        >>> Decision.of({"id": "1", "answer": "no"})
        Decision(id='1', answer='no', option=0, says='', fields={}, note='')
        >>> Decision.of({"id": "1", "answer": "perhaps"})
        Traceback (most recent call last):
        ValueError: answer is 'perhaps', not one of 'yes', 'no', 'ambiguous', ''
        """
        if not isinstance(record, dict) or "id" not in record:
            raise ValueError("a decision is an object with an id")
        for name, value in record.items():
            if type(value) is not _TYPES.get(name):
                raise ValueError(f"{name} is {value!r}, which no decision has")
        if any(type(value) is not str for value in record.get("fields", {}).values()):
            raise ValueError("fields are not all text")
        if record.get("answer", OPEN) not in ANSWERS:
            raise ValueError(f"answer is {record['answer']!r}, not one of {', '.join(map(repr, ANSWERS))}")
        return cls(**record)


class Decisions(dict):
    """Decisions by id; ``told`` has a line on each line of the file that cannot be read."""

    def __init__(self, found=(), told=()):
        super().__init__(found)
        self.told = list(told)


def read(path):
    """Return the decisions of a file, the last of each id; none where there is no file.

    A line that was cut off as it was written is left out and told: whoever wrote it was never told that it was kept.

    Parameters
    ----------
    path : path

    Returns
    -------
    Decisions

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "kent-2025.jsonl"
    ...     append(path, Decision("1", "yes")), append(path, Decision("1", "no"))
    ...     count = path.write_bytes(path.read_bytes() + b'{"id": "2", "ans')
    ...     found = read(path)
    (None, None)
    >>> found["1"].answer, found.told
    ('no', ['kent-2025.jsonl, line 3 was cut off and does not count'])
    """
    path, found, told = Path(path), {}, []
    if not path.exists():
        return Decisions()
    lines = path.read_bytes().split(b"\n")
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            decision = Decision.of(json.loads(line.decode("utf-8")))
        except (ValueError, RecursionError) as error:
            torn = isinstance(error, json.JSONDecodeError | UnicodeDecodeError)
            why = "was cut off" if torn else f"is no decision ({error})"
            told.append(f"{path.name}, line {number} {why} and does not count")
        else:
            found[decision.id] = decision
    return Decisions(found, told)


def append(path, decision):
    """Add a decision to a file; it is on the disk when this returns.

    Parameters
    ----------
    path : path
        Made, with its folder, if it is not there.
    decision : Decision

    Raises
    ------
    OSError
        When it cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     append(Path(folder) / "kent-2025.jsonl", Decision("1", "yes", note="see the minutes"))
    ...     read(Path(folder) / "kent-2025.jsonl")["1"].note
    'see the minutes'
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = not path.exists()
    line = f"{json.dumps(asdict(decision), ensure_ascii=False)}\n".encode("utf-8", errors="replace")
    with path.open("ab") as file:
        file.write(line if _ends_whole(path) else b"\n" + line)
        file.flush()
        os.fsync(file.fileno())
    if fresh and os.name == "posix":
        _keep_name(path.parent)


def _ends_whole(path):
    """Tell whether the last line of a file is whole, so that the next one is not glued to it."""
    with path.open("rb") as file:
        if file.seek(0, os.SEEK_END) == 0:
            return True
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _keep_name(folder):
    """Bring a folder's list of files to the disk, without which a new file could be lost whole."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
