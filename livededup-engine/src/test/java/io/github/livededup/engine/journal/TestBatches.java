package io.github.livededup.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Batches that are known by a number from which all their content follows. */
final class TestBatches {
    static final UUID VOLUME = new UUID(0x0123456789abcdefL, 0x42L);

    private TestBatches() {}

    /** Fills a batch: some records whose bodies start with the number and the record's index. */
    static JournalBatch fill(JournalBatch batch, long number, int records, int bodyBytes) {
        batch.clear();
        for (int i = 0; i < records; i++) {
            byte[] body = body(number, i, records, bodyBytes);
            batch.begin(1 + (int) (number % 100)).putBytes(body, 0, body.length).end();
        }
        return batch;
    }

    static JournalBatch of(long number, int records, int bodyBytes) {
        return fill(new JournalBatch(), number, records, bodyBytes);
    }

    private static byte[] body(long number, int index, int records, int bodyBytes) {
        byte[] body = new byte[16 + bodyBytes];
        new Random(number * 31 + index).nextBytes(body);
        ByteBuffer.wrap(body).putLong(number).putInt(index).putInt(records);
        return body;
    }

    /** The numbers of the batches a journal holds; fails if one is not whole or not as it was filled. */
    static List<Long> replayed(Journal journal) throws IOException {
        List<Long> numbers = new ArrayList<>();
        journal.replay(new JournalVisitor() {
            private int next;
            private int records;
            private long number;

            @Override
            public void record(int type, ByteBuffer body) {
                byte[] bytes = new byte[body.remaining()];
                body.get(bytes);
                ByteBuffer head = ByteBuffer.wrap(bytes);
                long there = head.getLong();
                assertThat(next == 0 || there == number)
                        .as("record of this batch")
                        .isTrue();
                number = there;
                assertThat(type).isEqualTo(1 + (int) (number % 100));
                assertThat(head.getInt()).isEqualTo(next++);
                records = head.getInt();
                assertThat(Arrays.equals(bytes, body(number, next - 1, records, bytes.length - 16)))
                        .isTrue();
            }

            @Override
            public void endBatch() {
                assertThat(next).as("records of batch " + number).isEqualTo(records);
                next = 0;
                numbers.add(number);
            }
        });
        return numbers;
    }
}
