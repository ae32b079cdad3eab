import { IconAlertTriangle, IconCircleCheck, IconCircleDashed } from '@tabler/icons-react';
import type { AppComponent } from '../api/app';
import { bytes, count, plural } from '../format/numbers';
import { shortDigest } from '../format/refs';
import { CopyButton } from '../ui/Copy';
import { Panel } from '../ui/Panel';
import '../ui/table.css';
import { alwaysThere, fullName, functionCount, grantRows, type GrantRow } from './grants';

/** What each component asks for and by which key of the manifest it was granted. */
export function ComponentsPanel({ components }: { components: AppComponent[] }) {
  return (
    <Panel title={components.length === 1 ? 'Component' : 'Components'} flush>
      <ul className="plain-list">
        {components.map((component) => (
          <li key={component.id} className="panel-body stack">
            <Head component={component} />
            <Grants component={component} />
            <Exports names={component.exports} form={component.form} />
            <Functions component={component} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Head({ component }: { component: AppComponent }) {
  const tools = component.tools.map((t) => `${t.name} ${t.version}`.trim()).join(', ');
  return (
    <div className="stack-s">
      <div className="row row-wrap small">
        <h3 className="mono">{component.id}</h3>
        <span className="tag">{component.form === 'component' ? 'component' : 'core module'}</span>
        {component.language && (
          <span className="tag" title={tools}>
            {component.language}
          </span>
        )}
        <span className="num">{bytes(component.bytes)}</span>
        <span className="row">
          <span className="mono dim" title={component.digest}>
            {shortDigest(component.digest)}
          </span>
          <CopyButton text={component.digest} what="the digest" />
        </span>
        {component.figures && (
          <span className="push dim num">
            {plural(component.figures.requests, 'request')}, {count(component.figures.failures)} failed
          </span>
        )}
      </div>
      <span className="mono tiny dim break">{component.source}</span>
    </div>
  );
}

function Grants({ component }: { component: AppComponent }) {
  const rows = grantRows(component);
  const always = alwaysThere(component);
  return (
    <div className="stack-s">
      {rows.length > 0 && (
        <div className="table-box grants" role="region" aria-label={`Grants of ${component.id}`} tabIndex={0}>
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Asks for</th>
                <th scope="col">By the key</th>
                <th scope="col">Gets</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <Row key={`${row.key} ${row.names.join(' ')}`} row={row} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {rows.length === 0 && (
        <p className="small dim">It asks for nothing outside of its instance, so there is nothing to grant.</p>
      )}
      {component.unused.map((idle) => (
        <p key={idle.key} className="small row row-top">
          <IconAlertTriangle size={15} className="grant-idle" aria-hidden />
          <span className="break">
            <code>{idle.key}</code> grants <code>{idle.values.join(', ')}</code>, which nothing in it can use: it may go
            from the manifest.
          </span>
        </p>
      ))}
      {always.length > 0 && (
        <p className="small dim break">
          Every instance has <span className="mono">{always.join(' · ')}</span>
        </p>
      )}
    </div>
  );
}

function Row({ row }: { row: GrantRow }) {
  const granted = row.access === 'granted';
  return (
    <tr>
      <td>
        <ul className="grant-names">
          {row.names.map((name) => (
            <li key={name} className="mono">
              {name}
            </li>
          ))}
        </ul>
      </td>
      <td className="mono">{row.key}</td>
      <td>
        <span className={granted ? 'row row-top grant-yes' : 'row row-top grant-no'}>
          {granted ? <IconCircleCheck size={15} aria-hidden /> : <IconCircleDashed size={15} aria-hidden />}
          {granted ? (
            <ul className="grant-names" aria-label="Granted">
              {row.values.map((value) => (
                <li key={value} className="mono break">
                  {value}
                </li>
              ))}
            </ul>
          ) : (
            <span>Not granted: each call is refused</span>
          )}
        </span>
      </td>
    </tr>
  );
}

function Exports({ names, form }: { names: string[]; form: AppComponent['form'] }) {
  if (names.length === 0) return null;
  return (
    <p className="small break">
      {form === 'component' ? 'Exports' : 'Exports of the module:'} <span className="mono">{names.join(' · ')}</span>
    </p>
  );
}

function Functions({ component }: { component: AppComponent }) {
  const functions = functionCount(component);
  if (functions === 0) return null;
  return (
    <details className="small">
      <summary>All {plural(functions, 'function')} that it imports</summary>
      <dl className="functions">
        {component.imports.flatMap((each) =>
          each.interfaces
            .filter((asked) => asked.functions.length > 0)
            .map((asked) => (
              <div key={fullName(each.package, asked.name)}>
                <dt className="mono">{fullName(each.package, asked.name)}</dt>
                <dd className="mono tiny dim break">{asked.functions.join('  ')}</dd>
              </div>
            )),
        )}
      </dl>
    </details>
  );
}
