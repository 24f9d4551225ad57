import threading

import pytest

import demo_cards
from workforce.draft.review import Review, Server, picture_of


@pytest.fixture(scope="session")
def paper(tmp_path_factory):
    """Return the made-up paper, a PDF."""
    return demo_cards.write_pdf(tmp_path_factory.mktemp("paper") / "paper.pdf")


@pytest.fixture(scope="session")
def cards(paper):
    return demo_cards.cards_of(paper)


@pytest.fixture
def review(cards, paper, tmp_path):
    """Return a review of the made-up cards with nothing decided."""

    def picture(card):
        return picture_of(paper, card.boxes)

    title = "Demo </script><script>alert(1)</script>"
    return Review(cards, tmp_path / "demo.jsonl", picture, title, lambda: ["written  demo.yml"])


@pytest.fixture
def server(review):
    """Return the review's server, running."""
    with Server(review) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()
