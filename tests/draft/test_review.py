"""The review as a person meets it: cards, pictures, the server's refusals, and the page in a real browser."""

import http.client
import io
import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfWriter

import demo_cards
from workforce.draft import review as module
from workforce.draft.decisions import Decision, append, read
from workforce.draft.review import Card, Option, Review, Server, picture_of

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NEEDED = os.environ.get("WORKFORCE_NEEDS_BROWSER")
needs_browser = pytest.mark.skipif(
    not (BROWSER or NEEDED), reason="no Chromium is installed: the review was not tested in a browser"
)
JSON = {"Content-Type": "application/json"}


def ask(server, name="", body=None, **headers):
    """Return the status, headers and body of what the server answers; headers given as None are left out."""
    method = "GET" if body is None else "POST"
    given = {"Host": server.host, **(JSON if body is not None else {})} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    connection = http.client.HTTPConnection(server.host, timeout=5)
    connection._encode_request = str.encode  # also what no client would send
    connection.putrequest(method, name if name.startswith("/") else f"/{server.token}/{name}", skip_host=True)
    if body is not None:
        given.setdefault("Content-Length", str(len(body)))
    for key, value in given.items():
        if value is not None:
            connection.putheader(key, value)
    connection.endheaders(body)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, answer.headers, content


def decide(server, **record):
    return ask(server, "decision", json.dumps(record).encode())


# Cards


def test_what_does_not_fit_is_said_calmly():
    assert Option("sum", "23 + 22 = 45", agrees=False).verdict("44") == "does not fit: 44 printed, 45 would follow"
    assert Option("sum", "no total", agrees=False).verdict("44") == "does not fit: 44 printed"
    assert Option("sum", "23 + 21 = 44").verdict("44") == "fits"


def test_the_number_of_a_sentence_is_marked_whatever_signs_stand_before_it(cards):
    for card in cards:
        if card.kind == "claim":
            assert card.parts[1] == card.target
            assert "".join(card.parts) == card.sentence


def test_no_two_cards_share_an_id(cards, tmp_path):
    with pytest.raises(ValueError, match="more than one card has the id posts"):
        Review([*cards, cards[0]], tmp_path / "x", None, "", list)


# Pictures


def colours(picture):
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    return {colour: count for count, colour in image.getcolors(1 << 24)}


def test_a_picture_outlines_the_number_and_its_inputs_in_two_colours(paper, cards):
    found = colours(picture_of(paper, cards[0].boxes))
    alone = colours(picture_of(paper, cards[0].boxes[:1]))
    number, inputs = (0xB8, 0x40, 0x0B), (0x12, 0x43, 0x6D)
    assert found[number] == alone[number] > 300
    assert found[inputs] > 300 and inputs not in alone


def test_a_picture_leaves_out_what_is_on_other_pages(paper, cards):
    by_id = {card.id: card for card in cards}
    elsewhere = [*by_id["fall"].boxes[:1], *by_id["posts"].boxes]
    assert picture_of(paper, elsewhere) == picture_of(paper, by_id["fall"].boxes[:1])


def test_a_picture_is_wide_as_the_page_readable_and_shows_the_place_it_says(paper, cards):
    for card in (card for card in cards if card.boxes):
        picture = Image.open(io.BytesIO(picture_of(paper, card.boxes)))
        assert picture.width == pytest.approx(595 * module.SCALE, abs=3)
        assert 200 * module.SCALE < picture.height < 842 * module.SCALE
        x, y = module._middle(card.boxes)
        around = picture.crop((x - 40, y - 20, x + 40, y + 20))
        assert (0xB8, 0x40, 0x0B) in {colour for _, colour in around.getcolors(1 << 24)}


def test_a_picture_at_the_edge_of_the_page_ends_with_it(paper):
    picture = Image.open(io.BytesIO(picture_of(paper, [(1, 500, 825, 595, 842)])))
    assert picture.height == pytest.approx((842 - 705) * module.SCALE, abs=4)


def test_a_page_that_is_cropped_has_its_outlines_where_its_numbers_are(paper, cards, tmp_path):
    writer = PdfWriter(clone_from=paper)
    writer.pages[0].cropbox.lower_left = (40, 60)
    writer.pages[0].cropbox.upper_right = (560, 830)
    writer.write(tmp_path / "cropped.pdf")
    box = demo_cards.cards_of(tmp_path / "cropped.pdf")[1].boxes[:1]
    cropped, whole = (
        Image.open(io.BytesIO(picture_of(path, place)))
        for path, place in ((tmp_path / "cropped.pdf", box), (paper, cards[1].boxes[:1]))
    )
    assert cropped.width == 520 * module.SCALE
    assert _inside(cropped) == pytest.approx(_inside(whole), rel=0.2) and _inside(whole) > 50


def _inside(picture):
    """Return how many dark pixels there are within the outline."""
    outline = picture.convert("RGB")
    places = [
        (x, y)
        for y in range(outline.height)
        for x in range(outline.width)
        if outline.getpixel((x, y)) == (0xB8, 0x40, 0x0B)
    ]
    columns, rows = zip(*places, strict=True)
    within = outline.crop((min(columns) + 4, min(rows) + 4, max(columns) - 3, max(rows) - 3)).convert("L")
    return sum(within.histogram()[:128])


# The server


def test_the_page_holds_every_card_and_no_markup_of_the_paper(server, cards):
    status, headers, body = ask(server)
    page = body.decode()
    assert status == 200
    assert len(re.findall("</script", page)) == 2 and "alert(1)</" not in page and "<b>" not in page
    held = json.loads(re.search(r'<script type="application/json" id="held">(.*?)</script>', page, re.DOTALL)[1])
    assert [card["id"] for card in held["cards"]] == [card.id for card in cards]
    assert held["cards"][6]["sentence"].startswith("<b>Managers</b> &")
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy and "http" not in policy
    assert "http" not in re.sub(r'<script type="application/json".*?</script>', "", page, flags=re.DOTALL)


@pytest.mark.parametrize("name", ["style.css", "review.css", "review.js", "icon.svg"])
def test_the_pages_files_are_served_and_fetch_nothing(server, name):
    status, headers, body = ask(server, name)
    assert status == 200 and len(body) > 100
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert b"url(" not in body and b"@import" not in body
    assert b"http" not in body.replace(b"http://www.w3.org/2000/svg", b"")


def test_a_picture_is_drawn_once_and_kept_by_the_browser(server, review, monkeypatch):
    status, headers, body = ask(server, "picture/0")
    assert (status, headers["Content-Type"]) == (200, "image/png") and body.startswith(b"\x89PNG")
    assert "max-age" in headers["Cache-Control"]
    monkeypatch.setattr(module, "picture_of", None)
    assert ask(server, "picture/0")[2] == body
    assert review._drawn.cache_info().hits == 1


def test_a_picture_that_cannot_be_drawn_is_none(server):
    assert ask(server, "picture/7")[0] == 204  # it has no boxes, on which the drawing stumbles


@pytest.mark.parametrize("name", ["picture/8", "picture/-1", "picture/²", "picture/", "../review.py", "x", "page/"])
def test_nothing_else_is_served(server, name):
    assert ask(server, name)[0] == 404


def test_who_lacks_the_token_gets_nothing(server):
    for path in ("/", "/x/", f"/{server.token[:-1]}/", f"/{server.token}x/", "//", "/favicon.ico", "/\xe9/"):
        assert ask(server, path)[0] == 404
    assert ask(server, "/x/decision", b"{}")[0] == 404


def test_another_name_of_this_machine_is_refused(server, review):
    for host in ("evil.example", f"evil.example:{server.server_port}", "127.0.0.1", "localhost", None):
        assert ask(server, Host=host)[0] == 403
        assert ask(server, "decision", b'{"id": "posts", "answer": "yes"}', Host=host)[0] == 403
    assert not review.path.exists()


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (415, {"Content_Type": "text/plain"}, b'{"id": "posts", "answer": "yes"}'),
        (415, {"Content_Type": "application/x-www-form-urlencoded"}, b"id=posts"),
        (415, {"Content_Type": None}, b'{"id": "posts", "answer": "yes"}'),
        (403, {"Origin": "http://evil.example"}, b'{"id": "posts", "answer": "yes"}'),
        (403, {"Origin": "null"}, b'{"id": "posts", "answer": "yes"}'),
        (411, {"Content_Length": None}, b""),
        (411, {"Content_Length": "-1"}, b""),
        (413, {"Content_Length": str(1 << 17)}, b""),
        (413, {"Content_Length": "9" * 5000}, b""),
        (400, {}, b"{"),
        (400, {}, b"[" * 60000),
        (400, {}, b"\xff"),
        (400, {}, b"[]"),
        (400, {}, b'{"id": "none", "answer": "yes"}'),
        (400, {}, b'{"id": "posts", "answer": "maybe"}'),
        (400, {}, b'{"id": "posts", "answer": "yes", "option": 2}'),
        (400, {}, b'{"id": "posts", "answer": "yes", "option": -2}'),
        (400, {}, b'{"id": "posts", "answer": "yes", "fields": {"other": "x"}}'),
    ],
)
def test_what_is_no_answer_of_the_page_is_refused_and_told_why(server, review, status, headers, body):
    answered, _, told = ask(server, "decision", body, **headers)
    assert answered == status
    assert len(json.loads(told)["error"]) > 10
    assert not review.path.exists()


def test_an_answer_is_kept_before_it_is_confirmed(server, review):
    record = {"id": "posts", "answer": "yes", "option": 1, "says": "47 posts", "fields": {"unit": "FTE"}, "note": "n"}
    status, _, body = decide(server, **record)
    assert (status, json.loads(body)) == (200, {"progress": "1 of 8 decided"})
    assert read(review.path) == {"posts": Decision(**record)}
    assert '"says": "47 posts"' in ask(server)[2].decode()
    decide(server, id="posts", answer="")
    assert review.progress() == "0 of 8 decided"


def test_an_answer_that_cannot_be_kept_is_not_confirmed(server, review):
    review.path.mkdir()
    status, _, body = decide(server, id="posts", answer="yes")
    assert status == 500 and json.loads(body)["error"].startswith("demo.jsonl cannot be written: ")
    assert review.progress() == "0 of 8 decided"


def test_answers_at_once_are_all_kept(server, review, cards):
    threads = [
        threading.Thread(target=decide, args=(server,), kwargs={"id": card.id, "answer": "no"}) for card in cards
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(read(review.path)) == len(cards) and read(review.path).told == []


def test_a_review_is_taken_up_where_it_was_left(cards, tmp_path):
    path = tmp_path / "demo.jsonl"
    append(path, Decision("posts", "yes"))
    append(path, Decision("of another reading of the paper", "yes"))
    path.write_bytes(path.read_bytes() + b'{"id": "le')
    review = Review(cards, path, None, "Demo", list)
    assert review.progress() == "1 of 8 decided"
    assert "demo.jsonl, line 3 was cut off and does not count." in review.page()
    assert "of another reading" not in review.page()


def test_to_finish_shows_its_lines_or_all_of_what_went_wrong(review):
    assert review.finish() == {"done": True, "lines": ["written  demo.yml"]}

    def refused():
        raise ValueError("kent.yml: one\nkent.yml: two")

    def broken():
        raise KeyError("measure")

    review._finish = refused
    assert review.finish() == {"done": False, "lines": ["kent.yml: one", "kent.yml: two"]}
    review._finish = broken
    told = review.finish()
    assert not told["done"] and told["lines"][-1] == "KeyError: 'measure'" and len(told["lines"]) > 3


def test_it_listens_to_this_machine_only(server):
    assert server.server_address[0] == "127.0.0.1"
    assert len(server.token) >= 32
    assert server.address == f"http://127.0.0.1:{server.server_port}/{server.token}/"


def test_a_page_of_no_cards_says_so(tmp_path):
    assert "There is nothing to decide." in Review([], tmp_path / "x", None, "Demo", list).page()


SERVED = """
import sys
from workforce.draft.review import Card, serve
sys.stdout.reconfigure(line_buffering=True)
serve([Card("1", "claim", "44"), Card("2", "claim", "45")], sys.argv[1], lambda card: None, "Demo", list, open_browser=False)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signal that a test can send for Ctrl-C")
def test_ctrl_c_ends_it_politely(tmp_path):
    path = tmp_path / "demo.jsonl"
    append(path, Decision("1", "yes"))
    command = [sys.executable, "-c", SERVED, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert re.match(r"1 of 2 decided\. Decide at http://127\.0\.0\.1:\d+/[\w-]{32}/\n", process.stdout.readline())
        assert process.stdout.readline() == "Ctrl-C ends the review.\n"
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
    assert process.returncode == 0
    assert rest == f"\n1 of 2 decided; all answers are in {path}.\nTo go on, run the same command again.\n"


# In a browser


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    arguments = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=arguments)
        yield browser
        browser.close()


class Visit:
    """The review in a browser that can reach nothing else, and what went wrong in it."""

    def __init__(self, browser, server, scheme="light", width=1280, height=800):
        self.problems, self.server = [], server
        self.context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": height})
        self.context.route("**/*", self._only_the_server)
        self.page = self.context.new_page()
        self.page.set_default_timeout(5000)
        self.page.on("console", lambda message: self.problems.append(message.text))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.goto(server.address)

    def _only_the_server(self, route):
        if route.request.url.startswith(self.server.address):
            route.continue_()
        else:
            self.problems.append(f"left the server: {route.request.url}")
            route.abort()

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def shows(self, target):
        self.page.wait_for_function("text => document.getElementById('number').textContent === text", arg=target)

    def told(self, text):
        self.page.wait_for_function("text => document.getElementById('said').textContent.includes(text)", arg=text)

    def text(self, name):
        return self.page.locator(f"#{name}").text_content()

    def focused(self, asked="one.id"):
        return self.page.evaluate(f"(one => {asked})(document.activeElement)")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()


@pytest.fixture
def visit(browser, server):
    with Visit(browser, server) as visit:
        yield visit


@needs_browser
def test_all_is_decided_by_single_keys(visit, review):
    visit.shows("47")
    assert visit.text("progress") == "0 of 8 decided; 3 confident left"
    visit.press("2", "y")
    visit.shows("44%")
    visit.told("yes to 47. 2 of 8: 44%, Table 4.2 > TOTAL > % Retained 22-23, open. (47 - 23) / 47 = 51%, does not fit")
    visit.press("n")
    visit.shows("23")
    visit.press("A")
    visit.shows("18")
    visit.press("y")
    visit.shows("25%")
    assert visit.text("progress") == "4 of 8 decided; 1 confident left"
    visit.press("j", "ArrowRight", "k")
    visit.shows("23, 19, 5")
    visit.press("ArrowLeft", "y")
    visit.shows("23, 19, 5")
    visit.press("y")
    visit.shows("half")
    visit.press("y")
    visit.shows("31")
    visit.press("y")
    visit.told("All are decided")
    taken = read(review.path)
    told = {"posts": "yes 1", "retained": "no 0", "left": "ambiguous 0", "interviews": "yes -1", "fall": "yes 0"}
    told |= {"rows": "yes -1", "half": "yes 0", "agency": "yes 0"}
    assert {name: f"{one.answer} {one.option}" for name, one in taken.items()} == told
    assert taken["posts"].says == "The three teams have 47 posts together." and taken["posts"].fields["unit"] == "posts"
    assert visit.problems == []


@needs_browser
def test_undo_opens_again_what_was_answered_last(visit, review):
    visit.press("y")
    visit.shows("44%")
    visit.press("n")
    visit.shows("23")
    for target, name in (("44%", "retained"), ("47", "posts")):
        visit.press("u")
        visit.shows(target)
        visit.page.wait_for_function("() => document.querySelectorAll('#list [data-answer=\"\"]').length > 6")
        visit.page.wait_for_timeout(100)
        assert read(review.path)[name].answer == ""
    assert visit.text("progress") == "0 of 8 decided; 3 confident left"
    assert visit.page.locator("#undo").get_attribute("aria-disabled") == "true"


@needs_browser
def test_keys_are_only_text_in_a_field_and_edits_are_kept(visit, review):
    visit.press("e")
    assert visit.focused() == "says"
    visit.press("End", "Control+End")
    visit.page.keyboard.type(" yna12?jku")
    visit.shows("47")
    visit.press("Escape")
    assert visit.focused() == "target"
    visit.page.locator("#fields input[name=period]").fill("March 2023")
    visit.page.locator("#note").fill("see y")
    visit.press("Escape", "y")
    visit.shows("44%")
    kept = read(review.path)["posts"]
    assert kept.says == "The three teams have 47 posts together. yna12?jku"
    assert (kept.answer, kept.fields["period"], kept.note) == ("yes", "March 2023", "see y")
    visit.press("k")
    assert visit.page.locator("#says").input_value() == kept.says
    visit.page.reload()
    visit.shows("47")
    assert visit.page.locator("#note").input_value() == "see y"
    assert visit.text("state") == "yes"


@needs_browser
def test_an_edit_of_an_open_number_is_there_after_a_reload(visit, review):
    visit.page.locator("#says").fill("Other words.")
    visit.page.locator("#note").focus()
    visit.page.wait_for_timeout(200)
    visit.page.reload()
    assert visit.page.locator("#says").input_value() == "Other words."
    assert visit.text("state") == "open" and review.progress() == "0 of 8 decided"


@needs_browser
def test_what_is_changed_while_another_change_is_sent_is_kept_too(visit, review):
    visit.page.route("**/decision", lambda route: (time.sleep(0.1), route.continue_()))
    visit.page.locator("#says").fill("First words.")
    visit.page.locator("#note").fill("A note.")
    visit.press("Escape", "y")
    visit.shows("44%")
    kept = read(review.path)["posts"]
    assert (kept.answer, kept.says, kept.note) == ("yes", "First words.", "A note.")
    assert visit.text("alarm") == "" and visit.problems == []


@needs_browser
def test_single_keys_can_be_switched_off_and_modified_keys_do_nothing(visit, review):
    visit.press("Control+y", "Alt+n", "Meta+a")
    visit.page.locator("#keys").uncheck()
    visit.press("y", "n", "j", "ArrowRight", "2", "?", "u")
    visit.page.wait_for_timeout(100)
    visit.shows("47")
    assert not visit.page.locator("dialog").is_visible()
    visit.page.reload()
    assert not visit.page.locator("#keys").is_checked()
    visit.page.locator("#keys").check()
    visit.press("j")
    visit.shows("44%")
    assert not review.path.exists()


@needs_browser
def test_all_is_done_by_tab_and_enter_alone(visit, review):
    visit.page.locator("#keys").uncheck()

    def tab_to(asked):
        for _ in range(60):
            visit.press("Tab")
            if visit.focused(asked):
                assert visit.focused("getComputedStyle(one).outlineStyle") in ("solid", "auto")
                return
        pytest.fail(f"no Tab leads to {asked}")

    visit.page.evaluate("document.activeElement.blur()")
    tab_to("one.name === 'option'")
    visit.press("ArrowDown")
    assert visit.text("made-title") == "What way 2 is made of"
    tab_to("one.dataset.answer === 'yes'")
    visit.press("Enter")
    visit.shows("44%")
    assert visit.focused("one.dataset.answer") == "yes"
    tab_to("one.id === 'undo'")
    visit.press("Enter")
    visit.shows("47")
    tab_to("one.name === 'show'")
    visit.press("ArrowRight", "ArrowRight", "ArrowRight")
    assert visit.page.locator("#list li:visible").count() == 1
    tab_to("one.closest('#list')")
    visit.press("Enter")
    visit.shows("44%")
    assert read(review.path)["posts"].option == 1


@needs_browser
def test_the_list_is_filtered_and_the_next_is_of_those_shown(visit):
    counts = {}
    for name in ("open", "confident", "suspected", "decided", "all"):
        visit.page.locator(f"input[value={name}]").check()
        counts[name] = visit.page.locator("#list li:visible").count()
    assert counts == {"open": 8, "confident": 3, "suspected": 1, "decided": 0, "all": 8}
    visit.page.locator("input[value=confident]").check()
    visit.press("y")
    visit.shows("23")
    visit.press("y")
    visit.shows("25%")
    visit.press("y")
    visit.shows("23, 19, 5")  # no confident one is open
    visit.page.locator("input[value=decided]").check()
    assert visit.page.locator("#list li:visible .number").all_text_contents() == ["47", "23", "25%"]


@needs_browser
def test_a_page_or_a_sentence_shows_the_number(visit):
    picture = visit.page.locator("#picture")
    visit.page.wait_for_function("() => document.getElementById('picture').naturalWidth > 0")
    assert picture.get_attribute("alt") == "Page 1 of the paper: TOTAL 47 23 44%"
    assert picture.get_attribute("loading") == "lazy"
    visit.page.locator("#list button").nth(6).click()
    assert not picture.is_visible()
    assert visit.page.locator("#sentence mark").text_content() == "half"
    assert visit.text("sentence").startswith("<b>Managers</b> & others")
    assert "</script>" in visit.text("inputs")
    visit.press("j")
    assert visit.page.locator("#sentence mark").text_content() == "31"
    assert visit.problems == []


@needs_browser
def test_where_the_page_cannot_be_drawn_the_sentence_stands_instead(browser, review):
    review._drawn = lambda number: 1 / 0
    with Server(review) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        with Visit(browser, server) as visit:
            visit.page.locator("#sentence").wait_for()
            assert visit.text("sentence") == "TOTAL 47 23 44%"
            assert "cannot be drawn" in visit.text("caption")
        server.shutdown()
        thread.join()


@needs_browser
def test_what_cannot_be_saved_is_told_loudly_and_sent_again(visit, review):
    review.path.mkdir()
    visit.press("y")
    alarm = visit.page.locator("[role=alert]")
    alarm.get_by_text("Not saved", exact=True).wait_for()
    assert "demo.jsonl cannot be written" in alarm.text_content()
    visit.shows("47")
    assert visit.text("state") == "yes, not saved"
    visit.press("j", "n")
    alarm.get_by_text("2 answers are kept on this page only").wait_for()
    assert '{"id":"retained","answer":"no"' in alarm.locator("pre").text_content()
    assert visit.page.evaluate("!dispatchEvent(new Event('beforeunload', {cancelable: true}))")
    review.path.rmdir()
    alarm.get_by_role("button", name="Send again").click()
    visit.told("All answers are saved.")
    assert alarm.text_content() == ""
    assert {name: one.answer for name, one in read(review.path).items()} == {"posts": "yes", "retained": "no"}
    assert visit.text("state") == "no"


@needs_browser
def test_a_server_that_is_gone_is_told(browser, review):
    with Server(review) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        with Visit(browser, server) as visit:
            visit.shows("47")
            server.shutdown()
            server.server_close()
            visit.press("y")
            visit.page.get_by_text("was it ended in the terminal?").wait_for()
            visit.page.locator("#finish").click()
            visit.page.locator("#result").wait_for()
            assert visit.text("result-title").startswith("Not written")
        thread.join()


@needs_browser
def test_the_files_are_written_and_the_review_goes_on(visit, review):
    visit.page.locator("#finish").click()
    visit.page.locator("#result").wait_for()
    assert (visit.text("result-title"), visit.text("result-lines")) == ("Written", "written  demo.yml")
    assert visit.focused() == "result-title"

    def refused():
        raise ValueError("demo.yml: <i>one</i>\ndemo.yml: two")

    review._finish = refused
    visit.page.locator("#result-close").click()
    visit.page.locator("#finish").click()
    visit.page.get_by_text("Not written").wait_for()
    assert visit.text("result-lines") == "demo.yml: <i>one</i>\ndemo.yml: two"
    visit.press("y")
    visit.shows("44%")


@needs_browser
def test_help_opens_and_closes_by_key(visit):
    visit.press("?")
    assert visit.page.locator("dialog").is_visible()
    visit.press("y")
    visit.press("Escape")
    assert not visit.page.locator("dialog").is_visible()
    visit.shows("47")


@needs_browser
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1600, 1000), (1920, 1080)])
def test_nothing_jumps_from_number_to_number(browser, server, cards, width, height):
    with Visit(browser, server, width=width, height=height) as visit:
        places = set()
        for _ in cards:
            visit.page.wait_for_timeout(50)
            places.add(
                visit.page.evaluate(
                    "JSON.stringify(['#paper', '.bar', '#says', '#number'].map(one => document.querySelector(one).getBoundingClientRect())"
                    ".map(one => [Math.round(one.top), Math.round(one.left)]))"
                )
            )
            visit.press("j")
        assert len(places) == 1


BEYOND = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async tags => (await axe.run(document, {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]}))
  .violations.map(one => [one.id, one.nodes.slice(0, 3).map(node => [node.target, node.failureSummary])])"""


@needs_browser
@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_breaks_no_rule_of_wcag_and_never_scrolls_sideways(browser, server, review, cards, scheme, width):
    from axe_playwright_python.base import AXE_SCRIPT

    with Visit(browser, server, scheme, width) as visit:
        visit.page.evaluate(AXE_SCRIPT)
        visit.press("y")
        visit.shows("44%")
        for _ in cards:
            assert visit.page.evaluate(RUN, TAGS) == []
            assert visit.page.evaluate(BEYOND) <= 0
            visit.press("j")
        visit.press("?")
        assert visit.page.evaluate(RUN, TAGS) == []
        visit.press("Escape")
        review.path.unlink()
        review.path.mkdir()
        visit.press("n")
        visit.page.get_by_text("Not saved", exact=True).wait_for()
        visit.page.locator("summary").click()
        visit.page.locator("#finish").click()
        visit.page.locator("#result").wait_for()
        assert visit.page.evaluate(RUN, TAGS) == []
        assert visit.page.evaluate(BEYOND) <= 0
        levels = visit.page.eval_on_selector_all("h1, h2, h3", "all => all.map(one => Number(one.tagName[1]))")
        assert levels.count(1) == 1 and all(after <= before + 1 for before, after in itertools.pairwise(levels))


@needs_browser
def test_long_words_do_not_widen_a_narrow_page(browser, tmp_path):
    long = "x" * 400
    option = Option(long, long, (long,), False, long)
    card = Card("1", "claim", long, long, f"a {long}", 2, 402, 3, (option,), "possible", (), long, {long: long})
    other = replace(card, id="2", confidence="suspected mistake")
    review = Review([card, other], Path(tmp_path) / "x.jsonl", lambda card: None, long, lambda: [long])
    with Server(review) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        with Visit(browser, server, width=320) as visit:
            visit.page.locator("#finish").click()
            visit.page.locator("#result").wait_for()
            assert visit.page.evaluate(BEYOND) <= 0
            visit.press("j")
            assert visit.page.evaluate(BEYOND) <= 0
        server.shutdown()
        thread.join()
