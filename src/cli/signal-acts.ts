import { Command } from 'commander';
import type { SignalAnswer } from '../contract/signals.ts';
import type { Text } from '../domain/text.ts';
import { toLocalActor } from '../model/registry.ts';
import type { Database } from '../store/database.ts';
import type { SignalAct } from '../usecases/signals.ts';
import { instant, oneOf } from './arguments.ts';
import { withDatabase } from './database.ts';
import type { Console } from './output.ts';
import { type Remote, withService } from './remote.ts';
import { loadDesk, showSignal } from './signal-words.ts';
import { addWhere, type Where } from './where-options.ts';

interface ActOptions extends Where {
  readonly reason: string;
  readonly cause: Extract<SignalAct, { event: 'cleared' }>['cause'];
  readonly until: string;
}

/** Something that is done with a signal. */
interface ActCommand {
  readonly name: string;
  readonly description: Text;
  readonly options?: (command: Command, console: Console) => void;
  readonly toAct: (options: ActOptions) => SignalAct;
  readonly there: (remote: Remote, signalId: string, options: ActOptions) => Promise<SignalAnswer>;
}

const acts: readonly ActCommand[] = [
  {
    name: 'confirm',
    description: { zh: '确认一个信号。', en: 'Confirm a signal.' },
    toAct: ({ reason }) => ({ event: 'confirmed', reason }),
    there: ({ confirmSignal }, signalId, { reason }) => confirmSignal({ signalId, reason }),
  },
  {
    name: 'treat',
    description: { zh: '记录对已确认信号的处置。', en: 'Record how a confirmed signal is treated.' },
    toAct: ({ reason }) => ({ event: 'treated', treatment: reason }),
    there: ({ treatSignal }, signalId, { reason }) => treatSignal({ signalId, treatment: reason }),
  },
  {
    name: 'clear',
    description: {
      zh: '凭原因与证据解除一个信号；红色须由确认人以外的人解除。',
      en: 'Clear a signal with its cause and evidence; a red one takes another person than who confirmed it.',
    },
    options: (command, { say }) => {
      command.requiredOption(
        '--cause <cause>',
        say({ zh: 'resolved、explained、wrong_data 或 no_risk', en: 'resolved, explained, wrong_data or no_risk' }),
        oneOf('--cause', ['resolved', 'explained', 'wrong_data', 'no_risk']),
      );
    },
    toAct: ({ reason, cause }) => ({ event: 'cleared', cause, evidence: reason }),
    there: ({ clearSignal }, signalId, { reason, cause }) => clearSignal({ signalId, cause, evidence: reason }),
  },
  {
    name: 'snooze',
    description: {
      zh: '暂缓一个信号，总计至多 30 天；逾期与强制执行类不得暂缓。',
      en: 'Put a signal to sleep, at most 30 days in all; never one of arrears or enforcement.',
    },
    options: (command, { say }) => {
      command.requiredOption('--until <time>', say({ zh: '暂缓至', en: 'until when' }), instant('--until'));
    },
    toAct: ({ reason, until }) => ({ event: 'snoozed', until: new Date(until).toISOString(), reason }),
    there: ({ snoozeSignal }, signalId, { reason, until }) => snoozeSignal({ signalId, until, reason }),
  },
];

const toCommand =
  ({ name, description, options, toAct, there }: ActCommand) =>
  (console: Console): Command => {
    const { say } = console;
    const command = new Command(name)
      .description(say(description))
      .argument('<signal>', say({ zh: '信号编号', en: 'its id' }))
      .requiredOption(
        '--reason <text>',
        say({ zh: '原因、处置或证据；记入审计链', en: 'why, how, or what shows it; kept on the chain' }),
      )
      .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }));
    options?.(command, console);
    return addWhere(command, console).action(async (signalId: string, given: ActOptions) => {
      const here = async (database: Database) => {
        const { desk, actOnSignal, describeSignal } = await loadDesk(database);
        const act = { signalId, actor: toLocalActor(given.actor), act: toAct(given) };
        return describeSignal(await actOnSignal(desk, act), console.config.locale);
      };
      const { url } = given;
      const done =
        url === undefined ? withDatabase(console, here) : withService(console, url, (to) => there(to, signalId, given));
      showSignal(console, await done);
    });
  };

/** What is done with one signal, each a command. */
export const actCommands = acts.map(toCommand);
