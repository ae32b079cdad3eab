package dev.polder.wasm.service;

import java.time.Instant;

/**
 * Who deployed what, when.
 *
 * @param commit the source's commit hash, or {@code ""} when it has none
 * @param deployedBy an entity ref such as {@code user:default/ada}, or {@code ""}
 */
public record DeployInfo(String commit, String deployedBy, Instant at) {}
