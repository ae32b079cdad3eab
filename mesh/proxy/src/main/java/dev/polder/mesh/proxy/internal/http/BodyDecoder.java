package dev.polder.mesh.proxy.internal.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Finds the end of a message body: a number of bytes, chunks, or the end of the connection (RFC 9112, section 6).
 *
 * <p>{@code START → DATA → DATA_CRLF → SIZE → … → TRAILER → DONE} for chunks, {@code DATA → DONE} for a length,
 * {@code UNTIL_CLOSE} for neither. Reused for each message of a connection.
 */
public final class BodyDecoder {

    /** Takes the parts of a body. */
    public interface Target {
        /** Some bytes of the body; taken over. */
        void onBody(ByteBuf bytes);

        /** The body is complete. The trailer lines, if any, are in {@code trailers} for the time of the call. */
        void onBodyEnd(@Nullable Head trailers);
    }

    private enum State {
        DATA,
        UNTIL_CLOSE,
        SIZE,
        EXTENSION,
        SIZE_LF,
        CHUNK_DATA,
        DATA_CR,
        DATA_LF,
        TRAILER,
        DONE
    }

    private static final int MAX_EXTENSION = 4096;
    private static final int MAX_TRAILER = 16 * 1024;

    private final HeadParser parser;
    private State state = State.DONE;
    private long rest;
    private int digits;
    private int extension;
    private @Nullable ByteBuf trailer;

    public BodyDecoder(HeadParser parser) {
        this.parser = parser;
    }

    /**
     * Begins a body.
     *
     * @param length bytes, {@link Head#CHUNKED}, or {@link Head#NO_LENGTH} for "until it closes"
     */
    public void start(long length) {
        if (length == Head.CHUNKED) {
            state = State.SIZE;
            rest = 0;
            digits = 0;
            extension = 0;
        } else if (length == Head.NO_LENGTH) {
            state = State.UNTIL_CLOSE;
        } else {
            rest = length;
            state = length == 0 ? State.DONE : State.DATA;
        }
    }

    public boolean done() {
        return state == State.DONE;
    }

    public boolean untilClose() {
        return state == State.UNTIL_CLOSE;
    }

    /** Frees what it holds. */
    public void release() {
        if (trailer != null) {
            trailer.release();
            trailer = null;
        }
        state = State.DONE;
    }

    /**
     * Takes body bytes from {@code in}; what stays readable belongs to the next message.
     *
     * @return true when {@code in} itself was handed over to the target and must not be used any more
     */
    public boolean decode(ByteBuf in, Target target) {
        while (in.isReadable()) {
            switch (state) {
                case DATA, CHUNK_DATA, UNTIL_CLOSE -> {
                    if (data(in, target)) {
                        return true;
                    }
                }
                case DONE -> {
                    return false;
                }
                default -> {
                    if (framing(in, target)) {
                        return false;
                    }
                }
            }
        }
        return false;
    }

    /** Hands bytes of the body on; true when that was the whole buffer. */
    private boolean data(ByteBuf in, Target target) {
        int readable = in.readableBytes();
        if (state == State.UNTIL_CLOSE || readable < rest) {
            rest -= readable;
            target.onBody(in);
            return true;
        }
        boolean whole = readable == rest;
        ByteBuf last = whole ? in : in.readRetainedSlice((int) rest);
        boolean chunk = state == State.CHUNK_DATA;
        rest = 0;
        state = chunk ? State.DATA_CR : State.DONE;
        target.onBody(last);
        if (!chunk) {
            target.onBodyEnd(null);
        }
        return whole;
    }

    /** One byte (or, for trailers, as many as there are) of what stands between the chunks; true at the end. */
    private boolean framing(ByteBuf in, Target target) {
        if (state == State.TRAILER) {
            return trailers(in, target);
        }
        byte b = in.readByte();
        switch (state) {
            case SIZE -> size(b);
            case EXTENSION -> {
                if (b == '\r') {
                    state = State.SIZE_LF;
                } else if (!Ascii.isValue(b) || ++extension > MAX_EXTENSION) {
                    throw new BadMessage(
                            400,
                            "chunk extension: a character that is not allowed, or over " + MAX_EXTENSION
                                    + " bytes in one body");
                }
            }
            case SIZE_LF -> {
                expect(b, '\n');
                state = rest == 0 ? State.TRAILER : State.CHUNK_DATA;
            }
            case DATA_CR -> {
                expect(b, '\r');
                state = State.DATA_LF;
            }
            case DATA_LF -> {
                expect(b, '\n');
                state = State.SIZE;
                rest = 0;
                digits = 0;
            }
            default -> throw new IllegalStateException("chunk: " + state);
        }
        return false;
    }

    private void size(byte b) {
        int digit = Character.digit((char) b, 16);
        if (digit >= 0 && b > 0) {
            if (++digits > 15) {
                throw new BadMessage(400, "chunk size: more than 15 digits");
            }
            rest = (rest << 4) + digit;
        } else if (digits > 0 && b == '\r') {
            state = State.SIZE_LF;
        } else if (digits > 0 && (b == ';' || b == ' ' || b == '\t')) {
            state = State.EXTENSION;
        } else {
            throw new BadMessage(400, "chunk size: not a hexadecimal number");
        }
    }

    private boolean trailers(ByteBuf in, Target target) {
        ByteBuf collected = trailer;
        if (collected == null
                && in.readableBytes() >= 2
                && in.getByte(in.readerIndex()) == '\r'
                && in.getByte(in.readerIndex() + 1) == '\n') {
            in.skipBytes(2);
            state = State.DONE;
            target.onBodyEnd(null);
            return true;
        }
        if (collected == null) {
            collected = in.alloc().buffer(256);
            trailer = collected;
        }
        // byte by byte up to the empty line, so that nothing of a next message is taken
        while (in.isReadable()) {
            collected.writeByte(in.readByte());
            int end = collected.writerIndex();
            if (end > MAX_TRAILER) {
                throw new BadMessage(431, "trailers: over " + MAX_TRAILER + " bytes");
            }
            boolean emptyLine = end == 2 || (end >= 4 && collected.getByte(end - 3) == '\n');
            if (emptyLine && collected.getByte(end - 2) == '\r' && collected.getByte(end - 1) == '\n') {
                finishTrailers(collected, target);
                return true;
            }
        }
        return false;
    }

    private void finishTrailers(ByteBuf collected, Target target) {
        Head head = new Head();
        int length = collected.readableBytes();
        head.bytes = new byte[length];
        collected.readBytes(head.bytes);
        collected.release();
        trailer = null;
        if (parser.lines(head, head.bytes, 0, length) == HeadParser.INCOMPLETE) {
            throw new BadMessage(400, "trailers: not header lines");
        }
        for (int i = 0; i < head.count; i++) {
            // framing, routing and connection fields must not come late (RFC 9110, 6.5.1)
            if (head.ids[i] != HeaderId.OTHER) {
                head.ids[i] = HeaderId.DROPPED;
            }
        }
        state = State.DONE;
        target.onBodyEnd(head);
    }

    private static void expect(byte found, char expected) {
        if (found != expected) {
            throw new BadMessage(400, "chunk: no CRLF where one must be");
        }
    }
}
