package dev.polder.portal.git;

import dev.polder.kernel.server.Principal;
import java.util.List;
import java.util.Optional;

/**
 * A branch that was moved by a push; the new state is durable when a listener hears of it.
 *
 * @param branch without {@code refs/heads/}
 * @param oldId the commit before as 40 hexadecimal digits; empty when the branch is new
 * @param newId the commit now; empty when the branch was deleted
 * @param principal who pushed
 * @param options what was given by {@code git push -o}, in that order
 */
public record PushEvent(
        String namespace,
        String name,
        String branch,
        Optional<String> oldId,
        Optional<String> newId,
        Principal principal,
        List<String> options) {
    public PushEvent {
        options = List.copyOf(options);
    }
}
