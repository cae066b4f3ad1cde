import { Command } from 'commander';
import { hazardCurveCommand } from './hazard-curve.ts';
import { hazardTrainCommand } from './hazard-train.ts';
import type { Console } from './output.ts';

/** `vigil hazard`: when customers default. */
export const hazardCommand = (console: Console): Command =>
  new Command('hazard')
    .description(
      console.say({
        zh: '何时违约：训练违约与提前还清的逐期风险率，画出一位客户的违约概率曲线。',
        en: 'When customers default: train hazards of default and payoff by period, draw the PD of one customer over time.',
      }),
    )
    .addCommand(hazardTrainCommand(console))
    .addCommand(hazardCurveCommand(console));
