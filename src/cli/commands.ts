import type { Command } from 'commander';
import type { Console } from './output.ts';
import type { ActName } from './registry.ts';

/** Makes a command that speaks by a console. */
type CommandOf = (console: Console) => Command;

const loadAct = (name: ActName) => async (): Promise<CommandOf> => {
  const { actCommand } = await import('./registry.ts');
  return (console) => actCommand(name, console);
};

/** Every command by its name, in the order of the help. A command's code is loaded when it is asked for. */
const commands: ReadonlyMap<string, () => Promise<CommandOf>> = new Map(
  Object.entries({
    train: async () => (await import('./train.ts')).trainCommand,
    hazard: async () => (await import('./hazard.ts')).hazardCommand,
    validate: async () => (await import('./validate.ts')).validateCommand,
    compare: async () => (await import('./compare.ts')).compareCommand,
    score: async () => (await import('./score.ts')).scoreCommand,
    explain: async () => (await import('./explain.ts')).explainCommand,
    serve: async () => (await import('./serve.ts')).serveCommand,
    predict: async () => (await import('./ledger.ts')).predictCommand,
    policy: async () => (await import('./policy.ts')).policyCommand,
    replay: async () => (await import('./ledger.ts')).replayCommand,
    outcomes: async () => (await import('./outcomes.ts')).outcomesCommand,
    events: async () => (await import('./events.ts')).eventsCommand,
    import: async () => (await import('./import.ts')).importCommand,
    book: async () => (await import('./book.ts')).bookCommand,
    features: async () => (await import('./features.ts')).featuresCommand,
    monitor: async () => (await import('./monitor.ts')).monitorCommand,
    reviews: async () => (await import('./reviews.ts')).reviewsCommand,
    erase: async () => (await import('./ledger.ts')).eraseCommand,
    verify: async () => (await import('./verify.ts')).verifyCommand,
    checkpoint: async () => (await import('./checkpoint.ts')).checkpointCommand,
    prove: async () => (await import('./checkpoint.ts')).proveCommand,
    backup: async () => (await import('./backup.ts')).backupCommand,
    restore: async () => (await import('./backup.ts')).restoreCommand,
    profile: async () => (await import('./profile.ts')).profileCommand,
    data: async () => (await import('./data.ts')).dataCommand,
    simulate: async () => (await import('./simulate.ts')).simulateCommand,
    demo: async () => (await import('./demo.ts')).demoCommand,
    signals: async () => (await import('./signals.ts')).signalsCommand,
    laundering: async () => (await import('./laundering.ts')).launderingCommand,
    target: async () => (await import('./target.ts')).targetCommand,
    models: async () => (await import('./models.ts')).modelsCommand,
    export: async () => (await import('./export.ts')).exportCommand,
    register: loadAct('register'),
    approve: loadAct('approve'),
    waive: loadAct('waive'),
    promote: loadAct('promote'),
    shadow: loadAct('shadow'),
    retire: loadAct('retire'),
    rollback: loadAct('rollback'),
    adjust: async () => (await import('./adjust.ts')).adjustCommand,
    history: async () => (await import('./registry.ts')).historyCommand,
    sign: async () => (await import('./sign.ts')).signCommand,
    bench: async () => (await import('./bench.ts')).benchCommand,
  }),
);

/**
 * The commands a command line needs: the one it names, none where it asks for the version, or all of them where it asks for
 * the program's help or names none there is.
 * @param words what stands behind the program's name
 */
export const loadCommands = (words: readonly string[]): Promise<CommandOf[]> => {
  const name = nameIn(words) ?? '';
  if (name === '-V' || name === '--version') return Promise.resolve([]);
  const named = commands.get(name);
  return Promise.all((named ? [named] : [...commands.values()]).map((load) => load()));
};

/** The word where a command's name stands: the first but for the language and `help`. */
const nameIn = (words: readonly string[]): string | undefined => {
  const [first] = words;
  if (first === '--locale') return nameIn(words.slice(2));
  if (first === 'help' || first?.startsWith('--locale=')) return nameIn(words.slice(1));
  return first;
};
