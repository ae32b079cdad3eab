import type { ReactNode } from 'react';
import { Link, type LinkProps } from 'react-router';
import { prefetchPage } from '../pages';
import './links.css';

type Props = Omit<LinkProps, 'to'> & { to: string; children: ReactNode };

/** A link that starts loading the page's code as soon as the pointer or the focus rests on it. */
export function PageLink({ to, children, ...rest }: Props) {
  const warm = () => {
    prefetchPage(to);
  };
  return (
    <Link to={to} onMouseEnter={warm} onFocus={warm} {...rest}>
      {children}
    </Link>
  );
}
