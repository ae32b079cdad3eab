package dev.polder.mesh.config;

/** Whether a workload or endpoint takes new connections. */
public enum Health {
    HEALTHY,
    UNHEALTHY
}
