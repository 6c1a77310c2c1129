package io.github.livededup.jmh.soak;

import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/** The JVM's own account of its native memory, which it keeps with {@code -XX:NativeMemoryTracking=summary}. */
final class NativeMemory {
    static final String HEAP = "Java Heap";

    private static final Pattern CATEGORY =
            Pattern.compile("-\\s+(\\S[^(]*?) \\(reserved=(\\d+)KB, committed=(\\d+)KB");
    private static final double KIB_PER_MIB = 1024;

    private NativeMemory() {}

    /**
     * Asks the JVM.
     *
     * @return what is committed in MiB, by category; empty if no account is kept
     */
    static Map<String, Double> committedMib() {
        try {
            Object answer = ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "vmNativeMemory",
                            new Object[] {new String[] {"summary"}},
                            new String[] {String[].class.getName()});
            return parse(String.valueOf(answer));
        } catch (JMException e) {
            return Map.of();
        }
    }

    /** Reads the JVM's answer. */
    static Map<String, Double> parse(String answer) {
        Map<String, Double> categories = new LinkedHashMap<>();
        Matcher matcher = CATEGORY.matcher(answer);
        while (matcher.find()) {
            categories.put(matcher.group(1).strip(), Long.parseLong(matcher.group(3)) / KIB_PER_MIB);
        }
        return categories;
    }
}
