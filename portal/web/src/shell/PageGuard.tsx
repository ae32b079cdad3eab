import { Component, type ReactNode } from 'react';
import { ErrorState } from '../ui/ErrorState';

interface Props {
  path: string;
  children: ReactNode;
}
interface State {
  error: unknown;
  failedAt: string | null;
}

/** A page that breaks takes neither the frame nor the other pages with it. */
export class PageGuard extends Component<Props, State> {
  override state: State = { error: null, failedAt: null };

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error };
  }

  static getDerivedStateFromProps(props: Props, state: State): Partial<State> | null {
    if (state.error === null) return null;
    if (state.failedAt === null) return { failedAt: props.path };
    return state.failedAt === props.path ? null : { error: null, failedAt: null };
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    const chunk = this.state.error instanceof TypeError && /import/i.test(this.state.error.message);
    return (
      <div className="page">
        <h1>This page could not be shown</h1>
        <ErrorState
          what={
            chunk
              ? 'Its code could not be loaded; Polder may have been updated'
              : 'Something in the page itself went wrong'
          }
          error={this.state.error}
          kept="Nothing you saved is lost. The other pages work."
          retry={() => {
            if (chunk) window.location.reload();
            else this.setState({ error: null, failedAt: null });
          }}
        />
      </div>
    );
  }
}
