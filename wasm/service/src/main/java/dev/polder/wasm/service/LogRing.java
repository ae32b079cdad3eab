package dev.polder.wasm.service;

import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last lines of one app, bounded in number and length. Safe for any thread; a listener is called on the writer's
 * thread, must return quickly, and one that throws is removed.
 */
public final class LogRing {

    /** A listener; closing it ends it. */
    public interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    private static final Logger LOG = LoggerFactory.getLogger(LogRing.class);
    private static final int MAX_LINE = 4096;

    private final int capacity;
    private final Clock clock;
    private final ArrayDeque<LogLine> lines = new ArrayDeque<>();
    private final CopyOnWriteArrayList<Consumer<LogLine>> listeners = new CopyOnWriteArrayList<>();
    private final long firstId;
    private long nextId;

    /** A ring that keeps the last {@code capacity} lines. */
    public LogRing(int capacity, Clock clock) {
        this.capacity = capacity;
        this.clock = clock;
        this.firstId = Math.max(1, clock.millis() * 1000);
        this.nextId = firstId;
    }

    /** The id of its first line: the time of its making in microseconds, so that no line of an earlier ring has a larger one. */
    public long firstId() {
        return firstId;
    }

    /** Adds a line of the app. */
    public void add(LogLine.Stream stream, String text) {
        add(stream, "", text);
    }

    /** Adds a line of a component and tells the listeners, in the order of the ids. */
    public synchronized void add(LogLine.Stream stream, String component, String text) {
        LogLine line = new LogLine(nextId++, clock.instant(), stream, component, cleaned(text));
        if (lines.size() == capacity) {
            lines.removeFirst();
        }
        lines.addLast(line);
        for (Consumer<LogLine> listener : listeners) {
            tell(listener, line);
        }
    }

    /** The kept lines with an id above {@code after}, oldest first. */
    public synchronized List<LogLine> after(long after) {
        List<LogLine> found = new ArrayList<>();
        for (LogLine line : lines) {
            if (line.id() > after) {
                found.add(line);
            }
        }
        return found;
    }

    /** Tells the kept lines after {@code after} and then every new one: none missing, none twice. */
    public synchronized Subscription listen(long after, Consumer<LogLine> listener) {
        for (LogLine line : after(after)) {
            listener.accept(line);
        }
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private void tell(Consumer<LogLine> listener, LogLine line) {
        try {
            listener.accept(line);
        } catch (RuntimeException e) {
            listeners.remove(listener);
            LOG.warn("a log listener failed and was removed", e);
        }
    }

    private static String cleaned(String text) {
        String cut = text.length() > MAX_LINE ? text.substring(0, MAX_LINE) + " … (cut)" : text;
        for (int i = 0; i < cut.length(); i++) {
            if (isControl(cut.charAt(i))) {
                return replaced(cut);
            }
        }
        return cut;
    }

    private static String replaced(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            clean.append(isControl(c) ? '\uFFFD' : c);
        }
        return clean.toString();
    }

    private static boolean isControl(char c) {
        return (c < ' ' && c != '\t') || c == 127;
    }
}
