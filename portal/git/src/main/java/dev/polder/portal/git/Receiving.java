package dev.polder.portal.git;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.server.Principal;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.eclipse.jgit.transport.ReceivePack;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One push: takes the pack within the limits, moves the refs, then lets the listeners speak to the client. */
final class Receiving {

    private static final Logger LOG = LoggerFactory.getLogger(Receiving.class);

    private final GitRepositories repositories;
    private final GitRepository repository;
    private final Repository open;
    private final Principal principal;

    Receiving(GitRepositories repositories, GitRepository repository, Repository open, Principal principal) {
        this.repositories = repositories;
        this.repository = repository;
        this.open = open;
        this.principal = principal;
    }

    ReceivePack pack() {
        GitLimits limits = repositories.limits();
        ReceivePack receive = new ReceivePack(open);
        receive.setBiDirectionalPipe(false);
        receive.setAllowPushOptions(true);
        receive.setCheckReceivedObjects(true);
        receive.setMaxPackSizeLimit(limits.maxPackBytes());
        receive.setMaxObjectSizeLimit(limits.maxFileBytes());
        receive.setRefLogIdent(new PersonIdent(principal.ref().toString(), "nobody@polder.invalid"));
        receive.setPreReceiveHook((pack, commands) -> refuseForeignRefs(commands));
        receive.setPostReceiveHook(this::tell);
        return receive;
    }

    /** Only branches and tags may be pushed: other names are ours to use. */
    private static void refuseForeignRefs(Collection<ReceiveCommand> commands) {
        for (ReceiveCommand command : commands) {
            String ref = command.getRefName();
            if (!ref.startsWith(Constants.R_HEADS) && !ref.startsWith(Constants.R_TAGS)) {
                command.setResult(ReceiveCommand.Result.REJECTED_OTHER_REASON, "only branches and tags can be pushed");
            }
        }
    }

    private void tell(ReceivePack pack, Collection<ReceiveCommand> commands) {
        if (repositories.listeners().isEmpty()) {
            return;
        }
        List<String> options = Objects.requireNonNullElse(pack.getPushOptions(), List.of());
        Terminal terminal = new Terminal(pack.getMessageOutputStream());
        CompletableFuture<Void> told = new CompletableFuture<>();
        Thread.ofVirtual().name("push " + repository.address()).start(() -> {
            for (ReceiveCommand command : commands) {
                if (command.getRefName().startsWith(Constants.R_HEADS)) {
                    tellListeners(event(command, options), terminal);
                }
            }
            told.complete(null);
        });
        try {
            told.get(repositories.limits().pushTime().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            terminal.line(
                    "still running after " + repositories.limits().pushTime().toSeconds()
                            + " s; the push is kept, follow the rest in the portal");
            LOG.atInfo()
                    .addKeyValue("repository", repository.address())
                    .log("a push no longer waits for its listeners");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("completed by nobody but us", e);
        } finally {
            terminal.hangUp();
        }
    }

    private void tellListeners(PushEvent event, Terminal terminal) {
        for (PushListener listener : repositories.listeners()) {
            try {
                listener.onPush(event, terminal);
            } catch (Exception e) {
                terminal.line("error: " + (e instanceof Problem ? e.getMessage() : e.toString()));
                LOG.atWarn()
                        .addKeyValue("repository", repository.address())
                        .setCause(e)
                        .log("a push listener failed; the push is kept");
            }
        }
    }

    private PushEvent event(ReceiveCommand command, List<String> options) {
        return new PushEvent(
                repository.address().namespace(),
                repository.address().name(),
                command.getRefName().substring(Constants.R_HEADS.length()),
                commit(command.getOldId()),
                commit(command.getNewId()),
                principal,
                options);
    }

    private static Optional<String> commit(ObjectId id) {
        return id.equals(ObjectId.zeroId()) ? Optional.empty() : Optional.of(id.name());
    }

    /** The client's terminal, until it hangs up. */
    private static final class Terminal implements PushOutput {

        private final OutputStream messages;
        private boolean there = true;

        Terminal(OutputStream messages) {
            this.messages = messages;
        }

        @Override
        public synchronized void line(String text) {
            if (!there) {
                return;
            }
            try {
                messages.write((text + "\n").getBytes(StandardCharsets.UTF_8));
                messages.flush();
            } catch (IOException e) {
                there = false;
                LOG.atDebug().setCause(e).log("the client of a push went away");
            }
        }

        synchronized void hangUp() {
            there = false;
        }
    }
}
