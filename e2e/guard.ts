/**
 * Watches a browser for what must never happen, whatever a test is about: a request to another origin, content that
 * a policy blocked, an error nobody caught.
 */
import { expect, type BrowserContext, type Page } from '@playwright/test';

// What Chromium's console says of Content-Security-Policy, Trusted Types and cross-origin isolation.
const VIOLATION = /content security policy|trusted ?types?|TrustedScript|TrustedHTML|cross-origin-embedder-policy/i;

export class Guard {
  readonly #origins: Set<string>;
  readonly #problems: string[] = [];
  readonly #expected: RegExp[] = [];

  constructor(origin: string) {
    this.#origins = new Set([origin]);
  }

  /** Another server of the test's own that serves the app. */
  trust(origin: string): void {
    this.#origins.add(origin);
  }

  /** For tests that provoke: problems that match are no failure. */
  expected(pattern: RegExp): void {
    this.#expected.push(pattern);
  }

  /** Everything noticed, expected or not. */
  get seen(): readonly string[] {
    return this.#problems;
  }

  /** What was noticed and not expected. */
  get problems(): readonly string[] {
    return this.#problems.filter((problem) => !this.#expected.some((pattern) => pattern.test(problem)));
  }

  /** Also sees requests of workers and of the service worker. */
  watch(context: BrowserContext): void {
    context.on('request', (request) => {
      this.#checkUrl(request.url());
    });
    // Dedicated workers write to the console of their page.
    context.on('console', (message) => {
      if (VIOLATION.test(message.text())) this.#problems.push(`blocked: ${message.text()}`);
    });
    context.on('weberror', (error) => {
      this.#problems.push(`uncaught: ${String(error.error())}`);
    });
    for (const page of context.pages()) this.#watchPage(page);
    context.on('page', (page) => {
      this.#watchPage(page);
    });
  }

  assertClean(): void {
    expect(this.problems, 'foreign requests, blocked content and uncaught errors').toEqual([]);
  }

  #watchPage(page: Page): void {
    page.on('worker', (worker) => {
      // What is blocked in a worker reaches no console unless the worker says it itself.
      worker.evaluate(reportViolations).catch(() => {
        // Ended meanwhile.
      });
    });
    page.on('websocket', (socket) => {
      this.#checkUrl(socket.url().replace(/^ws/, 'http'));
    });
  }

  #checkUrl(address: string): void {
    const url = new URL(address);
    // These never leave the browser; `blob:` has the origin of its maker.
    if (['data:', 'about:', 'blob:'].includes(url.protocol)) return;
    if (!this.#origins.has(url.origin)) this.#problems.push(`foreign request: ${url.origin}`);
  }
}

/** Runs inside a worker. */
function reportViolations(): void {
  addEventListener('securitypolicyviolation', (event) => {
    const { effectiveDirective, blockedURI } = event;
    console.error(`Content Security Policy: ${effectiveDirective} blocked ${blockedURI} in a worker`);
  });
}
