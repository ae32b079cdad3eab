import java.io.File;
import org.teavm.tooling.ConsoleTeaVMToolLog;
import org.teavm.tooling.TeaVMProblemRenderer;
import org.teavm.tooling.TeaVMTargetType;
import org.teavm.tooling.TeaVMTool;
import org.teavm.vm.TeaVMOptimizationLevel;

/** Compiles the classes of this service to target/service.wasm; run by Maven after the Java compiler. */
class WebAssembly {

    public static void main(String[] args) throws Exception {
        TeaVMTool compiler = new TeaVMTool();
        compiler.setTargetType(TeaVMTargetType.WEBASSEMBLY_WASI);
        compiler.setMainClass("service.Main");
        compiler.setClassLoader(WebAssembly.class.getClassLoader());
        compiler.setTargetDirectory(new File("target"));
        compiler.setTargetFileName("service.wasm");
        compiler.setOptimizationLevel(TeaVMOptimizationLevel.ADVANCED);
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
    }
}
