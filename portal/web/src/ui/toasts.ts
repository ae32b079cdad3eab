import { useSyncExternalStore } from 'react';

export interface Toast {
  id: number;
  kind: 'good' | 'notice' | 'warning' | 'critical';
  text: string;
  /** What can be undone carries the way back for ten seconds. */
  undo?: () => void;
}

const LIFE = 10_000;
let toasts: readonly Toast[] = [];
let next = 1;
const listeners = new Set<() => void>();

function set(value: readonly Toast[]): void {
  toasts = value;
  for (const listener of listeners) listener();
}

export function dismiss(id: number): void {
  set(toasts.filter((t) => t.id !== id));
}

export function toast(init: Omit<Toast, 'id'>): void {
  const id = next++;
  set([...toasts.slice(-3), { ...init, id }]);
  setTimeout(() => {
    dismiss(id);
  }, LIFE);
}

export function useToasts(): readonly Toast[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
}
