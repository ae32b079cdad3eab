package dev.polder.mesh.proxy;

/** The form of the access log, written to the logger {@code access}. */
public enum AccessLogMode {
    OFF,
    /** {@code key="value"} lines in the manner of ztunnel. */
    TEXT,
    /** One JSON object a line. */
    JSON
}
