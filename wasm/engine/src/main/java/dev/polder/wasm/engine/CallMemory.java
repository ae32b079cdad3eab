package dev.polder.wasm.engine;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.internal.GuestRun;
import dev.polder.wasm.engine.internal.GuestStack;

/**
 * What a host function brings a guest from elsewhere: replies of servers, values of stores. It is in the heap until the guest
 * has it, many guests may wait for theirs at the same time, and how much comes is not the host's to say; so it is counted
 * as it comes, in the guest's {@link HostMemory}, until the function returns to the guest.
 */
public final class CallMemory {

    private CallMemory() {}

    /**
     * So many bytes more are there soon, for the guest that called the host on this thread. On other threads it does nothing.
     *
     * @throws Problem {@link GuestLimit#HOST_MEMORY}, by which the call fails, and which who listens to refusals was told
     */
    public static void hold(long bytes) {
        GuestRun run = GuestStack.running();
        if (run != null) {
            run.hold(bytes);
        }
    }
}
