/** What draws a dialog, loaded with the first one that opens: the first screen is there sooner without it. */
import type { Component, Snippet } from 'svelte';

export interface ModalProps {
  open: boolean;
  title: string;
  description?: string | undefined;
  /** False while work is under way that must be cancelled by its own button. */
  dismissable?: boolean;
  /** The row of buttons; the main one last. */
  actions?: Snippet;
  children?: Snippet;
  onclose?: (() => void) | undefined;
}

export type Modal = Component<ModalProps, object, 'open'>;

let loading: Promise<Modal> | undefined;

/** One that failed is tried again at the next call. */
export function loadModal(): Promise<Modal> {
  loading ??= import('./Modal.svelte').then((module) => module.default as Modal);
  loading.catch(() => (loading = undefined));
  return loading;
}

/** For screens on which a question must not wait for a network that may be gone by then. Never rejects. */
export async function preloadModal(): Promise<void> {
  await loadModal().catch(() => undefined);
}
