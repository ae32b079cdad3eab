import { useId, type ReactNode } from 'react';

/** A titled section on a flat surface. Panels are never put into panels. */
export function Panel(props: {
  title: string;
  side?: ReactNode;
  children: ReactNode;
  className?: string;
  flush?: boolean;
}) {
  const id = useId();
  return (
    <section className={`panel ${props.className ?? ''}`} aria-labelledby={id}>
      <div className="panel-head">
        <h2 id={id}>{props.title}</h2>
        {props.side && <div className="row push">{props.side}</div>}
      </div>
      {props.flush ? props.children : <div className="panel-body">{props.children}</div>}
    </section>
  );
}
