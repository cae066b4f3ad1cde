import { Command } from 'commander';
import { Purpose } from '../domain/decision.ts';
import { Locale } from '../domain/text.ts';
import { wordReason, words } from '../explanation/wording.ts';
import type { Database } from '../store/database.ts';
import { modelFolders } from '../store/folders.ts';
import { openPlan } from '../usecases/open-plan.ts';
import { oneOf } from './arguments.ts';
import { withDatabase } from './database.ts';
import { readFields } from './explain.ts';
import type { Console } from './output.ts';

interface PredictOptions {
  readonly customer: string;
  readonly in: string;
  readonly model: string;
  readonly models?: string;
  readonly policy?: string;
  readonly purpose: Purpose;
  readonly locale?: Locale;
}

/** `vigil predict`: one decision, stored before it is answered. */
export const predictCommand = (console: Console): Command =>
  new Command('predict')
    .description('Decide for one customer and store the decision before answering.')
    .requiredOption('--customer <id>', 'the customer')
    .requiredOption('--in <file>', 'JSON object of the raw columns (source names or ours); - reads standard input')
    .option('--model <name[@version]>', 'the model', 'taiwan-card')
    .option('--models <folder>', 'folder of models')
    .option('--policy <name[@version]|file>', 'the policy')
    .option('--purpose <purpose>', Purpose.options.join(', '), oneOf('--purpose', Purpose.options), 'application')
    .option('--locale <zh|en>', 'language', oneOf('--locale', Locale.options))
    .option('--json', 'print JSON')
    .action((options: PredictOptions) => withDatabase(console, (database) => runPredict(console, options, database)));

const runPredict = async (console: Console, options: PredictOptions, database: Database): Promise<void> => {
  const { createPredictor } = await import('../usecases/predict.ts');
  const opened = openPlan({ model: options.model, modelFolders: modelFolders(options.models), policy: options.policy });
  const predictor = await createPredictor({
    database,
    opened,
    timeZone: console.config.timeZone,
    now: () => new Date(),
  });
  const fields = readFields(options.in);
  const [decision] = await predictor.predict([
    { customerId: options.customer, fields, purpose: options.purpose, segment: null },
  ]);
  if (!decision) return;
  const locale = options.locale ?? console.config.locale;
  const { model, policy } = opened.plan;
  const reasons = decision.reasons.map(
    (reason) => `  ${wordReason(reason, { model, policy })[locale]} [${reason.code}]`,
  );
  const outcome = `${words.tier[decision.tier.final][locale]}, ${words.action[decision.action][locale]}`;
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
