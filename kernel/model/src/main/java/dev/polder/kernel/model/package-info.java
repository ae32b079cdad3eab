/**
 * The words that every pillar shares: resources, references, identities, digests and the one error model.
 *
 * <p>Everything here is safe for any thread, and immutable but for the buffers of {@link BodyBuffers}. Nothing here knows a pillar, a database or a socket.
 */
@NullMarked
package dev.polder.kernel.model;

import org.jspecify.annotations.NullMarked;
