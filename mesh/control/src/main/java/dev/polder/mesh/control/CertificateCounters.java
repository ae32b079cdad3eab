package dev.polder.mesh.control;

/**
 * How often certificates were made, for metrics.
 *
 * @param issued on first demand
 * @param renewed before they ended
 * @param failed renewals that failed and will be tried again
 * @param current how many are held now
 */
public record CertificateCounters(long issued, long renewed, long failed, int current) {}
