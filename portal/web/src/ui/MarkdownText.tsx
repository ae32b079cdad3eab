import ReactMarkdown from 'react-markdown';
import remarkGfm from 'remark-gfm';

/** Headings are lowered, because the page has its h1 and the panel its h2. */
const LOWERED = { h1: 'h3', h2: 'h3', h3: 'h4', h4: 'h4', h5: 'h4', h6: 'h4' } as const;

export default function MarkdownText({ text }: { text: string }) {
  return (
    <div className="markdown break">
      <ReactMarkdown remarkPlugins={[remarkGfm]} components={LOWERED}>
        {text}
      </ReactMarkdown>
    </div>
  );
}
