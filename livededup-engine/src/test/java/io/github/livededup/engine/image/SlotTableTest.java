package io.github.livededup.engine.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SlotTableTest {
    @Test
    void doesAsAMapDoes() {
        Random random = new Random(7);
        for (int round = 0; round < 20; round++) {
            SlotTable table = new SlotTable();
            Map<Long, Integer> model = new HashMap<>();
            for (int i = 0; i < 20_000; i++) {
                long block = random.nextInt(100 + round * 200);
                if (random.nextInt(3) == 0) {
                    Integer removed = model.remove(block);
                    assertThat(table.remove(block)).isEqualTo(removed == null ? SlotTable.NONE : removed);
                } else if (!model.containsKey(block)) {
                    model.put(block, i);
                    table.put(block, i);
                }
                long asked = random.nextInt(100 + round * 200);
                assertThat(table.find(asked)).isEqualTo(model.getOrDefault(asked, SlotTable.NONE));
                assertThat(table.size()).isEqualTo(model.size());
            }
            long[] expected = model.keySet().stream()
                    .filter(block -> block >= 50 && block < 90)
                    .mapToLong(Long::longValue)
                    .sorted()
                    .toArray();
            assertThat(table.blocks(50, 90)).isEqualTo(expected);
            table.clear();
            assertThat(table.blocks(0, Long.MAX_VALUE)).isEmpty();
        }
    }

    @Test
    void blockZeroAndTheHighestAreBlocks() {
        SlotTable table = new SlotTable();
        table.put(0, 5);
        table.put((1L << 48) - 1, 6);
        assertThat(table.find(0)).isEqualTo(5);
        assertThat(table.find((1L << 48) - 1)).isEqualTo(6);
        assertThat(table.blocks(0, Long.MAX_VALUE)).containsExactly(0, (1L << 48) - 1);
    }
}
