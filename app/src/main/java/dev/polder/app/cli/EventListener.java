package dev.polder.app.cli;

/** Receives server-sent events; returns whether it wants more. */
@FunctionalInterface
public interface EventListener {
    boolean on(String event, String data);
}
