package dev.polder.app;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Tells what a start is at, each second as long as that changes, and each ten while it does not. */
final class SlowStart implements AutoCloseable {

    private static final int QUIET_SECONDS = 10;

    private final Consumer<String> listener;
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile String what = "";

    SlowStart(Consumer<String> listener) {
        this.listener = listener;
        Thread.ofVirtual().name("slow-start").start(this::tell);
    }

    /** What comes next, in words for a person. */
    void at(String text) {
        what = text;
    }

    private void tell() {
        String told = "";
        int since = 0;
        try {
            while (!over.await(1, TimeUnit.SECONDS)) {
                String now = what;
                since++;
                if (!now.isEmpty() && (!now.equals(told) || since >= QUIET_SECONDS)) {
                    listener.accept(now);
                    told = now;
                    since = 0;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        over.countDown();
    }
}
