/**
 * The words that every pillar shares: resources, references, identities, digests and the one error model.
 *
 * <p>Everything here is immutable and safe for any thread. Nothing here knows a pillar, a database or a socket.
 */
@NullMarked
package dev.polder.kernel.model;

import org.jspecify.annotations.NullMarked;
