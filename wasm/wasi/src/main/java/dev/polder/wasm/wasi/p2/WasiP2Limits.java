package dev.polder.wasm.wasi.p2;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.HostMemory;

/**
 * What one instance may hold of the host. Past the first two and the last the guest is ended with a Problem TOO_LARGE that names the
 * limit; past the others it gets {@code new-socket-limit} or {@code connection-limit-reached}.
 *
 * @param handles resources open at a time: files, streams, pollables, headers, everything
 * @param fieldBytes headers or trailers of one message that it makes, with 32 bytes for each field
 * @param sockets sockets open at a time
 * @param outboundRequests requests under way at a time
 * @param hostMemory for headers and bodies
 */
public record WasiP2Limits(int handles, long fieldBytes, int sockets, int outboundRequests, HostMemory hostMemory) {

    /** 1,024 handles, 128 KiB of headers, 64 sockets, 32 requests. */
    public static final WasiP2Limits DEFAULT = new WasiP2Limits(1_024, 128 * 1024, 64, 32);

    /** With all the memory that guests may have of the host. */
    public WasiP2Limits(int handles, long fieldBytes, int sockets, int outboundRequests) {
        this(handles, fieldBytes, sockets, outboundRequests, HostMemory.PROCESS);
    }

    public WasiP2Limits {
        if (handles < 1 || fieldBytes < 0 || sockets < 0 || outboundRequests < 0) {
            throw Problem.invalid("WASI limits: " + handles + " handles, " + fieldBytes + " bytes of fields, " + sockets
                    + " sockets, " + outboundRequests + " requests (expected: one handle or more, nothing negative)");
        }
    }

    public WasiP2Limits withHostMemory(HostMemory memory) {
        return new WasiP2Limits(handles, fieldBytes, sockets, outboundRequests, memory);
    }
}
