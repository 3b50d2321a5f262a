/** Who acts: `platform:workspace:user-id` for a person (`console:local:ada`), `service:name` for a service. Never a name. */
export type ActorId = string;

/** A person or a service known to the bot. */
export interface Actor {
  readonly id: ActorId;
  readonly kind: 'person' | 'service';
  /** What screens show; never used to decide anything. */
  readonly name: string;
  readonly roles: readonly string[];
  readonly language?: 'en' | 'fr';
  readonly timeZone?: string;
}
