import type { ReactNode } from 'react';
import ReactMarkdown from 'react-markdown';
import remarkGfm from 'remark-gfm';

/** Headings are lowered, because the page has its h1 and the panel its h2. */
const LOWERED = { h1: 'h3', h2: 'h3', h3: 'h4', h4: 'h4', h5: 'h4', h6: 'h4', pre: Code } as const;

function Code({ children }: { children?: ReactNode }) {
  // Long commands scroll sideways, so the block must be reachable by keyboard.
  return (
    <pre tabIndex={0} role="region" aria-label="Code">
      {children}
    </pre>
  );
}

export default function MarkdownText({ text }: { text: string }) {
  return (
    <div className="markdown break">
      <ReactMarkdown remarkPlugins={[remarkGfm]} components={LOWERED}>
        {text}
      </ReactMarkdown>
    </div>
  );
}
