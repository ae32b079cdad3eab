package dev.polder.wasm.service;

import java.time.Instant;

/**
 * Who deployed what, when and how.
 *
 * @param commit the source's commit hash, or {@code ""} when it has none
 * @param deployedBy an entity ref such as {@code user:default/ada}, or {@code ""}
 * @param how a word such as {@code push}, {@code template}, {@code archive}, {@code registry}, {@code apply} or {@code rollback}, or
 *     {@code ""}
 */
public record DeployInfo(String commit, String deployedBy, Instant at, String how) {

    /** Nothing is known of how. */
    public DeployInfo(String commit, String deployedBy, Instant at) {
        this(commit, deployedBy, at, "");
    }
}
