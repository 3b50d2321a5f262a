import type { Meanings } from './meaning.ts';

/** What is wrong with a line, an order or a plugin. */
export const commands = {
  'actor.unknown': {
    means: 'The bot does not know this person.',
    next: 'Add them under `people` in the configuration.',
  },
  'argument.left_out': {
    means: 'A word stands where another argument comes first: `deploy v2`.',
    next: 'Write what is missing before it: `deploy shop v2`.',
  },
  'argument.misnamed': {
    means: 'A variable has a name that the playbook does not ask for, and the one it asks for is missing.',
    next: 'Take the line that is offered, or name both.',
  },
  'argument.no_value': {
    means: 'An argument stands there without its value.',
    next: 'Write the value after the name.',
  },
  'argument.none': { means: 'There is nothing to choose from for this argument; the command says why.' },
  'argument.swapped': {
    means: 'Two words of an order stand in each other’s place.',
    next: 'Take the line that is offered.',
  },
  'argument.too_many': { means: 'The command has no use for a word of the line.', next: 'See `help COMMAND`.' },
  'argument.twice': { means: 'An argument is given twice.', next: 'Give it once.' },
  'argument.unknown': { means: 'The command has no argument of this name.', next: 'See `help COMMAND`.' },
  'argument.variable_name': {
    means: 'A variable cannot have this name.',
    next: 'Use at most 100 letters, digits and `_`, and no name that Ansible keeps for itself.',
  },
  'argument.wrong': {
    means: 'The value of an argument is not of its kind.',
    next: 'Correct it: what is wanted is told.',
  },
  'capability.unknown_target': { means: 'No plugin knows figures or lines of this target.' },
  'change.refused': {
    means: 'The plugin that was asked refused the change; its card says why.',
    next: 'Read the card.',
  },
  'command.nothing_to_plan': {
    means: 'The command changes nothing: there is nothing to plan.',
    next: 'Type it without `plan`.',
  },
  'command.plan_what': { means: '`plan` stands alone.', next: 'Write a change after it: `plan deploy shop v2`.' },
  'command.unknown': { means: 'There is no command of this name.', next: 'Type `help` for what there is.' },
  'question.refused': {
    means: 'The plugin that was asked has no answer to this question; its card says why.',
    next: 'Read the card.',
  },
  'help.unknown': { means: 'There is no help about this.', next: 'Type `help` for what there is.' },
  'line.control_character': {
    means: 'There is a control character in the line.',
    next: 'Type the order again without it.',
  },
  'line.open_quote': { means: 'A quote is opened and never closed.', next: 'Close it, or leave it out.' },
  'line.several': { means: 'There are several lines in one message.', next: 'Send each line as a message of its own.' },
  'line.too_long': { means: 'The line is too long.', next: 'Send a shorter one, or put the long part in a file.' },
  'order.amid_run': {
    means: 'A run is changing the same hosts now, so that nobody can say yet what there is to do; nothing was done.',
    next: 'Send it again when that run is over.',
    retryable: true,
  },
  'order.approval_by_proxy': {
    means: 'An approval is not given on the command line, in another’s name.',
    next: 'Let that person approve, logged in as themselves.',
  },
  'order.broken': {
    means: 'Something broke inside the bot; nothing more was done.',
    next: 'Look at the log of the bot.',
  },
  'order.given_up': {
    means: 'The bot went down several times while the order was open, so it is not tried again.',
    next: 'Look into the log of the bot before you send it again.',
  },
  'order.asker_lost_right': {
    means: 'Who asked for the order may no longer do it, so nobody can approve it.',
    next: 'Give the order yourself if you may, or deny that one.',
  },
  'order.asker_unknown': {
    means: 'Who asked for the order is no longer among the people, so nobody can approve it.',
    next: 'Give the order yourself if you may, or deny that one.',
  },
  'order.command_gone': {
    means: 'The command of the order is not there now, so nobody knows what right it takes; the order waits on.',
    next: 'Try again once its plugin is back.',
    retryable: true,
  },
  'order.denied': {
    means: 'Somebody who may approve the order said no to it; nothing was run.',
    next: 'Ask them why; then give the order again.',
  },
  'order.expired': { means: 'The order waited too long for a yes; nothing was run.', next: 'Send it again.' },
  'order.held': {
    means: 'Orders were accepted, and what is done cannot be written down, so nothing is done.',
    next: 'The log says what the store lacks; they are tried again by themselves.',
    retryable: true,
  },
  'order.no_is_held': {
    means: 'A no to this order was said before, and cannot be written down yet.',
    next: 'Nothing is started before it is; the bot tries again by itself.',
    retryable: true,
  },
  'order.needs_another': { means: 'The order waits for somebody else’s yes.', next: 'Ask one of those who are named.' },
  'order.not_waiting': { means: 'The order waits for nothing any more.' },
  'order.not_yours': {
    means: 'The order is somebody else’s.',
    next: 'Let the person who asked for it confirm or cancel it.',
  },
  'order.of_a_copy': {
    means:
      'The order was open when the copy of the store was made that was put back; it may have been carried out since.',
    next: 'Look whether it was done, then send it again.',
  },
  'order.stale': {
    means: 'The order waited too long while the bot was away; nothing was done.',
    next: 'Send it again if it is still wanted.',
  },
  'order.too_many': {
    means: 'Too many orders of this actor wait already; nothing was done.',
    next: 'Send it again once they are answered.',
    retryable: true,
  },
  'order.unknown': {
    means: 'There is no such order, or none that waits.',
    next: 'Name it by the number on its card: `confirm 12`.',
  },
  'order.unknown_hosts': {
    means: 'The inventory has just changed and is not in force yet; nothing was done.',
    next: 'Send it again in a moment; if that does not help, run `bin/quarterdeck check`.',
    retryable: true,
  },
  'order.which': { means: 'Several orders wait, and the answer names none.', next: 'Name one by its number.' },
  'plugin.bad_request': {
    means: 'The plugin asked the core for something malformed.',
    next: 'Tell its author: see the log.',
  },
  'plugin.broken': {
    means: 'The plugin does not load.',
    next: 'Correct the file and save it; it is loaded again at once.',
  },
  'plugin.cancelled': { means: 'The command was stopped before it answered.', retryable: true },
  'plugin.cannot_start': {
    means: 'The plugins cannot be started.',
    next: 'Look at the log of the bot.',
    retryable: true,
  },
  'plugin.clash': {
    means: 'Two plugins, or a plugin and the bot, have a command of the same name.',
    next: 'Rename it, or disable one of the two plugins.',
  },
  'plugin.closed': {
    means: 'The plugin asked for something after its call was over.',
    next: 'Tell its author: wait for every answer before returning.',
  },
  'plugin.ended': { means: 'The plugin ended the process that plugins run in.', next: 'Look at the log of the bot.' },
  'plugin.failed': { means: 'The plugin threw an error.', next: 'Look at the log of the bot, and tell its author.' },
  'plugin.folder_missing': {
    means: 'A folder of plugins cannot be read.',
    next: 'Make it, or correct `plugins.folders`.',
  },
  'plugin.invalid': {
    means: 'The description of a plugin, a command or an argument is wrong.',
    next: 'Correct what is named; `checkPlugin` lists all of it.',
  },
  'plugin.malformed': {
    means: 'The plugin gave an answer that cannot be shown.',
    next: 'Look at the log of the bot, and tell its author.',
  },
  'plugin.memory': { means: 'The plugin used up the memory that plugins have.', next: 'Look at the log of the bot.' },
  'plugin.misnamed': { means: 'A plugin and its folder have different names.', next: 'Make them alike.' },
  'plugin.not_given': {
    means: 'The plugin used something that its command does not need by its own word.',
    next: 'Its author must list it in `needs`.',
  },
  'plugin.paused': {
    means: 'The plugin is paused for a while: it brought the plugins down again and again.',
    next: 'Correct it: it starts again as soon as its file changes.',
    retryable: true,
  },
  'plugin.settings': { means: 'A setting of the plugin is wrong.', next: 'Correct it under `plugins.settings`.' },
  'plugin.stuck': { means: 'The plugin held up all plugins.', next: 'Look at the log of the bot.' },
  'plugin.timeout': {
    means: 'The plugin did not answer in time and was stopped.',
    next: 'Try again, or ask for less at once.',
    retryable: true,
  },
  'plugin.twice': { means: 'Two plugins have the same name.', next: 'Rename one, or disable it.' },
  'plugin.unavailable': {
    means: 'The plugins are being started again.',
    next: 'Try again in a moment.',
    retryable: true,
  },
  'plugin.unknown_command': {
    means: 'The plugin does not offer this command any more.',
    next: 'Type `help` for what there is.',
  },
} as const satisfies Meanings<
  'actor' | 'argument' | 'capability' | 'change' | 'command' | 'help' | 'line' | 'order' | 'plugin' | 'question'
>;
