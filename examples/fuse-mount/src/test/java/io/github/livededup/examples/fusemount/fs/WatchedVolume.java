package io.github.livededup.examples.fusemount.fs;

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
