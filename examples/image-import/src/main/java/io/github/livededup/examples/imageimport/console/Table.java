package io.github.livededup.examples.imageimport.console;

import java.util.ArrayList;
import java.util.List;

/** A table of text: the first column to the left, the others to the right. */
public final class Table {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();
    private final int columns;
    private int rules;

    /**
     * Makes a table with a heading.
     *
     * @param heading the columns' names
     */
    public Table(String... heading) {
        columns = heading.length;
        add(heading);
        rule();
    }

    /**
     * Adds a row.
     *
     * @param cells as many as the heading has
     * @return this
     */
    public Table add(String... cells) {
        if (cells.length != columns) {
            throw new IllegalArgumentException("cells: actual=" + cells.length + " expected=" + columns);
        }
        rows.add(List.of(cells));
        return this;
    }

    /**
     * Adds a line across.
     *
     * @return this
     */
    public Table rule() {
        rows.add(List.of());
        rules++;
        return this;
    }

    /**
     * Whether there is anything under the heading.
     *
     * @return true if not
     */
    public boolean isEmpty() {
        return rows.size() == 1 + rules;
    }

    /**
     * The table's lines.
     *
     * @return the lines, without trailing blanks
     */
    public List<String> lines() {
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], width(row.get(i)));
            }
        }
        List<String> lines = new ArrayList<>(rows.size());
        for (List<String> row : rows) {
            lines.add(row.isEmpty() ? ruleLine(widths) : line(row, widths));
        }
        return lines;
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.size(); i++) {
            String blanks = " ".repeat(widths[i] - width(row.get(i)));
            line.append(i == 0 ? "" : GAP);
            line.append(i == 0 ? row.get(i) + blanks : blanks + row.get(i));
        }
        return line.toString().stripTrailing();
    }

    private static String ruleLine(int[] widths) {
        int total = GAP.length() * (widths.length - 1);
        for (int width : widths) {
            total += width;
        }
        return "-".repeat(total);
    }

    private static int width(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
