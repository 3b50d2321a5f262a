import type { JsonObject } from '#core/json.ts';
import { dockerProbe, inspected, readFound } from '../docker/engine.ts';
import type { Applied, Quote } from '../module.ts';
import { assignPath } from '../state/script.ts';
import type { ContainerArgs } from './arguments.ts';

/** What the engine knows. */
export interface ContainerState {
  readonly failed?: string;
  readonly container?: JsonObject;
  readonly image?: JsonObject;
  /** The number of the container whose network is shared. */
  readonly shared?: string;
  /** What `env_file` says, line by line. */
  readonly file: readonly string[];
}

const shares = (args: ContainerArgs): string | undefined => /^container:(.+)$/s.exec(args.networkMode ?? '')?.[1];

/** Asks for the container and its image. */
export const probeContainer = (args: ContainerArgs, quote: Quote): string => {
  const other = shares(args);
  return [
    dockerProbe(args.engine, quote),
    `look container container ${quote(args.name)}`,
    ...(args.image === undefined ? [] : [`look image image ${quote(args.image)}`]),
    ...(other === undefined ? [] : [`look shared container ${quote(other)}`]),
    ...(args.envFile === undefined
      ? []
      : [assignPath('f', args.envFile, quote), 'if [ -r "$f" ]; then say file <"$f"; else echo file=none; fi']),
    'echo end',
  ].join('\n');
};

/** A line of variables as the docker command reads it. */
const isVariable = (line: string): boolean => /^[^#\s=][^\s=]*=/.test(line);

/** Reads what the engine answered. A name may also be the beginning of another container's number. */
export const readContainer = (output: Applied, args: ContainerArgs): ContainerState => {
  const { fields, failed } = readFound(output, 'docker_container');
  const container = inspected(fields, 'container');
  const image = inspected(fields, 'image');
  const shared = inspected(fields, 'shared')?.Id;
  const noFile =
    fields.get('file') === 'none'
      ? `docker_container: env_file ${args.envFile} cannot be read on the host.`
      : undefined;
  const why = failed ?? noFile;
  return {
    ...(why !== undefined && { failed: why }),
    ...(container?.Name === `/${args.name}` && { container }),
    ...(image !== undefined && { image }),
    ...(typeof shared === 'string' && { shared }),
    file: (fields.raw('file') ?? '')
      .split('\n')
      .map((line) => line.trimStart())
      .filter(isVariable),
  };
};
