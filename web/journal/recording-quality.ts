/** What a recording may cost, for the settings. */
export { megabytesPerMinute, type Quality } from '#web/capture/camera.ts';
