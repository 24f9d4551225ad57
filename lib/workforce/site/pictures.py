"""Make a chart's SVG ready for a page: at ease by day and night, and with its size."""

import re

# What a colour of a chart becomes at night, on the page's dark ground.
NIGHT = {
    "#000000": "#f1f1f1",
    "#ffffff": "#16191c",
    "#12436d": "#8ec5f4",
    "#f46a25": "#ff9f5a",
    "#28a197": "#28a197",
    "#801650": "#e58cc0",
    "#a285d1": "#b79be3",
    "#3d3d3d": "#c8c8c8",
    "#1a1a1a": "#e4e4e4",
    "#404040": "#d0d0d0",
    "#595959": "#b8b8b8",
    "#8c8c8c": "#9aa2a8",
    "#b8b8b8": "#59626a",
    "#e0e0e0": "#353c43",
    "#cccccc": "#4a525a",
}


def size(svg):
    """Return the width and height of a picture in whole pixels, of 1/96 inch, from its root element.

    Examples
    --------
    >>> size('<svg height="72pt" version="1.1" width="144pt">')
    (192, 96)
    """
    root = svg[: svg.index(">")]
    return tuple(round(float(re.search(rf'\b{side}="([\d.]+)pt"', root)[1]) * 4 / 3) for side in ("width", "height"))


def themed(svg):
    """Return a picture with the colours of the night for those who read by dark pages; by day it stays as it is."""
    rules = "".join(
        f'[style*="{part}: {day}"],[{part}="{day}"]{{{part}:{night}!important}}'
        for day, night in NIGHT.items()
        if day in svg
        for part in ("fill", "stroke")
    )
    plain = f"text:not([style*='fill']){{fill:{NIGHT['#000000']}}}"
    style = f"<style>@media (prefers-color-scheme:dark){{{plain}{rules}}}</style>"
    end = svg.index(">") + 1
    return f"{svg[:end]}{style}{svg[end:]}"
