import pandas as pd

from workforce import display

EVIL = "<script>alert('x')</script> & \"y\""


def test_untrusted_text_is_escaped():
    table = display.Table(pd.DataFrame({EVIL: [EVIL]}), EVIL, (EVIL,))
    text = display.Text((EVIL,), (EVIL,))
    for html in (table._repr_html_(), text._repr_html_()):
        assert "<script>" not in html
        assert "&lt;script&gt;" in html


def test_a_table_has_caption_and_scoped_headers():
    html = display.Table(pd.DataFrame({"job": ["a"], "posts": ["1"]}), "Posts", ("Source: x",))._repr_html_()
    assert "<caption>Posts</caption>" in html
    assert '<th scope="col">job</th><th scope="col">posts</th>' in html
    assert '<tr><th scope="row">a</th><td>1</td></tr>' in html
    assert "<p>Source: x</p>" in html
    assert "<details>" not in html


def test_a_folded_table_opens_on_a_click():
    html = display.Table(pd.DataFrame({"job": ["a"]}), "Posts", (), folded=True)._repr_html_()
    assert html.startswith("<details><summary>Show the numbers</summary>")
    assert html.rstrip().endswith("</details>")
