import type { Attributes } from '../state/attributes.ts';

/** What a path is to be. */
export type Wanted = 'absent' | 'directory' | 'file' | 'hard' | 'link' | 'touch';

/** Prepared arguments of `file`. */
export interface FileArgs {
  readonly path: string;
  readonly state?: Wanted;
  readonly src?: string;
  readonly recurse: boolean;
  readonly force: boolean;
  readonly follow: boolean;
  /** Which times `state=touch` sets. */
  readonly touches: { readonly modified: boolean; readonly accessed: boolean };
  readonly attributes: Attributes;
}
