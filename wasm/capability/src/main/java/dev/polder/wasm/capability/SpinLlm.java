package dev.polder.wasm.capability;

import dev.polder.wasm.component.HostInterface;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import java.util.List;
import java.util.Optional;

/**
 * {@code fermyon:spin/llm@2.0.0} where no model is served: every model is one that is not supported, as in a Spin without
 * models. Components of some SDKs import it whether they call it or not.
 */
public final class SpinLlm {

    /** How the linker finds it. */
    public static final HostInterface INTERFACE = HostInterface.of("fermyon:spin/llm", "2.0.0", SpinLlm.class);

    /** {@code variant error}. */
    public sealed interface Failure {
        record ModelNotSupported() implements Failure {}

        record RuntimeError(String message) implements Failure {}

        record InvalidInput(String message) implements Failure {}
    }

    /** {@code record inferencing-params}. */
    public record InferencingParams(
            int maxTokens,
            float repeatPenalty,
            int repeatPenaltyLastNTokenCount,
            float temperature,
            int topK,
            float topP) {}

    /** {@code record inferencing-usage}. */
    public record InferencingUsage(int promptTokenCount, int generatedTokenCount) {}

    /** {@code record inferencing-result}. */
    public record InferencingResult(String text, InferencingUsage usage) {}

    /** {@code record embeddings-usage}. */
    public record EmbeddingsUsage(int promptTokenCount) {}

    /** {@code record embeddings-result}. */
    public record EmbeddingsResult(List<float[]> embeddings, EmbeddingsUsage usage) {}

    @Wit("infer")
    public Result<InferencingResult, Failure> infer(String model, String prompt, Optional<InferencingParams> params) {
        return Result.err(new Failure.ModelNotSupported());
    }

    @Wit("generate-embeddings")
    public Result<EmbeddingsResult, Failure> generateEmbeddings(String model, List<String> text) {
        return Result.err(new Failure.ModelNotSupported());
    }
}
