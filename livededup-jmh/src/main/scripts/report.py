"""A page of benchmarks as Markdown."""

import statistics

from bar_charts import figure


def page(title, about, tables, notes):
    """A Markdown page; a table is a title, a heading and rows."""
    lines = [f"# {title}", "", about, "", *notes, ""]
    for name, heading, rows in tables:
        lines += [f"## {name}", "", "| " + " | ".join(heading) + " |", "|---|" + "---:|" * (len(heading) - 1)]
        lines += ["| " + " | ".join(row) + " |" for row in rows] + [""]
    return "\n".join(lines)


def spread(times, divisor):
    """Median, lowest and highest as cells."""
    return [
        figure(statistics.median(times) / divisor),
        f"{figure(min(times) / divisor)}–{figure(max(times) / divisor)}",
    ]
