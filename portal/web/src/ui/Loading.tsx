import './states.css';

/** Placeholder lines for content that is on its way; the word is for screen readers. */
export function Loading({ rows = 4, what = 'Loading' }: { rows?: number; what?: string }) {
  return (
    <div className="stack-s panel-body" role="status" aria-label={what}>
      {Array.from({ length: rows }, (_, i) => (
        <span key={i} className="skeleton" style={{ width: `${92 - ((i * 17) % 45)}%` }} />
      ))}
    </div>
  );
}
