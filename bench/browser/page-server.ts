/** Serves a directory on loopback, isolated as the app is, and the input file of the run. */
import { createReadStream, existsSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { INPUT_PATH } from '../page/task.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json'
};

export interface PageServer {
  readonly origin: string;
  close(): Promise<void>;
}

function send(response: ServerResponse, file: string, encoding: string | undefined): void {
  response.writeHead(200, {
    'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Cache-Control': 'no-cache',
    ...(encoding === undefined ? {} : { 'Content-Encoding': encoding })
  });
  createReadStream(encoding === undefined ? file : `${file}.br`).pipe(response);
}

/** Files lying beside a `.br` are sent compressed; other paths get `index.html`. */
export async function servePage(directory: string, input: string | undefined): Promise<PageServer> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    const wanted = path === INPUT_PATH && input !== undefined ? input : join(directory, path);
    const file = extname(wanted) === '' && wanted !== input ? join(directory, 'index.html') : wanted;
    if (!existsSync(file)) response.writeHead(404).end();
    else send(response, file, existsSync(`${file}.br`) ? 'br' : undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    origin: `http://localhost:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      })
  };
}
