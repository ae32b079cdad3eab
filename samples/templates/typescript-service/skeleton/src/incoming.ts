import type { IncomingRequest } from "wasi:http/types@0.2.12";
import type { StreamError } from "wasi:io/streams@0.2.12";
import type { Request } from "./answer.js";

/** A request as answer() sees it. */
export class Incoming implements Request {
  constructor(private readonly request: IncomingRequest) {}

  get method(): string {
    const method = this.request.method();
    return method.tag === "other" ? method.val : method.tag.toUpperCase();
  }

  get target(): string {
    return this.request.pathWithQuery() ?? "/";
  }

  header(name: string): string | undefined {
    const [value] = this.request.headers().get(name);
    return value && new TextDecoder().decode(value);
  }

  text(): string {
    const stream = this.request.consume().stream();
    const decoder = new TextDecoder();
    let text = "";
    try {
      for (;;) {
        text += decoder.decode(stream.blockingRead(64n * 1024n), { stream: true });
      }
    } catch (error) {
      if ((error as { payload?: StreamError }).payload?.tag !== "closed") {
        throw error;
      }
    }
    return text + decoder.decode();
  }
}
