package dev.polder.portal.git;

/**
 * Hears of every branch that a push moved, while the person who pushed is still looking at the terminal.
 *
 * <p>Called on a virtual thread of its own, once per branch, in order. It cannot undo the push: what it throws is shown
 * to the client and logged. When {@link GitLimits#pushTime()} is over the client is let go and the listener runs on; its
 * further lines go nowhere.
 */
@FunctionalInterface
public interface PushListener {
    void onPush(PushEvent event, PushOutput output) throws Exception;
}
