"""Bar charts as SVG, with nothing but Python."""

import dataclasses
import math
from xml.sax.saxutils import escape

COLUMNS = 2
PANEL_WIDTH = 560
LABEL_WIDTH = 210
BAR_WIDTH = 250
ROW_HEIGHT = 20
HEAD_HEIGHT = 50
LOGARITHMIC_FROM = 30
"""The largest over the smallest value from which on a panel is logarithmic."""


@dataclasses.dataclass
class Bar:
    """A median with the lowest and the highest value; a baseline has another colour."""

    label: str
    value: float
    low: float
    high: float
    baseline: bool = False


@dataclasses.dataclass
class Panel:
    """Bars of one unit."""

    title: str
    unit: str
    bars: list[Bar]


def figure(value):
    """Three digits, or all of a larger number."""
    if value == 0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:,.{digits}f}"


def scale(bars):
    """Says where on an axis a value lies, as a fraction, and whether the axis is logarithmic."""
    high = max(bar.high for bar in bars) or 1
    low = min((bar.low for bar in bars if bar.low > 0), default=high)
    if high / low < LOGARITHMIC_FROM:
        return lambda value: value / high, False
    start = 10 ** math.floor(math.log10(low) - 0.1)
    return lambda value: max(0, math.log(max(value, start) / start) / math.log(high / start)), True


def draw(panel, left, top):
    """The elements of a panel."""
    position, logarithmic = scale(panel.bars)
    unit = f"{panel.unit}, logarithmic" if logarithmic else panel.unit
    yield f'<text x="{left}" y="{top + 20}" class="title">{escape(panel.title)}</text>'
    yield f'<text x="{left}" y="{top + 36}" class="unit">{escape(unit)}</text>'
    start = left + LABEL_WIDTH
    for row, bar in enumerate(panel.bars):
        y = top + HEAD_HEIGHT + row * ROW_HEIGHT
        middle = y + ROW_HEIGHT / 2 - 2
        width, low, high = (BAR_WIDTH * position(value) for value in (bar.value, bar.low, bar.high))
        kind = "baseline" if bar.baseline else "bar"
        yield f'<text x="{start - 6}" y="{middle + 4}" text-anchor="end">{escape(bar.label)}</text>'
        yield f'<rect x="{start}" y="{y}" width="{width:.1f}" height="{ROW_HEIGHT - 5}" class="{kind}"/>'
        yield f'<path d="M{start + low:.1f} {middle}H{start + high:.1f}" class="spread"/>'
        yield f'<text x="{start + max(width, high) + 6:.1f}" y="{middle + 4}">{figure(bar.value)}</text>'


def svg(caption, panels):
    """A page of panels, two side by side; the text of an SVG file."""
    heights = [HEAD_HEIGHT + ROW_HEIGHT * len(panel.bars) + 16 for panel in panels]
    elements = []
    top = 34
    for first in range(0, len(panels), COLUMNS):
        for column, panel in enumerate(panels[first : first + COLUMNS]):
            elements += draw(panel, 16 + column * PANEL_WIDTH, top)
        top += max(heights[first : first + COLUMNS])
    width = COLUMNS * PANEL_WIDTH + 16
    style = (
        "text{font:12px sans-serif;fill:#222}.title{font-weight:bold;font-size:14px}.unit{fill:#666}"
        ".bar{fill:#2f6fb3}.baseline{fill:#a8a8a8}.spread{stroke:#111;stroke-width:1.5}"
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{top}" viewBox="0 0 {width} {top}">',
            f'<style>{style}</style><rect width="{width}" height="{top}" fill="#fff"/>',
            f'<text x="16" y="22" class="unit">{escape(caption)}</text>',
            *elements,
            "</svg>\n",
        ]
    )
