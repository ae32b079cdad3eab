package dev.polder.portal.scaffolder;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Wakes those who wait for something to be written; others may have written too, so waits are short. */
final class TaskSignals {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long version;

    long version() {
        lock.lock();
        try {
            return version;
        } finally {
            lock.unlock();
        }
    }

    void signal() {
        lock.lock();
        try {
            version++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a change after {@code seen}, at most so long. */
    void await(long seen, Duration most) throws InterruptedException {
        long left = most.toNanos();
        lock.lockInterruptibly();
        try {
            while (version == seen && left > 0) {
                left = changed.awaitNanos(Math.min(left, TimeUnit.MINUTES.toNanos(1)));
            }
        } finally {
            lock.unlock();
        }
    }
}
