import type { Command } from 'commander';
import { civilDate, listOf, type PinnedModel, pinnedModel, slug, wholeNumber } from './arguments.ts';
import type { Console } from './output.ts';

/** An adjustment as options write it, or a file; and what it is measured on and signed with. */
export interface DraftOptions {
  readonly model?: PinnedModel;
  readonly models?: string;
  readonly name?: string;
  readonly owner?: string;
  readonly reasonZh?: string;
  readonly reasonEn?: string;
  readonly from?: string;
  readonly to?: string;
  readonly segment?: string[];
  readonly input?: string;
  readonly bin?: string;
  readonly value?: string;
  readonly microLogits?: number;
  readonly rows?: string;
  readonly policy?: string;
  readonly key?: string;
}

/** The most a cell may hold, in micro-logits. */
const MOST_MICRO_LOGITS = 3_000_000;

/** Adds the options that write an adjustment. */
export const addDraftOptions = (command: Command, { say }: Console): Command =>
  command
    .argument(
      '[file]',
      say({
        zh: '写好的调整（JSON）；不给则由下列选项写成',
        en: 'an adjustment as JSON (default: made of the options below)',
      }),
    )
    .option('--model <name@version>', say({ zh: '所依附的模型版本', en: 'the version it sits on' }), pinnedModel)
    .option('--models <folder>', say({ zh: '模型目录', en: 'folder of models' }))
    .option(
      '--name <name>',
      say({ zh: '名称，也是原因代码', en: 'its name, which is its reason code' }),
      slug('--name'),
    )
    .option('--owner <text>', say({ zh: '负责人', en: 'who answers for it' }))
    .option(
      '--reason-zh <text>',
      say({ zh: '原因（中文），客户可能读到', en: 'why, in Chinese; customers may read it' }),
    )
    .option('--reason-en <text>', say({ zh: '原因（英文）', en: 'why, in English' }))
    .option('--from <day>', say({ zh: '首个生效日', en: 'the first day on which it holds' }), civilDate('--from'))
    .option(
      '--to <day>',
      say({ zh: '失效日（当日不再生效）', en: 'the day on which it has expired' }),
      civilDate('--to'),
    )
    .option(
      '--segment <names>',
      say({ zh: '只作用于这些分群，逗号分隔', en: 'only these segments, comma-separated' }),
      listOf,
    )
    .option(
      '--input <name>',
      say({
        zh: '被编辑的输入；不给则为常数（整体调整）',
        en: 'the input that is edited (default: none, a constant for all)',
      }),
    )
    .option(
      '--bin <n>',
      say({ zh: '其分箱：一个编号或范围，例如 3 或 3-7', en: 'its bins: a number or a range such as 3-7' }),
    )
    .option('--value <value>', say({ zh: '该值所在的分箱，用自然单位', en: 'the bin of this value, in natural units' }))
    .option(
      '--micro-logits <n>',
      say({ zh: '加到分数上的百万分之一对数几率', en: 'millionths of log-odds that are added to the score' }),
      wholeNumber('--micro-logits', { least: -MOST_MICRO_LOGITS, most: MOST_MICRO_LOGITS }),
    )
    .option(
      '--rows <name|file>',
      say({
        zh: '在这些带结果的行上测量效果：数据字典名或文件',
        en: 'measure the effect on these rows with outcomes: a dictionary or a file',
      }),
    )
    .option('--policy <name[@version]|file>', say({ zh: '测量所用的策略', en: 'the policy it is measured under' }))
    .option('--key <file>', say({ zh: '用此私钥签名', en: 'sign it with this private key' }));
