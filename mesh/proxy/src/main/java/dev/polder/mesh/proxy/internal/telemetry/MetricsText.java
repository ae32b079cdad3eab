package dev.polder.mesh.proxy.internal.telemetry;

import java.util.LinkedHashMap;
import java.util.Map;

/** Collects lines by metric family and writes them in Prometheus' text format, version 0.0.4. */
final class MetricsText {

    private final Map<String, StringBuilder> families = new LinkedHashMap<>();

    StringBuilder family(String name, String type) {
        return families.computeIfAbsent(name, key -> new StringBuilder("# TYPE " + name + " " + type + "\n"));
    }

    void counter(String name, String labels, long value) {
        family(name, "counter")
                .append(name)
                .append('{')
                .append(labels)
                .append("} ")
                .append(value)
                .append('\n');
    }

    void gauge(String name, long value) {
        family(name, "gauge").append(name).append(' ').append(value).append('\n');
    }

    @Override
    public String toString() {
        StringBuilder all = new StringBuilder();
        families.values().forEach(all::append);
        // "a,}" is legal, but not every reader takes it
        return all.toString().replace(",}", "}");
    }
}
