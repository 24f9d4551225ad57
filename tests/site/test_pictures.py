import re

import pytest
from matplotlib.colors import to_rgb

from workforce.display import Picture
from workforce.reports import how_sure, national_context, pay_benchmark, published_figures, retention_payment
from workforce.reports import workforce_trends as trends
from workforce.series import collect
from workforce.site import pictures

PAGE = {"day": "#ffffff", "night": "#16191c"}  # the page's ground, as in style.css
BEHIND = {"#ffffff", "#e0e0e0", "#b8b8b8", "#cccccc"}  # bands, plates and grids that marks and text lie on


def of(section):
    for part in getattr(section, "parts", (section,)):
        yield from of(part) if hasattr(part, "parts") else [part] if isinstance(part, Picture) else []


@pytest.fixture(scope="module")
def drawings():
    """Return a drawing of every kind, as SVG."""
    pay, context = pay_benchmark.prepare("tameside"), national_context.context("coventry")
    paid, claims = retention_payment.prepare("coventry"), published_figures.register("coventry")
    sections = [
        *(published_figures.lead(claims), published_figures.paper_charts(claims)),
        *(pay_benchmark.lead(pay), pay_benchmark.ranks_by_the_hour(pay), pay_benchmark.career(pay)),
        *(trends.lead(collect("coventry")), retention_payment.leavers(paid), retention_payment.census(paid)),
        *(national_context.spine(context), national_context.courses(context), national_context.funnels(context)),
        how_sure.lead(how_sure.trial()),
    ]
    return [next(of(section)).svg for section in sections]


def luminance(colour):
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


def contrast(one, other):
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("day", sorted(set(pictures.NIGHT) - BEHIND))
def test_marks_stand_out_by_day_and_by_night(day):
    assert contrast(day, PAGE["day"]) >= 3
    assert contrast(pictures.NIGHT[day], PAGE["night"]) >= 3


@pytest.mark.parametrize("day", ["#000000", "#1a1a1a", "#404040"])
def test_text_stands_out_by_day_and_by_night(day):
    assert contrast(day, PAGE["day"]) >= 4.5
    assert contrast(pictures.NIGHT[day], PAGE["night"]) >= 4.5


def test_every_colour_of_a_chart_has_one_for_the_night(drawings):
    found = {colour for svg in drawings for colour in re.findall(r"(?:fill|stroke)(?:: ?|=\")(#[0-9a-f]{6})", svg)}
    assert len(found) > 8
    assert found <= set(pictures.NIGHT)


def test_a_drawing_is_light_and_its_smallest_text_is_read_at_the_width_of_a_phone(drawings):
    for svg in drawings:
        width, height = pictures.size(svg)
        assert width < 520 and 100 < height < 1000
        assert len(svg) < 100_000
        sizes = [
            float(size) * 4 / 3 for size in re.findall(r"font-size: ([\d.]+)px", svg)
        ]  # in points, as the drawing is
        assert min(sizes) * 358 / width > 9


def test_the_colours_of_the_night_are_asked_for_in_the_dark_only():
    svg = '<svg height="72pt" version="1.1" width="144pt"><path style="fill: #12436d"/></svg>'
    themed = pictures.themed(svg)
    assert themed.startswith(
        '<svg height="72pt" version="1.1" width="144pt"><style>@media (prefers-color-scheme:dark){'
    )
    assert themed.endswith('</style><path style="fill: #12436d"/></svg>')
    assert pictures.NIGHT["#12436d"] in themed
    assert pictures.NIGHT["#f46a25"] not in themed
