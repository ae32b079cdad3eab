package dev.polder.portal.scaffolder;

import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * One run of a template as it is stored.
 *
 * @param spec apiVersion, steps, parameters, output, user, templateInfo; never a secret
 * @param createdBy reference of the user entity
 */
public record Task(
        String id,
        ObjectNode spec,
        TaskStatus status,
        Instant createdAt,
        Optional<Instant> lastHeartbeatAt,
        Optional<String> createdBy) {}
