package io.github.livededup.examples.fusemount.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.livededup.Image;
import io.github.livededup.ImageStore;
import io.github.livededup.examples.fusemount.tree.Attributes;
import io.github.livededup.examples.fusemount.tree.Change;
import io.github.livededup.examples.fusemount.tree.Change.PutInode;
import io.github.livededup.examples.fusemount.tree.Change.PutXattr;
import io.github.livededup.examples.fusemount.tree.FileKind;
import io.github.livededup.examples.fusemount.tree.Tree;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A log that is never rewritten, in an image that keeps nothing. */
class TreeLogTest {
    @Test
    void aLogEndsBeforeItCannotBeRead() throws Exception {
        Tree tree = new Tree();
        tree.apply(List.of(new PutInode(Tree.ROOT, new Attributes(FileKind.DIRECTORY, 0, 0, 0, 0, 0, 0, 0, ""))));
        Image image = proxy(Image.class, (self, method, arguments) -> zeroFor(method.getReturnType()));
        ImageStore images = proxy(
                ImageStore.class,
                (self, method, arguments) ->
                        method.getName().equals("create") ? image : zeroFor(method.getReturnType()));
        TreeLog log = TreeLog.create(images, "log", 4096, tree);
        List<Change> record = Collections.nCopies(500, new PutXattr(Tree.ROOT, "user.x", new byte[64 << 10]));
        Throwable thrown = null;
        for (int i = 0; i < 100 && thrown == null; i++) {
            thrown = catchThrowable(() -> log.append(record));
        }
        assertThat(thrown).isInstanceOf(IOException.class).hasMessageContaining("2 GiB");
        assertThat(log.sizeBytes()).isBetween(2_000_000_000L, Integer.MAX_VALUE - (2L << 16));
        log.close();
    }

    private static Object zeroFor(Class<?> type) {
        if (type == long.class) {
            return 0L;
        }
        return type == int.class ? 0 : null;
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
