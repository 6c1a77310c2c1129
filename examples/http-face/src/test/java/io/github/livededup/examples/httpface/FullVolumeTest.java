package io.github.livededup.examples.httpface;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.ImageInfo;
import io.github.livededup.ImageStore;
import io.github.livededup.LiveDedup;
import io.github.livededup.Volume;
import io.github.livededup.VolumeFullException;
import io.github.livededup.VolumeOptions;
import io.github.livededup.examples.httpface.http.HttpFace;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An image that takes the place of another when there is no more room: told as such, whether it took the name or not. */
class FullVolumeTest {
    @TempDir
    Path directory;

    @Test
    void aLackOfRoomAfterTheNameWasTakenIsALackOfRoom() throws Exception {
        assertThat(putOver(true)).isEqualTo(507);
    }

    @Test
    void aLackOfRoomBeforeTheNameWasTakenIsALackOfRoom() throws Exception {
        assertThat(putOver(false)).isEqualTo(507);
    }

    /** Puts an image over another with a volume that is full, before or after it has replaced it; gives the answer's code. */
    private int putOver(boolean replaces) throws Exception {
        try (Volume volume = LiveDedup.openOrCreate(directory.resolve("volume"), VolumeOptions.defaults());
                HttpFace face = new HttpFace(
                        fullWhenReplacing(volume, replaces),
                        false,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        2,
                        120)) {
            face.start();
            volume.images().create("a", 1).close();
            URI uri = URI.create("http://127.0.0.1:" + face.address().getPort() + "/images/a");
            HttpRequest put = HttpRequest.newBuilder(uri)
                    .PUT(BodyPublishers.ofByteArray(new byte[2]))
                    .build();
            int code = HttpClient.newHttpClient()
                    .send(put, BodyHandlers.discarding())
                    .statusCode();
            assertThat(volume.images().list()).extracting(ImageInfo::name).containsExactly("a");
            assertThat(volume.images().info("a").sizeBytes()).isEqualTo(replaces ? 2 : 1);
            return code;
        }
    }

    private static Volume fullWhenReplacing(Volume volume, boolean replaces) {
        ImageStore images = proxy(ImageStore.class, (self, method, arguments) -> {
            boolean isReplace = method.getName().equals("replace");
            Object result = isReplace && !replaces ? null : call(volume.images(), method, arguments);
            if (isReplace) {
                throw new VolumeFullException("volume", "full");
            }
            return result;
        });
        return proxy(
                Volume.class,
                (self, method, arguments) ->
                        method.getName().equals("images") ? images : call(volume, method, arguments));
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
