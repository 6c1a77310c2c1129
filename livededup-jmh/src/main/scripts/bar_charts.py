"""Bar charts, drawn by matplotlib."""

import dataclasses
import math
import sys

try:
    import matplotlib
except ImportError:
    sys.exit("matplotlib is missing: Debian's package python3-matplotlib, which /usr/bin/python3 finds, or pip")
matplotlib.use("agg")
from matplotlib import pyplot  # noqa: E402  pylint: disable=wrong-import-position

COLUMNS = 2
PANEL_WIDTH_INCHES = 6.5
ROW_HEIGHT_INCHES = 0.22
HEAD_HEIGHT_INCHES = 0.9
LOGARITHMIC_FROM = 30
"""The largest over the smallest value from which on a panel is logarithmic."""

COLOURS = {True: "#a8a8a8", False: "#2f6fb3"}
"""Of baselines and of what is compared with them."""


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


def is_logarithmic(bars):
    """Whether the values are too far apart for a linear axis."""
    positive = [bar.low for bar in bars if bar.low > 0]
    return bool(positive) and max(bar.high for bar in bars) / min(positive) >= LOGARITHMIC_FROM


def draw(axes, panel):
    """Draws a panel's bars, the first at the top, each with its spread and its value."""
    values = [bar.value for bar in panel.bars]
    spread = [[bar.value - bar.low for bar in panel.bars], [bar.high - bar.value for bar in panel.bars]]
    rows = range(len(values))
    logarithmic = is_logarithmic(panel.bars)
    axes.barh(rows, values, 0.75, color=[COLOURS[bar.baseline] for bar in panel.bars], xerr=spread)
    axes.set_yticks(rows, [bar.label for bar in panel.bars])
    axes.invert_yaxis()
    if logarithmic:
        axes.set_xscale("log")
    for row, bar in enumerate(panel.bars):
        axes.annotate(figure(bar.value), (bar.high, row), (4, 0), textcoords="offset points", va="center", fontsize=8)
    axes.margins(x=0.15)
    axes.set_title(panel.title, loc="left", fontsize=10, fontweight="bold")
    axes.set_xlabel(f"{panel.unit}, logarithmic" if logarithmic else panel.unit, fontsize=8)
    axes.tick_params(labelsize=8)
    axes.spines[["top", "right"]].set_visible(False)


def save(caption, panels, file):
    """Draws panels two side by side; writes them beside each other as SVG and PNG, with those endings."""
    pairs = [panels[first : first + COLUMNS] for first in range(0, len(panels), COLUMNS)]
    heights = [HEAD_HEIGHT_INCHES + ROW_HEIGHT_INCHES * max(len(panel.bars) for panel in pair) for pair in pairs]
    # The same values make the same file; texts stay texts.
    with pyplot.rc_context({"svg.fonttype": "none", "svg.hashsalt": "livededup"}):
        page, grid = pyplot.subplots(
            len(pairs),
            COLUMNS,
            figsize=(PANEL_WIDTH_INCHES * COLUMNS, sum(heights) + 0.4),
            gridspec_kw={"height_ratios": heights},
            squeeze=False,
            layout="constrained",
        )
        for pair, row in zip(pairs, grid):
            for axes, panel in zip(row, pair):
                draw(axes, panel)
            for axes in row[len(pair) :]:
                axes.remove()
        page.suptitle(caption, fontsize=9, x=0.01, ha="left")
        page.savefig(file.with_suffix(".svg"), metadata={"Date": None})
        page.savefig(file.with_suffix(".png"), dpi=100, metadata={"Software": None})
        pyplot.close(page)
