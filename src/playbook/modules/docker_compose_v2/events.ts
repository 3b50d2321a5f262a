import type { JsonObject } from '#core/json.ts';

/** What Compose said it does, or would do, to one thing. */
export interface Event {
  readonly what: string;
  readonly id: string;
  readonly status: string;
}

const kinds = 'Container|Network|Volume|Image';

const resource = new RegExp(`^(${kinds})\\s+(\\S+)\\s+(\\S+)`);
const service = /^(\S+)\s+(Pulling|Building)$/;
const building = /^build service\s+(\S+)$/;

const dryRun = /^\s*DRY-RUN MODE -\s*/;

/* A name is sometimes between quotes. A container that replaces another has its number in front for a moment. */
const bare = (name: string): string => name.replace(/^"(.*)"$/, '$1').replace(/^[0-9a-f]{12}_(?=.)/, '');

const eventIn = (line: string): Event | undefined => {
  const [, kind, id = '', status = ''] = resource.exec(line) ?? [];
  if (kind !== undefined) return { what: kind.toLowerCase(), id: bare(id), status };
  const [, name, pulling] = service.exec(line) ?? [];
  if (name !== undefined && pulling !== undefined) return { what: 'service', id: name, status: pulling };
  const built = building.exec(line)?.[1];
  return built === undefined ? undefined : { what: 'service', id: built, status: 'Building' };
};

const plain = (line: string): string => line.replace(dryRun, '').trim();

/** The events among the lines of Compose. */
export const eventsIn = (text: string): readonly Event[] =>
  text.split('\n').flatMap((line) => {
    const event = eventIn(plain(line));
    return event === undefined ? [] : [event];
  });

const working = /^(?:Creating|Starting|Restarting|Stopping|Killing|Removing|Recreate|Recreating|Pulling|Building)$/;

/** The events that do something; the others say that it is done, or was so before. */
export const actionsIn = (text: string): readonly Event[] =>
  eventsIn(text).filter(({ status }) => working.test(status));

/** Actions as the task returns them. */
export const actionsJson = (actions: readonly Event[]): readonly JsonObject[] =>
  actions.map(({ what, id, status }) => ({ what, id, status }));

/** True for an action that changes containers, networks, volumes or, where that counts, images by building. */
export const changes = ({ status }: Event, ignoresBuilds: boolean): boolean =>
  status !== 'Pulling' && (status !== 'Building' || !ignoresBuilds);

/** Why Compose failed: its lines that are no progress. */
export const complaintIn = (text: string): string => {
  const lines = text.split('\n').map(plain);
  const errors = lines.filter((line) => /\b[Ee]rror\b|^(?:service|no such|invalid|unknown|yaml|open) /.test(line));
  const other = lines.filter((line) => line !== '' && eventIn(line) === undefined);
  return (errors.length > 0 ? errors : other).join('\n').slice(-2000);
};
