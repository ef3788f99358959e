/** Times as a player shows and speaks them. Milliseconds in. Pure. */

export interface ClockParts {
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
}

export function clockParts(ms: number): ClockParts {
  const whole = Math.max(0, Math.floor(ms / 1000));
  return { hours: Math.floor(whole / 3600), minutes: Math.floor(whole / 60) % 60, seconds: whole % 60 };
}

/** "4:12", "1:02:03". */
export function clockText(ms: number): string {
  const { hours, minutes, seconds } = clockParts(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}
