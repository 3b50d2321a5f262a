import { type ImageArgs, preparePull, pullArguments } from './docker_image/arguments.ts';
import { type ImageState, imageRun } from './docker_image/run.ts';
import type { Module } from './module.ts';

/** An image as its registry has it now, or at all. */
export const dockerImagePull: Module<ImageArgs, ImageState> = {
  name: 'docker_image_pull',
  args: pullArguments,
  freeForm: 'kv',
  prepare: preparePull,
  ...imageRun,
};
