package dev.polder.wasm.wasi.p2.io;

import dev.polder.wasm.engine.GuestTime;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/*
 * One guest waits for many things, and is one thread. So there is one signal for all of them: whoever changes something
 * that the guest might wait for raises it, and the guest looks again. A look is cheap, and no wake-up can be lost: the
 * count is taken before the look, and the wait ends at once when it has moved since.
 */
/** Wakes the guest of one instance. {@link #raise} is for any thread. */
public final class Signal {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition raised = lock.newCondition();
    private long count;

    /** How often it was raised; to be taken before looking at what is waited for. */
    public long count() {
        lock.lock();
        try {
            return count;
        } finally {
            lock.unlock();
        }
    }

    /** Something changed. */
    public void raise() {
        lock.lock();
        try {
            count++;
            raised.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until it is raised beyond {@code seen}, or some nanoseconds have passed.
     *
     * @throws dev.polder.wasm.engine.WasmTrap DEADLINE or CANCELLED when the guest has to end
     */
    public void await(long seen, long nanos) {
        try {
            lock.lockInterruptibly();
            try {
                long left = Math.min(nanos, GuestTime.remaining().toNanos());
                while (count == seen && left > 0) {
                    left = raised.awaitNanos(left);
                }
            } finally {
                lock.unlock();
            }
        } catch (InterruptedException e) {
            throw GuestTime.ended(e);
        }
        if (GuestTime.remaining().isZero()) {
            throw GuestTime.ended(new InterruptedException("the guest's time is over"));
        }
    }
}
