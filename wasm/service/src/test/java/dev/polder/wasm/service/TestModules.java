package dev.polder.wasm.service;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Small WASI commands, written byte by byte so that the tests need no compiler. */
final class TestModules {

    private static final int FD_WRITE = 0;
    private static final int FD_READ = 1;
    private static final int PROC_EXIT = 2;
    private static final int TEXT = 64;

    private TestModules() {}

    /** Writes this and ends. */
    static byte[] prints(String text) {
        return module(1, text, code().write(1));
    }

    /** Answers in plain text with a body. */
    static byte[] answers(String body) {
        return prints("Content-Type: text/plain\n\n" + body);
    }

    /** Answers with what it reads from its standard input. */
    static byte[] echoes() {
        return module(
                1, "Content-Type: application/octet-stream\n\n", code().write(1).copyInput());
    }

    /** Never ends. */
    static byte[] loops() {
        return module(1, "", code().raw(0x03, 0x40, 0x0c, 0x00, 0x0b));
    }

    /** Takes page after page until it gets no more, then gives up. */
    static byte[] hoards() {
        return module(
                1,
                "",
                code().raw(0x03, 0x40, 0x41, 0x01, 0x40, 0x00, 0x41, 0x7f, 0x46)
                        .raw(0x04, 0x40, 0x00, 0x0b, 0x0c, 0x00, 0x0b));
    }

    /** Asks for more memory than anybody has, and ends itself with an exit code. */
    static byte[] asksForMuch() {
        return module(
                1,
                "",
                code().raw(0x41, 0xff, 0xff, 0x01, 0x40, 0x00, 0x1a).constant(2).call(PROC_EXIT));
    }

    /** Takes so many pages, fewer than 64, and computes for ever; without them it gives up. */
    static byte[] holds(int pages) {
        return module(
                1,
                "",
                code().constant(pages)
                        .raw(0x40, 0x00, 0x41, 0x7f, 0x46, 0x04, 0x40, 0x00, 0x0b)
                        .raw(0x03, 0x40, 0x0c, 0x00, 0x0b));
    }

    /** Lets its table grow by 30 elements at a time until it gets no more, then gives up. */
    static byte[] hoardsElements() {
        Out out = new Out().raw(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);
        out.section(1, new Out().raw(1, 0x60, 0, 0));
        out.section(3, new Out().raw(1, 0));
        out.section(4, new Out().raw(1, 0x70, 0, 1));
        out.section(5, new Out().raw(1, 0, 1));
        Out exports = new Out().raw(3).name("memory").raw(2, 0).name("table").raw(1, 0);
        out.section(7, exports.name("_start").raw(0, 0));
        byte[] body = new Out()
                .raw(0, 0x03, 0x40)
                .raw(0xd0, 0x70, 0x41, 30, 0xfc, 0x0f, 0) // ref.null, 30, table.grow
                .raw(0x41, 0x7f, 0x46, 0x04, 0x40, 0x00, 0x0b) // unreachable when it is -1
                .raw(0x0c, 0x00, 0x0b, 0x0b)
                .toByteArray();
        out.section(10, new Out().raw(1).number(body.length).bytes(body));
        return out.toByteArray();
    }

    /** Writes a text to its standard error for ever. */
    static byte[] complains(String text) {
        return module(1, text, code().raw(0x03, 0x40).write(2).raw(0x0c, 0x00, 0x0b));
    }

    /** Writes for ever. */
    static byte[] floods() {
        return module(
                1,
                "Content-Type: text/plain\n\nmore and more",
                code().raw(0x03, 0x40).write(1).raw(0x0c, 0x00, 0x0b));
    }

    /** Complains on its standard error, then traps. */
    static byte[] traps(String lastWords) {
        return module(1, lastWords + "\n", code().write(2).raw(0x00));
    }

    /** Ends with an exit code. */
    static byte[] exits(int code) {
        return module(1, "", code().constant(code).call(PROC_EXIT));
    }

    /** Wants this many pages of 64 KiB from the start. */
    static byte[] wantsPages(int pages) {
        return module(pages, "Content-Type: text/plain\n\nbig", code().write(1));
    }

    /** An app of one component behind the executor http, at all paths. */
    static BuiltApp served(byte[] component) {
        return app(component, "", "environment = { GREETING = \"hello\", SERVICE_NAME = \"test\" }");
    }

    /** An app of one such module at all paths. */
    static BuiltApp app(byte[] wasm) {
        return app(wasm, "");
    }

    static BuiltApp app(byte[] wasm, String more) {
        return app(wasm, "executor = { type = \"wagi\" }\n" + more, "");
    }

    private static BuiltApp app(byte[] wasm, String ofTrigger, String ofComponent) {
        String manifest = """
                spin_manifest_version = 2
                [application]
                name = "test"
                [[trigger.http]]
                route = "/..."
                component = "service"
                %s
                [component.service]
                source = "service.wasm"
                %s
                """.formatted(ofTrigger, ofComponent);
        return new BuiltApp(
                SpinManifest.parse("spin.toml", manifest),
                manifest,
                List.of(BuiltApp.Component.of("service", wasm)),
                Language.OTHER,
                Path.of("."));
    }

    private static Code code() {
        return new Code();
    }

    private static byte[] module(int pages, String text, Code code) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Out out = new Out().raw(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);
        out.section(
                1,
                new Out()
                        .raw(3)
                        .raw(0x60, 0, 0)
                        .raw(0x60, 4, 0x7f, 0x7f, 0x7f, 0x7f, 1, 0x7f)
                        .raw(0x60, 1, 0x7f, 0));
        out.section(2, new Out().raw(3).wasi("fd_write", 1).wasi("fd_read", 1).wasi("proc_exit", 2));
        out.section(3, new Out().raw(1, 0));
        out.section(5, new Out().raw(1, 0).number(pages));
        out.section(7, new Out().raw(2).name("memory").raw(2, 0).name("_start").raw(0, 3));
        byte[] body = new Out()
                .raw(1, 1, 0x7f)
                .bytes(code.out.toByteArray())
                .raw(0x0b)
                .toByteArray();
        out.section(10, new Out().raw(1).number(body.length).bytes(body));
        ByteBuffer data = ByteBuffer.allocate(TEXT + bytes.length).order(ByteOrder.LITTLE_ENDIAN);
        data.putInt(0, TEXT)
                .putInt(4, bytes.length)
                .putInt(8, 4096)
                .putInt(12, 4096)
                .putInt(24, 4096);
        data.position(TEXT).put(bytes);
        out.section(
                11, new Out().raw(1, 0, 0x41, 0, 0x0b).number(data.capacity()).bytes(data.array()));
        return out.toByteArray();
    }

    /** Instructions of {@code _start}. Addresses: 0 the text's vector, 8 the input's, 16 a count, 24 the output's. */
    private static final class Code {
        private final Out out = new Out();

        Code raw(int... bytes) {
            out.raw(bytes);
            return this;
        }

        Code constant(int value) {
            out.raw(0x41).number(value); // small numbers only: bit 6 of the last byte is the sign
            return this;
        }

        Code call(int function) {
            out.raw(0x10).number(function);
            return this;
        }

        Code write(int descriptor) {
            return constant(descriptor)
                    .constant(0)
                    .constant(1)
                    .constant(16)
                    .call(FD_WRITE)
                    .raw(0x1a);
        }

        Code copyInput() {
            raw(0x03, 0x40); // loop
            constant(0).constant(8).constant(1).constant(16).call(FD_READ).raw(0x1a);
            constant(16).raw(0x28, 0x02, 0x00, 0x22, 0x00, 0x45, 0x04, 0x40, 0x0f, 0x0b); // if nothing was read, return
            constant(28).raw(0x20, 0x00, 0x36, 0x02, 0x00);
            constant(1).constant(24).constant(1).constant(16).call(FD_WRITE).raw(0x1a);
            return raw(0x0c, 0x00, 0x0b); // again
        }
    }

    private static final class Out {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Out raw(int... values) {
            for (int value : values) {
                bytes.write(value);
            }
            return this;
        }

        Out bytes(byte[] more) {
            bytes.writeBytes(more);
            return this;
        }

        Out number(int value) {
            int rest = value;
            while (rest >= 0x80) {
                bytes.write((rest & 0x7f) | 0x80);
                rest >>>= 7;
            }
            return raw(rest);
        }

        Out name(String name) {
            return number(name.length()).bytes(name.getBytes(StandardCharsets.US_ASCII));
        }

        Out wasi(String function, int type) {
            return name("wasi_snapshot_preview1").name(function).raw(0, type);
        }

        Out section(int id, Out content) {
            return raw(id).number(content.bytes.size()).bytes(content.toByteArray());
        }

        byte[] toByteArray() {
            return bytes.toByteArray();
        }
    }
}
