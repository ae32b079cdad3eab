package dev.polder.wasm.engine;

/** Why a guest was ended. */
public enum TrapCode {
    STACK_OVERFLOW("call stack exhausted"),
    MEMORY_OUT_OF_BOUNDS("out of bounds memory access"),
    TABLE_OUT_OF_BOUNDS("out of bounds table access"),
    INDIRECT_CALL_TO_NULL("indirect call to null"),
    BAD_SIGNATURE("indirect call type mismatch"),
    INTEGER_OVERFLOW("integer overflow"),
    INTEGER_DIVIDE_BY_ZERO("integer divide by zero"),
    BAD_CONVERSION_TO_INTEGER("invalid conversion to integer"),
    UNREACHABLE("unreachable executed"),
    NULL_REFERENCE("null reference"),
    /** Its wall time was over. */
    DEADLINE("ran past its deadline"),
    /** Its processor time was used up. */
    CPU_TIME("used up its processor time"),
    /** {@link WasmStore#cancel}. */
    CANCELLED("cancelled"),
    /** A component broke a rule of the canonical ABI, named in the message. */
    CANONICAL_ABI("broke the canonical ABI"),
    /** The host refused to go on, for a reason in the message. */
    HOST("ended by the host"),
    /** Any other trap of the engine. */
    OTHER("trapped");

    private final String text;

    TrapCode(String text) {
        this.text = text;
    }

    /** In words. */
    public String text() {
        return text;
    }
}
