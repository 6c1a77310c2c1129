package io.github.livededup.examples.fusemount.fs;

import io.github.livededup.Image;
import io.github.livededup.ImageStore;
import io.github.livededup.Volume;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/** A volume whose image store tells of a call before it is made. */
final class WatchedVolume {
    private WatchedVolume() {}

    /** Told of calls. */
    interface Watcher {
        void before(String method, String firstArgument) throws IOException;
    }

    static Volume of(Volume volume, Watcher watcher) {
        ImageStore images = proxy(ImageStore.class, (self, method, arguments) -> {
            watcher.before(method.getName(), arguments == null ? "" : String.valueOf(arguments[0]));
            return call(volume.images(), method, arguments);
        });
        return proxy(
                Volume.class,
                (self, method, arguments) ->
                        method.getName().equals("images") ? images : call(volume, method, arguments));
    }

    /** A call of an image's method. */
    interface ImageCall {
        Object make(Image image, Method method, Object[] arguments) throws Throwable;
    }

    /** Has calls of the images that are opened made by somebody else. */
    static Volume ofImages(Volume volume, ImageCall call) {
        ImageStore images = proxy(ImageStore.class, (self, method, arguments) -> {
            Object result = call(volume.images(), method, arguments);
            boolean isOpened = result instanceof Image && method.getName().equals("open");
            return isOpened
                    ? proxy(Image.class, (image, called, given) -> call.make((Image) result, called, given))
                    : result;
        });
        return proxy(
                Volume.class,
                (self, method, arguments) ->
                        method.getName().equals("images") ? images : call(volume, method, arguments));
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    static Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
