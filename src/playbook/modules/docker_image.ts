import { type ImageArgs, imageArguments, prepareImage } from './docker_image/arguments.ts';
import { type ImageState, imageRun } from './docker_image/run.ts';
import type { Module } from './module.ts';

/** An image: pulled, built, loaded or removed. */
export const dockerImage: Module<ImageArgs, ImageState> = {
  name: 'docker_image',
  args: imageArguments,
  freeForm: 'kv',
  prepare: prepareImage,
  ...imageRun,
};
