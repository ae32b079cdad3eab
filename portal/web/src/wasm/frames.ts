import type { Trap } from '../api/app';

export type Frame = Trap['frames'][number];

/** Files of languages' own libraries and of packages: the way to a trap leads through them, and begins elsewhere. */
const LIBRARIES =
  /^library\/(std|core|alloc|panic_abort)\/|^\/rustc\/|\/\.cargo\/registry\/|\/go\/src\/|\/node_modules\/|^~lib\/|^wasisdk:|\/wasi-libc\//;

/** Crates of bindings and SDKs: their files are named as those of the app are, relative to their own folders. */
const SDKS = /^<?(wasi|wasip[123]|wit_bindgen|wit_bindgen_rt|spin_sdk|spin_executor|wasmcloud_component)::/;

/** Whether a function is not the app's own: by its file, by having none, or by the crate that it is of. */
export const isLibrary = ({ function: name, file }: Frame): boolean =>
  file === null || LIBRARIES.test(file) || SDKS.test(name);

/** The innermost function that is the app's own; null where the module has no debug information. */
export const ownFrame = (frames: Frame[]): Frame | null => frames.find((frame) => !isLibrary(frame)) ?? null;

/** `src/lib.rs:14`; compilers write the line 0 for code that is of no line. */
export const placeOf = ({ file, line }: Frame): string => (line > 0 ? `${file ?? ''}:${line}` : (file ?? ''));
