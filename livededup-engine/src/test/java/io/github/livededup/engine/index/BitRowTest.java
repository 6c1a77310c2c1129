package io.github.livededup.engine.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.engine.util.RandomCases;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BitRowTest {
    private static final int BITS = 300;

    private static ByteBuffer memory(int sizeBytes) {
        return ByteBuffer.allocate(sizeBytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void doesWhatAnArrayOfBooleansDoes() {
        RandomCases.forEach(1000, BitRowTest::compareWithBooleans);
    }

    private static void compareWithBooleans(SplittableRandom random) {
        int density = RandomCases.between(random, 0, 100);
        int a = RandomCases.between(random, 1, 298);
        int b = RandomCases.between(random, 1, 298);
        int from = Math.min(a, b);
        int to = Math.max(a, b);
        boolean[] model = new boolean[BITS];
        BitRow row = new BitRow(memory(8 + (int) BitRow.sizeBytes(BITS) * 3), 8, 3 * Long.BYTES);
        for (int i = 1; i < BITS - 1; i++) {
            model[i] = random.nextInt(100) < density;
            row.put(i, model[i]);
        }
        model[BITS - 2] = true;
        row.set(BITS - 2);

        int zero = from;
        while (model[zero]) {
            zero--;
        }
        assertThat(row.lastZero(from)).isEqualTo(zero);
        zero = from + 1;
        while (model[zero]) {
            zero++;
        }
        assertThat(row.nextZero(from)).isEqualTo(zero);
        int one = Math.min(from, BITS - 3) + 1;
        while (!model[one]) {
            one++;
        }
        assertThat(row.nextOne(Math.min(from, BITS - 3))).isEqualTo(one);
        int ones = 0;
        for (int i = from + 1; i <= to; i++) {
            ones += model[i] ? 1 : 0;
        }
        assertThat(row.count(from, to)).isEqualTo(ones);
        if (ones < to - from) {
            int last = to;
            while (model[last]) {
                last--;
            }
            assertThat(row.nthZero(from, to - from - ones)).isEqualTo(last);
        }

        switch (random.nextInt(3)) {
            case 0 -> {
                System.arraycopy(model.clone(), from, model, from + 1, to - from);
                row.moveUp(from, to);
                if (to > from) {
                    model[from] = row.get(from); // left as it was
                }
            }
            case 1 -> {
                System.arraycopy(model.clone(), from + 1, model, from, to - from);
                row.moveDown(from, to);
            }
            default -> {
                for (int i = from + 1; i <= to; i++) {
                    model[i] = true;
                }
                row.setAfter(from, to);
            }
        }
        for (int i = 0; i < BITS; i++) {
            assertThat(row.get(i)).as("bit %d, from %d to %d", i, from, to).isEqualTo(model[i]);
        }
    }

    @Test
    void cellsMove() {
        RandomCases.forEach(1000, BitRowTest::compareWithLongs);
    }

    private static void compareWithLongs(SplittableRandom random) {
        int width = RandomCases.between(random, 1, 57);
        int a = RandomCases.between(random, 0, 99);
        int b = RandomCases.between(random, 0, 99);
        int from = Math.min(a, b);
        int to = Math.max(a, b);
        long[] model = new long[100];
        PackedCells cells = new PackedCells(memory(3 + (int) PackedCells.sizeBytes(100, width)), 3, width);
        for (int i = 0; i < 100; i++) {
            model[i] = random.nextLong() >>> Long.SIZE - width;
            cells.set(i, model[i]);
        }
        if (random.nextBoolean()) {
            cells.moveUp(from, to);
            System.arraycopy(model.clone(), from, model, from + 1 <= to ? from + 1 : from, to - from);
        } else {
            cells.moveDown(from, to);
            System.arraycopy(model.clone(), Math.min(from + 1, to), model, from, to - from);
        }
        for (int i = 0; i < 100; i++) {
            assertThat(cells.get(i)).isEqualTo(model[i]);
        }
    }
}
