import { useId, type ReactNode } from 'react';

/** A titled section on a flat surface. Panels are never put into panels. */
export function Panel(props: {
  /** What links to it name, as `#id`. */
  id?: string;
  title: string;
  side?: ReactNode;
  children: ReactNode;
  className?: string;
  flush?: boolean;
}) {
  const heading = useId();
  return (
    <section id={props.id} className={`panel ${props.className ?? ''}`} aria-labelledby={heading}>
      <div className="panel-head">
        <h2 id={heading}>{props.title}</h2>
        {props.side && <div className="row push">{props.side}</div>}
      </div>
      {props.flush ? props.children : <div className="panel-body">{props.children}</div>}
    </section>
  );
}
