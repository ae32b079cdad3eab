import { Fragment, type ReactNode } from 'react';
import './states.css';

/** A list of named values; those without a value are left out. */
export function FactsList({ facts }: { facts: [string, ReactNode][] }) {
  return (
    <dl className="facts-list">
      {facts
        .filter(([, value]) => value !== null && value !== undefined && value !== '')
        .map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
    </dl>
  );
}
