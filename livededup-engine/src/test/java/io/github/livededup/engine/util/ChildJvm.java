package io.github.livededup.engine.util;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a main class in a JVM of its own, on this JVM's class path and with none of its flags. */
public final class ChildJvm {
    private static final long TIMEOUT_SECONDS = 120;

    private ChildJvm() {}

    /**
     * Runs a main class to its end.
     *
     * @param main the class
     * @param arguments JVM flags (those that begin with "-") first, then the program's arguments
     * @return what it wrote to both of its streams, and a last line {@code exit=n}
     */
    public static String run(Class<?> main, String... arguments) throws IOException, InterruptedException {
        return run(Map.of(), main, arguments);
    }

    /** As {@link #run(Class, String...)}, with more variables in its environment. */
    public static String run(Map<String, String> environment, Class<?> main, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElseThrow());
        List<String> programArguments = new ArrayList<>();
        for (String argument : arguments) {
            (argument.startsWith("-") ? command : programArguments).add(argument);
        }
        command.add("-cp");
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.add(main.getName());
        command.addAll(programArguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("the child is still running after " + TIMEOUT_SECONDS + " s: " + output);
        }
        return output + "\nexit=" + process.exitValue();
    }
}
