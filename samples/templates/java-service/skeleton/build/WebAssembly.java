import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.teavm.tooling.ConsoleTeaVMToolLog;
import org.teavm.tooling.TeaVMProblemRenderer;
import org.teavm.tooling.TeaVMTargetType;
import org.teavm.tooling.TeaVMTool;
import org.teavm.vm.TeaVMOptimizationLevel;

/**
 * Compiles the classes of this service to target/module.wasm, and makes a component of it, target/service.wasm; run by
 * Maven after the Java compiler.
 */
class WebAssembly {

    public static void main(String[] args) throws Exception {
        TeaVMTool compiler = new TeaVMTool();
        compiler.setTargetType(TeaVMTargetType.WEBASSEMBLY_WASI);
        compiler.setMainClass("service.Main");
        compiler.setClassLoader(WebAssembly.class.getClassLoader());
        compiler.setTargetDirectory(new File("target"));
        compiler.setTargetFileName("module.wasm");
        compiler.setOptimizationLevel(TeaVMOptimizationLevel.SIMPLE);
        compiler.setObfuscated(false); // so that a stack trace in the log has names,
        compiler.setDebugInformationGenerated(true); // and lines
        compiler.setMinHeapSize(1 << 20);
        compiler.setMaxHeapSize(24 << 20);
        ConsoleTeaVMToolLog log = new ConsoleTeaVMToolLog(false);
        compiler.setLog(log);
        compiler.generate();
        TeaVMProblemRenderer.describeProblems(
                compiler.getDependencyInfo().getCallGraph(), compiler.getProblemProvider(), log);
        if (!compiler.getProblemProvider().getSevereProblems().isEmpty()) {
            System.exit(1);
        }
        Path target = Path.of("target");
        byte[] module = Files.readAllBytes(target.resolve("module.wasm"));
        Files.write(target.resolve("service.wasm"), component(module));
    }

    /** A component of wasi:http: the adapter, with the module in the place of its empty one. */
    private static byte[] component(byte[] module) throws IOException {
        String adapter = Files.readString(Path.of("component/http_start.wasm"), StandardCharsets.ISO_8859_1);
        String empty = "\1\10\0asm\1\0\0\0";
        int place = adapter.indexOf(empty);
        if (place < 0) {
            throw new IllegalStateException("component/http_start.wasm has no place for a module");
        }
        ByteArrayOutputStream component = new ByteArrayOutputStream();
        component.writeBytes(adapter.substring(0, place).getBytes(StandardCharsets.ISO_8859_1));
        component.write(1); // a section with a module, and its length, seven bits at a time
        int length = module.length;
        for (; length > 127; length >>>= 7) {
            component.write(length & 127 | 128);
        }
        component.write(length);
        component.writeBytes(module);
        component.writeBytes(adapter.substring(place + empty.length()).getBytes(StandardCharsets.ISO_8859_1));
        return component.toByteArray();
    }
}
