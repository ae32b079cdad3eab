package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.HostMemory;
import java.time.Duration;

/**
 * What an app may use; of one request where nothing else is said.
 *
 * @param memoryBytes each linear memory of the instance
 * @param tableElements each table of the instance
 * @param wallTime from the start of the instance to its end; waiting for a thread is bounded by the same time again
 * @param cpuTime processor time of the guest; waiting for others does not count
 * @param outputBytes headers and body of an answer that is held in memory: what a core module writes to its standard
 *     output. A component's answer streams and is not held
 * @param bodyBytes the request body
 * @param concurrency requests of this app that run or wait at once; more are refused
 * @param handles resources of the host open at a time: files, streams, headers, everything
 * @param headerBytes headers or trailers of one message that the guest makes
 * @param sockets sockets open at a time
 * @param outboundRequests HTTP requests under way at a time
 * @param connections to Redis, databases and brokers at a time, over all instances of a component
 * @param logBytes that a guest writes to each of its standard streams and that are kept
 * @param logBytesPerSecond of all lines of the app
 * @param instanceRequests requests that one instance of a component serves, one after the other, before a new one takes its
 *     place. With 1, the default, no request sees what another one left behind
 */
public record AppLimits(
        long memoryBytes,
        int tableElements,
        Duration wallTime,
        Duration cpuTime,
        int outputBytes,
        int bodyBytes,
        int concurrency,
        int handles,
        int headerBytes,
        int sockets,
        int outboundRequests,
        int connections,
        int logBytes,
        int logBytesPerSecond,
        int instanceRequests) {

    private static final long PAGE = 64 * 1024;
    private static final long MAX_MEMORY = 65_536 * PAGE;

    /** 128 MiB, 10 s, 10 MiB out, 10 MiB in, 1,024 at once, and what the constructor without them sets. */
    public static final AppLimits DEFAULT = new AppLimits(128L << 20, Duration.ofSeconds(10), 10 << 20, 10 << 20, 1024);

    /**
     * With the usual values for the others: 100,000 table elements, as much processor time as time, 1,024 handles, 128 KiB
     * of headers, 64 sockets, 32 requests, 128 connections, 64 KiB of log a request, 256 KiB a second, and an
     * instance for each request.
     */
    public AppLimits(long memoryBytes, Duration wallTime, int outputBytes, int bodyBytes, int concurrency) {
        this(
                memoryBytes,
                100_000,
                wallTime,
                wallTime,
                outputBytes,
                bodyBytes,
                concurrency,
                1_024,
                128 << 10,
                64,
                32,
                128,
                64 << 10,
                256 << 10,
                1);
    }

    public AppLimits {
        require(memoryBytes >= PAGE && memoryBytes <= MAX_MEMORY, "memoryBytes", memoryBytes, "64 KiB to 4 GiB");
        require(tableElements >= 0, "tableElements", tableElements, "at least 0");
        requireTime("wallTime", wallTime);
        requireTime("cpuTime", cpuTime);
        require(outputBytes >= 1024, "outputBytes", outputBytes, "at least 1,024");
        require(bodyBytes >= 0, "bodyBytes", bodyBytes, "at least 0");
        require(concurrency >= 1, "concurrency", concurrency, "at least 1");
        require(handles >= 16, "handles", handles, "at least 16");
        require(headerBytes >= 1024, "headerBytes", headerBytes, "at least 1,024");
        require(sockets >= 0, "sockets", sockets, "at least 0");
        require(outboundRequests >= 0, "outboundRequests", outboundRequests, "at least 0");
        require(connections >= 0, "connections", connections, "at least 0");
        require(logBytes >= 0, "logBytes", logBytes, "at least 0");
        require(logBytesPerSecond >= 0, "logBytesPerSecond", logBytesPerSecond, "at least 0");
        require(instanceRequests >= 1, "instanceRequests", instanceRequests, "at least 1");
    }

    /** What the host holds for the guests of one app at most, see {@link HostMemory}; the same for all. */
    public static long hostMemoryBytes() {
        return HostMemory.PROCESS.half().most();
    }

    /** The same, with instances that serve several requests. */
    public AppLimits withInstanceRequests(int requests) {
        return with(memoryBytes, requests);
    }

    /** The same with another size of memories. */
    public AppLimits withMemoryBytes(long bytes) {
        return with(bytes, instanceRequests);
    }

    private AppLimits with(long bytes, int requests) {
        return new AppLimits(
                bytes,
                tableElements,
                wallTime,
                cpuTime,
                outputBytes,
                bodyBytes,
                concurrency,
                handles,
                headerBytes,
                sockets,
                outboundRequests,
                connections,
                logBytes,
                logBytesPerSecond,
                requests);
    }

    private static void requireTime(String field, Duration time) {
        require(
                time.compareTo(Duration.ofMillis(10)) >= 0 && time.compareTo(Duration.ofHours(1)) <= 0,
                field,
                time,
                "10 ms to one hour");
    }

    private static void require(boolean holds, String field, Object found, String expected) {
        if (!holds) {
            throw Problem.invalid("limits." + field + ": " + found + " (expected: " + expected + ")");
        }
    }
}
