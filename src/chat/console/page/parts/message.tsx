import type { ComponentChildren } from 'preact';
import type { Card } from '#core/card.ts';
import type { WireActor, WireMessage } from '../../protocol.ts';
import { addressOf } from '../state/place.ts';
import { useDeck } from '../state/use-deck.ts';
import { inWords } from '../words/words.ts';
import { CardBody } from './card.tsx';
import { Icon } from './icon.tsx';
import { Badge } from './person.tsx';
import { ToneMark } from './tone.tsx';
import { useHeldFocus } from './use-held-focus.ts';

const Time = ({ at }: { at: string }) => {
  const { times } = useDeck();
  return (
    <time class="time" dateTime={at} title={times.value.moment(at)}>
      {times.value.clock(at)}
    </time>
  );
};

/** The way into a message's thread. */
const ThreadLink = ({ message }: { message: WireMessage }) => {
  const { words } = useDeck();
  const { replies } = message;
  return (
    <a
      class={`thread-link ${replies > 0 ? 'has-replies' : ''}`}
      href={addressOf({ at: 'channel', channel: message.channel, thread: message.key })}
    >
      <Icon of="reply" /> <span>{replies > 0 ? words.value.replies(replies) : words.value.reply}</span>
    </a>
  );
};

const OnlyYou = () => (
  <span class="only-you">
    <Icon of="eye" /> <span>{useDeck().words.value.onlyYou}</span>
  </span>
);

/** A card's last line: the way to the run it tells of. */
const FooterText = ({ run, children }: { run: number | undefined; children: ComponentChildren }) =>
  run === undefined ? (
    <span class="footer-text" dir="auto">
      {children}
    </span>
  ) : (
    <a class="footer-text footer-link" href={addressOf({ at: 'run', run })}>
      <span dir="auto">{children}</span>
    </a>
  );

const BotMessage = ({ message, card, inThread }: { message: WireMessage; card: Card; inThread: boolean }) => {
  const deck = useDeck();
  const footer = card.footer === undefined ? undefined : inWords(card.footer, deck.language.value);
  const moment = card.until ?? card.ended;
  const hasThread = !inThread && !message.onlyYou;
  const held = useHeldFocus(inWords(card.title, deck.language.value), card.tone);
  // What went on when the connection broke may be over by now: nothing moves on such a card.
  const asOf = card.tone === 'running' ? deck.link.lostSince.value : undefined;
  return (
    <article
      {...held}
      class={`card tone-${asOf === undefined ? card.tone : 'info'}`}
      aria-label={inWords(card.title, deck.language.value)}
    >
      <header class="card-head">
        <span class="sr">{deck.words.value.bot}</span>
        <ToneMark tone={card.tone} asOf={asOf} revision={message.revision} />
        {message.onlyYou && <OnlyYou />}
        <Time at={message.at} />
      </header>
      {card.by !== undefined && (
        <p class="card-by" dir="auto">
          {inWords(card.by, deck.language.value)}
        </p>
      )}
      <CardBody message={message} card={card} />
      {(footer !== undefined || hasThread) && (
        <footer class="card-foot">
          <FooterText run={footer === undefined ? undefined : card.run}>
            {footer}
            {moment !== undefined && <time dateTime={moment}> ({deck.times.value.clock(moment)})</time>}
          </FooterText>
          {hasThread && <ThreadLink message={message} />}
        </footer>
      )}
    </article>
  );
};

/** A tapped button or a sent form: one quiet line. */
const DoneMessage = ({ message, author }: { message: WireMessage; author: WireActor }) => (
  <p class="done-line">
    <Badge name={author.name} />
    <span class="done-who">{author.name}</span> <code dir="auto">{message.text}</code> <Time at={message.at} />
  </p>
);

const SaidMessage = ({ message, author, inThread }: { message: WireMessage; author: WireActor; inThread: boolean }) => (
  <article class={`said ${message.mine ? 'said-mine' : ''}`} aria-label={author.name}>
    <Badge name={author.name} />
    <div class="said-body">
      <header class="said-head">
        <span class="said-who">{author.name}</span> <Time at={message.at} />
        {message.onlyYou && <OnlyYou />}
        {!inThread && message.replies > 0 && <ThreadLink message={message} />}
      </header>
      <p class="said-text" dir="auto">
        {message.text}
      </p>
    </div>
  </article>
);

/** One line about a run whose card is far above, and the way to it. */
const BriefMessage = ({ message, card, run }: { message: WireMessage; card: Card; run: number }) => {
  const { language, words } = useDeck();
  return (
    <p class={`brief tone-${card.tone}`}>
      <span class="mark">
        <Icon of={card.tone} />
      </span>
      <span class="sr">{words.value.tones[card.tone]}: </span>
      <a href={addressOf({ at: 'run', run })} dir="auto">
        {inWords(card.title, language.value)}
      </a>{' '}
      <Time at={message.at} />
    </p>
  );
};

/** One message, whoever wrote it. */
export const Message = ({ message, inThread = false }: { message: WireMessage; inThread?: boolean }) => {
  const { card, author, via } = message;
  if (card?.brief !== undefined) return <BriefMessage message={message} card={card} run={card.brief.run} />;
  if (card !== undefined) return <BotMessage message={message} card={card} inThread={inThread} />;
  if (author === undefined) return null;
  if (via !== undefined && via !== 'typed') return <DoneMessage message={message} author={author} />;
  return <SaidMessage message={message} author={author} inThread={inThread} />;
};
