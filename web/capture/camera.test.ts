import { describe, expect, it } from 'vitest';
import { cameraError, constraintsFor, megabytesPerMinute, otherCamera, type CameraWish } from './camera.ts';

const wish: CameraWish = { quality: '720p', facing: 'user', cameraId: null, microphoneId: null };
const front = { id: 'front', label: '' };
const back = { id: 'back', label: '' };

describe('the camera', () => {
  it('is asked for by size and side, or by its id once one was chosen', () => {
    expect(constraintsFor(wish).video).toMatchObject({ width: { ideal: 1280 }, facingMode: { ideal: 'user' } });
    const chosen = constraintsFor({ ...wish, cameraId: 'back', microphoneId: 'desk' });
    expect(chosen.video).toMatchObject({ deviceId: { exact: 'back' } });
    expect(chosen.video).not.toHaveProperty('facingMode');
    expect(chosen.audio).toMatchObject({ deviceId: { exact: 'desk' } });
  });

  it('is switched to the next one, round and round, and to the other side when none is known', () => {
    expect(otherCamera(wish, 'front', [front, back])).toMatchObject({ cameraId: 'back' });
    expect(otherCamera(wish, 'back', [front, back])).toMatchObject({ cameraId: 'front' });
    expect(otherCamera(wish, undefined, [])).toMatchObject({ cameraId: null, facing: 'environment' });
  });

  it.each([
    ['NotAllowedError', 'camera/refused'],
    ['NotFoundError', 'camera/absent'],
    ['NotReadableError', 'camera/busy'],
    ['AbortError', 'camera/busy'],
    ['TypeError', 'camera/unsupported']
  ])('that fails with %s is %s', (name, code) => {
    expect(cameraError(new DOMException('', name)).code).toBe(code);
  });

  it('names the price of each quality', () => {
    expect([megabytesPerMinute('480p'), megabytesPerMinute('720p'), megabytesPerMinute('1080p')]).toEqual([8, 19, 38]);
  });
});
