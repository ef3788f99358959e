/** Which browser this is, as far as the way to its camera permission differs. */
export type Browser = 'ios' | 'android' | 'firefox' | 'safari' | 'chromium';

export function browserOf(userAgent: string, touchPoints: number): Browser {
  if (/iPhone|iPad|iPod/.test(userAgent) || (userAgent.includes('Macintosh') && touchPoints > 1)) return 'ios';
  if (userAgent.includes('Firefox/')) return 'firefox';
  if (userAgent.includes('Android')) return 'android';
  if (userAgent.includes('Safari/') && !userAgent.includes('Chrome/')) return 'safari';
  return 'chromium';
}

export const thisBrowser = (): Browser => browserOf(navigator.userAgent, navigator.maxTouchPoints);
