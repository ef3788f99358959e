import { describe, expect, it } from 'vitest';
import { LevelGauge } from './level.ts';

const tone = (amplitude: number) => Float32Array.from({ length: 2048 }, (_, i) => amplitude * Math.sin(i / 5));

describe('the microphone level', () => {
  it('rises with loudness, from silence to full scale', () => {
    const gauge = new LevelGauge(0);
    const values = [0, 0.001, 0.01, 0.1, 0.5, 1].map((amplitude) => gauge.measure(tone(amplitude), 0).value);
    expect(values[0]).toBe(0);
    expect([...values].sort((a, b) => a - b)).toEqual(values);
    expect(values.at(-1)).toBeGreaterThan(0.9);
  });

  it('is too quiet only after some seconds, and no longer once somebody speaks', () => {
    const gauge = new LevelGauge(0);
    expect(gauge.measure(tone(0.0005), 3000).tooQuiet).toBe(false);
    expect(gauge.measure(tone(0.0005), 4500).tooQuiet).toBe(true);
    expect(gauge.measure(tone(0.2), 4600).tooQuiet).toBe(false);
    expect(gauge.measure(tone(0.0005), 6000).tooQuiet).toBe(false);
  });

  it('shows clipping long enough to be seen', () => {
    const gauge = new LevelGauge(0);
    expect(gauge.measure(tone(1), 0).clipping).toBe(true);
    expect(gauge.measure(tone(0.1), 500).clipping).toBe(true);
    expect(gauge.measure(tone(0.1), 2000).clipping).toBe(false);
  });
});
