/** A variable that a playbook asks for by `vars_prompt`. */
export interface Prompt {
  readonly name: string;
  /** The words the playbook asks with. */
  readonly about?: string;
  /** It has no default, and may be typed in the open: `private: false`. Whoever plays the playbook is asked for it. */
  readonly isWanted: boolean;
  /** It has no default, and nobody may see it typed: in a chat it is asked of nobody. */
  readonly isHidden?: boolean;
}
