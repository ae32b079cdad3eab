import type { Trap } from '../api/app';

export type Frame = Trap['frames'][number];

/** Files of languages' own libraries and of packages: the way to a trap leads through them, and begins elsewhere. */
const LIBRARIES =
  /^library\/(std|core|alloc|panic_abort)\/|^\/rustc\/|\/\.cargo\/registry\/|\/go\/src\/|\/node_modules\/|^~lib\//;

/** Whether a function is the app's neither by its file nor by having one. */
export const isLibrary = ({ file }: Frame): boolean => file === null || LIBRARIES.test(file);

/** The innermost function that is the app's own; null where the module has no debug information. */
export const ownFrame = (frames: Frame[]): Frame | null => frames.find((frame) => !isLibrary(frame)) ?? null;
