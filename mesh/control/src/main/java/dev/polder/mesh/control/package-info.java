/**
 * The control plane: the certificate authority, the source of workload identities, and the controller that turns stored
 * resources into snapshots.
 */
@NullMarked
package dev.polder.mesh.control;

import org.jspecify.annotations.NullMarked;
