/**
 * Stands in for `@rjsf/validator-ajv8` in the build: rjsf's entry point re-exports a helper for tests that imports it,
 * and the real one evaluates text. Nothing of ours calls it; forms use `interpretingValidator`.
 */
export default null;
