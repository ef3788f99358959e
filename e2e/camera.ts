/** The camera and microphone the browser believes to have, and how Chromium is started with them. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CHROMIUM_ARGS } from '../scripts/browsers.ts';

const MEDIA_DIR = resolve(process.env['SVJ_MEDIA_DIR'] ?? '../shared/media');
const VIDEO = join(MEDIA_DIR, 'video', 'fake-camera.mjpeg');
const AUDIO = join(MEDIA_DIR, 'video', 'fake-microphone.wav');

function fakeCamera() {
  // Without `fps` the built-in device gives 20 frames per second, which no real camera does.
  const device = ['--use-fake-device-for-media-stream=fps=30', '--use-fake-ui-for-media-stream'];
  if (!existsSync(VIDEO) || !existsSync(AUDIO)) {
    return { args: device, description: `No recordings in ${MEDIA_DIR}: the camera is Chromium's test pattern.` };
  }
  return {
    args: [...device, `--use-file-for-fake-video-capture=${VIDEO}`, `--use-file-for-fake-audio-capture=${AUDIO}`],
    description: `The camera plays ${VIDEO}.`
  };
}

export const camera: { readonly args: readonly string[]; readonly description: string } = fakeCamera();

export const chromiumArgs: string[] = [...CHROMIUM_ARGS, ...camera.args];
