/** What the record screen needs of camera, microphone and device. */
export { thisBrowser, type Browser } from '#web/capture/browser.ts';
export {
  closeCamera,
  listDevices,
  openCamera,
  otherCamera,
  PRESETS,
  type CameraWish,
  type Device,
  type Devices
} from '#web/capture/camera.ts';
export { watchLevel, type Level } from '#web/capture/level.ts';
export { recordType } from '#web/capture/mime.ts';
export { isLive, nextState, type Interruption, type RecorderState } from '#web/capture/recorder-state.ts';
export { claimRecording } from '#web/capture/sole-recorder.ts';
export type { Saved } from '#web/capture/slice-queue.ts';
export { measureSpace, type SpaceLeft } from '#web/capture/space.ts';
export { ScreenWakeLock } from '#web/capture/wake-lock.ts';
