package dev.polder.mesh.proxy.internal.telemetry;

/** Where a proxy reports what it did. */
public record Telemetry(Metrics metrics, TrafficRecorder traffic, AccessLog accessLog) {}
