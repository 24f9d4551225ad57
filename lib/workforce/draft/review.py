"""Decide in the browser which printed numbers follow from which: the cards, their pictures, and a server for one person.

The server is reached from this machine only, by an address that cannot be guessed. An answer is on the disk before the page
is told that it is kept. Whatever a paper says is data to the page, never markup.
"""

import hmac
import io
import json
import os
import secrets
import sys
import threading
import traceback
import webbrowser
from collections import Counter
from dataclasses import asdict, dataclass, field
from functools import cache, lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from workforce.draft import decisions

__all__ = ["CONFIDENCE", "KINDS", "Card", "Option", "Review", "Server", "picture_of", "serve"]


def __dir__():
    return __all__


CONFIDENCE = ("confident", "possible", "suspected mistake")
KINDS = ("claim", "inputs")
HOST = "127.0.0.1"
RESOLUTION = 144  # dots per inch of a picture
SCALE = RESOLUTION / 72  # pixels per point
_ABOVE, _BELOW = 120, 60  # points of the page around what is outlined; a table's headings are above its numbers
_HEIGHT = 220  # points that a picture has at least
_TARGET, _INPUT = "#b8400b", "#12436d"
_PICTURES = 64  # kept in memory
_MOST = 1 << 16  # bytes of an answer
_SECONDS = 30  # until a silent connection is given up
_HERE = Path(__file__).parent
_FILES = {
    "style.css": (_HERE.parent / "site" / "static" / "style.css", "text/css"),
    "review.css": (_HERE / "static" / "review.css", "text/css"),
    "review.js": (_HERE / "static" / "review.js", "text/javascript"),
    "icon.svg": (_HERE / "static" / "icon.svg", "image/svg+xml"),
}
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True)
class Option:
    """One way in which a number may have been worked out; ``inputs`` say where each stands, with its printed number.

    Examples
    --------
    >>> Option("sum over 3 rows", "23 + 19 + 5 = 47").result
    '47'
    """

    says: str
    formula: str
    inputs: tuple[str, ...] = ()
    agrees: bool = True
    chance: str = ""

    @property
    def result(self):
        """What it comes to: what stands after the last equals sign, nothing where there is none."""
        return self.formula.rpartition("=")[2].strip() if "=" in self.formula else ""

    def verdict(self, target):
        """Return in calm words whether it fits the printed number.

        Examples
        --------
        >>> Option("sum over 2 rows", "23 + 22 = 45", agrees=False).verdict("44")
        'does not fit: 44 printed, 45 would follow'
        """
        if self.agrees:
            return "fits"
        return f"does not fit: {target} printed" + (f", {self.result} would follow" if self.result else "")


@dataclass(frozen=True)
class Card:
    """A printed number with the ways to get it, for a person to decide on.

    Pages count from 1. ``boxes`` are (page, x0, top, x1, bottom) in points from the page's top left corner: the number's
    own first, then those of the first option's inputs; none where the paper has no pages.

    Examples
    --------
    >>> Card("1", "claim", "44%", sentence="Of all, 44% left.", start=8, end=11).parts
    ('Of all, ', '44%', ' left.')
    """

    id: str
    kind: str
    target: str
    where: str = ""
    sentence: str = ""
    start: int = 0
    end: int = 0
    page: int = 0
    options: tuple[Option, ...] = ()
    confidence: str = "possible"
    boxes: tuple = ()
    says: str = ""
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def parts(self):
        """The sentence before the number, the number, and the sentence after it."""
        return self.sentence[: self.start], self.sentence[self.start : self.end], self.sentence[self.end :]

    def shown(self, number):
        """Return what the page shows of it, as JSON takes it; ``number`` is its place among the cards."""
        options = [{**asdict(one), "verdict": one.verdict(self.target)} for one in self.options]
        told = {
            name: getattr(self, name) for name in ("id", "kind", "target", "where", "sentence", "page", "confidence")
        }
        picture, look, others = "", None, 0
        if self.boxes:
            picture, look, others = f"picture/{number}", _middle(self.boxes), len(_beside(self.boxes)) - 1
        given = {"options": options, "says": self.says, "fields": self.fields}
        return {**told, **given, "parts": self.parts, "picture": picture, "look": look, "others": others}


def picture_of(pdf_path, boxes):
    """Return a picture of a page of a PDF around a number: its box in a whole line, its inputs' in dashes.

    Parameters
    ----------
    pdf_path : path
    boxes : sequence of (page, x0, top, x1, bottom)
        The number's first. Those on other pages than its own are left out.

    Returns
    -------
    bytes
        A PNG.

    Examples
    --------
    >>> picture_of("kent-2025.pdf", [(3, 300, 200, 320, 212), (3, 300, 160, 320, 172)])  # doctest: +SKIP
    b'...'
    """
    import pdfplumber
    from PIL import ImageDraw

    with pdfplumber.open(pdf_path) as pdf:
        shown = pdf.pages[boxes[0][0] - 1].to_image(resolution=RESOLUTION, antialias=True)
    left, top, *_ = shown.bbox
    target, *inputs = [_pixels(box, left, top, shown.scale) for box in _beside(boxes)]
    drawing = ImageDraw.Draw(shown.original)
    for box in inputs:
        _dashed(drawing, box)
    drawing.rectangle(target, outline=_TARGET, width=4)
    width, height = shown.original.size
    first, last = (min(max(int((row - top) * shown.scale), 0), height) for row in _rows(boxes))
    written = io.BytesIO()
    shown.original.crop((0, first, width, last)).save(written, "PNG")
    return written.getvalue()


def _beside(boxes):
    """Return the places of a number and of its inputs on the same page."""
    return [tuple(place) for page, *place in boxes if page == boxes[0][0]]


def _rows(boxes):
    """Return the first and the last row of the page that its picture shows, in points; the page may end before."""
    tops, bottoms = zip(*((top, bottom) for _, top, _, bottom in _beside(boxes)), strict=True)
    first = max(0, min(tops) - _ABOVE)
    return first, max(max(bottoms) + _BELOW, first + _HEIGHT)


def _middle(boxes):
    """Return where in its picture the middle of a number lies, in pixels."""
    x0, top, x1, bottom = _beside(boxes)[0]
    return [round((x0 + x1) / 2 * SCALE), round(((top + bottom) / 2 - _rows(boxes)[0]) * SCALE)]


def _pixels(box, left, top, scale):
    """Return a box of a page as one of its picture, with some air around the number."""
    x0, y0, x1, y1 = box
    return [(x0 - left - 2) * scale, (y0 - top - 2) * scale, (x1 - left + 2) * scale, (y1 - top + 2) * scale]


def _dashed(drawing, box, dash=8, gap=5):
    x0, y0, x1, y1 = map(int, box)
    for x in range(x0, x1, dash + gap):
        for y in (y0, y1):
            drawing.line((x, y, min(x + dash, x1), y), fill=_INPUT, width=3)
    for y in range(y0, y1, dash + gap):
        for x in (x0, x1):
            drawing.line((x, y, x, min(y + dash, y1)), fill=_INPUT, width=3)


class Review:
    """The cards with what was decided of them so far, and what the page asks for.

    Parameters
    ----------
    cards : sequence of Card
    decisions_path : path
        The file of decisions; made when the first is taken.
    picture : callable
        Returns the PNG of a card, or None.
    title : str
    finish : callable
        Writes what follows from the decisions, and returns lines to show.

    Raises
    ------
    ValueError
        When two cards have the same id.

    Examples
    --------
    >>> Review([Card("1", "claim", "44%")], "kent-2025.jsonl", lambda card: None, "Kent", list).progress()
    '0 of 1 decided'
    """

    def __init__(self, cards, decisions_path, picture, title, finish):
        self.cards, self.path, self.title = list(cards), Path(decisions_path), title
        self.by_id = {card.id: card for card in self.cards}
        if twice := [name for name, count in Counter(card.id for card in self.cards).items() if count > 1]:
            raise ValueError(f"more than one card has the id {', '.join(twice)}")
        self.taken = decisions.read(self.path)
        self.lock = threading.Lock()  # of the file of decisions, and of what is made of it
        self._finish = finish
        self._drawing = threading.Lock()  # what draws pages does one at a time
        self._drawn = lru_cache(maxsize=_PICTURES)(lambda number: picture(self.cards[number]))

    def progress(self):
        """Return how many are decided, in words."""
        return f"{sum(self._decided(card) for card in self.cards)} of {len(self.cards)} decided"

    def _decided(self, card):
        return card.id in self.taken and self.taken[card.id].decided

    def page(self):
        """Return the page as HTML."""
        with self.lock:
            taken = {name: asdict(one) for name, one in self.taken.items() if name in self.by_id}
        shown = [card.shown(number) for number, card in enumerate(self.cards)]
        held = {"cards": shown, "decisions": taken, "file": self.path.name}
        return _template().render(title=self.title, told=self.taken.told, held=_harmless(held), count=len(self.cards))

    def picture(self, number):
        """Return the PNG of a card by its place, None where there is none or it cannot be drawn."""
        with self._drawing:
            try:
                return self._drawn(number)
            except Exception:  # whatever is wrong with a PDF: the page then shows the sentence
                return None

    def decide(self, record):
        """Keep a decision, checked.

        Parameters
        ----------
        record : dict
            As the page sends it.

        Raises
        ------
        ValueError
            When it is no decision on one of the cards.
        OSError
            When it cannot be written.
        """
        decision = decisions.Decision.of(record)
        card = self.by_id.get(decision.id)
        if card is None:
            raise ValueError(f"{decision.id!r} is none of the cards")
        if not -1 <= decision.option < max(len(card.options), 1):
            raise ValueError(f"{decision.id} has no option {decision.option + 1}")
        if unknown := set(decision.fields) - set(card.fields):
            raise ValueError(f"{decision.id} has no field {', '.join(sorted(unknown))}")
        with self.lock:
            decisions.append(self.path, decision)
            self.taken[decision.id] = decision

    def finish(self):
        """Write what follows from the decisions; return whether that went well, and lines to show."""
        with self.lock:
            try:
                return {"done": True, "lines": list(self._finish())}
            except (ValueError, OSError) as error:  # told in words
                return {"done": False, "lines": str(error).splitlines()}
            except Exception as error:
                return {"done": False, "lines": "".join(traceback.format_exception(error)).splitlines()}


@cache
def _template():
    folder = FileSystemLoader(_HERE / "templates")
    return Environment(loader=folder, autoescape=True, trim_blocks=True, lstrip_blocks=True).get_template("review.html")


def _harmless(held):
    """Return JSON that can stand in a script element whatever its texts are."""
    text = json.dumps(held)  # of plain ASCII
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)


class _RefusedError(Exception):
    """A request that is not answered: its status, and why."""

    def __init__(self, status, why):
        super().__init__(why)
        self.status = status


class Server(ThreadingHTTPServer):
    """Serves a Review to this machine alone, at ``address``.

    Parameters
    ----------
    review : Review
    port : int, optional
        0 takes one that is free.
    """

    allow_reuse_address = os.name != "nt"  # there it would let another program listen too

    def __init__(self, review, port=0):
        self.review, self.token = review, secrets.token_urlsafe(24)
        super().__init__((HOST, port), _Handler)
        self.host = f"{HOST}:{self.server_address[1]}"
        self.address = f"http://{self.host}/{self.token}/"

    def server_bind(self):
        """Take the port, without asking the network for this machine's name."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]

    def handle_error(self, request, client_address):
        """Say nothing of a browser that went away."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    timeout = _SECONDS
    server_version, sys_version = "review", ""

    def do_GET(self):
        self._answer(self._got)

    def do_POST(self):
        self._answer(self._posted)

    def log_message(self, *_):
        """Keep the terminal quiet."""

    def _answer(self, work):
        try:
            kind, body = work(self._asked())
            self._send(200 if body else 204, kind, body)
        except _RefusedError as error:
            self._send(error.status, *_json({"error": str(error)}))

    def _asked(self):
        """Return what is asked for below the token."""
        if self.headers.get_all("Host") != [self.server.host]:  # another name may have been led to this machine
            raise _RefusedError(403, "this address is not served")
        _, token, name = [*self.path.partition("?")[0].split("/", 2), "", ""][:3]
        if not hmac.compare_digest(token.encode(), self.server.token.encode()):
            raise _RefusedError(404, "there is no such page; open the address that the terminal shows")
        return name

    def _got(self, name):
        review = self.server.review
        if name == "":
            return "text/html; charset=utf-8", review.page().encode()
        if name in _FILES:
            path, kind = _FILES[name]
            return f"{kind}; charset=utf-8", path.read_bytes()
        folder, _, number = name.partition("/")
        if folder == "picture" and number.isdecimal() and number.isascii() and int(number[:9]) < len(review.cards):
            return "image/png", review.picture(int(number[:9])) or b""
        raise _RefusedError(404, "there is no such page")

    def _posted(self, name):
        record = self._body()
        review = self.server.review
        if name == "finish":
            return _json(review.finish())
        if name != "decision":
            raise _RefusedError(404, "there is no such page")
        try:
            review.decide(record)
        except ValueError as error:
            raise _RefusedError(400, str(error)) from None
        except OSError as error:
            raise _RefusedError(500, f"{review.path.name} cannot be written: {error.strerror or error}") from None
        return _json({"progress": review.progress()})

    def _body(self):
        """Return the JSON of a request, refused unless this page sent it."""
        if self.headers.get("Origin", f"http://{self.server.host}") != f"http://{self.server.host}":
            raise _RefusedError(403, "another page asked")
        if self.headers.get_content_type() != "application/json":
            raise _RefusedError(415, "an answer is application/json")
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdecimal()):
            raise _RefusedError(411, "an answer has a length")
        if len(length) > 9 or int(length) > _MOST:
            raise _RefusedError(413, f"an answer has at most {_MOST} bytes; make the texts shorter")
        try:
            return json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError):
            raise _RefusedError(400, "an answer is JSON") from None

    def _send(self, status, kind, body):
        self.send_response(status)
        picture = kind == "image/png"
        self.send_header("Cache-Control", "private, max-age=86400" if picture else "no-store")
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        if body:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _json(held):
    return "application/json", json.dumps(held).encode()


def serve(cards, decisions_path, picture, title, finish, port=0, open_browser=True, tell=print):
    """Show the cards in the browser until Ctrl-C, and keep each decision as it is taken.

    Parameters
    ----------
    cards, decisions_path, picture, title, finish
        As of a Review.
    port : int, optional
        0 takes one that is free.
    open_browser : bool, optional
    tell : callable, optional
        What shows a line to the user.

    Examples
    --------
    >>> from functools import partial
    >>> cards = [Card("1", "claim", "44%", options=(Option("sum over 2 rows", "20 + 24 = 44"),))]
    >>> serve(cards, "kent-2025.jsonl", lambda card: None, "Kent 2025", list)  # doctest: +SKIP
    """
    review = Review(cards, decisions_path, picture, title, finish)
    with Server(review, port) as server:
        told = *review.taken.told, f"{review.progress()}. Decide at {server.address}", "Ctrl-C ends the review."
        try:
            for line in told:
                tell(line)
            if open_browser:
                threading.Thread(target=webbrowser.open, args=(server.address,), daemon=True).start()
            server.serve_forever()
        except KeyboardInterrupt:
            with review.lock:  # what is being written is written whole
                tell(f"\n{review.progress()}; all answers are in {review.path}.")
    tell("To go on, run the same command again.")
