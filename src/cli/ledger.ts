import { Command } from 'commander';
import { type Decision, Purpose } from '../domain/decision.ts';
import { Locale } from '../domain/text.ts';
import { wordReason, words } from '../explanation/wording.ts';
import type { Database } from '../store/database.ts';
import { modelFolders } from '../store/folders.ts';
import type { Live } from '../usecases/live.ts';
import { oneOf } from './arguments.ts';
import { withDatabase } from './database.ts';
import { readFields } from './explain.ts';
import type { Console } from './output.ts';

interface PredictOptions {
  readonly customer: string;
  readonly in: string;
  readonly model: string | undefined;
  readonly models?: string;
  readonly segment?: string;
  readonly purpose: Purpose;
  readonly locale?: Locale;
}

/** `vigil predict`: one decision, stored before it is answered. */
export const predictCommand = (console: Console): Command =>
  new Command('predict')
    .description('Decide for one customer and store the decision before answering.')
    .requiredOption('--customer <id>', 'the customer')
    .requiredOption('--in <file>', 'JSON object of the raw columns (source names or ours); - reads standard input')
    .option('--model <name[@version]>', 'the model (default: the one the policy in use names)')
    .option('--models <folder>', 'folder of models')
    .option('--segment <name>', "the customer's segment")
    .option('--purpose <purpose>', Purpose.options.join(', '), oneOf('--purpose', Purpose.options), 'application')
    .option('--locale <zh|en>', 'language', oneOf('--locale', Locale.options))
    .option('--json', 'print JSON')
    .action((options: PredictOptions) => withDatabase(console, (database) => runPredict(console, options, database)));

const runPredict = async (console: Console, options: PredictOptions, database: Database): Promise<void> => {
  const [{ createPredictor }, { openLive }, { seedRegistry }] = await Promise.all([
    import('../usecases/predict.ts'),
    import('../usecases/live.ts'),
    import('../usecases/registry.ts'),
  ]);
  const now = () => new Date();
  await seedRegistry(database, { modelFolders: modelFolders(options.models), now: now() });
  const { timeZone } = console.config;
  const live = await openLive(database, { now, timeZone });
  const predictor = createPredictor({ database, live, timeZone, now });
  const { customer: customerId, purpose, model } = options;
  const { decisions } = await predictor.predict([
    { customerId, fields: readFields(options.in), purpose, segment: options.segment ?? null, model },
  ]);
  for (const decision of decisions) await showDecision(console, decision, { live, locale: options.locale });
};

interface Showing {
  readonly live: Live;
  readonly locale: Locale | undefined;
}

const showDecision = async (console: Console, decision: Decision, { live, locale }: Showing): Promise<void> => {
  const t = locale ?? console.config.locale;
  const { model, policy } = (await live.planOf(decision.versions)).plan;
  const reasons = decision.reasons.map((reason) => `  ${wordReason(reason, { model, policy })[t]} [${reason.code}]`);
  const outcome = `${words.tier[decision.tier.final][t]}, ${words.action[decision.action][t]}`;
  console.result(decision, [`${decision.decisionId}: ${outcome}`, ...reasons].join('\n'));
};

/** `vigil replay`: decide a stored decision again and compare. */
export const replayCommand = (console: Console): Command =>
  new Command('replay')
    .description('Decide a stored decision again from what was stored and compare to the last bit.')
    .argument('<decision>')
    .option('--json', 'print JSON')
    .action((decisionId: string) =>
      withDatabase(console, async (database) => {
        const { replayDecision } = await import('../usecases/replay.ts');
        const replayed = await replayDecision(database, decisionId);
        const differs = replayed.outcome === 'different' ? `: ${replayed.fields.join(', ')}` : '';
        console.result(replayed, `${decisionId}: ${replayed.outcome}${differs}`);
      }),
    );

/** `vigil erase`: a customer's personal data; the chain stays whole. */
export const eraseCommand = (console: Console): Command =>
  new Command('erase')
    .description("Erase a customer's personal data from every decision; records and chain stay whole.")
    .requiredOption('--customer <id>', 'the customer')
    .option('--json', 'print JSON')
    .action(({ customer }: { customer: string }) =>
      withDatabase(console, async (database) => {
        const { eraseCustomer } = await import('../usecases/ledger.ts');
        const decisions = await eraseCustomer(database, customer, new Date());
        console.result({ customer, decisions }, `Erased the personal data of ${decisions} decisions.`);
      }),
    );
