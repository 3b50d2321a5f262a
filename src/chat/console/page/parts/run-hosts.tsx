import { useId, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { WireRun } from '../../protocol.ts';
import type { OpenRun } from '../state/runs.ts';
import { badFirst, inRows } from '../state/steps.ts';
import { useDeck } from '../state/use-deck.ts';
import { HostSteps } from './run-steps.tsx';
import { useGrowing } from './use-growing.ts';

/** More hosts than these are looked for by name, and where it failed comes first. */
export const manyHosts = 20;

/** How many rows are shown at once, and how many of them are drawn in one go: all of a thousand hosts is too much for a phone. */
const rowsAtOnce = 500;
const rowsDrawn = 30;

const Find = ({ name, found, find }: { name: string; found: number; find: (name: string) => void }) => {
  const words = useDeck().words.value;
  const id = useId();
  return (
    <div class="field host-find">
      <label for={id}>{words.findHost}</label>
      <input
        id={id}
        type="search"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        value={name}
        onInput={(event) => find(event.currentTarget.value)}
      />
      <p class="hint" role="status">
        {words.hostsFound(found)}
      </p>
    </div>
  );
};

/** The hosts of a run with their steps: a part of them at once, the rest when it is asked for, or by name. */
export const RunHosts = ({ open, run, hosts }: { open: OpenRun; run: WireRun; hosts: readonly string[] }) => {
  const words = useDeck().words.value;
  const [wanted, setWanted] = useState(rowsAtOnce);
  const [name, setName] = useState('');
  const list = useRef<HTMLDivElement>(null);
  /** The first of those that were asked for: there a keyboard goes on. */
  const next = useRef<number | undefined>(undefined);
  const isMany = hosts.length > manyHosts;
  const rows = useGrowing(wanted, rowsDrawn);
  const found = useMemo(() => {
    const named = hosts.filter((host) => host.toLowerCase().includes(name.trim().toLowerCase()));
    return isMany ? badFirst(named, open.steps) : named;
  }, [hosts, name, open.steps]);
  const shown = inRows(found, open.steps, rows);
  const all = inRows(found, open.steps, wanted);
  const last = all.at(-1);
  const isCut = last !== undefined && last.steps.length < (open.steps.get(last.host)?.length ?? 0);
  const left = found.length - all.length + (isCut ? 1 : 0);

  useLayoutEffect(() => {
    const first = next.current === undefined ? undefined : list.current?.children[next.current];
    if (!(first instanceof HTMLElement)) return;
    next.current = undefined;
    first.focus({ preventScroll: true });
  });

  return (
    <>
      <h2>{words.hosts}</h2>
      {isMany && <Find name={name} found={found.length} find={setName} />}
      <div class="host-list" ref={list}>
        {shown.map(({ host, steps }) => (
          <HostSteps key={host} host={host} steps={steps} recap={run.recap[host]} />
        ))}
      </div>
      {left > 0 && (
        <p>
          <button
            type="button"
            class="button button-plain"
            onClick={() => {
              next.current = all.length - (isCut ? 1 : 0);
              setWanted(wanted + rowsAtOnce);
            }}
          >
            {words.moreHosts(left)}
          </button>
        </p>
      )}
    </>
  );
};
