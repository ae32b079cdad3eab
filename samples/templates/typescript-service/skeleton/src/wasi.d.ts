// What this service uses of WASI, as JavaScript sees it: results are values or exceptions, variants have a tag.

declare module "wasi:cli/environment@0.2.12" {
  export function getEnvironment(): [string, string][];
}

declare module "wasi:io/streams@0.2.12" {
  export type StreamError = { tag: "last-operation-failed"; val: unknown } | { tag: "closed" };

  export class InputStream {
    blockingRead(length: bigint): Uint8Array;
    [Symbol.dispose](): void;
  }

  export class OutputStream {
    /** Takes at most 4096 bytes. */
    blockingWriteAndFlush(contents: Uint8Array): void;
    /** Moves what has arrived, up to a length; throws with the payload `closed` at the end of the source. */
    blockingSplice(source: InputStream, length: bigint): bigint;
    [Symbol.dispose](): void;
  }
}

declare module "wasi:http/types@0.2.12" {
  import { InputStream, OutputStream } from "wasi:io/streams@0.2.12";

  export type Method =
    | { tag: "get" | "head" | "post" | "put" | "delete" | "connect" | "options" | "trace" | "patch" }
    | { tag: "other"; val: string };

  export class Fields {
    static fromList(entries: [string, Uint8Array][]): Fields;
    get(name: string): Uint8Array[];
    entries(): [string, Uint8Array][];
  }

  export class IncomingRequest {
    method(): Method;
    pathWithQuery(): string | undefined;
    headers(): Fields;
    consume(): IncomingBody;
  }

  export class IncomingBody {
    stream(): InputStream;
  }

  export class OutgoingResponse {
    constructor(headers: Fields);
    setStatusCode(code: number): void;
    body(): OutgoingBody;
  }

  export class OutgoingBody {
    write(): OutputStream;
    static finish(body: OutgoingBody, trailers: Fields | undefined): void;
  }

  export class ResponseOutparam {
    static set(out: ResponseOutparam, response: { tag: "ok"; val: OutgoingResponse }): void;
  }
}

/** Where `wit/world.wit` imports it. */
declare module "wasi:keyvalue/store@0.2.0-draft2" {
  export function open(identifier: string): Bucket;

  export class Bucket {
    get(key: string): Uint8Array | undefined;
    set(key: string, value: Uint8Array): void;
    delete(key: string): void;
    exists(key: string): boolean;
    listKeys(cursor: string | undefined): { keys: string[]; cursor?: string };
  }
}

// The engine has these, and more of what browsers have; they are no part of ECMAScript itself.
declare class TextEncoder {
  encode(text: string): Uint8Array;
}

declare class TextDecoder {
  decode(bytes?: Uint8Array, options?: { stream: boolean }): string;
}

declare function fetch(
  url: string,
  init?: { method?: string; headers?: Record<string, string>; body?: string | Uint8Array },
): Promise<{
  status: number;
  headers: { get(name: string): string | null };
  text(): Promise<string>;
  json(): Promise<unknown>;
}>;

declare const console: { log(...values: unknown[]): void; error(...values: unknown[]): void };
