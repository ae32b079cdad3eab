package dev.polder.wasm.component.internal.abi;

import dev.polder.wasm.component.GuestResource;
import dev.polder.wasm.component.ResourceType;

/*
 *   OWNED --drop--> GONE        (its destructor runs)
 *   OWNED --give--> GONE        (a guest owns it again)
 *   LENT  --end of the call--> GONE
 */
/** The host's side of a handle to a guest's resource. */
final class HeldResource implements GuestResource.Handle {

    private enum Stage {
        OWNED,
        LENT,
        GONE
    }

    final ComponentState state;
    private final ResourceType type;
    private final int rep;
    private Stage stage;

    HeldResource(ComponentState state, ResourceType type, int rep, boolean owned) {
        this.state = state;
        this.type = type;
        this.rep = rep;
        this.stage = owned ? Stage.OWNED : Stage.LENT;
    }

    @Override
    public ResourceType type() {
        return type;
    }

    /** The representation, when it can still be used. */
    int use() {
        if (stage == Stage.GONE) {
            throw new IllegalStateException(
                    "the handle to a " + type + " was dropped, given away, or its call is over");
        }
        return rep;
    }

    /** Whether it can be given, or else lent. */
    boolean canBe(boolean owned) {
        return owned ? stage == Stage.OWNED : stage != Stage.GONE;
    }

    /** Gives up ownership. */
    int give() {
        if (stage == Stage.LENT) {
            throw new IllegalStateException("the handle to a " + type + " is only lent (expected: one that is owned)");
        }
        int given = use();
        stage = Stage.GONE;
        return given;
    }

    /** The call that lent it is over. */
    void end() {
        stage = Stage.GONE;
    }

    @Override
    public void drop() {
        if (stage == Stage.OWNED) {
            stage = Stage.GONE;
            state.destroy(type, rep, null);
        }
    }
}
