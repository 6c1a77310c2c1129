package io.github.livededup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PutBatchTest {
    private final PutBatch batch = new PutBatch(3);

    @Test
    void holdsOutcomesInOrder() {
        batch.add(7, true);
        batch.add(9, false);
        assertThat(batch.capacity()).isEqualTo(3);
        assertThat(batch.size()).isEqualTo(2);
        assertThat(batch.address(0)).isEqualTo(7);
        assertThat(batch.isNew(0)).isTrue();
        assertThat(batch.address(1)).isEqualTo(9);
        assertThat(batch.isNew(1)).isFalse();
        assertThat(batch.addresses()).containsExactly(7, 9);
    }

    @Test
    void addressesAreACopy() {
        batch.add(7, true);
        batch.addresses()[0] = 8;
        assertThat(batch.address(0)).isEqualTo(7);
    }

    @Test
    void clearForgetsEverything() {
        batch.add(7, true);
        batch.clear();
        assertThat(batch.size()).isZero();
        assertThat(batch.addresses()).isEmpty();
        assertThatThrownBy(() -> batch.address(0)).isInstanceOf(IndexOutOfBoundsException.class);
        batch.add(8, false);
        assertThat(batch.isNew(0)).isFalse();
    }

    @Test
    void refusesPlacesThatAreNotThere() {
        batch.add(7, true);
        assertThatThrownBy(() -> batch.address(1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> batch.isNew(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        batch.add(8, true);
        batch.add(9, true);
        assertThatThrownBy(() -> batch.add(10, true)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(batch.addresses()).containsExactly(7, 8, 9);
    }

    @Test
    void refusesACapacityOfNothing() {
        assertThatThrownBy(() -> new PutBatch(0))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessage("capacity: actual=0 expected=at least 1");
        assertThatThrownBy(() -> new PutBatch(-1)).isInstanceOf(InvalidArgumentException.class);
    }
}
