import { buildArguments, type ImageArgs, prepareBuild } from './docker_image/arguments.ts';
import { type ImageState, imageRun } from './docker_image/run.ts';
import type { Module } from './module.ts';

/** An image built from a folder of the host. */
export const dockerImageBuild: Module<ImageArgs, ImageState> = {
  name: 'docker_image_build',
  args: buildArguments,
  freeForm: 'kv',
  prepare: prepareBuild,
  ...imageRun,
};
