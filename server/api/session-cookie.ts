/** The cookie of a session. `__Host-`: this host only, over a secure connection only, and no other host can set it. */
const NAME = '__Host-svj';
const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Strict';

export function tokenOf(request: Request): string | undefined {
  const cookies = (request.headers.get('Cookie') ?? '').split(';').map((cookie) => cookie.trim());
  return cookies.find((cookie) => cookie.startsWith(`${NAME}=`))?.slice(NAME.length + 1);
}

/** Null takes the cookie away. It ends with the browser; the relay ends it sooner. */
export function cookieOf(token: string | null): string {
  return token === null ? `${NAME}=; ${ATTRIBUTES}; Max-Age=0` : `${NAME}=${token}; ${ATTRIBUTES}`;
}
