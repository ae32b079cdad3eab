package dev.polder.app.cli;

/** Receives server-sent events; returns whether it wants more. */
@FunctionalInterface
interface EventListener {
    boolean on(String event, String data);
}
