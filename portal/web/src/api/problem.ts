/** A failed call, in the words of the server: RFC 9457 under /api/polder, Backstage's error body elsewhere. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly retryable: boolean;
  readonly where: string | null;
  readonly request: string;
  readonly body: unknown;

  constructor(init: {
    status: number;
    code: string;
    message: string;
    retryable?: boolean;
    where?: string | null;
    request: string;
    body?: unknown;
  }) {
    super(init.message);
    this.name = 'ApiError';
    this.status = init.status;
    this.code = init.code;
    this.retryable = init.retryable ?? (init.status === 0 || init.status >= 500);
    this.where = init.where ?? null;
    this.request = init.request;
    this.body = init.body;
  }

  /** What a person pastes into a bug report. */
  get report(): string {
    const body = typeof this.body === 'string' ? this.body : JSON.stringify(this.body, null, 2);
    return [`${this.request} -> ${this.status || 'no answer'} ${this.code}`, this.message, this.where, body]
      .filter(Boolean)
      .join('\n');
  }
}

interface ErrorParts {
  code?: string;
  message?: string;
  retryable?: boolean;
  where?: string | null;
}

export function toApiError(request: string, status: number, body: unknown): ApiError {
  const parts = readParts(body);
  return new ApiError({
    status,
    code: parts.code ?? `HTTP_${status}`,
    message: parts.message ?? `The server answered ${status} without saying why.`,
    ...(parts.retryable === undefined ? {} : { retryable: parts.retryable }),
    where: parts.where ?? null,
    request,
    body,
  });
}

function readParts(body: unknown): ErrorParts {
  if (!isObject(body)) return typeof body === 'string' && body !== '' ? { message: body.slice(0, 500) } : {};
  if (isObject(body['error'])) {
    const { name, message } = body['error'];
    return { ...text('code', name), ...text('message', message) };
  }
  if (Array.isArray(body['errors'])) {
    const lines = body['errors'].map((e: unknown) =>
      isObject(e) ? [e['property'], e['message']].filter(Boolean).join(': ') : String(e),
    );
    return { code: 'InputError', message: lines.join('\n') };
  }
  const retryable = body['retryable'];
  return {
    ...text('code', body['code']),
    ...text('message', body['detail'] ?? body['title']),
    ...(typeof retryable === 'boolean' ? { retryable } : {}),
    where: place(body['where']),
  };
}

function place(where: unknown): string | null {
  if (!isObject(where)) return null;
  const line = typeof where['line'] === 'number' ? `:${where['line']}:${String(where['column'] ?? 1)}` : '';
  const field = typeof where['field'] === 'string' ? ` (${where['field']})` : '';
  return `${String(where['source'] ?? '')}${line}${field}` || null;
}

function text<K extends string>(key: K, value: unknown): Partial<Record<K, string>> {
  return typeof value === 'string' && value !== '' ? ({ [key]: value } as Record<K, string>) : {};
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
