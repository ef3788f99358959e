/** A single-page app: the relay serves files and never renders a screen. */
export const ssr = false;
export const prerender = false;
export const trailingSlash = 'never';
