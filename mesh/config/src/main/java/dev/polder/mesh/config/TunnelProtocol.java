package dev.polder.mesh.config;

/** How a workload is reached. Source: {@code tunnel_protocol} of Istio's Workload API. */
public enum TunnelProtocol {
    /** Plain TCP to the workload itself. */
    NONE,
    /** HTTP/2 CONNECT over mutual TLS to port 15008 of the workload's address. */
    HBONE
}
